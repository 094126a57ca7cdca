"""Who spoke and who presided: 由张三主讲, 书记讲党课, 主持人李四."""

from __future__ import annotations

import re
from itertools import islice

from bot.understanding.names import FAMILIAR, TITLE
from bot.understanding.pieces import Piece
from bot.understanding.who import GIVEN, ORG, SURNAME, Span, before, behind, is_office, is_titled

_COURSE = r"(?:专题|微|廉政|廉洁|警示|主题|辅导|示范|思政|开学第一)*(?:党)?课"
_X = r"[^,。;!?\n 《》“”请由]"
# Between the person and what they did: when, where, about what, for whom.
_PHRASE = (
    rf"(?:(?:于|在)?■+(?:[上下中]午|晚上|晚)?|在{_X}{{2,16}}?,?|(?:来到?|到|走进|赴|深入|下到){_X}{{1,14}}?,?|"
    r"(?:以|围绕|结合|就|用|从|立足|紧扣)(?:[《“][^》”\n]{1,60}[》”](?:为题目?|为主题|为内容)?|"
    r"[^,。;!?\n]{2,40}?(?:为题目?|为主题|为内容|身份|"
    rf"(?=[给为向跟对]))),?|(?:给|为|向|跟|对|带领|带着)(?:{_X}|[“”]){{1,14}}?|来|去|亲自|带头|率先|"
    rf"作为主讲人|当|担任|是|作|做)"
)
_BETWEEN = rf"(?:同志)?(?:,(?=[在以围为]))?\(?{_PHRASE}{{0,4}}?"
_ONE = r"(?:一|1|两|2)?(?:堂|次|节|课|场|个|趟)"
_GIVES = (
    rf"(?:主讲(?!人|老师|嘉宾|教师|:)|讲授|授课(?!人|老师|教师|:)|宣讲(?!员|人)|开讲|讲讲|讲了?(?!课的是|"
    rf"课人|课老师|课:)(?:{_ONE}|的(?!是)|专题|微|党|廉|《|“|:|题)|的{_COURSE}"
    rf"|上[了的过]?(?:{_ONE})?{_X}{{0,8}}?(?:题为)?(?:[《“][^》”]{{1,60}}[》”])?的?{_X}{{0,6}}?{_COURSE}|"
    rf"上的课?(?=[,。;!? \n讲]|$)|上了?一课"
    rf"|[做作]了?(?:一[场次个])?(?:题为)?(?:[《“][^》”]{{1,60}}[》”])?的?(?:专题|辅导|党课)*(?:辅导|报告|"
    rf"讲座|党课|讲课))"
)
_SPEAKER = re.compile(rf"{_BETWEEN}(?P<did>{_GIVES})")
# What only somebody who is known for a person does: 李国强讲乡村振兴, 董教授辅导《总体国家安全观》.
_SPEAKER_WEAK = re.compile(
    rf"{_BETWEEN}(?:领着|带着)?(?:讲(?:了|述)?(?![话究堂座政理了述一几课]|师(?!德))(?=[\u4e00-\u9fff《“])|"
    rf"讲(?=[,。;!? \n]|$)|领学|辅导(?=[《“]))"
)
# 主持人写成李梅了，其实是李玫
_MENDED = (
    r"(?:[写说弄报记填]错了?|[写说弄报记填]成了?|不对|有误|■)[■, 了]*(?:其实|实际)?(?:应该?是|应为|"
    r"改成|改为|是)"
)
_SEP = rf"(?:{_MENDED}|[:是为由 ]|的是|还是|就是|改成|改为|应为|应该是|请的是|请了|:)"
_SPEAKER_LABEL = re.compile(
    rf"(?:主讲|授课|讲课|上课|宣讲|报告|辅导)(?:人|老师|嘉宾|教师|者)(?P<sep>{_SEP}*)|(?:讲师|领学人|宣讲员|"
    rf"讲课人员)(?P<sep2>{_SEP}+)"
    rf"|(?:主讲|授课|讲课|讲授|上课|讲党课|讲课的|党课请)(?:的)?(?:人|老师)?(?P<sep3>{_SEP}+)|(?:主讲|"
    rf"授课)(?=[^的,。;!?\n ])(?P<sep4>)|课请的是(?P<sep6>)|(?<![\u4e00-\u9fff])讲(?P<sep7>:)"
)
_HOST_LABEL = re.compile(
    rf"(?:主持|召集)人(?P<sep>(?:{_SEP}|担任)*)|主持(?:的)?(?P<sep2>{_SEP}+)|主持(?!人|会|召|"
    rf"[,。的了工开下全])(?P<sep3>)"
)
_HOST = re.compile(
    rf"(?:同志)?\(?(?:(?:于|在)?■+(?:[上下中]午|晚上|晚)?|在{_X}{{2,14}}?)?(?:来|负责|亲自|代为?|担任|"
    rf"临时)*主持(?!人|(?:支部|党委|日常|全面)*工作)|"
    r"(?:同志)?召集(?:的|了|支委|大家|党员|开会|召开|全体)"
)
# 主持会议并讲党课: who presides speaks too.
_AND_SPOKE = re.compile(
    r"主持(?:召开)?[^。;!?\n]{0,20}?(?:并|,并|,|且)(?:在会上)?(?:[为给][^,。;!?\n]{1,8})?(?P<did>(?:亲自|"
    r"带头)?(?:讲授?|上|作)了?(?:一[堂次节])?"
    rf"(?:题为[《“][^》”]{{1,60}}[》”]的)?{_COURSE}|主讲|授课)"
)
_LONE = re.compile(
    rf"[ :]*(?:{ORG})(?P<who>(?P<office>(?:第一"
    rf")?(?:{TITLE}))?(?P<called>(?:{SURNAME})(?:{GIVEN}{{0,2}}(?:{TITLE})|{GIVEN}{{1,2}})"
    rf"|{FAMILIAR})?) *"
)
_LISTENERS = re.compile(
    r"(?:干部|党员|群众|委员|同志|人员)[和及、]$|[给为向对跟][^,。;!? \n请由]{0,5}$"
)  # 为村干部和支部书记授课
_ANYBODY = re.compile(
    r"(?:全体|支部|老|全体支部|各|新|有关|我们|党校|县委|市委|镇|县|的)*(?:党员|同志|专家|老师|委员|老人|"
    r"大娘|大爷|师傅|顾问|党委|村官|民警|医生|教官|讲解员|解说员)|党支部|支部"
)
_NOT_HE = ("原定", "原定是", "本来是", "原来是", "原计划")
# 讲课 赵书记主持: the name belongs to what follows it.
_ANOTHER = {"speaker": ("主持",), "host": ("主讲:",)}
_CUES = 80  # words in one message that may tell of a person
_OR = ("还是", "或者", "或是")


