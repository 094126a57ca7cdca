"""Who came: 应到24人实到22人, 24人应到22人实到, 22/24, 5到5, 全员到齐, 请假2人, 老周请假, 列席3人."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.attendance_away import Group, count, leave_total, missing, named, short
from bot.understanding.attendance_words import (
    ABOUT,
    ABOUT_BEFORE,
    ALL,
    AWAY,
    BARE,
    BEFORE,
    BUT,
    CAME,
    DASHED,
    EVERY,
    EVERYBODY,
    HAS,
    LED,
    LONE,
    MOST_OF,
    OF,
    OF_THEM,
    ON_LEAVE,
    OTHERS,
    OTHERS_BEFORE,
    PAIR,
    PATTERNS,
    REST,
    SAME,
    SO_MANY,
    SORTS,
    WITH,
)
from bot.understanding.numbers import integer, is_vague
from bot.understanding.pieces import Piece

_OTHERS_COUNTED = re.compile(r"(?:[应实]到?|假|缺席|列席|没来|未到)(?:党员|人数|共|:|是|有)*$")
_LARGER = re.compile("[百千万亿]|,\\d{3}(?=[人名个位])")  # 实到2,200人: what was read is not all of the number


def find_attendance(flat: str, dated: list[tuple[int, int]]) -> list[Piece]:
    """All attendance in a text, in order. dated: places that are dates and times, where 5/5 is no ratio."""
    taken = [*dated]
    pieces: list[Piece] = []
    for found in (
        _with(flat),
        _came(flat),
        leave_total(flat),
        short(flat),
        _sum_of(flat),
        _of(flat),
        _but(flat),
        _every(flat),
        _pairs(flat),
        _dashed(flat),
        named(flat),
        _told(flat, taken),
    ):
        for group, spans in found:
            if any(a < end and start < b for a, b in taken for start, end in spans):
                continue
            pieces += group
            taken += spans
    if any(p.slot == "present" and p.value is not None for p in pieces):
        pieces = [p for p in pieces if not (p.slot == "present" and MOST_OF.fullmatch(flat, p.start, p.end))]
    pieces += _lone(flat, taken, pieces)
    if not any(p.slot == "present" for p in pieces):
        pieces += [Piece("present", ALL, *m.span()) for m in EVERYBODY.finditer(flat)]
    return sorted(missing(flat, pieces), key=lambda p: p.start)


def _with(flat: str) -> Iterator[Group]:
    """25名党员、3名积极分子参加: the party members are the ones that count."""
    for match in WITH.finditer(flat):
        value = integer(match["n"])
        if value is not None:
            yield [count("present", value, *match.span())], [match.span()]


def _came(flat: str) -> Iterator[Group]:
    for match in CAME.finditer(flat):
        a, b = integer(match["a"]), integer(match["b"])
        before = flat[max(0, match.start() - 6) : match.start()]
        if a and b and a >= b > a / 2 and not _OTHERS_COUNTED.search(before):
            yield (
                [count("expected", a, *match.span("a")), count("present", b, match.start("b"), match.end())],
                [match.span()],
            )


def _sum_of(flat: str) -> Iterator[Group]:
    """正式党员26个，预备2个: both came."""
    for match in SORTS.finditer(flat):
        a, b = integer(match["a"]), integer(match["b"])
        if a and b:
            yield [count("present", a + b, *match.span())], [match.span()]


def _but(flat: str) -> Iterator[Group]:
    for match in BUT.finditer(flat):
        group = "a" if match["a"] else "b"
        value = integer(match[group])
        if value:
            yield [count("expected", value, *match.span(group))], [match.span(group)]
    for match in MOST_OF.finditer(flat):
        yield [Piece("present", None, *match.span(), "approximate_number")], [match.span()]
    for match in (*BARE.finditer(flat), *SAME.finditer(flat)):
        a, b = (integer(match[g]) for g in (("a", "b") if "a" in match.re.groupindex else ("c", "d")))
        if a and b and a >= b:
            yield [count("expected", a, *match.span()), count("present", b, *match.span())], [match.span()]


def _of(flat: str) -> Iterator[Group]:
    for match in (*HAS.finditer(flat), *SO_MANY.finditer(flat), *LED.finditer(flat), *OF_THEM.finditer(flat)):
        before = flat[max(0, match.start() - 6) : match.start()]
        if match.re is OF_THEM and _OTHERS_COUNTED.search(before):
            continue
        if re.search(r"[\d一二两三四五六七八九十][个名位]?$", before):
            continue  # 5个支委4个到了: the 支委 are those before
        a, b = integer(match["a"]), integer(match["b"])
        slip = match.re in (LED, OF_THEM) and a and b and b <= a * 1.5  # 7个委员来了八个 is asked about
        if a is not None and b is not None and (a >= b or slip):
            yield (
                [count("expected", a, *match.span("a")), count("present", b, match.start("b"), match.end())],
                [match.span()],
            )
    for match in OF.finditer(flat):
        before = flat[max(0, match.start() - 4) : match.start()]
        if re.search(r"[应实]到?(?:会)?(?:党员)?$|(?:缺席|请假|列席|缺勤|未到|没来)$", before):
            continue
        which = next(g for g in "bcdefg" if match[g])
        a, b = integer(match["a"]), integer(match[which])
        if AWAY.match(flat, match.end()) or a is None or b is None or ABOUT.search(match[0]):
            continue  # 22人参加2人请假
        if (
            (a >= b and (which != "e" or 3 * b >= a))
            or ("来了" in match[0] and b <= a * 1.5)
            or "到会" in match[0]
            or "实到" in match[0]
        ):
            yield (
                [count("expected", a, *match.span("a")), count("present", b, match.start(which), match.end())],
                [match.span("a"), (match.start(which), match.end())],
            )


def _every(flat: str) -> Iterator[Group]:
    for match in EVERY.finditer(flat):
        value = integer(next(v for v in match.groups() if v))
        before = flat[max(0, match.start() - 8) : match.start()]
        if re.search(
            r"[应实]到?(?:会)?(?:党员)?(?:人数)?[:为共]?$|除了?[^,。;]{0,6}$|\d\+[\u4e00-\u9fff]{1,4}$", before
        ):
            continue
        if value is not None and re.search(r"(?:其余|其他|其它|剩下|另外|别)的?$", before):
            yield [count("present", value, *match.span())], [match.span()]  # 除了三个外出的，其余二十七个都参加了
        elif value is not None and value > 1:
            yield [count("expected", value, *match.span()), count("present", value, *match.span())], [match.span()]


def _pairs(flat: str) -> Iterator[Group]:
    for match in PAIR.finditer(flat):
        words = (match["a"], match["b"]) if match["a"] else (match["c"], match["d"])
        a, b = sorted((int(words[0]), int(words[1])), reverse=True)
        if match["c"] and (int(match["c"]) < int(match["d"]) or flat[match.start() - 1 : match.start()] == "应"):
            continue
        yield [count("expected", a, *match.span()), count("present", b, *match.span())], [match.span()]


def _dashed(flat: str) -> Iterator[Group]:
    for match in DASHED.finditer(flat):
        a, b = int(match["a"]), int(match["b"])
        if a >= b >= a / 3:
            yield [count("expected", a, *match.span()), count("present", b, *match.span())], [match.span()]


def _told(flat: str, taken: list[tuple[int, int]]) -> Iterator[Group]:
    """Numbers with their word: the word before a number owns it, unless the number before took that word."""
    found = [(m.start("n"), i, m, slot) for i, (slot, p) in enumerate(PATTERNS) for m in p.finditer(flat)]
    before = len(BEFORE)
    used: list[tuple[int, int]] = []
    done: set[int] = set()
    for start, i, match, slot in sorted(found, key=lambda f: (f[0], f[1] >= before, f[2].start("w"))):
        word = match.span("w")
        if i >= before and " " in flat[match.end("n") : word[0]] and flat[word[1] : word[1] + 1].isdigit():
            continue  # 302 应到7 实到6
        if start in done or any(a < word[1] and word[0] < b for a, b in used):
            continue
        span = match.span("n")
        if any((a < span[1] and span[0] < b) or (a <= word[0] and word[1] <= b) for a, b in taken):
            continue
        piece = _piece(flat, match, slot)
        if piece is None:
            continue
        done.add(start)
        used.append(word)
        yield [piece], [span]


def _piece(flat: str, match: re.Match[str], slot: str) -> Piece | None:
    value = _signed(match["n"]) if not re.match("零.", match["n"]) else 0  # 请假零三个人
    if value is None:
        words = match["n"]
        return Piece(slot, None, match.start("n"), match.end(), "approximate_number") if is_vague(words) else None
    if slot == "present" and (
        OTHERS.match(flat, match.end("n")) or OTHERS_BEFORE.search(flat[: match.start("n")][-8:])
    ):
        return None
    if slot == "absent" and ON_LEAVE.match(flat, match.end("n")):
        slot = "leave"
    if value == 0 and slot == "present":
        return Piece(slot, None, match.start("n"), match.end(), "absurd_number")
    if _LARGER.match(flat, match.end("n")):
        return Piece(slot, None, match.start("n"), match.end(), "absurd_number")
    if value == 1 and slot == "absent" and flat[: match.start("n")].endswith("无"):
        return None
    if slot == "present" and match["w"][0] in "上讲" and not match["u"]:
        return None  # 理科楼A座215上了党课
    bare_word = len(match["w"]) == 1 and match["w"] in "应实"
    if bare_word and not re.search(r"[应实]\D{0,4}$|[应实]$", flat[: match.start("n")]):
        return None
    if (
        ABOUT.search(match["u"])
        or flat[match.start("n") - 1 : match.start("n")] == "几"
        or ABOUT_BEFORE.search(flat[max(0, match.start("n") - 4) : match.start("n")])
    ):
        return Piece(slot, None, match.start("n"), match.end(), "approximate_number", (value,))
    return count(slot, value, match.start(), match.end())


def _lone(flat: str, taken: list[tuple[int, int]], told: list[Piece]) -> list[Piece]:
    """A bare 8人 in a clause of its own, in a sentence that doesn't say otherwise who came."""
    result: list[Piece] = []
    for match in LONE.finditer(flat):
        start, end = match.span(next(group for group in "nmk" if match[group]))
        value = integer(flat[start:end])
        sentence = flat.rfind("。", 0, start), (flat + "。").find("。", end)
        for stop in ";\n":
            sentence = max(sentence[0], flat.rfind(stop, 0, start)), min(sentence[1], (flat + stop).find(stop, end))
        if flat[match.start() - 1 : match.start()] in ("会", "课", "日"):  # 支委会5人研究评优
            sentence = max(sentence[0], flat.rfind(",", 0, start)), min(sentence[1], (flat + ",").find(",", end))
        here = any(p.slot == "present" and sentence[0] <= p.start < sentence[1] for p in (*told, *result))
        if value is None or here or any(a < end and start < b for a, b in taken):
            continue
        if ABOUT.search(match["u"] or "") or ABOUT_BEFORE.search(flat[max(0, start - 4) : start]):
            result.append(Piece("present", None, start, match.end(), "approximate_number", (value,)))
        else:
            result.append(count("present", value, start, match.end()))
    return result


def _signed(words: str) -> int | None:
    words = words.strip()
    if words.startswith("-"):
        value = integer(words[1:].strip())
        return None if value is None else -value
    return integer(words)


def others_came(flat: str) -> bool:
    """Whether a text says that all the others came (除2人请假外全部到齐)."""
    return bool(REST.search(flat))
