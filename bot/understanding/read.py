"""A message, understood: intent, activities with their slots, doubts. What isn't understood stays out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.understanding.activity import activity_slots
from bot.understanding.answers import bare_answer
from bot.understanding.around import around, is_of_a_day_ahead
from bot.understanding.attendance import find_attendance
from bot.understanding.coming import is_plan
from bot.understanding.dates import Found, find, spans
from bot.understanding.facts import Facts
from bot.understanding.gatherings import share, topics_of
from bot.understanding.intents import intent_of, is_held, is_small_talk
from bot.understanding.kinds import Mention, find_kinds
from bot.understanding.masking import ARROW, DENIED, blank, blanked, mask
from bot.understanding.money import find_heads, find_months, find_pieces, find_sums
from bot.understanding.opinions import settle, settle_counts
from bot.understanding.people import find_people
from bot.understanding.places import find_places
from bot.understanding.reading import ActivityReading, Doubt, Expecting, Intent, Reading
from bot.understanding.split import Part, split
from bot.understanding.tagger import Tagged, tagged
from bot.understanding.tagger_input import Mark
from bot.understanding.text import LONGEST, Text, clean
from bot.understanding.times import find_hours, find_times
from bot.understanding.topic_words import EMPTY
from bot.understanding.topics import ATTACHED
from bot.understanding.workdays import Overrides
from rubrics.activities import Activities

_CLASSES = {  # kinds as the tagger tells them apart
    "committee_meeting": "m", "member_assembly": "m", "group_meeting": "m", "themed_party_day": "d",
    "party_lecture": "l", "collective_study": "s", "volunteer_service": "v",
    "dues_collected": "f", "dues_remitted": "f",
    "information_submitted": "i",
}  # fmt: skip
_OF_A_TOPIC = 0.6  # how sure the tagger must be that a kind's name stands in a topic
_OUTRIGHT = 0.9  # the same of words among which nothing else was found
_TAGGED = 1500  # characters that the tagger sees: what was held is told at the beginning
_MARKUP = re.compile(r"</?[a-z!]")
_TITLED = re.compile(r"《[^《》\n]{0,200}》")
_MENTIONS = 60  # kinds named in one message; nobody tells of more
_NUMBER = re.compile(r"#(\d{1,9})")
_MAY_CORRECT = (Intent.REPORT, Intent.UNKNOWN)
_SHORT = 30  # characters; who puts a value right says little else
_NUMERAL = re.compile(r"[\d一二三四五六七八九十百]")
_FORMALLY = re.compile(rf"更正为|以此为准|{ARROW.pattern}")
_STRONGEST = (
    Intent.WITHDRAWAL, Intent.CORRECTION, Intent.REPORT, Intent.QUESTION, Intent.NOT_DONE, Intent.PLAN,
    Intent.SMALL_TALK, Intent.UNKNOWN,
)  # fmt: skip


def read(
    text: str,
    now: datetime,
    *,
    kinds: Activities,
    expecting: Expecting | None = None,
    overrides: Overrides | None = None,
) -> Reading:
    """Understand one message, however long or odd.

    now: when it was sent, aware, in the unit's time zone. expecting: what was just asked. overrides: local working
    days. Never raises for a text; values are cut from the cleaned text, numbers and dates looked up from it.
    """
    cleaned = clean(text[: LONGEST * 2])
    whole = len(text) <= LONGEST * 2 and len(cleaned.flat) <= LONGEST
    cleaned = cleaned if len(cleaned.flat) <= LONGEST else Text(cleaned.shown[:LONGEST], cleaned.flat[:LONGEST])
    doubts = () if whole else (Doubt("text", "too_long", cleaned.shown[:20]),)
    number = _NUMBER.search(cleaned.flat)
    if not cleaned.flat:
        return Reading(Intent.UNKNOWN, doubts=doubts)
    found = _facts(cleaned, now, overrides, kinds, coming=is_plan(cleaned.flat))
    if is_of_a_day_ahead(found, overrides):
        found = _facts(cleaned, now, overrides, kinds, coming=True)
    facts = _second_opinion(found)
    if is_small_talk(cleaned.flat) and not facts.mentions and expecting is None:
        return Reading(Intent.SMALL_TALK, doubts=doubts)
    parts = split(
        facts.masked,
        facts.mentions,
        facts.dates,
        facts.counts,
        facts.sums,
        facts.times,
        [t for t in facts.tagged if t.slot == "topic" and t.sure > _OF_A_TOPIC],
        expecting.kind if expecting else None,
    )
    readings, intents = _activities(facts, parts, now, kinds, expecting)
    intent = next(i for i in _STRONGEST if i in intents or i is Intent.UNKNOWN)
    kept = _reported(readings, intents, intent)
    return Reading(intent, kept, doubts, spans(cleaned, facts.all_dates), int(number[1]) if number else None)


def facts_of(text: Text, now: datetime, kinds: Activities) -> Facts:
    """What the patterns alone find in a text, for whoever trains the tagger."""
    return _facts(text, now, None, kinds)


def marks_of(facts: Facts) -> tuple[list[Mark], str]:
    """What was found in a text, as the tagger sees it, and the first kind named ("" for none)."""
    sorts = (
        ("D", facts.dates), ("M", facts.times), ("U", facts.hours), ("N", facts.counts), ("Y", facts.sums)
    )  # fmt: skip
    marks = [(m.start, m.end, _CLASSES.get(m.kinds[0], "k")) for m in facts.mentions]
    marks += [(one.start, one.end, letter) for letter, several in sorts for one in several]
    return marks, facts.mentions[0].kinds[0] if facts.mentions else ""


def _second_opinion(facts: Facts) -> Facts:
    """With what the tagger sees, and places and people as both readings have them."""
    marks, kind = marks_of(facts)
    seen = tagged(facts.text.flat[:_TAGGED], marks, kind)
    seen = [t for t in seen if marks or t.sure >= _OUTRIGHT]  # 天王盖地虎 tells no place
    seen = [] if _MARKUP.search(facts.text.flat) else seen  # it has never seen any: 研究<b>发展</b>对象
    facts = replace(facts, mentions=_told_of(facts.mentions, seen), dates=_own_dates(facts.dates, seen))
    shown, flat = facts.text.shown, facts.masked
    speakers, hosts = ([p for p in facts.people if p.slot == slot] for slot in ("speaker", "host"))
    people = settle("speaker", speakers, seen, shown, flat, hosts) + settle("host", hosts, seen, shown, flat, speakers)
    places = settle("place", facts.places, seen, shown, flat, ())
    counts = settle_counts(facts.counts, seen, facts.masked, [*facts.times, *facts.hours, *facts.sums])
    return replace(facts, tagged=seen, people=people, places=places, counts=counts)


def _told_of(mentions: list[Mention], seen: Sequence[Tagged]) -> list[Mention]:
    """Without the kinds that only a topic speaks of (议的是年度民主评议怎么搞), when others are named."""
    topics = [t for t in seen if t.slot == "topic" and t.sure > _OF_A_TOPIC]
    free = [
        m for m in mentions
        if not any(t.start <= m.start and m.end <= t.end and t.end - t.start > m.end - m.start for t in topics)
    ]  # fmt: skip
    return free or mentions


def _own_dates(dates: list[Found], seen: Sequence[Tagged]) -> list[Found]:
    """Without the days that only a topic speaks of (研究国庆活动, 世界环境日清河行动)."""
    topics = [t for t in seen if t.slot == "topic" and t.sure > _OF_A_TOPIC]
    return [d for d in dates if not any(t.start <= d.start and d.end <= t.end for t in topics)]


def _facts(text: Text, now: datetime, overrides: Overrides | None, kinds: Activities, coming: bool = False) -> Facts:
    masked = mask(text.flat)
    denied = [m.span() for m in DENIED.finditer(text.flat)]
    dates = find(Text(text.shown, masked), now, overrides, coming)
    # “板凳党课” in quotation marks names the kind when nothing else does; a title in 《》 never does.
    mentions = find_kinds(masked, kinds, guess=False) or find_kinds(_TITLED.sub(blanked, text.flat), kinds)
    dated = [(d.start, d.end) for d in dates]
    times = find_times(masked, dated)
    timed = dated + [(t.start, t.end) for t in times]
    return Facts(
        text=text,
        masked=masked,
        now=now,
        dates=dates,
        all_dates=dates,
        times=times,
        hours=find_hours(masked),
        counts=find_attendance(masked, timed),
        mentions=mentions[:_MENTIONS],
        sums=find_sums(blank(masked, dated)),
        months=find_months(masked, now.date()),
        heads=find_heads(masked),
        pieces=find_pieces(masked),
        people=find_people(blank(masked, dated), text.shown),
        places=find_places(masked, text.shown),
        denied=denied,
    )


def _activities(
    facts: Facts, parts: Sequence[Part], now: datetime, kinds: Activities, expecting: Expecting | None
) -> tuple[list[ActivityReading], list[Intent]]:
    readings: list[ActivityReading] = []
    intents: list[Intent] = []
    open_kind = expecting.kind if expecting else None
    topics = topics_of(facts, parts, kinds, expecting)
    for part, own in zip(parts, topics, strict=True):
        words = facts.masked[part.start : part.end]
        if part.head is None:
            bare = bare_answer(facts, expecting, kinds)
            if bare is not None:
                return [bare], [Intent.REPORT]
        told_of = [(t.start, t.end) for t in own if t.strength > 1 and t.word != ATTACHED]
        bare_words = blank(facts.masked, told_of, "□")[part.start : part.end]
        known = part.head is not None
        intent = intent_of(bare_words, around(facts, part))
        if intent in _MAY_CORRECT and _corrects(facts, part, known):
            intent = Intent.CORRECTION
        reading = activity_slots(facts, part, own, kinds, open_kind, planned=intent is Intent.PLAN)
        if intent is Intent.UNKNOWN and (reading.slots or reading.doubts):
            if expecting is None and not is_held(words) and _only_when(reading) and not _only_told(facts):
                intents.append(Intent.UNKNOWN)  # 好热啊今天，在村里跑了一上午
                readings.append(ActivityReading(None))
                continue
            value = expecting is None and _bare(reading) and not is_held(words)
            stray = value and list(reading.slots) == ["date"] and not _only_date(facts)
            intent = Intent.UNKNOWN if stray else Intent.CORRECTION if value else Intent.REPORT
        intents.append(intent)
        readings.append(reading)
    return share(readings, parts, facts.masked), _asked_together(facts.masked, parts, readings, intents)


def _corrects(facts: Facts, part: Part, known: bool) -> bool:
    """不是支委会，是党员大会; #5的主题党日应到是26人; 实到34→33; 议题应更正为“…”，以此为准. known: a kind is named."""
    if _FORMALLY.search(facts.text.flat, part.start, part.end):
        return True
    flat, here = facts.text.flat, [(a, b) for a, b in facts.denied if part.start <= a < part.end]
    if not known:
        return bool(here) and len(flat) < _SHORT and not facts.counts  # 上缴的月份是六月，不是七月
    told = any(part.start <= one.start < part.end for one in facts.counts)
    denied = any(
        facts.masked[b : b + 2].lstrip(",").startswith(("是", "而")) and not (told and not _NUMERAL.search(flat, a, b))
        for a, b in here
    )
    return denied or bool(_NUMBER.search(facts.masked, part.start, part.end))


