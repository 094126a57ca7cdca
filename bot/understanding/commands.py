"""Wishes typed in plain words: 帮助, 月报, 现在多少分了, 为什么 三会一课, 改第2项, 撤回 #128, 好, 算了."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.understanding.evaluation_wishes import EVALUATION_WISHES, WITH_REASONS
from bot.understanding.numbers import integer
from bot.understanding.oversight_wishes import OVERSIGHT_WISHES
from bot.understanding.sheet_wishes import SHEET_WISHES
from bot.understanding.text import clean
from bot.understanding.wish_words import END, POLITE, WISHES
from bot.understanding.year_wishes import STEPS, YEAR_WISHES

_LONGEST = 80  # a wish is short; what is longer is a report
_LONGEST_REASON = 500  # but for those that give a reason


@dataclass(frozen=True, slots=True)
class Command:
    """A wish. name: help | month | points | detail | grade | why | lacking | records | back | skip | skip_all |
    forgotten | later | already | drop | yes | acknowledge | no | no_files | change | instead (不是 this 是 that) |
    withdraw | same_as_last | remind | remind_here | calendar | stage | tomorrow | not_applicable | copy | entered |
    purge, or one of evaluation_wishes.py, year_wishes.py, sheet_wishes.py or oversight_wishes.py;
    argument: the words it is about, as typed (of a change: what is to be changed, and how); number: the #128 it
    names; item: the 2 of 改第2项 or 看附件 第2批; month: the month it names (1 to 12), or -1 for last month, 0 for this
    one.
    """

    name: str
    argument: str = ""
    number: int | None = None
    item: int | None = None
    month: int | None = None


_ITEM = re.compile(r"第 ?([一二三四五六七八九十\d]{1,2}) ?(?:项|个|条|行|栏)")
_HASHED = re.compile(r"# ?(\d{1,9})")
# What a report has and a wish has not: a wish with these is a report that only begins like one.
_REPORTS = re.compile(r"应到|实到|到会|开了|召开了|举行了|上了党课|收了|主题[是为:]|议题[是为:]|参加|\d月\d{1,2}[日号]")
_LONG = WITH_REASONS | STEPS | {"urge", "urge_answer"}  # wishes that give a reason
_FREE = frozenset({"change", "purge", "not_applicable", "same_as_last"}) | _LONG  # wishes that may hold any words
# Wishes whose words are put on record or passed on, to the last 了. Who takes a name off them drops a 了 that is left.
_KEPT_WHOLE = frozenset({"return_sheet", "return_record", "urge", "urge_answer", "object", "purge", "take_back",
                         "answer", "reject", "correct", "reopen", "finding", "not_applicable"})  # fmt: skip
_PARTICLES = " ：:，,。？?！!的了吧呢"
# What follows the clause in a why: 三会一课 只有3分.
_REMARK = re.compile(
    r"(?:只有|才|只得?|就|没有?|不|扣了?|得了?|是|有|(?<![委组活大])会(?!一))(?:\d|几|多少|[零一二三四五六七八九十]|分|满|"
    r"给|加|算|得|扣|有|$)"
)
_DIGIT_YES = re.compile(r"^1[.。!]?$")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    every = (*YEAR_WISHES, *EVALUATION_WISHES, *SHEET_WISHES, *OVERSIGHT_WISHES, *WISHES)
    return tuple((name, re.compile(rf"(?:{_numbered(wish)}){END}")) for name, wish in every)


def _numbered(wish: str) -> str:
    """A pattern whose groups may share a name: each gets a number of its own."""
    count = itertools.count()
    return re.sub(r"\(\?P<(\w+)>", lambda m: f"(?P<{m[1]}_{next(count)}>", wish.replace("\ufe0f", ""))


@lru_cache(maxsize=32)  # one turn asks it of the same words many times
def find_command(text: str) -> Command | None:
    """The wish a message is, when it is nothing else; None for reports and small talk.

    Prefixes (/ // ! ！), polite words, punctuation and traditional characters are fine.
    """
    if len(text) > 2 * _LONGEST_REASON:
        return None
    cleaned = clean(text)
    flat, shown = cleaned.flat.strip(), cleaned.shown.strip()
    if not flat or len(flat) > _LONGEST_REASON or "\n" in flat:
        return None
    if _DIGIT_YES.match(flat):
        return Command("yes")
    for begin in _begins(flat):
        for name, pattern in _patterns():
            if len(flat) > _LONGEST and name not in _LONG:
                continue
            match = pattern.fullmatch(flat, begin)
            if match and (name in _FREE or not _REPORTS.search(flat)):
                return _command(name, match, shown)
    return None


def _begins(flat: str) -> list[int]:
    """Where the wish may begin: at once, or after prefixes and polite words."""
    begins = [0]
    at = 0
    polite = re.compile(POLITE)
    while match := polite.match(flat, at):
        at = match.end()
        begins.append(at)
    return [b for b in begins if b < len(flat)]


def _command(name: str, match: re.Match[str], shown: str) -> Command:
    groups = match.groupdict()
    numbers = [v for k, v in groups.items() if k.startswith("number") and v]
    places = [match.span(k) for k, v in groups.items() if k.startswith("argument") and v]
    words_of_theirs = "".join(shown[a:b] for a, b in places).strip(" ：:，,。？?！!")
    argument = words_of_theirs.strip(_PARTICLES)
    if argument and name in _KEPT_WHOLE:
        argument = words_of_theirs
    if name == "why":
        argument = _REMARK.split(argument)[0].strip(" ：:，,")
    number = int(numbers[0]) if numbers else None
    item = None
    if name in ("change", "purge", "withdraw") and number is None and (hashed := _HASHED.search(match.string)):
        number = int(hashed[1])
    if name == "evidence":
        item = next((integer(v) for k, v in groups.items() if k.startswith("item") and v), None)
    if name == "change":
        argument = re.sub(r"^# ?\d+(?:的|号|那条|这条)? ?(?:[写报记说]?错了|不对|有误)?[, ，]*", "", argument).strip()
        argument = re.sub(r"^(?:成|为|到(?![会场了齐]))", "", argument)  # 改成21人
        argument = re.sub("错$", "错了", argument)  # 支委会记错了: its 了 is no particle
        found = _ITEM.match(argument)
        item = integer(found[1]) if found else None
        argument = argument[found.end() :].strip(" ，,：:为成") if found else argument
    words = next((v for k, v in groups.items() if k.startswith("month") and v), None)
    return Command(name, argument, number, item, _month(words, match.string))


def _month(words: str | None, flat: str) -> int | None:
    if words is None:
        return -1 if re.search("上个?月", flat) else 0 if re.search("本月|这个?月", flat) else None
    if words[0] in "上本这":
        return -1 if words[0] == "上" else 0
    value = integer(words)
    return value if value is not None and 1 <= value <= 12 else None
