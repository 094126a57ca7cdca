"""The words of a message that tell nothing of it, blanked at their places: quotations, and what is put right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.numbers import WHOLE

_QUOTED = re.compile(r"《[^《》\n]{0,200}》|“[^“”\n]{1,200}”")
_DAY_NAMED = re.compile(r"“[^”]{2,4}”(?:当天|那天|当日|这天)")  # “五四”当天
DENIED = re.compile(
    r"(?<![是要算还])"
    r"不是(?:[\d一二三四五六七八九十]{1,3}月)?[\d一二三四五六七八九十廿]{1,3}[号日](?=[\u4e00-\u9fff])"
    r"(?!,?(?:而?是|应))|"
    r"(?<![是要算还])不是[^,。;!?\n是]{1,20}(?<!就)(?=,? ?(?:而?是|应|实)|[。!\n]|$)|(?<=,)不是[^,。;!?\n是]{1,12}(?=,)"
)
# 应到三十八个不对是三十七个, 写成下午2点了，其实是上午10点: what is put right in the same breath
_SAID = (
    r"(?:第?[一二三四1-4上下本]季度|(?:今天|昨天|前天)?(?:早上|上午|中午|下午|晚上)|今早|今晚|昨晚|今天|昨天|前天|"
    r"(?:上上?|这|本|下)?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号]|\d{1,2}月份?|\d{1,2}[日号])"
)
_MENDED = re.compile(
    rf"(?<!\d){WHOLE}(?:多|来|几)?[个人名位块元]?(?:人|党员)?[,，]?(?:不对|(?:我[又也]?)?(?:[数说记写填报]错[了啦]?|错[了啦])|"
    rf"哦不)[,啊哦]*(?:我[数看查点]了?一?下?)?,?(?:应该?)?[是为]?(?={WHOLE}[个人名位块元])"
    rf"|(?<!\d){WHOLE}[个人名位]?(?:其实|实际上?)(?:应该)?是(?={WHOLE}[个人名位])"
    rf"|[一二两三四五六七八九][百千]{WHOLE}?[元块]?,?(?:哦不对?|不对|[说记写]错了?),?"
    rf"(?:应该|好像|可能)?是?(?=[一二两三四五六七八九][百千])"
    # 人数15改16, 二季度……不是，三季度, 今早夜学哦不 昨晚夜学: what is said anew is of the same sort
    rf"|(?<=[应实到请缺席人数])[:是 ]?{WHOLE}[个人名位]?改(?={WHOLE})"
    rf"|{_SAID}[…. ,]*(?:不是|不对|哦不对?|啊不对?|[说记写打]错了?)[了啊哦]*[, ]*是?(?={_SAID})"
    rf"|{_SAID}[^,。;!?\n\d]{{0,6}}[…. ,]*(?:哦不对?|啊不对?)[, ]+(?={_SAID})"
    r"|(?<=[写报记填说打]成)了?[^,。;!?\n]{1,12}了?,?(?=其实|实际|应该|应为|应是|改)"
)
# 实到34→33, 日期写反了，7月12日→12月7日; a day to a day elsewhere is a range
ARROW = re.compile(
    r"(?:\d[\d.:]*|[一二两三四五六七八九十百]+)(?:个|人|名|元|块)? ?(?:→|->|=>|⇒)(?= ?[\d一二两三四五六七八九十])"
    r"|(?<=[错反]了),?\d[\d月日号点.:/]*(?:→|->|=>|⇒)(?=\d)"
)


def blanked(match: re.Match[str]) -> str:
    """A match as blanks of its length."""
    return "■" * len(match[0])


def mask(flat: str) -> str:
    """The text with what stands in quotes or 《》 blanked, and what a correction denies, at the same places."""
    flat = ARROW.sub(blanked, _MENDED.sub(blanked, DENIED.sub(blanked, flat)))
    return _QUOTED.sub(lambda m: m[0] if _DAY_NAMED.match(m[0] + flat[m.end() : m.end() + 2]) else _inner(m), flat)


def _inner(match: re.Match[str]) -> str:
    return match[0][0] + "■" * (len(match[0]) - 2) + match[0][-1]


def blank(flat: str, spans: Sequence[tuple[int, int]], by: str = "■") -> str:
    """The text with stretches blanked: 上周三 holds no 周三 that gave a lecture."""
    for start, end in spans:
        flat = flat[:start] + by * (end - start) + flat[end:]
    return flat
