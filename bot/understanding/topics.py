"""What an activity was about: after 主题 or 议题, from 研究…, or what is left when everything else is taken away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.topic_words import (
    AS,
    CORRECTED,
    EMPTY,
    HELD,
    HOW,
    LABEL,
    LEAD,
    LECTURED,
    MOOD,
    NO_TOPIC,
    NOTHING,
    QUOTED,
    SHARP,
    SUBJECT,
    TAIL,
    TITLED,
    VERB,
)

_Span = tuple[int, int]
_BECAUSE = re.compile(
    r"(?:按照|根据|依据|遵照|为了?(?:贯彻|落实|进一步|深入|切实|扎实|认真|加强|推动))"
)  # 按照上级部署
ATTACHED = "attached"  # the word of a topic that only stands beside the name of its kind


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic at a place. strength: 3 labelled, 2 by a verb or a quotation, 1 what is left over; word: the label's;
    options: what it could be, when that is to be asked."""

    start: int
    end: int
    strength: int
    word: str = ""
    options: tuple[str, ...] = ()


def find_topics(
    flat: str, start: int, end: int, cuts: Sequence[_Span], heads: Sequence[_Span], spoke: Sequence[int] = ()
) -> list[Topic]:
    """Topics between two places of a text. cuts: places that hold other values; heads: where the kind is named; spoke:
    where the names of those who spoke end."""
    taken = sorted((max(a, start), min(b, end)) for a, b in (*cuts, *heads) if a < end and b > start)
    chunks = _chunks(flat, start, end, taken)
    for found in (
        _labelled(flat, start, end, chunks),
        _lectured(flat, chunks, spoke),
        _by_verb(flat, chunks, heads),
        _attached(flat, chunks, heads),
        _left_over(flat, chunks, heads),
    ):
        topics = [t for t in (_trim(flat, t) for t in found) if t and not _says_nothing(flat, t)]
        if topics:
            return topics
    return []


def _says_nothing(flat: str, topic: Topic) -> bool:
    """Whether a topic is made of words that no topic is made of; a verb needs something behind it."""
    if topic.strength != 2:
        return topic.strength == 1 and bool(EMPTY.fullmatch(flat, topic.start, topic.end))
    verb = VERB.match(flat, topic.start, topic.end)
    rest = flat[verb.end() if verb else topic.start : topic.end]
    return bool(NOTHING.fullmatch(rest)) and not (verb and SHARP.match(flat, topic.start) and len(rest) == 0)


def _chunks(flat: str, start: int, end: int, taken: list[_Span]) -> list[_Span]:
    """Stretches free of other values, cut at punctuation outside brackets and quotations."""
    free: list[_Span] = []
    at = start
    for a, b in [*taken, (end, end)]:
        if a > at:
            free.append((at, a))
        at = max(at, b)
    result = []
    for a, b in free:
        depth = 0
        begin = a
        for i in range(a, b):
            depth += (flat[i] in "《“(") - (flat[i] in "》”)")
            if flat[i] in "。;!?\n" or (flat[i] in ", " and depth <= 0):
                result.append((begin, i))
                begin = i + 1
        result.append((begin, b))
    return [(a, b) for a, b in result if flat[a:b].strip()]


def _joined(flat: str, chunks: list[_Span], first: int, start: int) -> int:
    """The end of a topic that goes on over commas: to the last chunk in a row that brings nothing else."""
    end = chunks[first][1]
    for a, b in chunks[first + 1 :]:
        gap, words = flat[end:a], flat[a:b]
        if gap.strip(" ,、;") or not gap or MOOD.search(words) or EMPTY.fullmatch(words):
            break
        if words.startswith(("请", "望")):
            break
        numbered = re.match(r"\s*(?:[\d一二三四五六(①②③④⑤]|第[一二三四五])", words)
        begins = words.lstrip("会上并还了又同时第一二三四项是:、1234567890. ")
        if ";" in gap and not numbered:
            break
        goes_on = SHARP.match(begins) or numbered or len(words) == end - start  # 守纪律，讲规矩
        if not goes_on and ";" not in gap:
            break
        end = b
    return end


