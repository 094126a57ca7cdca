"""Every key the bot can say has its words, in every language, with the same names to fill in."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.locale import LANGUAGES

BOT = Path(__file__).parents[2] / "bot"


def catalog(language: str) -> dict[str, str]:
    with resources.files("bot.locale").joinpath(f"{language}.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, abort_invalid=True) if entry.id}


def named(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_languages_have_the_same_keys_and_names() -> None:
    first, *others = (catalog(language) for language in LANGUAGES)
    for other in others:
        assert other.keys() == first.keys()
        for key, sentence in other.items():
            assert named(sentence) <= named(first[key]) | {"year"}, key


def test_no_key_is_written_twice() -> None:
    for language in LANGUAGES:
        keys = re.findall(r'^msgid "(.+)"$', (BOT / "locale" / f"{language}.po").read_text(), re.MULTILINE)
        assert len(keys) == len(set(keys)), {key for key in keys if keys.count(key) > 1}


def test_every_key_in_the_code_has_words() -> None:
    known = catalog("zh_CN")
    code = "\n".join(path.read_text() for path in BOT.rglob("*.py"))
    for key in re.findall(r'say\("([a-z_.]+)"', code):
        assert key in known, key


@pytest.mark.parametrize("folder", ["understanding", "dialogue"])
def test_every_doubt_has_words(folder: str) -> None:
    known = catalog("zh_CN")
    code = "\n".join(path.read_text() for path in (BOT / folder).rglob("*.py"))
    family = r"impossible|ambiguous|vague|approximate|numbers|absurd|negative|future|crosses|weekday|too"
    for why in set(re.findall(rf'"((?:{family})_[a-z_]+)"', code)):
        assert f"doubt.{why}" in known, why
