"""Who stands right before or right behind a word that says what somebody did: 请老连长肖建军|主讲, 主持人|王芳."""

from __future__ import annotations

import re

from bot.understanding import names
from bot.understanding.names import TITLE

GIVEN = rf"(?![委支党局部组馆院校厂站所])(?:{names.GIVEN})"  # 纪委陈书记
# Surnames that are words too, or rare: only beside a word that says what somebody did.
_RARE = (
    "鲁符古辜商占练鄂郜仲卜哈艾柏贝童谈晏奚裘冼庞栗桑麦苟冀尚戈匡寇阙蔚巩晁敖訾阚饶沙巢蒯荆游竺权桓蓝米谷闻佘"
    "楚蒲岳燕池隋刁隗伍毕瞿漆昝雍昌宗郎逄缪鄢郗亢郁扈巫邝茅糜成兰幸冒明鲍屠蔺傅庾臧覃芮"
)
SURNAME = (
    rf"(?!周[一二三四五六日天末]|高[中校]|明[天年]|成[员立为]|席[姚位间]|纪[律委检念要实]|方[言式面案法]|施工|安全|苗[族语木圃])(?:{names.SURNAME}|"
    rf"[{_RARE}])"
)
FAMILIAR = names.FAMILIAR.replace(names.SURNAME, SURNAME)
Span = tuple[int, int]

ORG = (
    "(?:市|县|区|省|镇|乡|村|街道|局|机关|单位|社区|本|我们?)?(?:支部|党支部|党委|党总支|总支|纪检|纪委|组织|宣传|"
    "支委|委党校|党校|党办|机关党委|党建办|党建|党小组|小组)?(?:的)?"
)
_OFFICE = re.compile(rf"{ORG}(?:驻村)?(?:第一)?老?(?:{TITLE})(?:本人)?")
_DOTTED = r"[\u4e00-\u9fff]{2,6}[·•・‧][\u4e00-\u9fff]{2,8}"
# A name that is known for one: a dotted one, 老周, 王书记, 李国强同志.
_NAMED = re.compile(rf"(?:{_DOTTED}|(?:{FAMILIAR})|(?:{SURNAME})(?:(?:{TITLE})|{GIVEN}{{1,2}}))(?:{TITLE})*(?:本人)?")
_SHORT = re.compile(rf"(?:{SURNAME})(?:{TITLE})")  # 王书记: a surname right before an office is nothing else
_NO_SURNAME = re.compile(r"[公西治保延]$")  # 公安局长
_TITLED = re.compile(rf"(?:{FAMILIAR})(?:{TITLE})*|(?:{SURNAME}){GIVEN}{{0,2}}(?:{TITLE})+")
_MYSELF = re.compile(r"(?:本人|我(?:本人|自己)?)")
_EDGES = ",。;!?\n :()[]■“”《》@、"
_REACH = 26  # characters that may stand between a mark and the end of a name: 市委讲师团成员、县委党校副校长李国强
_SAID_WITH = re.compile(
    r"(?:自己|全程|非要|头一回|头回|第一次|首次|临时|一直|亲自|带头|率先|主动|首先|作为主讲人|代为|代|担任|负责|"
    r"来|也|还|都|又|先)+$"
)
# What a name may follow: an office, a rank, an institution, a verb that brings a guest, a part of the day.
_BEFORE_NAME = re.compile(
    r"(?:^|"
    r"[请由邀让是我听和与及员师长兵民模人家官工表记任授友手星士者部干委总办站局校村镇县市区团院代宾了的会课午"
    r"晚上早半点分天号日书队医警处科所司厂属导书赞理监席"
    r"社生中心政官儿女弟里厅居夫妇])$"
)
# No name of a surname that is on no list has these characters in it.
_NO_NAME = (
    "的了是在去来到开听上讲会课由请给为和与及并不没要个人这那我你他她们都也就还又再先后前时点分半号日月周下午晚早今昨"
    "报送打算过准备拟将才天五叫"
    "党支部委局处科组室村镇县市区校院厂司议题做作让把被让对向跟同以从有各位全体群众"
)
_ANY = rf"[^\x00-\u4dff\ua000-\uffff{_NO_NAME}]"
_UNLISTED = re.compile(
    rf"(?:请|由|邀请|特邀|请来|请到|听)?(?:{ORG}(?:第一)?(?:{TITLE}))?(?P<x>{_ANY}{{2,4}})(?:{TITLE})*"
)
_OFFICE_NAMED = re.compile(rf"(?:{ORG})(?!老?党员|同志|专家)(?:{TITLE}|总监|助理)(?P<x>{_ANY}{{2,3}})")
_NO_WORD = re.compile(
    r"[一两首每本这]次|同志|自己|本人|代表|助理|正常|完毕|[土口风]味|[写说弄报记填][错成]|刚才|刚刚|组织|集体|学习|"
    r"活动|专题|研究|讨论|主题|分别|最后|随后|接着|一起|共同|轮流|继续|专门|集中|统一|专家|领导|"
    r"现场|线|机关|公司|单位|老师|负责|指派|采用|采取|观看|参观|召集|地点|主讲|主持|记录|内容|参加|书记|直接|正式|"
    r"重点|主要|另外|其中|利用|结合|围绕|大伙|大家|轮到|安排|进行|邀|特邀|召"
)
_AFTER_NAME = (
    r"(?=[^\u4e00-\u9fffa-z0-9·]|\d|$|应|实|主[讲题持]|记录|参|列|到|地点|时间|议|研|学|讨|传|党|共|全|请|缺|题|"
    r"不是|讲|说|来|在|因|、|他|她|开|内容|用|从|作|做|围|结|带|通|审|听|一[共起行]|共|有|上午|下午|晚|今|"
    r"昨|前天|刚|担任|代|提|商|兼|推|说)"
)
_NAMED_AHEAD = re.compile(
    rf"(?:{_DOTTED}|(?:{FAMILIAR})|(?:{SURNAME})(?:(?:{TITLE})|{GIVEN}{{1,2}}?(?:{TITLE})|"
    rf"{GIVEN}{{1,2}}?{_AFTER_NAME}))(?:{TITLE})?(?!的)"
)
_LOOSELY_AHEAD = re.compile(rf"(?:{SURNAME}){GIVEN}{{1,2}}")
# 主讲纪委 方科长, 主持人:党支部书记、总经理助理谷峰
_ROLES = re.compile(
    rf"(?:[\u4e00-\u9fff]{{0,10}}?(?:{TITLE}|助理|[委校部局院办站团员长])(?:、|"
    rf" (?=[\u4e00-\u9fff]{{2,6}}(?:[^\u4e00-\u9fff]|$))))+"
)
# 校长杭琴, 商务局老局长池田: behind an office any two or three characters are a name, when they end there.
_OF_OFFICE = re.compile(rf"[\u4e00-\u9fff]{{0,10}}?(?:{TITLE})(?P<x>{_ANY}{{2,3}}?)(?={_AFTER_NAME[3:-1]})")
_ENDED_AHEAD = re.compile(rf"{_ANY}{{2,3}}(?=[^\u4e00-\u9fff]|$)")
_MARKED_AHEAD = re.compile(rf"(?!的){_ANY}{{2,4}}?(?:{TITLE})?(?=[^\u4e00-\u9fff]|$)")


