"""Every word the bot says in chat, by key, in the person's language; zh_CN is complete, en stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po

Words = Callable[..., str]
LANGUAGES = ("zh_CN", "en")


@cache
def words(language: str) -> Words:
    """A function from a key and its values to a sentence. Raises KeyError for a key nobody has written.

    Source of the sentences: <language>.po beside this file, in gettext's format.
    """
    if language not in LANGUAGES:
        language = LANGUAGES[0]
    with resources.files(__package__).joinpath(f"{language}.po").open("rb") as file:
        catalog = {str(entry.id): str(entry.string) for entry in read_po(file, locale=language) if entry.id}

    def say(key: str, **values: object) -> str:
        return catalog[key].format(**values)

    return say
