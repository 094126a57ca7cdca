"""Which kinds in a message are activities of their own, which words belong to which, and which share a gathering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.understanding.dates import Found
from bot.understanding.firm import ALONE, DUTIES, firm_heads
from bot.understanding.groups import GROUP, number_of
from bot.understanding.kinds import Mention
from bot.understanding.masking import blank
from bot.understanding.matters import heads_of
from bot.understanding.numbers import WHOLE
from bot.understanding.pieces import Piece
from bot.understanding.tagger import Tagged

_JOIN = re.compile(
    r"^(?:活动|会议)?\W*(?:和|与|、|及|以及|暨|加|\+|并|兼|同时|一起|结合|套开|连|跟|同|套)?[^。;!?\n]{0,12}$"
)
_TOGETHER = re.compile(
    r"一起(?:开|办|过|搞|召|进|举)|一并|合并|套开|套着|同时|同场|结合|连着|放在一起|合在一起|会上|活动(?:中|"
    r"上)|期间|其中|现场"
    r"|随后|接着|紧接着|之后|然后|会后|会前|并(?:开|召|上|组|举|进|听|由)|顺便|还(?:上|开|听|邀|请)|当天|"
    r"合开|一块|顺带|接下来"
)
_AGAIN = re.compile(
    r"^\W*(?:[我咱]们|党?支部|大家)?(?:又|还|当天|同一?天|同日|随后|接着|之后|然后|会后|上午|下午|晚上|另|再|并|同时)"
)
_ANNOUNCED = re.compile(r"[^,。;!?\n]{0,6}?(?:通知|决定|定了|定下|商定|要求|说)")
_BREAK = re.compile(r"[,。;!? \n]")
# What leads to the next activity: 同日下午，, 会后，; and without marks: 九点半接着开…, 晚上又和他们开了…
_LEADS = re.compile(
    r"[\W■]*(?:(?:会|课|活动)?(?:结束)?之?后|会前|当[天日晚]|同[一]?[天日]|随后|接着|紧接着|之后|然后|另外|此外|"
    r"再|又|也|■|日|[上下中]午|晚上?)*[\W■]*"
)
_TO_IT = re.compile(
    r"(?:又|接着|紧接着|然后|随后|还|再|就|[我咱]们|支部|村里|大家伙?|组织|全体|党员|一起|[和跟同]他们|在[^,。;"
    r"!?\n\d]{1,6}|继续|去|"
    r"召?开了?个?|上了?|搞了?|"
    r"办了?|的时候|以后|开始|呢|嘛|,| )*$"
)

_TIMES = re.compile(r"[\d一二两三四五六][次场堂]$")
_SUM = re.compile(r"\d+(?:\.\d+)?(?:元|块)")
_HEADS = re.compile(rf"{WHOLE}(?:人|名|个(?!月))|(?:全|都)到")


@dataclass(slots=True)
class Part:
    """One activity's stretch of the text. head: its mention (None: only values); anchors: all places its kind is
    named at; same_as: index of the part it shares a gathering with; follows: it took place on the day of that part;
    common: where what is told of all parts together stands; listed: its stretch of a list of names that all are told of
    after (12月5日党课、12月6日志愿服务：党课听课62人…)."""

    head: Mention | None
    start: int
    end: int
    anchors: list[Mention]
    same_as: int | None = None
    follows: int | None = None
    common: tuple[int, int] = (0, 0)
    listed: tuple[int, int] = (0, 0)


def split(
    flat: str,
    mentions: Sequence[Mention],
    dates: Sequence[Found],
    counts: Sequence[Piece],
    sums: Sequence[Piece],
    times: Sequence[Piece],
    topics: Sequence[Tagged],
    open_kind: str | None = None,
) -> list[Part]:
    """The activities of a text, in order, with the stretch of each. topics: as the tagger sees them; open_kind: of the
    form that is being filled in."""
    days = [d for d in dates if d.grain in ("day", "range", "days")]
    known = firm_heads(flat, heads_of(flat, mentions, sums, [*days, *counts, *topics]), days, counts, open_kind)
    distinct = _distinct(flat, known, days)
    heads = _told_apart(distinct, counts)
    if not heads:
        return [Part(None, 0, len(flat), [])]
    parts: list[Part] = []
    leading = any(d.start < heads[0][0].start for d in days)
    for head, anchors in heads:
        start = _boundary(flat, parts[-1], head, days, counts, leading) if parts else 0
        start = _with_lead(flat, parts[-1], start, [*times, *days]) if parts else 0
        start = _with_hour(flat, start, head, times) if parts else 0
        if parts:
            parts[-1].end = start
        parts.append(Part(head, start, len(flat), [head, *anchors]))
    if heads is not distinct:
        return _listed(flat, parts, days, times)
    parts = [one for part in parts for one in _repeated(flat, part, dates, counts)]
    for i in range(1, len(parts)):
        _relate(flat, parts, i, days, counts, times)
    return parts


def _distinct(flat: str, heads: list[Mention], days: list[Found]) -> list[tuple[Mention, list[Mention]]]:
    """Heads with repeated mentions of the same activity put to the first."""
    result: list[tuple[Mention, list[Mention]]] = []
    for head in heads:
        same = next((r for r in reversed(result) if _same_group(flat, r[0], head, days)), None)
        same = same or next((r for r in reversed(result) if r[0].kinds == head.kinds), None)
        if same is None or _another(flat, same, head, days, same is result[-1]):
            result.append((head, []))
        else:
            same[1].append(head)
    return result


def _same_group(flat: str, first: Mention, again: Mention, days: Sequence[Found]) -> bool:
    """第一党小组和第二党小组开了会，一组8人，二组10人: a group named again without a day in between."""
    if first.kinds != again.kinds or any(first.end <= d.start < again.start for d in days):
        return False
    one, other = (GROUP.search(flat, max(0, m.start - 4), m.end) for m in (first, again))
    return bool(one and other and number_of(one) == number_of(other))


def _listed(flat: str, parts: list[Part], days: Sequence[Found], times: Sequence[Piece]) -> list[Part]:
    """Parts that a list of names goes before, each with what the list tells of it; with one day there, it is all's."""
    names = sorted((anchor for part in parts for anchor in part.anchors[1:]), key=lambda a: a.start)
    head = parts[0].anchors[0]
    end = next(
        (d.start for d in days if names[-1].end <= d.start and flat[d.end : head.start].strip() == ""), head.start
    )
    parts = [replace(parts[0], start=end), *parts[1:]]
    one_by_one = [told for told in (days, times) if sum(t.start < end for t in told) >= len(parts)]
    if len(names) != len(parts) or not one_by_one:
        return [replace(part, common=(0, end)) for part in parts]  # 都是昨天开的: told of all before each is told
    before = any(t.start < names[0].start for t in one_by_one[0])
    result = []
    for part in parts:
        i = names.index(part.anchors[1])
        if before:
            span = (names[i - 1].end if i else 0, names[i].end)
        else:
            span = (names[i].start, names[i + 1].start if i + 1 < len(names) else end)
        result.append(replace(part, common=(names[-1].end, end), listed=span))
    return result


