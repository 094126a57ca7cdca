"""One gathering of several kinds: what they share, and which topic is whose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.understanding.facts import Facts
from bot.understanding.firm import FIRM
from bot.understanding.kinds import Mention
from bot.understanding.opinions import LABELLED, settle_topics
from bot.understanding.reading import ActivityReading, Expecting
from bot.understanding.split import Part
from bot.understanding.tagger import Tagged
from bot.understanding.text import HAN
from bot.understanding.topics import Topic, find_topics
from rubrics.activities import Activities

_LITTLE = 2  # characters more than the name of a kind
_PLAIN = 0.6  # how sure the tagger must be of what no kind is named for
_SHARED = ("date", "date_end", "period", "time", "place", "expected", "present", "leave", "absent", "guests", "host")
_OWNERS: Mapping[str, tuple[str, ...]] = {
    "议题": ("member_assembly", "committee_meeting", "group_meeting"),
    "议程": ("member_assembly", "committee_meeting", "group_meeting"),
    "题目": ("party_lecture",),
    "课题": ("party_lecture",),
    "主题": ("themed_party_day",),
}
_MEETS = re.compile(r"讨论|研究|审议|表决|选举|推选|通过|接收|吸收|票决|部署|布置|听取")
_DECIDED = re.compile(
    r"(?:大会|会议|会上)(?:还|并|又|最后|上)*(?P<x>(?:讨论|研究|审议|表决|选举|推选|通过|接收|票决|部署|"
    r"听取)[^,。;!?\n]{2,40})"
)
_LECTURES = re.compile(r"讲[《“]|讲授|讲的")
_LEARNS = re.compile(r"(?:研究|讨论|学习|传达|部署|审议|围绕|听取|通报|庆祝?|迎|纪念|观看|参观|贯彻)[^,。;!?\n]{0,4}$")


def topics_of(facts: Facts, parts: Sequence[Part], kinds: Activities, expecting: Expecting | None) -> list[list[Topic]]:
    """Each part's own topics."""
    open_kind = expecting.kind if expecting else None
    weakest = _weakest(expecting)
    result: list[list[Topic]] = [[] for _ in parts]
    flat, shown = facts.text.flat, facts.text.shown
    for i, part in enumerate(parts):
        group = [j for j, other in enumerate(parts) if j == i or other.same_as == i]
        if part.same_as is not None:
            continue
        seen = [t for t in facts.tagged if t.slot == "topic" and part.start <= t.start < parts[group[-1]].end]
        seen = [t for t in seen if not _names_kind(t, part) and all(p.end != t.end for p in facts.people)]
        if len(group) == 1:
            if not _wants_topic(part, kinds, open_kind):
                continue
            found = _find(facts, part, part.start, part.end, part.anchors)
            least = weakest if part.head is None else 1 if _needs_topic(part, kinds) else 2
            found = [t for t in found if t.strength >= least and not _names_kind(t, part)]
            seen = [t for t in seen if part.head or _plainly(flat, t)]
            result[i] = settle_topics(flat, shown, found, seen, asked=expecting is not None)
            continue
        _by_anchors(facts, parts, group, result)
        _by_whose(facts, parts, group, seen, result)
    return result


def _names_kind(topic: Topic | Tagged, part: Part) -> bool:
    """Whether a topic is as good as the name of its kind: 制定党建整改方案."""
    for name in part.anchors:
        inside = name.start <= topic.start and topic.end <= name.end
        around = topic.start <= name.start and name.end <= topic.end
        if inside or (around and topic.end - topic.start <= name.end - name.start + _LITTLE):
            return True
    return False


def _plainly(flat: str, topic: Tagged) -> bool:
    """Whether words are a topic though no kind is named: the tagger is sure, and they are Chinese (no <script>)."""
    return topic.sure > _PLAIN and bool(HAN.search(flat, topic.start, topic.end))


