"""Talking: all that lies between a person's message and the answer."""
