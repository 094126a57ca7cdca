"""The demo's year: three branches under two rulebooks, from January to the approved result, in a minute or two."""
