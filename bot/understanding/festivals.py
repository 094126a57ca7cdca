"""Days that go by a name, and days of the lunar calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from bot.understanding.numbers import integer


def _days(listed: str) -> dict[str, tuple[int, int]]:
    """Names by day, written as "1-1 元旦; 5-1 五一 劳动节"."""
    days: dict[str, tuple[int, int]] = {}
    for entry in listed.split("; "):
        day, *names = entry.split()
        month, number = day.split("-")
        days |= {name: (int(month), int(number)) for name in names}
    return days


_FIXED = _days(
    "1-1 元旦; 1-10 人民警察节 警察节; 2-14 情人节; 3-5 学雷锋纪念日 学雷锋日 雷锋日 学雷锋志愿服务日; "
    "3-8 妇女节 三八节 三八妇女节; 3-12 植树节; 3-15 消费者权益日; 4-1 愚人节; "
    "4-15 全民国家安全教育日 国家安全教育日 国家安全日; 4-23 世界读书日 读书日; 4-24 航天日; "
    "5-1 五一 劳动节 五一劳动节; 5-4 五四 青年节 五四青年节; 5-12 护士节 防灾减灾日; "
    "6-1 六一 儿童节 六一儿童节; 6-5 环境日 世界环境日; 6-26 国际禁毒日 禁毒日; "
    "7-1 七一 建党节 七一建党节 党的生日; 7-7 七七事变纪念日; 8-1 八一 建军节 八一建军节; "
    "8-15 八一五 八·一五; 8-19 医师节 中国医师节; 9-3 抗战胜利纪念日 九三; 9-10 教师节; "
    "9-18 九一八 九一八纪念日; 9-30 烈士纪念日; "
    "10-1 国庆 国庆节 十一 十一国庆节 十一国庆; 10-17 扶贫日; 11-8 记者节; "
    "11-9 消防日 全国消防日 消防宣传日; 11-11 双11 双十一; 12-12 双12 双十二; 12-4 宪法日 国家宪法日; "
    "12-5 志愿者日 国际志愿者日; "
    "12-9 一二九 一二·九; 12-13 国家公祭日 公祭日; 12-24 平安夜; 12-25 圣诞 圣诞节; 12-31 跨年夜"
)
_LUNAR = _days(
    "1-1 春节 大年初一; 1-15 元宵 元宵节; 2-2 龙抬头 二月二龙抬头; 3-3 三月三; 5-5 端午 端午节; 7-7 七夕 七夕节; "
    "7-15 中元节; 8-15 中秋 中秋节; 9-9 重阳 重阳节; 12-8 腊八 腊八节; 12-23 小年"
)
# By the weekday of a month: 母亲节 is the second Sunday of May, 感恩节 the fourth Thursday of November.
_NTH = {"母亲节": (5, 2, 7), "父亲节": (6, 3, 7), "感恩节": (11, 4, 4), "全民国防教育日": (9, 3, 6)}
_EVE = ("除夕", "年三十", "大年三十", "大年夜", "除夕夜")
_TERMS = {
    name: name
    for name in re.findall(
        "..", ("清明立春雨水惊蛰春分谷雨立夏小满芒种夏至小暑大暑立秋处暑白露秋分寒露霜降立冬小雪大雪冬至小寒大寒")
    )
} | {"清明节": "清明"}
# Where such a word begins something else: 十一个人, 五一路, 七一勋章, 五四精神, 小雪花.
_NOT_AFTER = {
    "十一": r"(?<![到实应来]十一)(?=期间|假|放假|长假|黄金周|前|后|那|当|去|在|[,。;!? ]|开|上|节|升旗|值班|值守|$)",
    "七一": r"(?![路勋书广讲小中学社村镇]|表(?!彰(?:优秀|先进|大?会|了|党员|活动)))",
    "五一": r"(?![路劳个小中学广社村镇])",
    "三月三": r"(?=歌|庙|民歌|节|圩|壮|山歌|习俗|小?长?假|放假)",
    "八一": r"(?![路镇厂电小中学村广社大南])",
    "五四": r"(?![路精运奖制宪红小中学广])",
    "六一": r"(?![路个班])",
    "一二九": r"(?![师\d运路])",
    "一二·九": r"(?!运)",
    "九三": r"(?=阅兵|大阅兵|那[天日]|当[天日]|纪念)",
    "九一八": r"(?!事变|历史|博物)",
    "雨水": r"(?![管井收利多少大冲])",
    "小雪": r"(?![花球])",
    "大雪": r"(?![纷封山])",
    "重阳": r"(?!敬老(?!活动|那天)|[木老村社路镇街])",
    "中秋": r"(?!月饼)",
    "中秋节": r"(?!月饼)",
    "清明": r"(?!上河|廉|政)",
    "春节": r"(?!联欢)",
    "元宵": r"(?!灯(?!会|谜))",
    "小年": r"(?![轻青])",
    "圣诞": r"(?![老树])",
    "国庆": r"(?!阅|大典)",
}
NAMES = sorted({*_FIXED, *_LUNAR, *_NTH, *_EVE, *_TERMS}, key=len, reverse=True)
# What places a day beside the festival: the first that fits, so the longer ones come first.
_OFF = "假期|小?长假|黄金周|放假|假"
_AFTER = f"节?(?:{_OFF})?(?:结束|过)?(?:以|之)?后的?"
_FIRST = "(?:第一|头一?|首)"
_BESIDE = "|".join((
    r"(?:大?年)?初[一二三四五六七八九十]",
    rf"{_AFTER}(?:第(?P<works>[一二三四五])|首|头一?)个(?:工作日|上班日)",
    rf"(?:{_AFTER})?(?:(?:上班|开工|复工|收假)的?{_FIRST}天|{_FIRST}天(?:上班|开工|复工))",
    rf"节?(?P<rest>{_OFF})(?:结束|过)?(?:以|之)?后的?{_FIRST}天",
    rf"{_AFTER}第一个(?:周|星期)[一二三四五六日天]",
    rf"{_AFTER}第[一二三四五六七八九十]天",
    rf"节?(?P<eve>{_OFF})?(?:提)?前的?(?:最后一?|一)[天日]",
    rf"节?(?:{_OFF})?(?:提)?前的?(?:[两三][天日]|最后一?个工作日)",
    r"节?前的?一个?(?:周|星期|礼拜)",
    r"节?(?:后[一两三][天日]|次日)",
    rf"(?:{_OFF})的?最后一天",
    rf"(?P<off>节?的?(?:{_OFF})(?:里|期间)?|节)?的?(?:第(?P<nth>[一二三四五六七八])|(?P<head>头一?|首))天",
    r"期间|(?:放假|长假|假期?)前|假期|放假期间|长假|小长假|黄金周|节?前夕|前后|来临之际|"
    r"(?:节?过?|之|以)后(?!年)|(?:节?|之|以)前(?!年)|左右",
))  # fmt: skip
# The name with its year before or behind, and what places the day beside it: 国庆后第一个工作日, 中秋前一天, 国庆期间.
FESTIVAL = re.compile(
    r"(?:(?<!\d)(?P<y>\d{4}|\d{2}(?=年)|二[〇零][一二三四五六七八九〇零]{2})年的?|(?P<ry>去年|今年|大前年|前年|"
    r"本年|上年|明年|后年)的?)?(?<!每年)(?<!每年的)(?<![庆迎祝话念颂][\"“])(?<![庆迎祝话念颂])(?<![长记任员师姐哥叔婶])"
    r"(?:(?<![第双\d一二三四五六七八九十])|(?<=九月九)|(?<=五月五)|(?<=七月七))(?P<fest>"
    + "|".join(name + _NOT_AFTER.get(name, "") for name in NAMES)
    + rf")(?!同志|主持|主讲|书记|工程|文化|主题)(?P<beside>{_BESIDE})?"
    r"(?:的?(?P<ry3>大前年|前年|去年|今年)(?=$|[,。;]|那[次天场]|[搞开办举召组去上做聚走慰看收]))?"
)
# 国庆中秋双节, 元旦春节期间: two side by side name a season, no day.
_FEAST = "(?:元旦|春节|元宵|五一|端午|中秋|国庆)节?"
SEASON = re.compile(rf"{_FEAST}[、和与暨及]?{_FEAST}(?:[双两]节|期间|假期|长假|前后|前夕|前|来临|将至|临近)")


def on_year(name: str, year: int) -> date | None:
    """The day of a festival or solar term in a (solar) year; None outside the calendar's reach."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _LUNAR:
        month, number = _LUNAR[name]
        return lunar_day(year - 1 if month == 12 else year, month, number)
    if name in _NTH:
        month, nth, weekday = _NTH[name]
        return date(year, month, 7 * nth - (date(year, month, 7).isoweekday() - weekday) % 7)
    if name in _EVE:
        new_year = lunar_day(year, 1, 1)
        return new_year - timedelta(days=1) if new_year else None
    return _term(_TERMS[name], year)


