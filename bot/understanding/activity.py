"""One activity's slots, put together from the pieces found in its stretch of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.understanding.attendance import others_came
from bot.understanding.dates import Found
from bot.understanding.kinds import Mention
from bot.understanding.money import find_titles
from bot.understanding.numbers import WHOLE, integer
from bot.understanding.people import lone_person, name
from bot.understanding.pieces import Piece
from bot.understanding.reading import ActivityReading, Doubt, Slot, Value
from bot.understanding.split import ALONE, DUTIES, Part
from bot.understanding.text import Text
from bot.understanding.topics import Topic
from rubrics.activities import Activities

_CELEBRATED = re.compile(r"(?:庆祝?|迎|喜迎|纪念|欢度)$")
_OLD_PLAN = re.compile(r"(?:(?:原定|原计划|本来|原本|原来)(?:是|在|于|定在|定于)*|截[至止]到?|最迟|不晚于)$")
_FELL_OUT = re.compile(
    r"[^,。;!?\n\d]{0,6}(?:没开成|没能开|没开|取消|开不成)|(?:补报|补录|补记|才报|才想|来报|汇报|登记)|"
    r"(?:发|下发|印发)?通知(?=,|$)|报名"
)
_JUST = re.compile(r"刚(?:刚|才)?(?:开|结束|上|收|交|搞|散会|把|完成|组织|报)|刚才|刚刚")
_VAGUE = re.compile(
    r"前几天|前两天|前一阵|头两天|这阵子|前些天|近日|日前(?!后)|最近|近期|前段时间|这几天|这两天|那天|上次|"
    r"前不久|不久前|几天前|某天|前阵子|过几天"
)
_GROUP = re.compile(r"第([一二三四五六七八九十\d]{1,3})(?:个)?(?:党)?小组|(?<![周期拜月第])([一二三四五六七八九])组")
_TALKED = re.compile(
    rf"(?P<n>{WHOLE})(?:人次|个|名|位|人)(?:党员|同志|支委|委员|人|职工|群众)*(?:都|分别|逐一|进行|开展)*了?(?:谈|交心)"
    rf"|谈(?:心|话|谈)*(?:了|共|人数|人次|对象|:|,|一共|计)*(?P<m>{WHOLE})(?:人次|个|名|位|人|对)"
    rf"|(?:和|与|跟|同|对|找)(?P<k>{WHOLE})(?:个|名|位|人)"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was found in a text, by sort. masked: flat with quotations blanked; the rest: pieces in order."""

    text: Text
    masked: str
    now: datetime
    dates: list[Found]
    times: list[Piece]
    hours: list[Piece]
    counts: list[Piece]
    mentions: list[Mention]
    sums: list[Piece]
    months: list[Piece]
    heads: list[Piece]
    pieces: list[Piece]
    people: list[Piece]
    places: list[Piece]
    denied: list[tuple[int, int]]


@dataclass(slots=True)
class _Draft:
    """Slots and doubts as they are gathered, from one stretch of the text."""

    facts: Facts
    part: Part
    slots: dict[str, Slot]
    doubts: list[Doubt]

    def of(self, pieces: Sequence[Piece]) -> list[Piece]:
        return [p for p in pieces if self.part.start <= p.start < self.part.end]

    def put(self, slot: str, value: Value, start: int, end: int) -> None:
        self.slots.setdefault(slot, Slot(value, self.facts.text.words(start, end)))

    def doubt(self, slot: str, why: str, words: str, options: tuple[Value, ...] = ()) -> None:
        if all(d.slot != slot for d in self.doubts):
            self.doubts.append(Doubt(slot, why, words, options))

    def take(self, piece: Piece) -> None:
        words = self.facts.text.words(piece.start, piece.end)
        if piece.value is not None:
            self.slots.setdefault(piece.slot, Slot(piece.value, words))
        elif piece.why:
            self.doubt(piece.slot, piece.why, words, piece.options)

    def whole(self, slot: str) -> int | None:
        value = self.slots[slot].value if slot in self.slots else None
        return value if isinstance(value, int) else None


