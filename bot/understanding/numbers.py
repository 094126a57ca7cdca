"""Numbers as people write them: 24, 二十四, 两百, 1.2万, 一千二百三十元五角."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

DIGITS = "零〇一二两俩三四五六七八九"
# A whole number, in digits or in characters; no sign.
WHOLE = rf"(?:\d{{1,9}}|[{DIGITS}仨十百千廿卅万]{{1,12}})"
# The same with a fraction or a unit of thousands.
DECIMAL = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,30}}(?:\.\d{{1,6}})?|[{DIGITS}十百千廿卅万点]{{1,16}})"

_PLAIN = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "俩": 2, "仨": 3}
_SAME = str.maketrans({"廿": "二十", "卅": "三十", "俩": "两", "仨": "三"})
_VAGUE = re.compile(f"[{DIGITS[2:]}]{{2}}")
_BARE = re.compile(rf"\s*(?:共|一共|总共|就|有|是|大概)?\s*({WHOLE})\s*(?:[个人名位条篇号]|个人)?\s*")


@lru_cache(maxsize=4096)
def integer(words: str) -> int | None:
    """The whole number these words are; None when they are none (or too large to be meant)."""
    if words.isascii() and words.isdecimal():
        return int(words) if len(words) <= 12 else None
    if len(words) == 1:
        return {**_PLAIN, "十": 10, "廿": 20, "卅": 30}.get(words)
    if _VAGUE.search(words):
        return None  # 六七个, 三四十: two digits side by side are no number
    value = decimal(words)
    return int(value) if value is not None and value == value.to_integral_value() else None


def is_vague(words: str) -> bool:
    """Whether a number is told as two neighbours: 六七, 三四十."""
    return not words.isascii() and bool(_VAGUE.search(words))


@lru_cache(maxsize=4096)
def decimal(words: str) -> Decimal | None:
    """The number these words are; None when they are none."""
    plain = words.replace(",", "").replace("，", "")
    try:
        if plain.isascii():
            return Decimal(plain)
        import cn2an  # lazy: a tenth of a second

        return Decimal(str(cn2an.cn2an(plain.translate(_SAME), "smart")))
    except (InvalidOperation, ValueError, TypeError, IndexError, KeyError):
        return None


def digits(words: str) -> int | None:
    """A row of digit characters, read one by one: 二〇二六 is 2026."""
    if words.isascii():
        return int(words) if words.isdecimal() else None
    row = [_PLAIN.get(c) for c in words]
    return None if None in row else int("".join(str(n) for n in row))


def whole_number(text: str) -> int | None:
    """A short answer that is nothing but a whole number (5, 五个, 共24人); None otherwise."""
    found = _BARE.fullmatch(text) if len(text) < 40 else None
    return integer(found.group(1)) if found else None
