"""The time of day: 下午三点, 昨晚7点半, 14:30, 上午9时30分; and how long it took: 两个半小时, 90分钟."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.understanding.numbers import WHOLE, decimal, integer
from bot.understanding.pieces import Piece

_PART = {
    "morning": "早高峰|早上|上午|上半天|上半日|头晌|前晌|清早|早起|清晨|凌晨|早晨|一早|一大早|今早|今晨|明早|早",
    "noon": "中午|正午|午间|晌午",
    "afternoon": "下午|午后|后晌|下半天|下半日|下晌",
    "evening": "擦黑|掌灯|晚高峰|傍晚|晚饭后|黑里|黑夜|入夜|晚上|晚间|夜里|夜间|夜晚|当晚|昨晚|今晚|前晚|明晚|"
    "昨夜|今夜|晚",
}
_WORDS = {word: part for part, words in _PART.items() for word in words.split("|")}
_WORDS |= {f"午饭{w}": "noon" for w in "前后时"}
_LONG = "|".join(sorted((w for w in _WORDS if len(w) > 1 and "(" not in w), key=len, reverse=True))
_HOUR = r"(?:\d{1,2}|俩|十[一二三四五六七八九]?|二十[一二三四]?|[一二两三四五六七八九零])"
_MINUTE = (
    r"(?:半|一刻|三刻|整|\d{1,2}分|\d{1,2}(?![\d个人名位块元条篇])|"
    r"[零一二三四五六七八九十]{1,4}分|(?:[一二三四五]?十五?)(?![分人个名一二三四六七八九]))"
)
_TIME = re.compile(
    rf"(?P<part>{_LONG}|(?<=[日号天五一二三四六])[晚早]|(?<=[/.]\d)晚|(?<=[/.]\d\d)晚|(?<=\d )晚|"
    rf"[晚早](?=\d{{1,2}}[:点时]|[一二三四五六七八九十]{{1,2}}点))?[,的 ]?"
    rf"(?:(?<![\d.])(?<!\d:)(?P<h>{_HOUR})(?:(?P<mark>点|"
    rf"时(?!间|代|候|长|刻))(?P<clock>钟)?(?P<m>{_MINUTE})?(?:钟)?"
    rf"|(?(part)[:.]|:)(?P<m2>[0-5]\d)(?::[0-5]\d)?(?!\d)))(?P<to>[开干学搞忙讲]?(?:-|~|至|"
    rf"到)(?:{_LONG})?{_HOUR}(?:[点时:](?:{_MINUTE})?))?"
)
_FOUR = re.compile(r"(?<!\d)(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?=[ ,;]|$)")  # 12月11日 1430
_PERIOD = re.compile(
    rf"(?P<part>{_LONG}|(?<=[日号周五一二三四六])[晚早](?![点于会])|(?<=[/.]\d)晚(?![点于])|"
    rf"(?<=[/.]\d\d)晚(?![点于])|[早晚](?=\d{{1,2}}[点时:]|[六七八九]点))"
)
# 我上午报的那场, 早上收到你提醒: when it was told of, not when it was
_TOLD_THEN = re.compile(r"好(?!多|几|些|像)|(?:我|刚)?(?:收到|看到|报的|说的|发的|填的|记的|报给|发给)")
_TO_NOON = re.compile(r"(?:1[0-2]|十[一二]?)(?:[点时:]|$)")  # 七点半到十一点半
# What 三点 is when it isn't a time: 提出三点要求, 讲了三点.
_ENDED = re.compile(r"(?:才|就|多)?(?:散|结束|收工|看完|学完|讲完|开完|完)")
_UNTIL = re.compile(r"[开干学搞忙讲谈]到(?:了)?$")  # 开到八点一刻: the end, as in 九点才散, not the beginning
_HALF_DAY = re.compile(r"[ap]\.?m\.? ?$")  # PM 3:00
_AFTER_WORK = re.compile(r"下班(?:以|之)?后|下了班|放学(?:以|之)?后|晚饭(?:以|之)?后")
_POINTS = re.compile(
    r" ?(?:要求|意见|建议|希望|内容|体会|措施|感受|认识|说明|思考|经验|启示|任务|看法|想法|工作|方面|不足|问题)"
)
_CLOCK = r"(?P<{0}>\d{{1,2}}|十[一二]?|[一二两三四五六七八九])(?:[点时](?P<{1}>半|[0-5]\d分?)?|:(?P<{2}>[0-5]\d))"
_FROM_TO = re.compile(
    rf"(?<![\d.:/一二三四五六七八九十-]){_CLOCK.format('a', 'm', 'm2')}(?:整|钟|开始)?"
    rf"[^,。;!?\n\d一二两三四五六七八九十]{{0,2}}"
    rf"(?:-{{1,2}}|~|至|到) ?(?:{_LONG})?{_CLOCK.format('b', 'n', 'n2')}(?![\d一二三四五六七八九十个人名])"
)
_PER_HEAD = re.compile(r"一?个(?!半)|一人|/人")  # 5分钟一个
_ROUGHLY = re.compile(r"左右|上下")
_MINUTES_MORE = re.compile(rf"零?(?P<n>{WHOLE})分钟?")  # 一小时四十分
_DURATION = re.compile(
    rf"(?P<n>\d{{1,4}}(?:\.\d+)?|[一二两三四五六七八九十]点[一二三四五六七八九]|{WHOLE})?(?P<half1>个半|半个?|"
    rf"多个?|个)?(?P<unit>小时|钟头|(?<=个)钟(?!头)|学时|课时|h(?![a-z])|"
    rf"分钟)(?P<half2>半)?"
)


def find_times(flat: str, dated: list[tuple[int, int]]) -> list[Piece]:
    """Times of day and parts of the day, in order. A bare 三点 that could be night or day is a doubt."""
    pieces: list[Piece] = []
    for match in _TIME.finditer(flat):
        piece = _time(flat, match, dated)
        if piece is not None:
            pieces.append(piece)
    for match in _FOUR.finditer(flat):
        if flat[: match.start()].rstrip(" ,")[-1:] in ("日", "号", "午"):
            pieces.append(Piece("time", f"{match['h']}:{match['m']}", *match.span()))
    for match in _PERIOD.finditer(flat):
        if _TOLD_THEN.match(flat, match.end()):
            continue
        pieces.append(Piece("period", _WORDS[match["part"]], *match.span("part")))
    return sorted(pieces, key=lambda p: p.start)


def _time(flat: str, match: re.Match[str], dated: list[tuple[int, int]]) -> Piece | None:
    hour = 2 if match["h"] == "俩" else integer(match["h"])
    minute = _minutes(match["m"] or match["m2"])
    start = match.start("part") if match["part"] else match.start("h")
    if hour is None or minute is None:
        return None
    part = _WORDS.get(match["part"] or "") or _part_before(flat, match.start("h"))
    if part is None and (near := _HALF_DAY.search(flat, max(0, match.start("h") - 4), match.start("h"))):
        part = "morning" if near[0].strip().lower().startswith("a") else "afternoon"
    if part is None and hour < 12:
        part = _told_of_it(flat, match)
    after_date = any(0 <= match.start("h") - end <= 2 for _, end in dated)
    bare = match["mark"] and not (part or match["m"] or match["clock"] or match["to"])
    told = after_date or match["h"].isdigit() or flat[match.end() :][:1] in "开在召到举的"
    if bare and (not told or _POINTS.match(flat, match.end())):
        return None
    if (
        any(a <= match.start("h") < b for a, b in dated)
        or _ENDED.match(flat, match.end())
        or _UNTIL.search(flat, 0, match.start())
    ):
        return None
    if hour > 24 or minute > 59:
        return Piece("time", None, start, match.end(), "impossible_time")
    if (part in ("afternoon", "evening") and 1 <= hour < 12 and not (part == "afternoon" and hour == 11)) or (
        part == "noon" and hour in (1, 2)
    ):
        hour += 12
    elif part is None and _TO_NOON.search(match["to"] or ""):
        pass
    elif part is None and match["mark"] and 1 <= hour <= 5:
        hour += 12  # 三点: nobody meets at three at night; 3:30 may be of a clock that has 15:30
    elif part is None and ((match["mark"] and hour in (6, 7)) or match["h"] in tuple("12345")):
        options = (f"{hour + 12:02d}:{minute:02d}", f"{hour:02d}:{minute:02d}")
        return Piece("time", None, start, match.end(), "ambiguous_time", options)
    return Piece("time", f"{hour % 24:02d}:{minute:02d}", start, match.end())


def _told_of_it(flat: str, match: re.Match[str]) -> str | None:
    """The part of the day that was told before in the same sentence (昨晚夜学，八点开始), or by the words around."""
    begin = max((flat.rfind(stop, 0, match.start()) for stop in "。;!?\n"), default=-1) + 1
    told = {_WORDS[m["part"]] for m in _PERIOD.finditer(flat, begin, match.start())}
    if _AFTER_WORK.search(flat, begin, min(len(flat), match.end() + 3)):
        return "afternoon"
    return told.pop() if len(told) == 1 and (match["mark"] or match["h"] in tuple("1234567")) else None


def _part_before(flat: str, start: int) -> str | None:
    near = list(_PERIOD.finditer(flat, max(0, start - 4), start))
    return _WORDS[near[-1]["part"]] if near else None


def _minutes(words: str | None) -> int | None:
    if not words or words == "整":
        return 0
    if words in ("半", "一刻", "三刻"):
        return {"半": 30, "一刻": 15, "三刻": 45}[words]
    return integer(words.removesuffix("分").removeprefix("零") or "零")


def find_hours(flat: str) -> list[Piece]:
    """How long it took, in hours: 两个半小时 is 2.5, 90分钟 1.5, 半小时 0.5; else from 20点 to 22点."""
    return _told_hours(flat) or _from_to(flat)


def _from_to(flat: str) -> list[Piece]:
    pieces = []
    for match in _FROM_TO.finditer(flat):
        first, last = (_hour_of(match, *names) for names in (("a", "m", "m2"), ("b", "n", "n2")))
        last += 12 * (last < first < 13 and last < 7)  # 上午10点到1点
        if 0 < last - first <= 5:
            pieces.append(Piece("hours", Decimal(f"{round(last - first, 2).normalize():f}"), *match.span()))
    return pieces


def _hour_of(match: re.Match[str], hour: str, minute: str, other: str) -> Decimal:
    minutes = 30 if match[minute] == "半" else int((match[minute] or match[other] or "0").removesuffix("分"))
    return Decimal(integer(match[hour]) or 0) + Decimal(minutes) / 60


def _told_hours(flat: str) -> list[Piece]:
    pieces = []
    for match in _DURATION.finditer(flat):
        if _PER_HEAD.match(flat, match.end()):
            continue
        number = decimal(match["n"]) if match["n"] else None
        half = bool(match["half1"] and "半" in match["half1"]) or bool(match["half2"])
        if (number is None and not half) or (match["half1"] or "").startswith("多"):
            continue
        value = (number or Decimal(0)) + (Decimal("0.5") if half else 0)
        rest = _MINUTES_MORE.match(flat, match.end()) if match["unit"] == "小时" and number else None
        value = round(value + Decimal(integer(rest["n"]) or 0) / 60, 2) if rest else value
        if match["unit"] == "分钟":
            value = round((number or Decimal(0)) / 60, 2)
        value = value.normalize()
        start, end = match.span()
        if _ROUGHLY.match(flat, end):
            pieces.append(Piece("hours", None, start, end, "approximate_number", (value,)))
        elif value <= 0 or value > 24:
            pieces.append(Piece("hours", None, start, end, "absurd_number", (value,)))
        else:
            pieces.append(Piece("hours", Decimal(f"{value:f}"), start, end))
    return pieces