def _told_apart(
    heads: list[tuple[Mention, list[Mention]]], counts: Sequence[Piece]
) -> list[tuple[Mention, list[Mention]]]:
    """先开支委会后开党员大会，支委会5人参加，党员大会22人参加: kinds listed first and then told one by one begin where
    each is told."""
    if len(heads) < 2 or not all(again for _, again in heads):
        return heads
    told = sorted(((again[0], first) for first, again in heads), key=lambda pair: pair[0].start)
    ends = [nxt.start for nxt, _ in told[1:]] + [10**9]
    if not all(_counted(counts, mention.end, end) for (mention, _), end in zip(told, ends, strict=True)):
        return heads
    return [(mention, [first]) for mention, first in told]


def _another(
    flat: str, same: tuple[Mention, list[Mention]], head: Mention, days: list[Found], just_before: bool
) -> bool:
    """Whether a kind named again is another activity: of another group, or with a day of its own after one that
    has its day."""
    if 0 <= head.start - (same[1][-1] if same[1] else same[0]).end <= 1:
        return False  # 党小组会一组
    if _TIMES.search(flat, max(0, same[0].start - 3), same[0].start) and not same[1]:
        return False  # 一次支委会一次党课：21号支委会…，28号党课…
    groups = [GROUP.search(flat, max(0, m.start - 4), m.end) for m in (same[0], head)]
    if groups[0] and groups[1] and number_of(groups[0]) != number_of(groups[1]):
        return True
    last = same[1][-1] if same[1] else same[0]
    behind = any(head.end <= d.start <= head.end + 3 for d in days)
    between = [d for d in days if last.end <= d.start < head.start]
    own = [d for d in between if d.start <= last.end + 3]  # 第二小组11月4日开了党小组会: its own day, told behind it
    first = any(d.start < same[0].start or same[0].end <= d.start <= same[0].end + 3 for d in days)
    return just_before and first and (behind or len(between) > len(own))


