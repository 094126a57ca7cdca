"""One activity's slots, put together from the pieces found in its stretch of the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.understanding.attendance import others_came
from bot.understanding.draft import Draft
from bot.understanding.facts import Facts
from bot.understanding.firm import DUTIES
from bot.understanding.groups import GROUP, number_of
from bot.understanding.happened import put_date
from bot.understanding.kinds import Mention
from bot.understanding.lone import lone_people
from bot.understanding.numbers import DECIMAL, WHOLE, decimal, integer, is_vague
from bot.understanding.people import lone_person, name
from bot.understanding.pieces import Piece
from bot.understanding.reading import ActivityReading, Slot
from bot.understanding.split import Part
from bot.understanding.titles import find_titles
from bot.understanding.topics import Topic
from bot.understanding.who import is_office
from rubrics.activities import Activities

# 两名支委谈了8位党员: whom they talked with, not who talked
_ALL_TALKED = re.compile(
    rf"(?:共|总共|合计|实际谈了?)(?:谈了?)?(?P<n>{WHOLE})(?:个人|人|名|位)(?![^,。;]{{0,3}}参加)|"
    rf"(?P<m>{WHOLE})人次|谈话吧?,(?P<l>{WHOLE})个?人"
)
_TALKED_WITH = re.compile(rf"谈了(?P<n>{WHOLE})(?:个|名|位)(?:老|新|流动|青年)?(?:党员|同志|人)")
_TALKED = re.compile(
    rf"(?P<n>{WHOLE})(?:人次|个|名|位|人)(?:党员|同志|支委|委员|人|职工|群众)*(?:都|分别|逐一|进行|开展)*了?(?:谈|交心)"
    rf"|谈(?:心|话|谈)*(?:了|共|人数|人次|大概|大约|对象|是|:|,|一共|计)*(?P<m>{WHOLE})(?:人次|个|名|位|人|对)"
    rf"|(?:和|与|跟|同|对|找)(?:新来的|支部的?|年轻的?|[^,。;!?\n\d一二两三四五六七八九十]{{1,6}}的)?"
    rf"(?P<k>{WHOLE})(?:个|名|位|人)"
    rf"|谈了(?P<j>俩|仨)"
)
_TOTAL = re.compile(rf"(?:合计|总计|共计|一共|总共|共)(?:收了?|交了?)?(?:{WHOLE}[人名个位]+)?[,: ]?$")
_EACH_PAID = re.compile(rf"每(?:人|名|位)[^,。;!?\n\d]{{0,4}}(?P<n>{DECIMAL})(?:元|块)")
_RECEIVED = re.compile(rf"接待(?:了|来访|群众|居民|村民)*(?P<n>{WHOLE})(?:位|名|个|人|批)")
_ABOUT_TALKED = re.compile(rf"谈了?(?P<n>{WHOLE})(?:多|来|几)个?(?:人|名|位)")
_LEAVE = re.compile("[病事公产年婚]假|出差|外出")
_LONE_TALK = re.compile(
    rf"(?:(?<=[,。; :])|^)(?:共|一共|人数|总共)?:?(?P<n>{WHOLE})(?:人次|个人|名|位|人)(?=[,。; ]|$)"
)


def activity_slots(
    facts: Facts, part: Part, topics: Sequence[Topic], kinds: Activities, open_kind: str | None, planned: bool
) -> ActivityReading:
    """The reading of one part. topics: those that are its own; planned: a date ahead is no mistake."""
    draft = Draft(facts, part, {}, [])
    named = part.head.kinds if part.head else ()
    kind = named[0] if len(named) == 1 else None
    if part.head and kind is None:
        draft.doubt("kind", "ambiguous_kind", facts.text.words(part.head.start, part.head.end), tuple(named))
    of = kind or open_kind or (named[0] if named else None)
    slots = set(kinds.kinds[of].slots) if of and of in kinds.kinds else None
    _numbers(draft, of, kinds.kinds[kind].slots if kind is not None and kind in kinds.kinds else None)
    put_date(draft, topics, planned)
    for piece in draft.of(facts.times) if of not in DUTIES else ():
        draft.take(piece)
    for piece in (*draft.of(facts.hours), *draft.of(facts.people)):
        if slots is None or piece.slot in slots:
            draft.take(piece)
    if slots is None or "speaker" in slots:
        _lone_speaker(draft, topics, of)
    draft.doubts = [d for d in draft.doubts if not (d.slot in ("speaker", "host") and d.slot in draft.slots)]
    inner = [t for t in topics if t.strength > 1]
    places = [p for p in draft.of(facts.places) if not any(t.start <= p.start < t.end for t in inner)]
    if places and of not in DUTIES and (slots is None or "place" in slots):
        draft.take(places[0])
    group = GROUP.search(facts.masked, part.start, part.end) if slots is None or "group" in slots else None
    if group and (number := number_of(group)):
        draft.put("group", number, *group.span())
    if topics and "titles" not in draft.slots and (planned is False or topics[0].strength > 1):
        _topic(draft, topics)
    _check(draft)
    return ActivityReading(kind, draft.slots, tuple(draft.doubts), part.same_as, facts.text.words(part.start, part.end))


def _numbers(draft: Draft, kind: str | None, has: Collection[str] | None) -> None:
    """Counts, sums, months and titles: which of them, the kind says. has: the slots of a kind that is named."""
    facts = draft.facts
    if kind in ("information_submitted", "news_published"):
        _information(draft)
    elif kind in ("dues_collected", "dues_remitted"):
        _dues(draft, kind)
    elif kind == "heart_to_heart_talk":
        part = draft.part
        patterns = (_ALL_TALKED, _TALKED_WITH, _TALKED, _LONE_TALK)
        talked = next((m for p in patterns if (m := p.search(facts.masked, part.start, part.end))), None)
        number = integer(next(v for v in talked.groups() if v)) if talked else None
        vague = talked is not None and is_vague(next(v for v in talked.groups() if v))
        about = talked if vague else _ABOUT_TALKED.search(facts.masked, draft.part.start, draft.part.end)
        if about:
            draft.doubt("count", "approximate_number", facts.text.words(*about.span()))
        elif talked and number:
            draft.put("count", number, *talked.span())
    elif has is not None and "present" not in has:
        if "count" in has:
            _how_many(draft)
    else:
        _counts(draft)
        _everyone(draft)
        if kind is None:
            for piece in draft.of(facts.sums):
                draft.take(piece)
            if "标题" in facts.masked:
                _information(draft)


def _counts(draft: Draft) -> None:
    """Who came: as told, several sorts of leave together, else the only people that the words speak of."""
    facts, pieces = draft.facts, draft.of(draft.facts.counts)
    leaves = [p for p in pieces if p.slot == "leave" and isinstance(p.value, int)]
    sorts = {m[0] for p in leaves if (m := _LEAVE.search(facts.masked, p.start, p.end))}
    if len(leaves) > 1 and len(sorts) == len(leaves):  # 公假9人，病假6人
        total = sum(p.value for p in leaves if isinstance(p.value, int))
        draft.put("leave", total, leaves[0].start, leaves[-1].end)
    for piece in pieces:
        draft.take(piece)
    if "present" in draft.slots or any(d.slot == "present" for d in draft.doubts) or not draft.part.head:
        return
    others = (facts.counts, facts.times, facts.hours, facts.sums, facts.dates)
    taken = [(p.start, p.end) for several in others for p in several]
    taken += [(t.start, t.end) for t in facts.tagged if t.slot == "topic"]
    alone = lone_people(facts.masked, draft.part.start, draft.part.end, taken)
    if len({p.value for p in alone}) == 1:
        draft.take(alone[0])


def _how_many(draft: Draft) -> None:
    """送了2个人去培训, 来访群众9人: where nobody counts who came, the people told of, if it is one number."""
    facts, part = draft.facts, draft.part
    told = [p for p in (*draft.of(facts.heads), *draft.of(facts.counts)) if isinstance(p.value, int) and p.value > 0]
    received = _RECEIVED.search(facts.masked, part.start, part.end)
    number = integer(received["n"]) if received else None
    told += [Piece("count", number, *received.span())] if received and number else []
    told += lone_people(facts.masked, part.start, part.end, [(p.start, p.end) for p in told])
    if len({piece.value for piece in told}) == 1:
        draft.take(replace(told[0], slot="count"))


def _information(draft: Draft) -> None:
    facts, part = draft.facts, draft.part
    for piece in draft.of(facts.pieces):
        draft.take(piece)
    flat, shown = facts.text.flat[part.start : part.end], facts.text.shown[part.start : part.end]
    count = draft.whole("count")
    for piece in find_titles(flat, shown, count):
        if count is not None and isinstance(piece.value, tuple) and len(piece.value) != count and "等" not in flat:
            words = facts.text.words(piece.start + part.start, piece.end + part.start)
            draft.doubt("count", "numbers_disagree", words, (len(piece.value), count))
        draft.take(replace(piece, start=piece.start + part.start, end=piece.end + part.start))


def _dues(draft: Draft, kind: str) -> None:
    facts = draft.facts
    for piece in sorted(draft.of(facts.sums), key=lambda p: not _TOTAL.search(facts.masked, 0, p.start)):
        draft.take(piece)
    if kind == "dues_collected":
        for piece in draft.of(facts.heads):
            draft.take(piece)
        _each_paid(draft)
    months: list[str] = []
    pieces = draft.of(facts.months)
    for piece in pieces:
        if isinstance(piece.value, tuple):
            months += [m for m in piece.value if m not in months]
        elif piece.why:
            draft.take(piece)
    if months and all(d.slot != "months" for d in draft.doubts):
        draft.put("months", tuple(months), pieces[0].start, pieces[-1].end)


def _each_paid(draft: Draft) -> None:
    """30人，每人30元, and 960 in all: something is wrong."""
    each = _EACH_PAID.search(draft.facts.masked, draft.part.start, draft.part.end)
    count, amount = draft.whole("count"), draft.whole("amount")
    value = decimal(each["n"]) if each else None
    if each and value is not None and count and amount and value * count * 100 != amount:
        words = draft.facts.text.words(*each.span())
        draft.doubt("amount", "numbers_disagree", words, (int(value * count * 100), amount))


def _everyone(draft: Draft) -> None:
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


def _lone_speaker(draft: Draft, topics: Sequence[Topic], kind: str | None) -> None:
    """党课，张书记，《不忘初心》: somebody with a title alone between the other values; rather than the office that
    only the kind is named for (党委书记讲党课，7月1日，孙立群，《…》)."""
    told, head = draft.slots.get("speaker"), draft.part.head
    of_kind = told is not None and head is not None and _names(draft, head, str(told.value))
    if kind is None or (kind != "party_lecture" and not of_kind) or (told is not None and not of_kind):
        return
    flat, part = draft.facts.masked, draft.part
    at = part.start
    for end in [i for i in range(part.start, part.end) if flat[i] in ",。;\n :()■《"] + [part.end]:
        person = lone_person(flat[at:end])
        if person and not (of_kind and not person[2]) and (not person[2] or any(t.strength > 1 for t in topics)):
            start, stop = at + person[0], at + person[1]
            draft.slots.pop("speaker", None)
            draft.put("speaker", name(draft.facts.text.shown[start:stop]), start, stop)
            return
        at = end + 1


def _names(draft: Draft, head: Mention, who: str) -> bool:
    """Whether an office stands in the name of the kind: 党委书记讲党课."""
    return is_office(who) and who in draft.facts.text.shown[head.start : head.end]


def _topic(draft: Draft, topics: Sequence[Topic]) -> None:
    shown = draft.facts.text.shown
    asked = next((t for t in topics if t.options), None)
    if asked is not None:
        words = shown[asked.start : asked.end].strip()
        draft.doubt("topic", "unsure" if len(set(asked.options)) == 1 else "two_readings", words, asked.options)
        return
    values = [_unquoted(shown[t.start : t.end].strip()) for t in topics]
    draft.put("topic", "；".join(dict.fromkeys(values)), topics[0].start, topics[-1].end)


def _unquoted(words: str) -> str:
    pairs = {"“": "”", '"': '"', "「": "」", "『": "』", "《": "》"}
    inner = words[1:-1]
    if len(words) > 2 and pairs.get(words[0]) == words[-1] and words[0] not in inner and words[-1] not in inner:
        return inner.strip()
    return words


def _check(draft: Draft) -> None:
    """Numbers that contradict each other."""
    present, expected = draft.whole("present"), draft.whole("expected")
    if present is None or expected is None:
        return
    away = (draft.whole("leave") or 0) + (draft.whole("absent") or 0)
    if present > expected:
        draft.doubt("present", "too_many_present", draft.slots["present"].words, (expected,))
    elif present + away > expected or ({"leave", "absent"} <= draft.slots.keys() and present + away != expected):
        draft.doubt("present", "numbers_disagree", draft.slots["present"].words, (expected - away, present))
