"""Who spoke and who presided: 由张三主讲, 书记讲党课, 主持人李四."""

from __future__ import annotations

import re

from bot.understanding.names import FAMILIAR, GIVEN, SURNAME, TITLE
from bot.understanding.pieces import Piece

_ORG = (
    "(?:市|县|区|省|镇|乡|街道|局|机关|单位|社区|本|我们?)?(?:支部|党支部|党委|党总支|总支|纪检|纪委|组织|宣传|"
    "支委|委党校|党校|党办|机关党委|党建办|党小组|小组)?(?:的)?"
)
_GIVEN = r"[\u4e00-\u9fff]{1,2}?"
# A person, lazily, so that what follows (主讲, 主持) ends the name.
_PERSON = (
    rf"(?:{_ORG}(?:{TITLE})?(?:(?:{FAMILIAR})|(?:{SURNAME}){GIVEN}{{0,2}}?)(?:{TITLE})*"
    rf"|{_ORG}(?:第一)?(?:{TITLE})(?:本人)?|我(?:本人)?(?=[给为讲上主授])|本人)"
)
# A person after a label, to the end of the name.
_NAMED = (
    rf"(?:{_ORG}(?:第一)?(?:{TITLE})?(?:(?:{FAMILIAR})(?:{TITLE})?|(?:{SURNAME})(?:(?:{TITLE})|"
    rf"{GIVEN}{{1,2}}?(?:{TITLE})"
    rf"|{GIVEN}{{1,2}}?(?=[,。;!?\n ()\d■《“]|$|应|实|主[讲题持]|记录|参|列|到|地点|时间|议|研|学|讨|传|党|"
    rf"共|全|请|缺|题|不是)|{GIVEN}{{1,2}}))"
    rf"|{_ORG}(?:第一)?(?:{TITLE}))"
)
_SPEAKER_AFTER = re.compile(
    rf"(?:(?:主讲人|主讲老师|授课人|授课老师|宣讲人|讲课人|讲师|领学人|授课教师|讲师|主讲|授课|"
    rf"讲课)(?:[:是为由 ]|改成|改为|应为|应该是)+|主讲人|主讲老师|授课老师|授课人|(?:主讲|授课)(?={SURNAME}))"
    rf"(?P<who>{_NAMED})"
)
# Any two to four characters where a label or 由 says that they are a name: there are more surnames than a list holds.
_ANYONE = (
    r"(?:(?!会议|支部|大家|党员|今天|昨天|本次|我们|时间|地点|主题|议题|应到|实到|题目|内容|[写说弄报记]错|不对|不是|"
    r"有误|改[成为])[\u4e00-\u9fff]){2,4}?"
)
_SPEAKER_LABEL = re.compile(
    rf"(?:主讲人?|主讲老师|授课人?|授课老师|讲课人?|讲课老师|宣讲人|领学人|讲师)(?:[:是为 ]|"
    rf"的是)+(?P<who>{_ANYONE})(?=[,。;!?\n ()《“■\d]|$)"
    rf"|(?:主讲老师|授课老师|讲课老师|主讲人|授课人)(?P<who2>{_ANYONE})(?=[,。;!?\n ()《“■\d]|$)"
    rf"|(?:由|请)(?P<who3>{_ANYONE})(?:同志)?(?:来)?(?:主讲|授课|讲课|讲党课)"
    rf"|(?:主讲|授课|讲课|上课|讲党课)的(?:人|老师)?是(?P<who4>{_ANYONE})(?=[,。;!?\n (]|$)"
    rf"|(?:主讲人?|授课人?|讲课人?|主讲的)(?:[写说弄报记]错了?|不对|有误|■)[■, ]*(?:应该?|其实)?是"  # 主讲写错, 是余静
    rf"(?P<who5>{_ANYONE})(?=[,。;!?\n ■]|$)"
)
_HOST_LABEL = re.compile(
    rf"主持人?(?:[:是为 ]|的是)+(?P<who>{_ANYONE})(?=[,。;!?\n ()\d■]|$)|"
    rf"由(?P<who2>{_ANYONE})(?:同志)?(?:来)?主持(?!人)"
    rf"|(?:(?<=[,。;!?\n ])|^)(?P<who3>{_ANYONE})(?:同志)?主持(?!人|工|(?:支部|日常|全面)工作)|"
    rf"(?P<who4>(?:{SURNAME})[\u4e00-\u9fff]{{0,2}}?|[老小](?:{SURNAME}))召集的"
)
_COURSE = r"(?:专题|微|廉政|廉洁)*(?:党)?课"
_BETWEEN = (
    r"(?:在)?(?:■*(?:[上下中]午|晚上|晚)?)?(?:在[^,。;!?\n]{2,20}?)?(?:(?:来到?|到|走进)(?:我们?)?(?:单位|支部|"
    r"村里?|公司|学校|社区|机关))?(?:来|亲自|带头|作为主讲人)?"
)
_SPEAKER = re.compile(
    rf"(?:由|请来?了?|邀请了?|特邀|请到)?(?P<who>{_PERSON})(?:同志)?{_BETWEEN}"
    rf"(?:以?[《“][^》”]{{1,60}}[》”](?:为题目?|为主题|为内容)|以[^,。;!?\n]{{2,40}}?为(?:题目?|主题))?"
    rf",?(?:给|为|向|跟|对)?(?:大家|大伙|全体党员|党员们?|我们|支部党员|全体|支部全体党员)?"
    rf"(?:主讲|讲授|讲了?(?:一堂|一次|一节|一课|个|的|课|专题|微|党|廉|《|“|:|题)|来讲|授课|领学|宣讲|开讲"
    rf"|上[了的]?(?:一堂|一次|一节|了|了一堂)?(?:题为)?(?:[《“][^》”]{{1,60}}[》”])?的?{_COURSE}"
    rf"|[做作]了?(?:一[场次个])?(?:专题|辅导|党课)*(?:辅导|报告|讲座|党课)|的{_COURSE})"
)
_HOST_AFTER = re.compile(rf"主持人?(?:是|为|:|由| |改成|应为|应该)*(?P<who>{_NAMED})")
_HOST = re.compile(rf"(?:由)?(?P<who>{_PERSON})(?:同志)?(?:来|负责)?主持(?!人|(?:支部|党委|日常|全面)*工作)")
_LONE = re.compile(
    rf"[ :]*(?P<who>{_ORG}(?:第一)?(?:(?:(?:{SURNAME}){GIVEN}{{0,2}})?(?:{TITLE})(?:(?:{SURNAME}){GIVEN}{{1,2"
    rf"}})?|{FAMILIAR}|(?P<name>(?:{SURNAME}){GIVEN}{{1,2}}))) *"
)