def _boundary(flat: str, before: Part, head: Mention, days: list[Found], counts: Sequence[Piece], leading: bool) -> int:
    """Where the words of the next activity begin: its clause, or the day told just before it."""
    low = max((a.end for a in before.anchors if a.end <= head.start), default=0)
    cuts = [low, *(m.end() for m in _BREAK.finditer(flat, low, head.start))]
    if not leading:
        return cuts[-1] if len(cuts) > 1 else head.start
    for i in range(len(cuts) - 1, max(-1, len(cuts) - 4), -1):
        end = cuts[i + 1] if i + 1 < len(cuts) else head.start
        inside = [d for d in days if cuts[i] <= d.start < end]
        if inside:
            told_before = _counted(counts, cuts[i], inside[-1].start) or i == 0
            return inside[-1].start if told_before else cuts[i]
        if _counted(counts, cuts[i], end) or (cuts[i] > low and flat[cuts[i] - 1] in "。;!?\n"):
            break
    return cuts[-1] if len(cuts) > 1 else head.start


def _with_hour(flat: str, start: int, head: Mention, times: Sequence[Piece]) -> int:
    """A part that begins with the name alone begins with the hour told right before it: 下午主题党日."""
    if start != head.start:
        return start
    near = [t for t in times if 0 <= head.start - t.end <= 12 and _TO_IT.fullmatch(flat, t.end, head.start)]
    while near and (before := [t for t in times if 0 <= near[0].start - t.end <= 1]):
        near = before[-1:]  # 下午三点
    return near[-1].start if near else start


def _with_lead(flat: str, before: Part, start: int, told: Sequence[Piece | Found]) -> int:
    """With the clauses before it that say no more than when: 同日下午，; after the sentence before."""
    low = max((a.end for a in before.anchors if a.end <= start), default=0)
    cuts = [m.end() for m in _BREAK.finditer(flat, low, max(low, start - 1))]
    for cut in reversed(cuts):
        words = blank(flat, [(t.start, t.end) for t in told if cut <= t.start < start])[cut:start]
        if not _LEADS.fullmatch(words):
            return start
        if flat[cut - 1] in "。;!\n":
            return cut
    return start


