"""Things that must not be recorded: numbers of people, secrecy marks, what was said in confidence."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.understanding.names import SURNAME
from bot.understanding.text import LONGEST, clean


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Why a text must not be recorded. what: id_number | phone | bank_card | secrecy_mark | individual_dues | pay |
    talk_contents | discipline | personnel; words: the words that show it."""

    what: str
    words: str


_ID = re.compile(
    r"(?<![\da-z])[1-9]\d{5} ?(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) ?\d{3}[\dx](?![\da-z])"
)
_PHONE = re.compile(r"(?<![\d.#])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])")
_SPELLED = re.compile(r"(?<!\d)1[ -][3-9](?:[ -]\d){9}(?![ -]?\d)")  # digit by digit
_LANDLINE = re.compile(r"(?:电话|手机|座机|联系方式)[号码是为: ]*(?P<n>0\d{2,3}[- ]?\d{7,8}|\d{7,12})")
_CARD = re.compile(r"(?<![\d.])(?:[3-6]\d{3}[- ]?(?:\d{4}[- ]?){2,3}\d{1,7})(?![\d.])")
_CARD_NAMED = re.compile(r"(?:银行卡|卡号|账号|账户|工资卡)[号码是为: ]*\d(?:[ -]?\d){11,18}")
_MARK = re.compile(
    r"(?:^|[\[(【（《★☆_\s,。;:.-])(?:绝密|机密|秘密)(?=$|[\])】）》★☆_\s,。;:.-]|文件|资料|级|件)|"
    r"(?:绝密|机密|秘密)(?:★|☆|级文件|文件|资料|级(?:会议|材料)|▲)"
    r"|(?:属于?|定为|标(?:有|注|着)|密级(?:为|是|:)? ?)(?:绝密|机密|秘密)|(?:^|[\[(【（_\s,。;:-])内部(?=$|"
    r"[\])】）_,。;:.-]|\.)"
    r"|内部(?:资料|文件|材料|刊物|通报|传阅|掌握|使用)|(?:注意)?保存[,、 ]?(?:请勿|不得|严禁)外传|(?:不得|"
    r"严禁|请勿|切勿)外传|不宜公开|密级"
)
_MARK_HARMLESS = re.compile(
    r"(?:学习|传达|宣传|贯彻|解读|讲解|参观)[^,。;!?\n]{0,12}(?:保密法|保守国家秘密|国家秘密法)|保守(?:国家|"
    r"党的)?秘密|国家秘密法|(?:机密|秘密|涉密)文件(?:的)?(?:管理|保管|制度|规定)"
)
_GIVEN = rf"(?!周[一二三四五六日天末]|于[今昨前上])(?:{SURNAME})(?!费|党)[\u4e00-\u9fff]{{1,2}}"
_DUES = re.compile(
    rf"(?:^|[,。;:、\s\n日月号])(?P<who>{_GIVEN})(?:同志|书记|主任|"
    rf"委员)?(?:[^,。;!?\n]{{0,6}}?)(?:应?[交缴](?:纳)?了?(?:党费)?|补[交缴]了?(?:党费)?|党费)(?:是|为|:|共|"
    rf"了)*\d+(?:\.\d+)?(?:元|块)|退(?:还|回|给|了)*(?:{_GIVEN})(?:同志)?的?党费"
)
_DUES_LISTED = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:(?!金额|人数|共计|合计|应到|实到)(?:[老小](?:{SURNAME})|{_GIVEN})"
    rf"[ :]{{0,2}}\d+(?:\.\d+)?元?[,、; ]+){{2,}}"
)
_PAY = re.compile(
    rf"(?:{_GIVEN})[^,。;!?\n]{{0,6}}(?:月?工资|月薪|年薪|收入|津贴|奖金|绩效)(?:是|为|:|共|约|达)*\d|"
    rf"(?:个人)?(?:工资|薪资)(?:明细|清单|表|条)|(?:月工资|工资基数|月薪)(?:是|为|:)*\d{{4,}}|"
    rf"基数(?:是|为|:)*(?:{_GIVEN}) ?\d{{3,}}"
)
_TALK = re.compile(
    r"谈(?:心)?话?(?:中|时|里)?[^,。;!?\n]{0,8}(?:反映|说到?|坦言|提到|透露|承认|讲到|表示(?:想|要|不满|家|"
    r"自己|对))|(?:谈话|谈心)(?:的)?(?:具体)?(?:内容|记录)(?:是|为|如下|:)|(?:自我批评|批评意见|对照检查|"
    r"检讨)[^,。;!?\n]{0,6}(?:内容|中说|说自己|指出|如下|:)|(?:批评|指出)(?P<who>"
    + _GIVEN
    + r")(?:同志)?(?:存在|有|工作|作风|不|的(?:问题|缺点|不足))|自我批评(?:说|道|讲|称|认为)"
)
_PENALTY = "警告|严重警告|记过|记大过|降级|撤职|撤销党内职务|留党察看|开除|诫勉谈话|处分"
_TITLE = re.compile(r"《[^《》\n]{0,100}》")
_DISCIPLINE = re.compile(
    rf"对(?:{_GIVEN})[^,。;!?\n]{{0,6}}(?:立案|审查调查|留置)|"
    r"(?:被|受(?:到)?|给予|予以|拟给予)[^,。;!?\n]{0,14}(?:党内(?:严重)?警告|记过|记大过|撤职|留党察看|"
    r"开除党籍|诫勉谈话|立案审查|立案调查|双规|留置|处分决定|党纪处分|政务处分)|(?:被|已被)(?:纪委|监委|"
    r"检察院|公安)[^,。;!?\n]{0,8}(?:调查|带走|立案|约谈|留置)"
    rf"|(?:给予|予以|给)(?:{_GIVEN})(?:同志)?(?:党内)?(?:严重)?(?:{_PENALTY})|(?:{_GIVEN})(?:同志)?的?(?:{_PENALTY})?"
    r"(?<!党纪)(?<!政纪)(?<!政务)(?<!纪律)(?<!查处)处分(?!条例|工作|规定|案例|执行)|"
    r"(?:举报|实名举报|匿名举报|信访件|举报信|上访|信访(?![局办]))[^,。;!?\n]{0,10}(?:"
    + _GIVEN
    + r"|书记|主任|局长|院长|我|某)|(?:"
    + _GIVEN
    + r")(?:同志)?(?:违纪|违法|涉嫌|被举报|被查|的处分|受处分|因违)|"
    r"问题线索(?:处置|核查|初核)(?!流程|办法|规定|规则|条例|制度)|举报信"
)
_PERSONNEL = re.compile(
    r"(?:拟(?:任|提拔|提任|任命|免去|调任|推荐提名)|考察对象|干部考察|(?<!党员)(?<!优秀)(?<!先进)(?<!代表)(?<!分子)"
    r"(?<!对象)推荐人选|后备干部名单)[^,。;!?\n]{0,16}(?:"
    + _GIVEN
    + r"|未公开|尚未公开|未公示|保密)|(?:"
    + _GIVEN
    + r")(?:同志)?(?:拟|将)(?:任|提拔|提任|升任|调任|免去)|(?:人事(?:任免|调整|安排)|任免|"
    r"干部调整)[^,。;!?\n]{0,8}(?:(?:还)?没(?:有)?公[布开]|未公布|别外传|未公开|尚未公开|未公示|暂不公开|保密)"
)


