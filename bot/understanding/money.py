"""Dues and information: sums in fen, the months dues are for, how many people or pieces."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from bot.understanding import date_rules as rules
from bot.understanding.numbers import DECIMAL, WHOLE, decimal, integer
from bot.understanding.pieces import Piece, if_meant

_MOST = 1_000_000_00  # fen; more than this in one branch is a slip of the finger
_MONTH_OF_A_YEAR = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DIGIT = "[0-9零一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_FORMAL = "[零壹贰叁肆伍陆柒捌玖拾佰仟万]{2,16}"  # as on a receipt
_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_SUM = re.compile(
    rf"(?<!\de)(?P<sign>-|负)?(?:¥|人民币|rmb)? ?(?P<n>{DECIMAL}|{_FORMAL})(?P<by>万|千|百)?(?:多|来|余|几)?"
    rf"(?:(?P<unit>元|块钱|块|圆|rmb)(?P<jiao>{_DIGIT}(?=[角毛])|(?<=块){_DIGIT}(?![\d人名个位户零一二三四五六七八九十百千]))?[角毛]?零?(?P<fen>{_DIGIT}(?=分))?分?)"
)
_MARKED = re.compile(
    r"(?:(?P<sign>-)?¥ ?|(?:金额|总额|合计|总计|共计|共收|共交|共缴|收了|收取|收到|缴纳|上缴|上交|缴了|交了|"
    r"一共|总共|党费|收|交|缴)(?:改[成为]|应该?[是为]|了|为|是|共|:|款| )*(?P<sign2>-|负)?)"
    r"(?P<n>\d[\d,]{2,11}(?:\.\d+)?|\d{1,9}\.\d+|[\d.]+(?=万))(?P<by>万)?(?![\d年月日号人名条篇个位.])"
)
_LONE = re.compile(
    r"(?:(?<=[,; ])(?<!\d,)|(?<=[的人]))(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{3,6}(?:\.\d{1,2})?|"
    r"\d{1,3}(?:\.\d{1,4})?(?=万))(?P<by>万)?(?=[,;。 \n)]|$)"
)
# 三千一百二, 9百7, 1千2百8十块5: as people say sums, the last unit left out.
_SAID = re.compile(
    r"(?:收了|共|总共|总计|合计|一共|计|缴了?|交了?|党费|[,，: 人名])(?:了)"
    r"?(?P<n>(?:[\d一二两三四五六七八九]{1,2}[万千百十]){1,4}"
    r"[零\d一二三四五六七八九]{0,2})(?:(?P<unit>块|元)(?P<jiao>[\d一二三四五六七八九])?)?(?=[,。;! \n]|$|[元块]|"
    r"左右|上下)"
)
# 总共一百零四后天去交: the unit left out, and no mark behind it
_BARE_SUM = re.compile(
    r"(?:总共|一共|合计|总计|共计|也是)(?P<n>[一二两三四五六七八九][百千][零一二三四五六七八九十百]{0,6})(?P<jiao>)"
    r"(?![零一二三四五六七八九十百千万点个人名位元块条篇天次份公小多来几])"
)
_CENTS = re.compile(
    r"(?P<n>\d{1,6}|[一二两三四五六七八九十百千零]{1,12})(?:块|元)零?(?P<jiao>[五\d一二三四六七八九])毛(?P<cent>[\d一二三四五六七八九](?![\d个人名零一二三四五六七八九十百千]))?"
)
_EACH = re.compile(
    r"(?:每人|(?<![十百\d])一个?人|每个人|人均|每个?月|每位|各|标准|每名|基数|工资|平均)(?:约|就|是|了|收|都|各|为|交|缴|:)*$"
)
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九]|元)"
_RELATIVE = r"上上个?月|上个?月|本月|这个?月|当月|下个?月|次月"
# 一二三月, 四五两个月
_RUN = re.compile(
    r"(?<![\d一二三四五六七八九十第])(?P<run>[一二三四五六七八九]{2,4})(?:[两三四]个?)"
    r"?月(?!份?[\d一二三四五六七八九十]{1,3}[日号])"
)
_MONTHS = re.compile(
    rf"(?<![\d.第个])(?:(?P<y>\d{{4}}|\d{{2}}(?=年))年|(?P<ry>去年|今年|前年|本年|当年))?的?"
    rf"(?:(?P<list>{_MONTH}(?:月份?)?(?:(?:、|,|和|及|与|-|~|至|到|,?以及) ?{_MONTH}"
    rf"(?:(?:[两三四]个?)?月份?)?){{0,11}})(?<=[月份])"
    rf"|(?P<rm>{_RELATIVE})份?)(?! ?(?:\d{{1,2}}|[初一二三四五六七八九十]{{1,3}})(?:日|号))(?!末|底|初)"
)
_AHEAD = re.compile("预[缴交收]|提前[缴交收]")
_QUARTER = re.compile(
    r"(?:(?P<y>\d{4})年|(?P<ry>去年|今年|本年))?(?:第?(?P<q>[一二三四1-4])季度|(?P<rq>上|本|这个?|上个)季度)"
    r"|(?<![a-z\d])q(?P<short>[1-4])(?![a-z\d])"
)
_HALF = re.compile(r"(?:(?P<y>\d{4})年|(?P<ry>去年|今年|本年))?(?:(?P<half>[上下])半年|(?P<all>全年))")
_HEADS = re.compile(
    rf"(?:实(?:际)?(?:交|缴|收)(?:人数|党员)?|(?:[交缴]费|[交缴]纳)(?:人数|党员)|人数|共|一共|党员)?(?:[:是为有]|共)*"
    rf"(?<![\d.第零一二两三四五六七八九十百千])(?P<n>-?{WHOLE})(?P<u>(?:余|多|来号?|几)?(?:个|名|位|号)?(?:正式|"
    rf"预备|流动|在职|退休|老)*(?:党员|同志|人)+(?:左右)?|名)"
    rf"|(?:(?:[交缴]费|[交缴]纳)?人数|实[交缴]|应[交缴])[:是为]*(?P<m>\d{{1,4}})(?![\d.元块]|,\d)"
)
_NOT_PAID = re.compile(r"[^,。;!?\n\d一二两三四五六七八九十]{0,4}(?:没[交缴有]|未[交缴]|欠|漏|补[交缴](?!了))")
_ABOUT = re.compile(r"(?:约|大约|大概|近|将近|不到|差不多)$")
_ALL_PAID = re.compile(r"应(?:交|缴|收)(?:人数|党员)?[:是为]?$")
_PIECES = re.compile(
    rf"(?<![\d.第])(?P<n>-?{WHOLE}) ?(?:条|篇|期|则|份|个信息|件)(?!例)"
    rf"|(?<=[送报息稿])[×x*](?P<x>\d{{1,2}})(?!\d)|(?P<f>[壹贰叁肆伍陆柒捌玖拾]{{1,2}})(?:条|篇)"
)


def find_sums(flat: str) -> list[Piece]:
    """Sums of money in fen; what each one pays is none."""
    pieces: list[Piece] = []
    pieces += _colloquial(flat)
    for pattern in (_SUM, _MARKED, _LONE):
        for match in pattern.finditer(flat):
            start, end = match.span()
            if any(start < p.end and p.start < end for p in pieces) or _EACH.search(flat[max(0, start - 6) : start]):
                continue
            if match[0] == "一块" and flat[end : end + 1] not in ("钱", "五", ",", "。", " ", ""):
                continue  # 加一块儿, 一块开的
            value = decimal(match["n"].translate(_PLAIN))
            if value is None:
                continue
            if _ABOUT.search(flat[max(0, start - 4) : start]) or re.search("[多来余几]", match[0]):
                pieces.append(Piece("amount", None, start, end, "approximate_number"))
                continue
            value *= {"万": 10000, "千": 1000, "百": 100}.get(match.groupdict().get("by") or "", 1)
            groups = match.groupdict()
            value += Decimal(integer((groups.get("jiao") or "零").translate(_PLAIN)) or 0) / 10
            value += Decimal(integer((groups.get("fen") or "零").translate(_PLAIN)) or 0) / 100
            fen = value * 100
            negative = bool(groups.get("sign") or groups.get("sign2"))
            pieces.append(_sum(fen, start, end, negative))
    return sorted(pieces, key=lambda p: p.start)


def _colloquial(flat: str) -> list[Piece]:
    pieces: list[Piece] = []
    for match in (*_CENTS.finditer(flat), *_SAID.finditer(flat), *_BARE_SUM.finditer(flat)):
        plain = (
            match.re is _SAID
            and not match["jiao"]
            and (match["unit"] or flat[match.end() : match.end() + 1] in ("元", "块"))
        )
        if plain and re.fullmatch(DECIMAL, match["n"]) and decimal(match["n"]) is not None:
            continue  # a sum that _SUM reads
        if (
            match.re is _SAID
            and not match["unit"]
            and not re.search("[百千万]", match["n"])
            and match[0][0] in "人名,: "
        ):
            continue  # 听的人三十六
        value = _spoken(match["n"])
        before = flat[max(0, match.start("n") - 6) : match.start("n")]
        if (
            value is None
            or _EACH.search(before)
            or any(p.start < match.end() and match.start("n") < p.end for p in pieces)
        ):
            continue
        jiao = Decimal(integer(match["jiao"] or "零") or 0) / 10
        jiao += Decimal(integer(match.groupdict().get("cent") or "零") or 0) / 100
        if re.match("左右|上下", flat[match.end() :]) or _ABOUT.search(before):
            pieces.append(Piece("amount", None, match.start("n"), match.end(), "approximate_number"))
        elif value >= 10:
            pieces.append(_sum((value + jiao) * 100, match.start("n"), match.end(), negative=False))
    return pieces


def _spoken(words: str) -> Decimal | None:
    """三千一百二 is 3120: a last digit counts tens of the unit before it; 1千2百8十 mixes digits and units."""
    total, unit, digit, zero = 0, 10000, None, False
    for char in words:
        if char in "万千百十":
            unit = {"万": 10000, "千": 1000, "百": 100, "十": 10}[char]
            total += (1 if digit is None else digit) * unit
            digit, zero = None, False
        elif char == "零":
            zero = True
        else:
            number = integer(char)
            if number is None:
                return None
            digit = number if digit is None else digit * 10 + number
    if digit is not None:
        total += digit * (1 if zero or unit == 10 or digit > 9 else unit // 10)
    return Decimal(total) if total else None


def _sum(fen: Decimal, start: int, end: int, negative: bool) -> Piece:
    if negative:
        return Piece("amount", None, start, end, "negative_amount")
    if fen != fen.to_integral_value() or fen > _MOST:
        sure = if_meant(int(fen), _MOST) if fen == fen.to_integral_value() else ()
        return Piece("amount", None, start, end, "absurd_number", sure)
    return Piece("amount", int(fen), start, end)


def find_months(flat: str, today: date) -> list[Piece]:
    """The months dues are for, each as YYYY-MM: 10月, 9月和10月, 第三季度."""
    pieces = []
    ahead = bool(_AHEAD.search(flat))
    for match in _RUN.finditer(flat):
        numbers = [integer(c) or 0 for c in match["run"]]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            of = rules.back_month(numbers[0], today)
            pieces.append(Piece("months", tuple(f"{of}-{n:02d}" for n in numbers), *match.span()))
    for match in _MONTHS.finditer(flat):
        if any(p.start < match.end() and match.start() < p.end for p in pieces):
            continue
        months = _months(match, today, ahead)
        if months and not ahead and _leapt(match, today):
            ahead_of = tuple(f"{int(m[:-3]) + 1}{m[-3:]}" for m in months)
            pieces.append(Piece("months", None, *match.span(), "crosses_year", (months, ahead_of)))
        elif months:
            pieces.append(Piece("months", months, *match.span()))
    for match in _QUARTER.finditer(flat):
        year = rules.year_of(match["y"], match["ry"], today)
        here = (today.month + 2) // 3
        if match["q"] or match["short"]:
            number = integer(match["q"] or match["short"]) or 1
            year = year or today.year - (number > here)
        else:
            index = today.year * 4 + here - 1 - (match["rq"][0] == "上")
            year, number = index // 4, index % 4 + 1
        pieces.append(Piece("months", _span(year, number * 3 - 2, year, number * 3), *match.span()))
    for match in _HALF.finditer(flat):
        year = rules.year_of(match["y"], match["ry"], today) or today.year
        first, last = (1, 12) if match["all"] else (1, 6) if match["half"] == "上" else (7, 12)
        pieces.append(Piece("months", _span(year, first, year, last), *match.span()))
    return sorted((piece for piece in pieces if _dated(piece)), key=lambda p: p.start)


def _dated(piece: Piece) -> bool:
    """Whether its months are of years with four figures: a clock at the calendar's ends has none before or after."""
    told = [value for value in (piece.value, *piece.options) if isinstance(value, tuple)]
    return all(_MONTH_OF_A_YEAR.fullmatch(str(month)) for months in told for month in months)