@lru_cache(maxsize=512)
def lunar_day(year: int, month: int, number: int, leap: bool = False) -> date | None:
    """The solar day of a lunar one (year: the lunar year); None when there is no such day."""
    from lunar_python import Lunar  # lazy: the bot is to start at once

    if not 1900 <= year <= 2100:
        return None
    try:
        solar = Lunar.fromYmd(year, -month if leap else month, number).getSolar()
    except Exception:  # lunar_python raises bare Exception for a day its months don't have
        return None
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


@lru_cache(maxsize=512)
def _term(name: str, year: int) -> date | None:
    from lunar_python import Lunar

    if not 1900 <= year <= 2100:
        return None
    for lunar_year in (year, year + 1):  # a table runs from 冬至 to 冬至
        solar = Lunar.fromYmd(lunar_year, 6, 1).getJieQiTable()[name]
        if solar.getYear() == year:
            return date(solar.getYear(), solar.getMonth(), solar.getDay())
    return None


@lru_cache(maxsize=512)
def lunar_number_of(day: date) -> int:
    """The number of a day within its lunar month."""
    from lunar_python import Solar

    return int(Solar.fromYmd(day.year, day.month, day.day).getLunar().getDay())


def lunar_month(words: str) -> int:
    """正月 is 1, 冬月 11, 腊月 12."""
    return {"正": 1, "冬": 11, "腊": 12}.get(words) or integer(words) or 0


def lunar_number(words: str) -> int:
    """初五 is 5, 廿三 is 23."""
    return integer(words.removeprefix("初")) or 0