def activity_slots(
    facts: Facts, part: Part, topics: Sequence[Topic], kinds: Activities, open_kind: str | None, planned: bool
) -> ActivityReading:
    """The reading of one part. topics: those that are its own; planned: a date ahead is no mistake."""
    draft = _Draft(facts, part, {}, [])
    named = part.head.kinds if part.head else ()
    kind = named[0] if len(named) == 1 else None
    if part.head and kind is None:
        draft.doubt("kind", "ambiguous_kind", facts.text.words(part.head.start, part.head.end), tuple(named))
    of = kind or open_kind or (named[0] if named else None)
    slots = set(kinds.kinds[of].slots) if of and of in kinds.kinds else None
    _numbers(draft, of)
    _date(draft, topics, planned)
    for piece in draft.of(facts.times):
        draft.take(piece)
    for piece in (*draft.of(facts.hours), *draft.of(facts.people)):
        if slots is None or piece.slot in slots or (piece.slot == "host" and of not in ALONE):
            draft.take(piece)
    if slots is None or "speaker" in slots:
        _lone_speaker(draft, topics, of)
    inner = [t for t in topics if t.strength > 1]
    places = [p for p in draft.of(facts.places) if not any(t.start <= p.start < t.end for t in inner)]
    if places and of not in DUTIES:
        draft.take(places[0])
    group = _GROUP.search(facts.masked, part.start, part.end) if slots and "group" in slots else None
    if group:
        draft.put("group", integer(group[1] or group[2]) or 0, *group.span())
    if topics and (planned is False or topics[0].strength > 1):
        _topic(draft, topics)
    _check(draft)
    return ActivityReading(kind, draft.slots, tuple(draft.doubts), part.same_as, facts.text.words(part.start, part.end))


def _numbers(draft: _Draft, kind: str | None) -> None:
    """Counts, sums, months and titles: which of them, the kind says."""
    facts = draft.facts
    if kind == "information_submitted":
        _information(draft)
    elif kind in ("dues_collected", "dues_remitted"):
        _dues(draft, kind)
    elif kind == "heart_to_heart_talk":
        talked = _TALKED.search(facts.masked, draft.part.start, draft.part.end)
        number = integer(talked["n"] or talked["m"] or talked["k"]) if talked else None
        if talked and number:
            draft.put("count", number, *talked.span())
    else:
        for piece in draft.of(facts.counts):
            draft.take(piece)
        _everyone(draft)
        if kind is None:
            for piece in draft.of(facts.sums):
                draft.take(piece)
            if "标题" in facts.masked:
                _information(draft)


def _information(draft: _Draft) -> None:
    facts, part = draft.facts, draft.part
    for piece in draft.of(facts.pieces):
        draft.take(piece)
    flat, shown = facts.text.flat[part.start : part.end], facts.text.shown[part.start : part.end]
    for piece in find_titles(flat, shown, draft.whole("count")):
        draft.take(replace(piece, start=piece.start + part.start, end=piece.end + part.start))


def _dues(draft: _Draft, kind: str) -> None:
    facts = draft.facts
    for piece in draft.of(facts.sums):
        draft.take(piece)
    if kind == "dues_collected":
        for piece in draft.of(facts.heads):
            draft.take(piece)
    months: list[str] = []
    pieces = draft.of(facts.months)
    for piece in pieces:
        if isinstance(piece.value, tuple):
            months += [m for m in piece.value if m not in months]
        elif piece.why:
            draft.take(piece)
    if months and all(d.slot != "months" for d in draft.doubts):
        draft.put("months", tuple(months), pieces[0].start, pieces[-1].end)


def _everyone(draft: _Draft) -> None:
    """全员到齐: as many as ought to come, when that is said; else it stays marked."""
    present, expected = draft.slots.get("present"), draft.whole("expected")
    if present is None or present.value != "all":
        return
    away = (draft.whole("leave") or 0) + (draft.whole("absent") or 0)
    words = draft.facts.masked[draft.part.start : draft.part.end]
    if away and (expected is None or not others_came(words)):
        del draft.slots["present"]
    elif expected is not None:
        draft.slots["present"] = Slot(expected - away, present.words)