def _by_anchors(facts: Facts, parts: Sequence[Part], group: Sequence[int], result: list[list[Topic]]) -> None:
    """A gathering's topics by patterns: each belongs to the kind before it, or to the one that its label tells."""
    anchors = sorted(((a, j) for j in group for a in parts[j].anchors), key=lambda a: a[0].start)
    ends = [a.start for a, _ in anchors[1:]] + [parts[group[-1]].end]
    start = parts[group[0]].start
    for k, ((anchor, j), end) in enumerate(zip(anchors, ends, strict=True)):
        tight = k > 0 and anchor.start - anchors[k - 1][0].end <= 6
        found = _find(facts, parts[j], start, end, [anchor])
        found += [
            t for t in _decided(facts, start, end, found) if _owner(facts, t, parts, group, True) not in (None, j)
        ]
        for topic in found:
            owner = _owner(facts, topic, parts, group, tight)
            result[j if owner is None else owner].append(topic)
        start = end


def _by_whose(
    facts: Facts, parts: Sequence[Part], group: Sequence[int], seen: Sequence[Tagged], result: list[list[Topic]]
) -> None:
    """What the tagger says of a gathering's topics, to each kind what is of its sort."""
    sorts = [_sort(parts[j]) for j in group]
    for j, sort in zip(group, sorts, strict=True):
        mine = [t for t in seen if t.whose == sort]
        if sorts.count(sort) > 1:
            alike = [i for i, other in zip(group, sorts, strict=True) if other == sort]
            told = [t for i in alike for t in result[i] if t.strength >= LABELLED] or settle_topics(
                facts.text.flat, facts.text.shown, [], mine
            )
            if len(told) == 1:  # 主题党日和志愿服务一起搞的: one topic for both
                result[j] = told
            continue
        others = [t for t in seen if t.whose != sort and t.sure > _PLAIN]
        told = [t for t in result[j] if not any(o.start < t.end and t.start < o.end for o in others)]
        result[j] = settle_topics(facts.text.flat, facts.text.shown, told, mine)


def _sort(part: Part) -> str:
    kind = part.head.kinds[0] if part.head else ""
    return "l" if kind == "party_lecture" else "m" if kind in _OWNERS["议题"] else "d"


def _wants_topic(part: Part, kinds: Activities, open_kind: str | None) -> bool:
    kind = part.head.kinds[0] if part.head else open_kind
    return kind is None or "topic" in kinds.kinds[kind].slots


def _decided(facts: Facts, start: int, end: int, found: Sequence[Topic]) -> list[Topic]:
    """What a meeting decided, told beside another kind's topic: 党课题目学党章，大会通过了发展对象."""
    flat = facts.text.flat
    told = [
        t
        for t in _DECIDED.finditer(flat, start, end)
        if not any(f.start < t.end() and t.start("x") < f.end for f in found)
    ]
    return [Topic(m.start("x"), m.end("x"), 2) for m in told]


def _needs_topic(part: Part, kinds: Activities) -> bool:
    """Whether a kind's topic is asked for: then it may be what is left when all else is told."""
    named = part.head.kinds if part.head else ()
    return any(kind not in FIRM or kinds.kinds[kind].slots.get("topic") == "required" for kind in named)


def _find(facts: Facts, part: Part, start: int, end: int, anchors: Sequence[Mention]) -> list[Topic]:
    flat = facts.text.flat
    pieces = (facts.counts, facts.times, facts.people, facts.places, facts.hours)
    cuts = [*facts.denied, *((p.start, p.end) for several in pieces for p in several)]
    for found in facts.dates:
        learned = _LEARNS.search(flat[max(0, found.start - 8) : found.start])
        if found.grain != "longer" and not learned:
            cuts.append((found.start, found.end))
    spoke = [p.end for p in facts.people if p.slot == "speaker"]
    return find_topics(flat, start, end, cuts, [(a.start, a.end) for a in anchors], spoke)


def _weakest(expecting: Expecting | None) -> int:
    """How plainly a topic must be told in words without a kind: anything will do when it was asked for, or when a
    whole report was; a verb when a form is open; else only what is labelled."""
    if expecting is None or expecting.kind is None:
        return 3
    asked = expecting.slot == "topic" or (expecting.slot is None and expecting.draft_date is None)
    return 1 if asked else 2