def _leapt(match: re.Match[str], today: date) -> bool:
    """12月党费 said in November, without a year: last year's, or paid ahead?"""
    if match["rm"] or match["y"] or match["ry"]:
        return False
    first = re.match(_MONTH, match["list"])
    number = integer(first[0]) if first else None
    return number is not None and number > today.month and today.month > 2


def _months(match: re.Match[str], today: date, ahead: bool) -> tuple[str, ...]:
    said = rules.year_of(match["y"], match["ry"], today)
    if match["rm"]:
        year, month = rules.month_of(None, match["rm"], today)
        return (f"{year}-{month:02d}",)
    numbers = [1 if w == "元" else integer(w) or 0 for w in re.findall(_MONTH, match["list"].replace("份", ""))]
    if not all(1 <= n <= 12 for n in numbers):
        return ()
    first = said or (today.year + (numbers[0] < today.month - 6) if ahead else rules.back_month(numbers[0], today))
    years = [first + int(n < numbers[0]) for n in numbers]  # a list runs on, it doesn't leap back
    if len(numbers) == 2 and re.search(r"[-~至到]", match["list"]):
        return _span(years[0], numbers[0], years[1], numbers[1])
    return tuple(f"{y}-{n:02d}" for y, n in zip(years, numbers, strict=True))