def _date(draft: _Draft, topics: Sequence[Topic], planned: bool) -> None:
    facts, part = draft.facts, draft.part
    found = _candidates(draft, topics)
    if not found:
        vague = _VAGUE.search(facts.masked, part.start, part.end)
        just = _JUST.search(facts.masked, part.start, part.end)
        loose = [d for d in facts.dates if part.start <= d.start < part.end and (d.vague or d.scope == "week")]
        if just:
            draft.put("date", facts.now.date(), *just.span())
        elif vague:
            draft.doubt("date", "vague_date", vague[0])
        elif loose and not planned:
            draft.doubt("date", "vague_date", facts.text.words(loose[0].start, loose[0].end))
        return
    first = found[0]
    words = facts.text.words(first.start, first.end)
    days = tuple(dict.fromkeys(d.first for d in found if d.first and d.grain == "day"))
    if len(days) > 1:
        draft.doubt("date", "ambiguous_date", words, days)
    elif first.vague:
        draft.doubt("date", "ambiguous_date", words, (first.first,) if first.first else ())
    elif first.first is None or first.why in ("weekday_mismatch", "ambiguous_date", "impossible_date"):
        draft.doubt("date", first.why or "impossible_date", words, first.options)
    elif first.first > facts.now.date() and not planned:
        draft.doubt("date", "future_date", words, _year_before(first))
    else:
        draft.put("date", first.first, first.start, first.end)
        if first.last and first.last > first.first:
            draft.put("date_end", first.last, first.start, first.end)
        if first.why == "crosses_year":
            draft.doubt("date", "crosses_year", words, first.options)


def _year_before(found: Found) -> tuple[Value, ...]:
    day = found.first
    if day is None or day.year == 1 or (day.month, day.day) == (2, 29):
        return ()
    return (day.replace(year=day.year - 1),)


def _candidates(draft: _Draft, topics: Sequence[Topic]) -> list[Found]:
    """The days of the part that can be the activity's: not those its topic speaks of, or what it celebrates."""
    flat, part = draft.facts.masked, draft.part
    inner = [t for t in topics if t.strength > 1]
    result = []
    for one in draft.facts.dates:
        if not (part.start <= one.start < part.end) or one.grain not in ("day", "range", "days"):
            continue
        if any(t.start <= one.start < t.end for t in inner):
            continue
        if _CELEBRATED.search(flat[max(0, one.start - 2) : one.start]):
            continue
        if _OLD_PLAN.search(flat[max(0, one.start - 6) : one.start]) or _FELL_OUT.match(flat, one.end):
            continue
        result.append(one)
    plain = [one for one in result if one.scope != "festival"]
    return plain or result


def _lone_speaker(draft: _Draft, topics: Sequence[Topic], kind: str | None) -> None:
    """党课，张书记，《不忘初心》: somebody with a title alone between the other values."""
    if kind != "party_lecture" or "speaker" in draft.slots:
        return
    flat, part = draft.facts.masked, draft.part
    at = part.start
    for end in [i for i in range(part.start, part.end) if flat[i] in ",。;\n :■《"] + [part.end]:
        person = lone_person(flat[at:end])
        if person and (person["name"] is None or any(t.strength > 1 for t in topics)):
            start = at + person.start("who")
            stop = at + person.end("who")
            draft.put("speaker", name(draft.facts.text.shown[start:stop]), start, stop)
            return
        at = end + 1


def _topic(draft: _Draft, topics: Sequence[Topic]) -> None:
    shown = draft.facts.text.shown
    values = [_unquoted(shown[t.start : t.end].strip()) for t in topics]
    draft.put("topic", "；".join(dict.fromkeys(values)), topics[0].start, topics[-1].end)


def _unquoted(words: str) -> str:
    pairs = {"“": "”", '"': '"', "「": "」", "『": "』", "《": "》"}
    inner = words[1:-1]
    if len(words) > 2 and pairs.get(words[0]) == words[-1] and words[0] not in inner and words[-1] not in inner:
        return inner.strip()
    return words


def _check(draft: _Draft) -> None:
    """Numbers that contradict each other."""
    present, expected = draft.whole("present"), draft.whole("expected")
    if present is None or expected is None:
        return
    away = (draft.whole("leave") or 0) + (draft.whole("absent") or 0)
    if present > expected:
        draft.doubt("present", "too_many_present", draft.slots["present"].words, (expected,))
    elif present + away > expected:
        draft.doubt("present", "numbers_disagree", draft.slots["present"].words, (expected - away, present))