def _owner(facts: Facts, topic: Topic, parts: Sequence[Part], group: Sequence[int], tight: bool) -> int | None:
    """Whose topic it is, where the names stand side by side: the label says, or the verb."""
    if _LECTURES.search(facts.text.flat, max(0, topic.start - 1), topic.start + 2):
        return next((j for j in group if (head := parts[j].head) and head.kinds[0] == "party_lecture"), None)
    wanted = _OWNERS.get(topic.word, ()) if tight else ()
    if not wanted and _MEETS.match(facts.text.flat, topic.start):
        wanted = _OWNERS["议题"]
    return next((j for j in group if (head := parts[j].head) and head.kinds[0] in wanted), None)


def share(readings: Sequence[ActivityReading], parts: Sequence[Part], flat: str) -> list[ActivityReading]:
    """One gathering's date, place and attendance for each of its kinds; the day for what followed."""
    result = list(readings)
    _give_all(flat, result, parts)
    for i, part in enumerate(parts):
        if part.same_as is not None:
            root = result[part.same_as]
            both = {n: s for r in (result[i], root) for n, s in r.slots.items() if n in _SHARED}
            result[i] = replace(result[i], slots={**both, **result[i].slots})
            result[part.same_as] = replace(root, slots={**both, **root.slots})
    for i, part in enumerate(parts):
        if part.same_as is not None:
            _give_speaker(result, [part.same_as, *(j for j, p in enumerate(parts) if p.same_as == part.same_as)])
        whole = result[part.same_as] if part.same_as is not None else None
        if whole is not None:  # what a later kind told is everyone's
            shared = {n: s for n, s in whole.slots.items() if n in _SHARED}
            result[i] = replace(result[i], slots={**shared, **result[i].slots})
        elif part.follows is not None and "date" not in result[i].slots:
            before = result[part.follows].slots
            if result[i].kind == "dues_remitted" and "months" in before and "months" not in result[i].slots:
                result[i] = replace(result[i], slots={"months": before["months"], **result[i].slots})
            day = before.get("date")
            if day and all(d.slot != "date" for d in result[i].doubts):
                result[i] = replace(result[i], slots={"date": day, **result[i].slots})
    return result


_ALL_OF = re.compile(r"(?:^|[,。; ])(?:议题|主题|地点|内容|主持人?)?都(?=[在是学开由])[^,。;!?\n]*")


def _give_all(flat: str, readings: list[ActivityReading], parts: Sequence[Part]) -> None:
    """What a last clause tells of all activities (都在一楼会议室, 议题都是换届), given to those that don't tell it."""
    clause = next(_ALL_OF.finditer(flat, parts[-1].start), None) if len(parts) > 1 else None
    if clause is None:
        return
    words = clause[0]
    last = readings[-1]
    told = {
        n: s
        for n, s in last.slots.items()
        if n in ("date", "period", "place", "topic", "host", "time") and s.words in words
    }
    for i, reading in enumerate(readings[:-1]):
        missing = {n: s for n, s in told.items() if n not in reading.slots and all(d.slot != n for d in reading.doubts)}
        readings[i] = replace(reading, slots={**missing, **reading.slots})


def _give_speaker(readings: list[ActivityReading], group: Sequence[int]) -> None:
    """Who spoke at a gathering gave its lecture, wherever in the text that was said."""
    lecture = next((j for j in group if readings[j].kind == "party_lecture"), None)
    spoke = next((j for j in group if "speaker" in readings[j].slots), None)
    if lecture is None or spoke is None or spoke == lecture or "speaker" in readings[lecture].slots:
        return
    slots = dict(readings[spoke].slots)
    speaker = slots.pop("speaker")
    readings[spoke] = replace(readings[spoke], slots=slots)
    readings[lecture] = replace(readings[lecture], slots={**readings[lecture].slots, "speaker": speaker})
