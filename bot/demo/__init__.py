"""The demo: a homeserver of our own, people to talk with, and a branch with some months of records."""
