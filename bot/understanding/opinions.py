"""Two readings of the same words, by patterns and by the tagger: what both find is taken, what they dispute asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.understanding.numbers import integer
from bot.understanding.pieces import Piece
from bot.understanding.places import no_place, whole
from bot.understanding.tagger import Tagged
from bot.understanding.topic_words import SHARP, VERB
from bot.understanding.topics import Topic
from bot.understanding.who import before, is_office, is_person, is_titled

LABELLED = 3  # a topic's strength when a label stands before it
_SURE = 0.9  # what the tagger alone may say
_ENOUGH = 0.6  # the same for the topic of a message of a sentence or two
_LONG = 120  # characters; longer messages tell of much that is no topic
_LIKELY = 0.5  # what it may ask about
_HARDLY = 0.25
# Between two stretches of one topic: 学习A，研究B; 慰问老人、义务理发.
_AND = re.compile(
    r"[\s,;、。:和及与并还又了的\d.()一二三四五是以会议上随后然后再同时]*(?:(?:集中|专题|认真|深入|传达)?(?:学习|"
    r"传达|研究|讨论|审议|部署|"
    r"听取|通报|布置|安排|商议|观看|参观|重温|慰问|走访|开展|组织|进行)了?)?[了:“《”》]*"
)
# The label or verb right before a topic, and the end of its clause behind it, bear the tagger out: 议交接台账，
_BEFORE_TOPIC = re.compile(
    r"(?:议题|主题|题目|内容|课题|(?:讲|说|学|议|研究|讨论)的是|讲了|说了|议了?|讨论了?|研究了?|商量了?|学习了?|听取了?|"
    r"宣讲|讲授)[:为是,“《 ]*$"
)
_BEHIND_TOPIC = re.compile(r"[”》]?(?:[,。;!?\n() ]|$)")
_COUNTED = ("expected", "present", "leave", "absent", "guests")
_BOTH = ("expected", "present")
_PEOPLE = ("speaker", "host")
_SPOKE = re.compile(r"讲(?!话)|授课|课|辅导|报告")
_NO_PART = re.compile(r"[在到去来了成着]|地点|地址|[我你他]们|大[家伙]|支部$")  # of a place
_BEHIND_PLACE = re.compile(r"(?:现场|(?<!会议)了|(?<=会议)上)$")
_GOES_ON = re.compile(
    r"组长|书记|支书|主任|了|到|人数|我们|说|一共|现场|党员|带|"
    r"[一二三四五六七八九十\d]+[个名人位]"
)  # behind a place
_LED = re.compile(r"(?:(?<![实存现正])在|于|地点是?)$")
_PRESIDED = re.compile(r"主持|召集|组长")
_NO_END = "代兼领带来讲主于在"  # no name ends with these, when another reading ends before them
_SPOKEN_OF = re.compile(r"[个名位]?(?:党员|同志|人)的(?!人)")  # 24名党员的思想状况
_VERB = re.compile(r"(?P<x>研究|讨论|审议|听取|传达|学习|通过|表决)$")
_LEADING = re.compile(
    r"(?:学习传达|传达学习|学习贯彻|专题研究|研究部署|讨论通过|审议通过|学习|传达|研究|讨论|审议|听取|通过|观看|"
    r"参观|商量|部署|围绕|关于|"
    r"主题|议题|题目|内容|表决|安排|议|学|讲)(?:了|的是|是|为|:)?"
)
_NOTHING = re.compile(r"(?:还)?(?:没|未)(?:有)?(?:安排|开|定|搞|报)")  # 党课还没安排
_LISTED = re.compile(r"(?:[1１一][.、是]|①).{2,40}(?:[2２二][.、是]|②)")  # 1.听取…；2.讨论…
_WHOSE = re.compile(
    r".{0,20}(?:党支部|支部|党委|党总支|党小组)(?:\d{4}年度?|[一二三四上下]季度|半年)?|\d{4}年度?|"
    r"(?:党课)?第?[\d一二三四五六七八九十]{1,3}[讲课期次](?:党课)?"
)
_NO_PLACE = re.compile(
    r"(?:机关|第.)?(?:党支部|支部|党委|党总支|党小组|党员大会|组织生活会)"
)  # whose meeting, not where
_IN_CHARGE = re.compile(r"(?:同志)?主持(?:支部|党委|日常|全面)*工作")  # 暂由副书记主持工作: no meeting
_MARKS = ",。;:!?\n "
_CLAUSES = re.compile(f"[{_MARKS}]")
_LED_BY = re.compile(r"(?:带队|牵头|领头)的?是|(?:通报|讲解|讲的?|记录|监票)人是|人是|领队")
_RANK = 9  # characters of what somebody is, before the name
_DISCUSSED = re.compile(
    r"(?:商议|议(?![程题事])|研究|讨论|商定|学习?(?=[\u4e00-\u9fff《“]{3}))[^,。;!?\n]{3,}|查摆|批评[与和]自我批评|对照检查"
)
_TRIM = " ,:;、。!?“”《》\"'\n"


def settle(
    slot: str, told: Sequence[Piece], seen: Sequence[Tagged], shown: str, flat: str, others: Sequence[Piece]
) -> list[Piece]:
    """Places or people: by patterns (told, the surest first) and by the tagger (seen, of all slots). others: what the
    patterns found for slots that this one may be taken for."""
    told = [p for p in told if not (slot == "place" and _NO_PLACE.match(flat, p.end))]
    seen = [t for t in seen if not (t.slot == slot == "place" and _NO_PLACE.match(flat, t.end))]
    seen = [t for t in seen if not (t.slot == slot == "host" and _IN_CHARGE.match(flat, t.end))]
    mine = [t for t in seen if t.slot == slot and not any(p.start < t.end and t.start < p.end for p in others)]
    agreed: list[Piece] = []
    alone: list[Piece] = []
    for one in mine:
        beside = next((p for p in told if p.value is not None and p.start < one.end and one.start < p.end), None)
        words = _words_of(slot, one, shown, flat)
        if beside is not None:
            agreed.append(_both(slot, one, words, beside))
        elif one.sure >= _SURE or (one.sure >= _LIKELY and _said(slot, one, words, flat)):
            alone.append(Piece(slot, words, one.start, one.end))
        elif one.sure >= _LIKELY:
            alone.append(Piece(slot, None, one.start, one.end, "unsure", (words,)))
    rest = []
    for piece in told:
        over = [t for t in seen if t.start < piece.end and piece.start < t.end]
        if slot in _PEOPLE:  # who spoke and who presided, the words beside a name tell
            over = [t for t in over if t.slot == slot or (t.slot not in _PEOPLE and t.end != piece.end)]
        if any(t.slot == slot for t in over) or any(t.sure >= _SURE for t in over):
            continue
        rest.append(piece)
    if slot in _PEOPLE:  # one who is named before one of whom only the office is told
        return sorted([*agreed, *rest, *alone], key=lambda p: is_office(str(p.value)))
    return [*agreed, *alone, *rest]


def _words_of(slot: str, one: Tagged, shown: str, flat: str) -> str:
    """What is tagged, a place with what still belongs to it and without what does not."""
    if slot != "place":
        return shown[one.start : one.end].strip(_TRIM)
    words = shown[one.start : whole(flat, one.end)].strip(_TRIM)
    return _BEHIND_PLACE.sub("", words)


def _both(slot: str, one: Tagged, words: str, beside: Piece) -> Piece:
    """What two readings of one stretch come to: words by the tagger, beside by the patterns."""
    value = str(beside.value)
    if value == words or one.sure < _LIKELY:
        return beside
    same = _same_place(value, words) if slot == "place" else _same_person(value, words, one.sure)
    if same is not None:
        return replace(beside, value=same)
    if one.sure >= _SURE:
        return Piece(slot, words, one.start, one.end)
    return replace(beside, value=None, why="two_readings", options=(words, value))


def _said(slot: str, one: Tagged, words: str, flat: str) -> bool:
    """Whether a word beside a name says that it is somebody who spoke or presided, or beside a place that it is one."""
    if slot == "place":
        return bool(_LED.search(flat, max(0, one.start - 3), one.start)) and not no_place(words)
    near = flat[max(0, one.start - 8) : one.start] + flat[one.end : one.end + 16]
    return is_person(words) and bool((_SPOKE if slot == "speaker" else _PRESIDED).search(near))


def _same_person(told: str, seen: str, sure: float) -> str | None:
    """One name for a person whom both readings see, one with an office or a verb beside the name; None for two."""
    if told in seen:
        goes_on = seen.startswith(told) and len(seen) == len(told) + 1 and sure >= _SURE
        return seen if goes_on and is_person(seen) and seen[-1] not in _NO_END else told
    if seen in told:
        return seen if told[-1] in _NO_END else told
    return None


def _same_place(value: str, seen: str) -> str | None:
    """One place that both readings see, one with more words than the other; None for two."""
    if value.startswith(seen):  # 社区托育园|组长邓肯主持
        return seen if _GOES_ON.match(value, len(seen)) else None
    return seen if value.endswith(seen) and _NO_PART.search(value[: -len(seen)]) else None


def _stands_as_topic(flat: str, one: Tagged) -> bool:
    """Whether a label or a verb stands before a topic, and its clause ends behind it."""
    before = _BEFORE_TOPIC.search(flat, max(0, one.start - 8), one.start)
    return bool(before and _BEHIND_TOPIC.match(flat, one.end))


def settle_counts(told: Sequence[Piece], seen: Sequence[Tagged], flat: str, taken: Sequence[Piece]) -> list[Piece]:
    """Who came, by patterns (told), and what the tagger surely sees beside them (seen, of all slots). taken: places of
    other numbers."""
    result = list(told)
    for one in seen:
        slots = _BOTH if one.slot == "both" else (one.slot,)
        value = integer(flat[one.start : one.end])
        if slots[0] not in _COUNTED or value is None or one.sure < _SURE:
            continue
        spoken_of = _SPOKEN_OF.match(flat, one.end) or flat[: one.start].endswith(("对", "向", "给", "为"))
        if not spoken_of and not any(p.start < one.end and one.start < p.end for p in (*told, *taken)):
            result += [Piece(slot, value, one.start, one.end) for slot in slots]
    return sorted(result, key=lambda p: p.start)


def settle_topics(
    flat: str, shown: str, told: Sequence[Topic], seen: Sequence[Tagged], asked: bool = False
) -> list[Topic]:
    """The topics of one activity: by patterns (told) and by the tagger (seen: its topics there). asked: in a form that
    is open, where a few words are easily told apart and put right."""
    found = _settled(flat, shown, told, seen)
    if asked and len(told) == len(found) == 1 and _within_clause(flat, found[0], told[0]):
        found = list(told)  # 学雷锋|志愿服务: when the theme was asked for, the whole of what was said
    return [replace(t, options=()) for t in found] if asked else found


def _within_clause(flat: str, part: Topic, whole: Topic) -> bool:
    inside = whole.start <= part.start and part.end < whole.end
    return inside and not _CLAUSES.search(flat, whole.start, whole.end)


def _settled(flat: str, shown: str, told: Sequence[Topic], seen: Sequence[Tagged]) -> list[Topic]:
    enough = _ENOUGH if len(flat) < _LONG else _SURE
    spans = _joined(flat, [t for t in seen if t.sure >= _HARDLY])
    spans = [t for t in spans if not _nothing(flat, t.start, t.end)]
    told = [t for t in told if not _nothing(flat, t.start, t.end)]
    if not spans:
        return [t if t.strength >= LABELLED or _by_itself(flat, t) else _asked(t, shown) for t in told]
    best = max(spans, key=lambda s: (round(s.sure * 30), -s.start))
    topic = _topic(best, flat)
    alike = [t for t in told if _alike(flat, topic, t)]
    listed = [t for t in told if t.strength >= LABELLED and t.start <= best.start and best.end <= t.end]
    if listed and _LISTED.search(flat, listed[0].start, listed[0].end):
        return listed[:1]
    if alike and len(told) == 1:
        return alike
    if (
        best.sure >= enough
        or alike
        or (best.sure >= _LIKELY and (_stands_as_topic(flat, best) or _by_itself(flat, topic)))
    ):
        return [topic]
    if not told:
        return [replace(topic, options=(_words(topic, shown),))] if best.sure >= _LIKELY else []
    return [replace(told[0], options=(_words(topic, shown), _words(told[0], shown)))]


def _nothing(flat: str, start: int, end: int) -> bool:
    """Whether words are a branch's name or a year, or that something was not done: no topic."""
    if _NOTHING.match(flat, start, end) or _WHOSE.fullmatch(flat, start, end):
        return True
    person = before(flat, end, strict=True)  # 带队的是保安队长老佟
    led = bool(_LED_BY.search(flat, max(0, start - 6), start + 4))
    named = person is not None and is_titled(flat[slice(*person)])
    return person is not None and named and led and person[0] - start <= _RANK and not VERB.match(flat, start, end)


