"""Fixtures that any test may ask for."""

from tests.homeserver import homeserver, town

__all__ = ["homeserver", "town"]
