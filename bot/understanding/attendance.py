"""Who came: 应到24人实到22人, 24人应到22人实到, 22/24, 5到5, 全员到齐, 请假2人, 老周请假, 列席3人."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.names import SURNAME
from bot.understanding.numbers import WHOLE, integer, is_vague
from bot.understanding.pieces import Piece

ALL = "all"  # the value of present when everyone came and nobody said how many that is
_MOST = 2000  # more than this in one branch is a slip of the finger
_MEMBER = (
    r"(?:有表决权的)?(?:正式|预备|流动|在册|在职|退休|入党|师生)*(?:党员|同志|支委|委员|成员|组员|人员|代表|"
    r"学员)*(?:志愿者)?"
)
_UNIT = rf" ?(?:余|多|来(?=[个名位人])|几)?(?:人次|人|名|个人?|位)?(?:左右|上下)?{_MEMBER}(?:人)?(?:左右)?"
_FILLED = (
    r"(?:人数|人员|的|共计|共|一共|总共|总计|合计|有|是|为|了|约|大约|大概|近|将近|不到|差不多|:|=|\(|\)| |改成|"
    r"改为|应为|应该是|应该为|应是)*"
)

# slot and the words that tell it, before its number and after it
_BEFORE = {
    "expected": r"应该?(?:到会|到|参会|参加|出席|来|有)|[应英映]该?[道倒](?=[\d一二三四五六七八九十])|英到|应(?=\d)|"
    r"该(?:到|来|参加)(?:的)?|(?<=[个人名位 ,])(?:本来)?应该是?(?=\d|[一二三四五六七八九十]{1,3}[个人名])",
    "present": r"实(?:际)?(?:到会|到|参会|参加|出席|来|有)?|实[道倒]|[十时石食]到(?=\d)|到会|到场|出席|参会|"
    r"参加(?!过)|参与|出动|(?:去|来)的(?:有|是)|参训|参学|与会|来了|到了|"
    r"去了|只来|只到|才来|才到|签到|听课"
    r"|(?<![应该没未全迟报英十])(?<!来)到(?=[\d一二两三四五六七八九十]{1,3}(?:[人个名请假缺,。; ]|$))",
    "leave": r"假(?=\d)|请(?=[\d一二两三](?:[,。;! \n]|$))|(?:因[^,。;!?\n]{1,4})?(?:请了?(?:病|事|公|产|年)?假|"
    r"病假|事假|公假|产假)|因公(?:外出|出差)|"
    r"出差",
    "absent": r"缺席|缺勤|缺了|未到会?|没到|没来|没有来|未参加|没参加|未出席|缺",
    "guests": r"列席|特邀|邀请|(?:入党)?积极分子",
}
_AFTER = {
    "expected": r"应该?(?:到会|到|参会|参加|出席|来)|该(?:到|来)(?:的)?",
    "present": r"实(?:际)?(?:到会|到|参会|参加|出席|来)|到会|到场|出席|参会|参加|参与|参训|参学|与会|签到|来了|"
    r"来听|听的|"
    r"来的|去的|到的|到了|在场|听(?=[,。;! \n]|$)|听了?(?:党)?课|(?<!应)到齐|到(?=[,。;! \n]|$)|赴|前往|去(?!年|世)|"
    r"到(?=[\u4e00-\u9fff]{2})(?!会|场|齐)",
    "leave": r"(?:因[^,。;!?\n\d]{1,6}|[在去][^,。;!?\n\d]{1,8}|有事|公出|值班|生病|住院|开会|出差|外出|临时)"
    r"?(?:请了?(?:病|事|公|产|年)?假|病假|事假|公假|在外地|(?:因公)?外出|"
    r"(?:因公)?出差)",
    "absent": r"缺席|缺勤|未到|没到|没来|没有来|未参加|没参加|未出席|没能来|没能参加|没去",
    "guests": r"列席|旁听",
}
# What a number can't stand right behind: it would be the tail of another, or a date, or a number of a record.
_MID = r"[\d.:/第月#零一二两三四五六七八九十百千]"
_NOT_COUNT = (
    r"(?! ?(?:条|篇|项|元|块|次|份|期|月|日|号|点|时|分(?!钟)|年|小时|学时|课时|楼|%|议题|届|天|本|场|层|度|组|"
    r"个(?:月|小时|方面|问题|支部|单位|议题|小组|半|多小时|部分|环节|主题|地方)))"
)
_N = rf"(?P<n>-? ?{WHOLE})"
_PATTERNS = [
    *((slot, re.compile(rf"(?P<w>{words}){_MEMBER}{_FILLED}{_N}(?![\d./]|:\d){_NOT_COUNT}(?P<u>{_UNIT}多?)"))
      for slot, words in _BEFORE.items()),
    *((slot, re.compile(rf"(?<!{_MID}){_N}{_NOT_COUNT}(?P<u>{_UNIT})(?:已经?|也|实际|按时|准时)?(?P<w>{words})"))
      for slot, words in _AFTER.items()),
]  # fmt: skip
# A number that both came and ought to have come: 5人全到, 全体党员18人参加.
_EVERY = re.compile(
    rf"(?<!{_MID})(?P<n>{WHOLE}) ?(?:个|名|位)?(?:人|{_MEMBER})(?:们)?[, ]?(?:都|全都?|全部|均|全员)(?:已经?|"
    rf"准时|按时|上线|线上|如期)*"
    r"(?:到齐|到会|到场|到|参加|出席|参会|来|在)(?![\d一二三四五六七八九十])"
    rf"|(?<!{_MID})(?P<k>{WHOLE}) ?(?:个|名|位)?(?:人|{_MEMBER})?[, ]?(?:一个(?:都|也)?[不没][缺少落差]|"
    rf"无一?人?缺席|满勤)"
    rf"|(?<!{_MID})(?P<q>{WHOLE}) ?(?:个|名|位)?(?:人|党员|支委|委员)[, ]?到齐"
    rf"|(?:人齐|人都齐|都到|全到|到齐|都来)了?[, ]?(?:共|一共|总共|就)?(?P<r>{WHOLE}) ?(?:个|人|名|位)"
    rf"|全体(?:党员|支委|委员|同志)(?:都|全|均)?(?:参加|到会|到|来|出席)了?,(?:共|一共|总共|就)(?P<t>{WHOLE})"
    rf" ?(?:个|人|名|位)"
    rf"|(?:全体|全部|所有)(?:正式)?(?:党员|支委|委员|同志|人员)(?:共|一共|:)?(?P<m>{WHOLE})(?:人|名|"
    rf"个)?(?:党员)?(?:都|均|全部)?(?:参加|到|出席|来|前往|赴|在)"
)
# 24人到了22个, 30名党员中28名参加: the first number is how many ought to come.
_OF = re.compile(
    rf"(?<!{_MID})(?P<a>{WHOLE})(?:个|名|位)?(?:正式)?(?:党员|支委|委员|同志|人)(?:"
    rf"(?:中|里|里面|当中|,)?(?:共|有|实际|只|就|一共)?(?:到会|到了?|来了|实到|出席了?|"
    rf"参加了?)(?P<b>{WHOLE})(?:个|名|位|人)"
    rf"|(?:中|里|里面|当中)(?:共|有|实际|只|就)?(?P<c>{WHOLE})(?:个|名|位)?(?:党员|人)?(?:参加|到|来|出席))"
)
# 共有党员24名，参加22名
_SO_MANY = re.compile(
    rf"(?:共有?|现有|一共有?|总共有?|在册|支部有?)(?P<a>{WHOLE})(?:名|个|位)?(?:正式)?(?:党员|支委|委员|"
    rf"人)[,;](?:其中|今天|当天|实际)?(?P<b>{WHOLE})(?:名|个|位)?(?:党员|人)?"
    rf"(?:参加|到会|到场|出席|到了|来了)"
)
_HAS = re.compile(
    rf"(?:共有?|现有|一共有?|总共有?|在册)(?:正式)?(?:党员|支委|委员|组员)(?:总数|人数|共|有|:|是|"
    rf"为)*(?P<a>{WHOLE})(?:人|名|个|位)?"
    rf"[,;]?(?:今天|当天|实际|其中|本次)?(?:到会|参加|出席|参会|到|来)(?:了|的)?(?:党员|人数)?(?:有|"
    rf"共)?(?P<b>{WHOLE})(?:个|名|位|人)"
)
_PAIR = re.compile(
    r"(?<![\d./#-])(?P<a>\d{1,4}) ?/ ?(?P<b>\d{1,4})(?![\d./]|以|的|多数)|"
    r"(?<![\d.月#])(?P<c>\d{1,3})到(?P<d>\d{1,3})(?![\d.月日号点楼:])"
)
_ALL = re.compile(
    r"全(?:员|体|部|都)?(?:党员|委员|支委|人员|同志)?(?:都|均|全部|按时)?(?:到齐|到会|到场|参加|出席|参会|"
    r"来了|到了|到位|实到)(?!人?数?[\d:])"
    r"|(?:人|都)?到齐了?|都(?:到|来|参加|出席|在)(?:了|齐|会|场|(?=[,。;! \n]|$))|全(?:到|来)(?:了|齐|"
    r"(?=[,。;! \n]|$))|全勤"
    r"|无一?(?:人)?(?:缺席|请假)|悉数到|全数到|一个没落|无(?:人)?缺席|没有?(?:人)?(?:缺席|请假|缺勤)|"
    r"无(?:人)?请假|无缺勤|一个(?:都)?(?:不|没)(?:少|落|缺|"
    r"差)|(?:一人)?不缺"
)
# The others came: 除2人请假外全部到齐, 其余都到了.
_REST = re.compile(r"除.{1,14}?外|(?:其余|其他|其它|剩下)的?(?:人|党员|同志)?(?:都|全|均|全部)*(?:到|来|参加|出席)")
_PERSON = rf"(?:[老小][\u4e00-\u9fff]|(?:{SURNAME})[\u4e00-\u9fff]{{1,2}}?)(?:同志|书记|委员|主任|组长)?"
_NAMED = re.compile(
    rf"(?:^|[,。;:!? \n(个人名]|其中|只有|就|除了?)(?P<who>{_PERSON}(?:(?:、|和|跟|"
    rf"与){_PERSON}){{0,5}})(?:两人|二人|三人)?(?:都|均)?"
    r"(?:[^,。;!?\n\d]{0,6}?)(?P<w>请了?(?:病|事|公|产|年)?假|缺席|没来|未到|没到)(?!\d)"
)
# 请假：王强、李娜; 请假的有小王
_NAMED_AFTER = re.compile(
    rf"(?P<w>请假|缺席|没来)(?:人员|的人|的|党员)?(?:[:是有为]|分别是)+ ?(?P<who>{_PERSON}(?:(?:、|和|跟|与|,)"
    rf"{_PERSON}){{0,7}})"
    rf"(?=[,。;!? \n()]|$)"
)
_WITH = re.compile(
    rf"(?P<n>{WHOLE})名党员(?:、|和|,){WHOLE}名(?:入党)?(?:积极分子|群众|发展对象)(?:共同|一起)?(?:参加|到|列席)"
)
_LONE = re.compile(
    rf"(?:(?<=[,。;:!? \n(会课日持■])|^)(?:共|一共|总共|共计|我们|就我们|人数|人员|应该|是|改成|"
    rf"改为)*[: ]?(?P<n>{WHOLE})"
    rf"(?P<u> ?(?:余|多|来|几)?(?:人|名党员|个人|个党员|名同志|位同志)(?:左右)?)(?=[,。;!? \n)研讨学去参开■]|$)"
    rf"|(?:(?<=[,。;!? \n])|^)人数(?:应该|应|改)?(?:是|为|成)(?P<m>{WHOLE})(?=[,。;!? \n]|$)"
)
# People who are no members: 5名群众, 15名学生.
_OTHER = r"(?:入党)?(?:积极分子|群众|职工|村民|学生|居民|发展对象|志愿者|老人|儿童|孩子|家属|代表队|干部群众)"
_OTHERS = re.compile(rf"(?:余|多|来|几)?(?:个|名|位)?{_OTHER}")
_OTHERS_BEFORE = re.compile(rf"{_OTHER}(?:代表)?(?:等)?$")
_ABOUT = re.compile(r"(?:余|多|来|几)(?:人|名|个|位)|左右|上下|[几多余]$|^ ?(?:[多余]|来[个名位人])")
_ABOUT_BEFORE = re.compile(r"(?:约|大约|大概|近|将近|不到|差不多|好像|可能)(?:有|是)?$")


def find_attendance(flat: str, dated: list[tuple[int, int]]) -> list[Piece]:
    """All attendance in a text, in order. dated: places that are dates and times, where 5/5 is no ratio."""
    taken = [*dated]
    pieces: list[Piece] = []
    for found in (_with(flat), _short(flat), _of(flat), _every(flat), _pairs(flat), _named(flat), _told(flat, taken)):
        for group, spans in found:
            if any(a < end and start < b for a, b in taken for start, end in spans):
                continue
            pieces += group
            taken += spans
    pieces += _lone(flat, taken, pieces)
    if not any(p.slot == "present" for p in pieces):
        pieces += [Piece("present", ALL, *m.span()) for m in _ALL.finditer(flat)]
    return sorted(pieces, key=lambda p: p.start)


# 五缺一: one of five was away
_SHORT = re.compile(
    r"(?<![\d一二三四五六七八九十到会来])(?P<a>\d{1,2}|[二三四五六七八九十])缺(?P<b>[一二1-2])(?![\d人个名])"
)
_Group = tuple[list[Piece], list[tuple[int, int]]]


def _with(flat: str) -> Iterator[_Group]:
    """25名党员、3名积极分子参加: the party members are the ones that count."""
    for match in _WITH.finditer(flat):
        value = integer(match["n"])
        if value is not None:
            yield [_count("present", value, *match.span())], [match.span()]


def _short(flat: str) -> Iterator[_Group]:
    for match in _SHORT.finditer(flat):
        a, b = integer(match["a"]), integer(match["b"])
        if a and b and a > b:
            yield [_count("expected", a, *match.span("a")), _count("absent", b, *match.span("b"))], [match.span()]


def _of(flat: str) -> Iterator[_Group]:
    for match in (*_HAS.finditer(flat), *_SO_MANY.finditer(flat)):
        a, b = integer(match["a"]), integer(match["b"])
        if a is not None and b is not None and a >= b:
            yield [_count("expected", a, *match.span("a")), _count("present", b, *match.span("b"))], [match.span()]
    for match in _OF.finditer(flat):
        before = flat[max(0, match.start() - 4) : match.start()]
        if re.search(r"[应实]到?(?:会)?(?:党员)?$|(?:缺席|请假|列席|缺勤|未到|没来)$", before):
            continue
        which = "b" if match["b"] else "c"
        a, b = integer(match["a"]), integer(match[which])
        if a is not None and b is not None and a >= b and not _ABOUT.search(match[0]):
            yield (
                [_count("expected", a, *match.span("a")), _count("present", b, match.start(which), match.end())],
                [match.span()],
            )


def _every(flat: str) -> Iterator[_Group]:
    for match in _EVERY.finditer(flat):
        value = integer(next(v for v in match.groups() if v))
        if re.search(r"[应实]到?(?:会)?(?:党员)?(?:人数)?[:为共]?$", flat[max(0, match.start() - 6) : match.start()]):
            continue
        if value is not None and value > 1:
            yield [_count("expected", value, *match.span()), _count("present", value, *match.span())], [match.span()]


def _pairs(flat: str) -> Iterator[_Group]:
    for match in _PAIR.finditer(flat):
        words = (match["a"], match["b"]) if match["a"] else (match["c"], match["d"])
        a, b = sorted((int(words[0]), int(words[1])), reverse=True)
        if match["c"] and (int(match["c"]) < int(match["d"]) or flat[match.start() - 1 : match.start()] == "应"):
            continue
        yield [_count("expected", a, *match.span()), _count("present", b, *match.span())], [match.span()]


def _told(flat: str, taken: list[tuple[int, int]]) -> Iterator[_Group]:
    """Numbers with their word: the word before a number owns it, unless the number before took that word."""
    found = [(m.start("n"), i, m, slot) for i, (slot, p) in enumerate(_PATTERNS) for m in p.finditer(flat)]
    before = len(_BEFORE)
    used: list[tuple[int, int]] = []
    done: set[int] = set()
    for start, _, match, slot in sorted(found, key=lambda f: (f[0], f[1] >= before, f[2].start("w"))):
        word = match.span("w")
        if start in done or any(a < word[1] and word[0] < b for a, b in used):
            continue
        span = match.span("n")
        if any(a < span[1] and span[0] < b for a, b in taken):
            continue
        piece = _piece(flat, match, slot)
        if piece is None:
            continue
        done.add(start)
        used.append(word)
        yield [piece], [span]


def _piece(flat: str, match: re.Match[str], slot: str) -> Piece | None:
    value = _signed(match["n"])
    if value is None:
        words = match["n"]
        return Piece(slot, None, match.start("n"), match.end(), "approximate_number") if is_vague(words) else None
    if slot == "present" and (
        _OTHERS.match(flat, match.end("n")) or _OTHERS_BEFORE.search(flat[: match.start("n")][-8:])
    ):
        return None
    if value == 0 and slot == "present":
        return Piece(slot, None, match.start("n"), match.end(), "absurd_number")
    if value == 1 and slot == "absent" and flat[: match.start("n")].endswith("无"):
        return None
    bare_word = len(match["w"]) == 1 and match["w"] in "应实"
    if bare_word and not re.search(r"[应实]\D{0,4}$|[应实]$", flat[: match.start("n")]):
        return None
    if _ABOUT.search(match["u"]) or _ABOUT_BEFORE.search(flat[max(0, match.start("n") - 4) : match.start("n")]):
        return Piece(slot, None, match.start("n"), match.end(), "approximate_number", (value,))
    return _count(slot, value, match.start(), match.end())


def _named(flat: str) -> Iterator[_Group]:
    for match in (*_NAMED_AFTER.finditer(flat), *_NAMED.finditer(flat)):
        many = len(re.findall("[、和跟与,]", match["who"])) + 1
        slot = "leave" if "假" in match["w"] else "absent"
        yield [_count(slot, many, match.start("who"), match.end())], [(match.start("who"), match.end())]


def _lone(flat: str, taken: list[tuple[int, int]], told: list[Piece]) -> list[Piece]:
    """A bare 8人 in a clause of its own, in a sentence that doesn't say otherwise who came."""
    result: list[Piece] = []
    for match in _LONE.finditer(flat):
        start, end = match.span("n" if match["n"] else "m")
        value = integer(flat[start:end])
        sentence = flat.rfind("。", 0, start), (flat + "。").find("。", end)
        for stop in ";\n":
            sentence = max(sentence[0], flat.rfind(stop, 0, start)), min(sentence[1], (flat + stop).find(stop, end))
        if flat[match.start() - 1 : match.start()] in ("会", "课", "日"):  # 支委会5人研究评优
            sentence = max(sentence[0], flat.rfind(",", 0, start)), min(sentence[1], (flat + ",").find(",", end))
        here = any(p.slot == "present" and sentence[0] <= p.start < sentence[1] for p in (*told, *result))
        if value is None or here or any(a < end and start < b for a, b in taken):
            continue
        if _ABOUT.search(match["u"] or ""):
            result.append(Piece("present", None, start, match.end(), "approximate_number", (value,)))
        else:
            result.append(_count("present", value, start, match.end()))
    return result


def _signed(words: str) -> int | None:
    words = words.strip()
    if words.startswith("-"):
        value = integer(words[1:].strip())
        return None if value is None else -value
    return integer(words)


def _count(slot: str, value: int, start: int, end: int) -> Piece:
    if value < 0:
        return Piece(slot, None, start, end, "negative_amount")
    if value > _MOST:
        return Piece(slot, None, start, end, "absurd_number", (value,))
    return Piece(slot, value, start, end)


def others_came(flat: str) -> bool:
    """Whether a text says that all the others came (除2人请假外全部到齐)."""
    return bool(_REST.search(flat))