_LISTENERS = re.compile(r"(?:干部|党员|群众|委员|同志|人员)[和及、]$")  # 为村干部和支部书记授课
_ANYBODY = re.compile(r"(?:全体|支部|老|全体支部)*(?:党员|同志|专家|老师|委员)|党支部|支部")
_OFFICE = re.compile(rf"(?:{_ORG})(?:第一)?(?:{TITLE})")


def find_people(flat: str, shown: str) -> list[Piece]:
    """Speakers and hosts, as they were named; one who is named before one of whom only the office is told.

    flat: with dates and quotations blanked.
    """
    pieces: list[Piece] = []
    for slot, patterns in (
        ("speaker", (_SPEAKER, _SPEAKER_AFTER, _SPEAKER_LABEL)),
        ("host", (_HOST, _HOST_AFTER, _HOST_LABEL)),
    ):
        if slot == "host" and "主持" not in flat and "召集" not in flat:
            continue
        for pattern in patterns:
            for match in pattern.finditer(flat):
                group = next(g for g, words in match.groupdict().items() if words and g.startswith("who"))
                start, end = match.span(group)
                who = name(shown[start:end])
                if who == "的" or _LISTENERS.search(flat[max(0, start - 8) : start]):
                    continue
                if any(p.start < end and start < p.end for p in pieces):
                    continue
                if not _ANYBODY.fullmatch(who):
                    pieces.append(Piece(slot, who, match.start(), end))
    named = [p for p in pieces if p.slot == "speaker" and not is_office(str(p.value))]
    pieces = [p for p in pieces if p.slot != "speaker" or p in named or not named]
    return sorted(pieces, key=lambda p: (is_office(str(p.value)), p.start))


def name(words: str) -> str:
    """A name as it is kept: without 同志 behind it."""
    words = words.strip()
    return words.removesuffix("同志") or words


def is_office(words: str) -> bool:
    """Whether words tell an office and no name: 党委书记."""
    return bool(_OFFICE.fullmatch(words))


def lone_person(flat: str) -> re.Match[str] | None:
    """A stretch that is nothing but somebody with a title: 张书记."""
    return _LONE.fullmatch(flat)