def _only_when(reading: ActivityReading) -> bool:
    """Whether nothing but when and where is told."""
    return not reading.doubts and reading.slots.keys() <= {"date", "period", "time", "place"}


def _only_told(facts: Facts) -> bool:
    """Whether a text is made of dates, times and places alone."""
    rest = facts.masked
    told = [(d.start, d.end) for d in facts.dates] + [(p.start, p.end) for p in (*facts.times, *facts.places)]
    for start, end in told:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return bool(EMPTY.fullmatch(rest))


def _only_date(facts: Facts) -> bool:
    """Whether a text is a date and nothing more: 今天天气不错 is none."""
    rest = facts.masked
    for found in facts.dates:
        rest = rest[: found.start] + " " * (found.end - found.start) + rest[found.end :]
    return bool(EMPTY.fullmatch(rest))


def _asked_together(
    flat: str, parts: Sequence[Part], readings: Sequence[ActivityReading], intents: list[Intent]
) -> list[Intent]:
    """主题党日和党课能一起开吗: a kind of which nothing is told, in the sentence of a question, is asked about too."""
    result = list(intents)
    for i, (part, reading) in enumerate(zip(parts, readings, strict=True)):
        for j, other in enumerate(parts):
            between = flat[min(part.start, other.start) : max(part.start, other.start)]
            joined = abs(i - j) == 1 and len(between) < 12 and not re.search(r"\d|,", between)
            if intents[j] is Intent.PLAN and j in (part.same_as, part.follows) and result[i] is Intent.REPORT:
                result[i] = Intent.PLAN  # 下周一先开支委会再开党员大会
            if intents[j] is Intent.NOT_DONE and joined and not reading.slots and intents[i] is Intent.REPORT and i < j:
                result[i] = Intent.NOT_DONE  # 支委会和党小组会都没开
            if (
                intents[j] is Intent.QUESTION
                and reading.slots.keys() <= {"topic"}
                and not re.search(r"[。;!\n]", between)
            ):
                result[i] = Intent.QUESTION
    return result


def _bare(reading: ActivityReading) -> bool:
    """Whether a reading without a kind is just a value or two (实到4人), as people put a card right."""
    told = {*reading.slots, *(d.slot for d in reading.doubts)}
    return len(told) == 1 or (len(told) == 2 and "date" not in told)


def _reported(readings: list[ActivityReading], intents: list[Intent], intent: Intent) -> tuple[ActivityReading, ...]:
    """In a report only what is reported: 主题党日开了，支委会还没开 tells of one activity."""
    if intent is not Intent.REPORT:
        return tuple(r for r in readings if r.kind or r.slots or r.doubts)
    index: dict[int, int] = {}
    kept: list[ActivityReading] = []
    for i, (reading, own) in enumerate(zip(readings, intents, strict=True)):
        if own is not Intent.REPORT or not (reading.kind or reading.slots or reading.doubts):
            continue
        index[i] = len(kept)
        same = index.get(reading.same_as) if reading.same_as is not None else None
        kept.append(ActivityReading(reading.kind, reading.slots, reading.doubts, same, reading.words))
    return tuple(kept)
