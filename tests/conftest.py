"""Fixtures that any test may ask for, and the rule that tests with a record run on both databases."""

from tests.homeserver import homeserver, town
from tests.records import new_url, postgres, pytest_configure, pytest_generate_tests, record, url

__all__ = [
    "homeserver", "new_url", "postgres", "pytest_configure", "pytest_generate_tests", "record", "town", "url",
]  # fmt: skip