def _repeated(flat: str, part: Part, dates: Sequence[Found], counts: Sequence[Piece]) -> list[Part]:
    """党小组会：3月11日…应到7到7；3月25日…应到7到6, 一组12号8到7二组13号9到9,
    收党费：9月份22人440元；10月份23人462元: one name, several times held."""
    days = [d for d in dates if d.grain in ("day", "range", "days")]
    head = part.head
    if head is None:
        return [part]
    inside = [d.start for d in days if head.end <= d.start < part.end and d.grain == "day" and not d.vague]
    groups = [m.start() for m in GROUP.finditer(flat, head.end, part.end)]
    months = [d.start for d in dates if d.scope == "month" and head.end <= d.start < part.end]
    paid = head.kinds[0] in DUTIES and 1 < len(months) == len(_SUM.findall(flat, head.end, part.end))
    for marks in (groups, months if paid else inside):
        if len(marks) < 2 or (marks is inside and any(part.start <= d.start < head.start for d in days)):
            continue
        ends = [*marks[1:], part.end]
        told = all(
            _counted(counts, a, b) or "《" in flat[a:b] or _HEADS.search(flat, a, b)
            for a, b in zip(marks, ends, strict=True)
        )
        dated = marks is not groups or all(any(a <= d < b for d in inside) for a, b in zip(marks, ends, strict=True))
        lead = (0, 0)
        if marks is groups and not inside and any(part.start <= d.start < marks[0] for d in days):
            dated, lead = True, (part.start, marks[0])  # 8.19 党小组会 一组12/13 二组11/11
        if told and dated:
            starts = [part.start, *marks[1:]]
            return [
                replace(part, start=a, end=b, anchors=[head] if a == part.start else [], common=lead)
                for a, b in zip(starts, ends, strict=True)
            ]
    return [part]


def _counted(counts: Sequence[Piece], start: int, end: int) -> bool:
    return any(start <= c.start < end for c in counts)


def _relate(
    flat: str, parts: list[Part], i: int, days: list[Found], counts: Sequence[Piece], times: Sequence[Piece]
) -> None:
    """Whether an activity shares a gathering, or only the day, with the one before it."""
    this, before = parts[i], parts[i - 1]
    if this.head is before.head:
        return
    assert this.head is not None, "only a text without any head is a part without one"
    assert before.head is not None, "only a text without any head is a part without one"
    own_day = any(this.start <= d.start < this.end for d in days)
    if own_day and i == len(parts) - 1 and not any(d.start < this.start for d in days):
        own_day = False  # one day after all the names: 支委会和党课都是11月5日
    if own_day:
        return
    last = max((a.end for a in before.anchors if a.end <= this.head.start), default=0)
    between = flat[last : this.head.start]
    alone = this.head.kinds[0] in ALONE or before.head.kinds[0] in ALONE
    tight = len(between) <= 6 and bool(_JOIN.match(between))
    told_so = tight or bool(_TOGETHER.search(between)) or bool(_TOGETHER.search(flat, this.head.end, this.end))
    # Who came is told once: it was one gathering, unless the committee met, or the hour differs.
    committee = {this.head.kinds[0], before.head.kinds[0]} & {"committee_meeting"}
    both_timed = _counted(times, before.start, before.end) and _counted(times, this.start, this.end)
    together = told_so or not (committee or both_timed or "\n" in between)
    both_counted = _counted(counts, before.start, before.end) and _counted(counts, this.start, this.end)
    root = before.same_as if before.same_as is not None else i - 1
    if together and not alone and not both_counted:
        this.same_as = root
    elif ("。" not in between and "\n" not in between) or _AGAIN.match(flat[this.start : this.start + 6]):
        this.follows = root


def is_past(flat: str, part: Part, days: Sequence[Found], today: date) -> bool:
    """Whether the day that an activity's name stands by has been: the last before it in its part, else the first; not
    the day on which it was only told of (11月18日通知了，28日举行)."""
    if part.head is None:
        return False
    mine = [d for d in days if part.start <= d.start < part.end and d.grain == "day" and not d.vague]
    before = [d for d in mine if d.start < part.head.start]
    day = next(iter(before[-1:] or mine[:1]), None)
    if day is None or day.first is None or _ANNOUNCED.match(flat, day.end):
        return False
    return day.first <= today