def _span(year: int, month: int, to_year: int, to_month: int) -> tuple[str, ...]:
    indexes = range(year * 12 + month - 1, min(to_year * 12 + to_month, year * 12 + month + 23))
    return tuple(f"{i // 12}-{i % 12 + 1:02d}" for i in indexes)


_LABEL = (
    *(f"人数{word}" for word in ("", ":", "是", "为", "应该是", "应为", "有", "共")),
    "共", "一共", "总共", "共计", "合计",
)  # fmt: skip


def find_heads(flat: str) -> list[Piece]:
    """How many paid; what has a label first."""
    pieces = []
    for match in _HEADS.finditer(flat):
        start = match.start("n") if match["n"] else match.start("m")
        words = match["n"] or match["m"]
        before = flat[max(0, start - 6) : start]
        if _ALL_PAID.search(before) or _EACH.search(before[-4:]) or _NOT_PAID.match(flat, match.end()):
            continue
        value = integer(words.lstrip("-"))
        about = bool(_ABOUT.search(before)) or bool(re.match("[余多来几]|.*左右", match["u"] or ""))
        if words.startswith("-"):
            pieces.append(Piece("count", None, start, match.end(), "negative_amount"))
        elif value is None or value > 2000:
            pieces.append(Piece("count", None, start, match.end(), "absurd_number", if_meant(value, 2000)))
        elif about:
            pieces.append(Piece("count", None, start, match.end(), "approximate_number", (value,)))
        else:
            pieces.append(Piece("count", value, start, match.end()))
    return sorted(pieces, key=lambda p: not flat[: p.start].endswith(_LABEL))


def find_pieces(flat: str) -> list[Piece]:
    """How many pieces of information."""
    pieces = []
    for match in _PIECES.finditer(flat):
        words = (match["n"] or match["x"] or match["f"]).translate(_PLAIN)
        value = integer(words.lstrip("-"))
        if words.startswith("-"):
            pieces.append(Piece("count", None, *match.span(), "negative_amount"))
        elif value is None or value > 200:
            pieces.append(Piece("count", None, *match.span(), "absurd_number", if_meant(value, 200)))
        else:
            pieces.append(Piece("count", value, *match.span()))
    return pieces