def before(flat: str, end: int, strict: bool = False) -> Span | None:
    """The place of the person told of right before a word; strict: only one who is known for a person, not any two
    characters behind a mark."""
    begin = max(end - _REACH, max((flat.rfind(c, 0, end) for c in _EDGES if c != "、"), default=-1) + 1)
    end = begin + len(_SAID_WITH.sub("", flat[begin:end]))
    for start in range(begin, end):
        told = flat[begin:start].rstrip("、")
        if _NAMED.fullmatch(flat, start, end) and _BEFORE_NAME.search(told):
            return start, end
        if _SHORT.fullmatch(flat, start, end) and not _NO_SURNAME.search(told):
            return start, end
    for start in range(begin, end):
        called = _OFFICE_NAMED.fullmatch(flat, start, end)
        if called and not _NO_WORD.search(called["x"]):
            return called.span("x")
        if _OFFICE.fullmatch(flat, start, end) and not flat.startswith(("的", "局"), start):
            return start, end
    if strict:
        return None
    myself = _MYSELF.fullmatch(flat, max(begin, end - 2), end) or _MYSELF.fullmatch(flat, max(begin, end - 1), end)
    if myself:
        return myself.span()
    other = _UNLISTED.fullmatch(flat, begin, end)
    return other.span("x") if other and not _NO_WORD.search(other["x"]) else None


def behind(flat: str, start: int, marked: bool) -> Span | None:
    """The place of the person told of right behind a word; marked: behind a colon or 是, where any name may stand."""
    skipped = _ROLES.match(flat, start)
    start = skipped.end() if skipped else start
    end = min(start + _REACH, min((i for c in _EDGES if (i := flat.find(c, start)) >= 0), default=len(flat)))
    for at in range(start, min(end, start + 14)):
        named = _NAMED_AHEAD.match(flat, at)
        if named and (at == start or _BEFORE_NAME.search(flat[start:at])) and named.end() <= end:
            return named.span()
    for at in range(start, min(end, start + 14)):  # 主讲人驻外参赞刘大为: whatever he is, the name ends the stretch
        named = _NAMED_AHEAD.match(flat, at)
        if named and named.end() == end:
            return named.span()
    of_office = _OF_OFFICE.match(flat, start, end)
    if of_office and not _NO_WORD.search(of_office["x"]):
        return of_office.span("x")
    office = _OFFICE.match(flat, start, end)
    if office:
        return office.span()
    other = (_MARKED_AHEAD if marked else _ENDED_AHEAD).match(flat, start) or _LOOSELY_AHEAD.match(flat, start)
    return other.span() if other and not _NO_WORD.search(other[0]) else None


def is_office(words: str) -> bool:
    """Whether words tell an office and no name: 党委书记."""
    return bool(_OFFICE.fullmatch(words))


def is_titled(words: str) -> bool:
    """Whether a name says itself that it is one: 王书记, 老周, 李国强主任."""
    return bool(_TITLED.fullmatch(words))


def is_person(words: str) -> bool:
    """Whether words have the shape of a name or an office: 李国强, 老周, 支部书记."""
    return bool(_NAMED.fullmatch(words) or _OFFICE.fullmatch(words))
