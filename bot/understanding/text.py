"""A message as it is read: simplified characters, half-width digits, nothing invisible.

Two strings of equal length: `shown` (what values are cut from) and `flat` (one form of each punctuation mark, lower
case), so that a match in the one gives the words in the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

LONGEST = 4000  # characters that are read for a report; nobody writes an activity longer than this

# Control, direction, zero-width, private and broken characters, and variation selectors.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001-\U000e01ef\U000f0000-\U0010ffff]"
)
# Characters that are standard in names: OpenCC would turn 李昇 into 李升.
_NAMES = frozenset("昇堃喆淼甦邨犇珮锺鍾祇著乾")
_LINES = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
# Spaces that stand inside a date or a number with its unit: 11 月 5 日, 实到 22 人.
_INNER_SPACE = re.compile(
    r"(?<=\d) (?=[年月日号时点分人名个位元块万条篇期份次周%/．.-])|(?<=[年月日到第共席假费约是为:：/．.-]) (?=\d)"
    r"|(?<=[应实]) (?=到)|(?<=[点時时]) (?=\d{1,2}分)"
)
_TO_HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；（）！？～"}
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_SHOWN = {**_TO_HALF, **_RADICALS, ord("￥"): "¥", ord("∶"): ":"}
_FLAT = str.maketrans("，；：（）！？～〜∼—–―‐−－「」『』〈〉﹣﹕〔〕【】", ",;:()!?~~~------“”“”《》-:()[]")
_QUOTED = re.compile(r'"([^"\n]{1,200})"')
# 支委会/11月9日/三楼: a stroke that is no ratio and no date parts values like a comma.
_SLASH = re.compile(r"(?<![\d<])[/|]|(?<!<)[/|](?!\d)|(?<=\d)\|(?=\d)|(?:(?<=\.\d)|(?<=\.\d\d))/(?=\d{1,2}:\d\d)")
# 党费——12月——71人: a long dash that is no range parts values too.
_DASHES = re.compile(r"(?<![\d日号周一二三四五六七八九十])-{2,}|-{2,}(?![\d周一二三四五六七八九十])")
# 应到二十八到二十四四个请假: voice input runs two numbers together where people are counted. Only there: 十九二十大 is
# what somebody said, and stays.
_DIGITS = "一二三四五六七八九"
_RUN_ON = re.compile(
    rf"(?:[应实该来去到])(?:到|来|去|会|了|的|党员|人数|是)*[{_DIGITS}]?十(?P<last>[{_DIGITS}])"
    rf"(?=[{_DIGITS[1:]}]十[{_DIGITS}]?(?:[个名位人]|到|来|请|缺|实|应)|(?P<next>[{_DIGITS}两])[个名位人])"
)
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A cleaned message. shown and flat have equal length."""

    shown: str
    flat: str

    def words(self, start: int, end: int) -> str:
        """The words between two places, without spaces around them."""
        return self.shown[start:end].strip()


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # lazy: the bot is to start at once

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; those that names keep stay."""
    if not HAN.search(text):
        return text
    result = _converter()(text)
    if result == text or len(result) != len(text):
        return result
    return "".join(old if old in _NAMES else new for old, new in zip(text, result, strict=True))


def _parted(match: re.Match[str]) -> str:
    """Two numbers with a comma between them; 二十四五个 is one, 24 or 25."""
    about = match["next"] is not None and _DIGITS.find(match["next"]) == _DIGITS.index(match["last"]) + 1
    return match[0] if about else f"{match[0]},"


def visible(text: str) -> str:
    """Text without marks that nobody sees, and that come along when it is copied."""
    return _INVISIBLE.sub("", text)


def clean(text: str) -> Text:
    """A message as it is read. Any string is fine; the time it takes grows with its length only."""
    text = visible(_LINES.sub("\n", text)).translate(_SHOWN)
    text = _SPACES.sub(" ", text)
    shown = _RUN_ON.sub(_parted, simplified(_INNER_SPACE.sub("", text)).strip())
    flat = shown.translate(_FLAT)
    flat = _QUOTED.sub("“\\1”", flat)
    flat = _DASHES.sub(lambda m: "," * len(m[0]), _SLASH.sub(",", flat))
    low = flat.lower()
    return Text(shown, low if len(low) == len(flat) else flat)