def _labelled(flat: str, start: int, end: int, chunks: list[_Span]) -> list[Topic]:
    result: list[Topic] = []
    for pattern in (AS, TITLED, CORRECTED):
        for match in pattern.finditer(flat, start, end):
            result.append(Topic(match.start("x"), match.end("x"), 3, match.groupdict().get("word") or "题目"))
    for match in QUOTED.finditer(flat, start, end):
        group = "x" if match["x"] else "y"
        result.append(Topic(*match.span(group), 3, "主题"))
    if result:
        return result
    for i, (a, b) in enumerate(chunks):
        label = LABEL.search(flat, a, b)
        if label is None:
            continue
        at, last = label.end(), i
        if at >= b or not flat[at:b].strip(" :"):  # the label alone; what it names stands in the next chunk
            if i + 1 == len(chunks) or flat[b : chunks[i + 1][0]].strip(" :\n"):
                continue
            last = i + 1
            at = chunks[last][0]
        if all(t.end <= at for t in result):
            result.append(
                Topic(
                    at,
                    _joined(flat, chunks, last, at),
                    3,
                    (label["word"] or label["told"] or label["open"] or label["run"] or label["bare"] or "题目")[:2],
                )
            )
    return result


def _lectured(flat: str, chunks: list[_Span], spoke: Sequence[int]) -> list[Topic]:
    """What somebody spoke of: the stretch behind the name."""
    found = [(m.end(), b) for a, b in chunks if a in spoke and (m := LECTURED.match(flat, a, b))]
    return [Topic(a, b, 3, "题目") for a, b in found if b - a >= 2 and _plausible(flat, a, b)][:1]


def _by_verb(flat: str, chunks: list[_Span], heads: Sequence[_Span]) -> list[Topic]:
    result: list[Topic] = []
    for i, (a, b) in enumerate(chunks):
        words = flat[a:b].strip(" :,")
        if _BECAUSE.match(words):
            continue
        if (result and result[-1].end >= b) or (MOOD.search(words) and not SHARP.match(words)):
            continue
        if len(words) > 3 and words[0] in "《“" and words[-1] in "》”":
            result.append(Topic(a, b, 2, "题目"))
            continue
        match = VERB.search(flat, a, b)
        if match is None or (b in {h[0] for h in heads} and not SHARP.search(flat, a, b)):
            continue
        if match.end() < b or SHARP.match(flat, match.start()):
            lead = LEAD.match(flat, a, match.start())
            begin = lead.end() if lead else a
            whole = (
                begin < match.start()
                and not SUBJECT.search(flat[begin : match.start()])
                and _plausible(flat, begin, match.start())
            )
            a = begin if whole else a
            result.append(Topic(a if whole else match.start(), _joined(flat, chunks, i, match.start()), 2))
    return [t for t in result if t.end - t.start > 2]


def _attached(flat: str, chunks: list[_Span], heads: Sequence[_Span]) -> list[Topic]:
    """What stands right behind the kind's name (集中学习二十大精神, 主题党日：读书分享)."""
    ends = {b for _, b in heads}
    starts = {a for a, _ in heads}
    found = [
        Topic(a, b, 2, ATTACHED)
        for a, b in chunks
        if (a in ends or (flat[a - 1 : a] == ":" and a - 1 in ends)) and _plausible(flat, a, b)
    ]
    for a, b in chunks:
        held = HELD.search(flat, a, b) if b in starts else None
        if held and b - held.end() >= 3 and _plausible(flat, held.end(), b):
            found.append(Topic(held.end(), b, 2, ATTACHED))
    return found[:1]


def _left_over(flat: str, chunks: list[_Span], heads: Sequence[_Span]) -> list[Topic]:
    """The one stretch that is nothing else; two of them are not guessed between."""
    starts = {a for a, _ in heads}
    found = []
    for a, b in chunks:
        topic = _trim(flat, Topic(a, b, 1)) if flat[a:b].rstrip(" ,")[-1:] != "了" else None
        if (
            topic
            and _plausible(flat, a, b)
            and _plausible(flat, topic.start, topic.end)
            and (b not in starts or topic.end - topic.start >= 3)
        ):
            found.append(topic)
    return found if len(found) == 1 else []


def _plausible(flat: str, start: int, end: int) -> bool:
    words = flat[start:end]
    return not (MOOD.search(words) or NO_TOPIC.search(words) or EMPTY.fullmatch(words))


def _trim(flat: str, topic: Topic) -> Topic | None:
    """A topic without the words that only lead to it or away from it."""
    start, end = topic.start, topic.end
    lead = LEAD.match(flat, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    how = HOW.match(flat, start, end)
    if how and how.end() + 2 < end:
        start = how.end()
    tail = TAIL.search(flat, start, end)
    if tail and tail.start() > start:
        end = tail.start()
    while start < end and flat[start] in " ,:、。;":
        start += 1
    while end > start and flat[end - 1] in " ,:、。;!":
        end -= 1
    return Topic(start, end, topic.strength, topic.word) if end - start >= 2 else None