def find_people(flat: str, shown: str) -> list[Piece]:
    """Speakers and hosts, as they were named; one who is named before one of whom only the office is told.

    flat: with dates and quotations blanked.
    """
    pieces = _speakers(flat, shown)
    if "主持" in flat or "召集" in flat:
        _preceding(pieces, "host", _HOST, flat, shown)
        for match in _HOST_LABEL.finditer(flat):
            _labelled(pieces, "host", match, flat, shown)
        for match in _AND_SPOKE.finditer(flat):
            host = next((p for p in pieces if p.slot == "host" and p.end <= match.start("did")), None)
            if host is not None:
                pieces.append(Piece("speaker", host.value, *match.span("did")))
    named = [p for p in pieces if p.slot == "speaker" and not is_office(str(p.value))]
    pieces = [p for p in pieces if p.slot != "speaker" or p in named or not named]
    return sorted(pieces, key=lambda p: (is_office(str(p.value)), p.start))


def _speakers(flat: str, shown: str) -> list[Piece]:
    pieces: list[Piece] = []
    if not re.search("[讲课学导]", flat):
        return pieces
    _preceding(pieces, "speaker", _SPEAKER, flat, shown)
    for match in islice(_SPEAKER_LABEL.finditer(flat), _CUES):
        _labelled(pieces, "speaker", match, flat, shown)
    _preceding(pieces, "speaker", _SPEAKER_WEAK, flat, shown, strict=True)
    return pieces


def _preceding(
    pieces: list[Piece], slot: str, did: re.Pattern[str], flat: str, shown: str, strict: bool = False
) -> None:
    """People right before what they did. Where nobody stands before all that may come between, a later beginning is
    tried: 在报告厅请名师段志远|作辅导."""
    match = did.search(flat)
    for _ in range(_CUES):
        if match is None:
            return
        place = before(flat, match.start(), strict)
        if place is not None:
            _add(pieces, slot, place, flat, shown)
        match = did.search(flat, match.start() + 1 if place is None else match.end())


def _labelled(pieces: list[Piece], slot: str, match: re.Match[str], flat: str, shown: str) -> None:
    place = behind(flat, match.end(), marked=bool(next((g for g in match.groups() if g), "")))
    loose = match[0].endswith(" ") and flat.startswith(_ANOTHER[slot], place[1] if place else 0)
    if place is not None and not loose:
        _add(pieces, slot, place, flat, shown)


def _add(pieces: list[Piece], slot: str, place: Span | None, flat: str, shown: str) -> None:
    if (
        place is None
        or flat.endswith(_NOT_HE, 0, place[0])
        or any(p.start < place[1] and place[0] < p.end for p in pieces)
    ):
        return
    who = name(shown[slice(*place)])
    if who and not _ANYBODY.fullmatch(who) and not _LISTENERS.search(flat[max(0, place[0] - 8) : place[0]]):
        unsure = flat.startswith(_OR, place[1])  # 忘了是张老师还是章老师
        pieces.append(Piece(slot, None, *place, "unsure", (who,)) if unsure else Piece(slot, who, *place))


def name(words: str) -> str:
    """A name as it is kept: without 同志 behind it."""
    words = words.strip()
    return words.removesuffix("同志") or words


def lone_person(words: str) -> tuple[int, int, bool] | None:
    """A stretch that is nothing but somebody: 张书记, 李国强. Where the name stands, and whether it is a bare name,
    which may as well be another word."""
    found = _LONE.fullmatch(words)
    if found is None or not found["who"]:
        return None
    called = found["called"]
    start = found.start("called") if called else found.start("who")
    bare = bool(called and not found["office"] and not is_titled(called))
    return start, found.end("who"), bare