_NUMBERS = (
    ("id_number", _ID), ("bank_card", _CARD_NAMED), ("phone", _PHONE), ("phone", _LANDLINE), ("phone", _SPELLED),
)  # fmt: skip


def sensitive(text: str) -> Sensitive | None:
    """The first sign that a text or a file's name holds what must not be recorded; None when there is none.

    No guarantee: it sees patterns, not meaning. It would rather miss than warn about 内部管理 or a date.
    """
    cleaned = clean(text[: LONGEST * 20])
    flat = cleaned.flat
    for what, pattern in _NUMBERS:
        match = pattern.search(flat)
        if match:
            return Sensitive(what, match[0])
    card = next((m for m in _CARD.finditer(flat) if _luhn(re.sub(r"\D", "", m[0]))), None)
    if card:
        return Sensitive("bank_card", card[0])
    harmless = _MARK_HARMLESS.sub(lambda m: "■" * len(m[0]), flat)
    harmless = re.sub(r"《[^《》\n]{0,100}法[^《》\n]{0,20}》", lambda m: "■" * len(m[0]), harmless)
    for what, pattern in (
        ("secrecy_mark", _MARK),
        ("individual_dues", _DUES),
        ("individual_dues", _DUES_LISTED),
        ("pay", _PAY),
        ("talk_contents", _TALK),
        ("discipline", _DISCIPLINE),
        ("personnel", _PERSONNEL),
    ):
        # 《一张工资表的背后》 is an article, no pay
        match = pattern.search(_TITLE.sub("■", harmless) if pattern is _PAY else harmless)
        if match:
            return Sensitive(what, match[0].strip(" ,。;:\n"))
    return None


def _luhn(number: str) -> bool:
    """Whether the check digit of a card number fits."""
    if not 16 <= len(number) <= 19:
        return False
    total = 0
    for i, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
