"""Enrolment codes as they are typed on a phone: in any case, full or half width, with or without the dash."""

from __future__ import annotations

import re

from bot.understanding.text import clean

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that looks like something else: no 0 O, no 1 I L, no U
LENGTH = 8
DAYS = 14  # how long a code is good unless said otherwise
MOST_DAYS = 90
_PREFIX = r"(?:我(?:的|要|来)?|请|帮我)?(?:登记|注册|绑定|激活)(?:码)?(?:是|为)?[ :,]*"
_SAID = re.compile(rf"{_PREFIX}(?P<code>[a-z0-9][a-z0-9 _-]{{1,30}})[。.!]*")
_BARE = re.compile(r"(?P<code>[a-z0-9]{4}[ _-]*[a-z0-9]{4})[。.!]*")


def shown(code: str) -> str:
    """A code as it is given out: ABCD-2345."""
    return f"{code[:4]}-{code[4:]}"


def typed_code(text: str, *, enrolled: bool) -> str | None:
    """The code a message is: ABCD2345; "" for what is meant as one but can't be; None for anything else.

    enrolled: the person also says other things here, so a bare code must be one beyond doubt.
    """
    flat = clean(text).flat.strip()
    if said := _SAID.fullmatch(flat):
        return _code(said["code"]) or ""
    bare = _BARE.fullmatch(flat)
    if bare is None or not _mixed(bare["code"]):
        return None
    code = _code(bare["code"])
    return None if enrolled and not code else code


def _code(typed: str) -> str:
    code = re.sub("[ _-]", "", typed).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def _mixed(typed: str) -> bool:
    """Every code has a letter and a digit; a year, a phone number or a word has not."""
    return any(c.isdigit() for c in typed) and any(c.isalpha() for c in typed)