def _by_itself(flat: str, topic: Topic) -> bool:
    """Whether a meeting's verb and its object stand between marks, alone: ，通报工作，."""
    ahead, after = flat[: topic.start][-1:] or ",", flat[topic.end :][:1] or ","
    plain = SHARP.match(flat, topic.start, topic.end) or _DISCUSSED.match(flat, topic.start, topic.end)
    return bool(plain) and ahead in _MARKS and after in _MARKS


def _asked(topic: Topic, shown: str) -> Topic:
    return replace(topic, options=(_words(topic, shown),))


def _words(topic: Topic, shown: str) -> str:
    return shown[slice(*_trimmed(shown, topic.start, topic.end))]


def _topic(span: Tagged, flat: str) -> Topic:
    """A tagged topic, with the verb that stands right before it."""
    start, end = _trimmed(flat, span.start, span.end)
    verb = _VERB.search(flat, max(0, start - 6), start)
    return Topic(verb.start("x") if verb else start, end, 2)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the marks around it; what closes a mark within it belongs to it: 纪录片《大国医者》."""
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    for opens, closes in ("《》", "“”"):
        if text.count(opens, start, end) > text.count(closes, start, end) and text[end : end + 1] == closes:
            return start, end + 1
    return start, end


def _alike(flat: str, one: Topic, other: Topic) -> bool:
    """Whether two topics are the same but for a verb before them and words at their ends."""
    a, b = (re.sub(r"\W", "", _LEADING.sub("", flat[t.start : t.end].lstrip(_TRIM))) for t in (one, other))
    short, long = sorted((a, b), key=len)
    return bool(short) and short in long and len(long) - len(short) <= len(long) / 3


def _joined(flat: str, spans: Sequence[Tagged]) -> list[Tagged]:
    """Stretches of one topic put together, over what only joins them."""
    result: list[Tagged] = []
    for one in spans:
        last = result[-1] if result else None
        if last and one.start - last.end <= 8 and _AND.fullmatch(flat, last.end, one.start):
            result[-1] = replace(last, end=one.end, sure=min(last.sure, one.sure))
        else:
            result.append(one)
    return result
