"""The steps, oldest first; a step once released never changes."""
