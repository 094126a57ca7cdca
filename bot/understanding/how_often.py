"""Whether a question asks how often something must happen: 支委会多久开一次, 党课一年几次, 信息每月要报几条."""

from __future__ import annotations

import re

_ACT = r"[开搞上交收缴报讲办谈学做召组]"
_TIMES = r"(?:几|多少) ?(?:次|条|篇|回|场|堂|遍|个)"
_EACH = r"(?:每|一)(?:个)?(?:年度?|月份?|季度?|半年|周|两周|星期)"
_ASKED = re.compile(
    rf"(?:隔|间隔)?(?:多久|多长时间|几天|几周|几个?月|几年){_ACT}{{0,2}}展?[^,。;!?\n]{{0,6}}一[次回趟]|"
    rf"(?:多久|多长时间)(?:就)?(?:要|得|该|应)|{_EACH}[^,。;!?\n]{{0,10}}{_TIMES}|"
    rf"(?:要求?|应当?|应该|该|需要?|得|必须|规定|最少|至少|起码)[^,。;!?\n]{{0,8}}{_TIMES}|"
    rf"{_TIMES}[^,。;!?\n]{{0,4}}(?:才|就)?(?:够|达标|合格|合规)|(?:次数|频次|频率)[^,。;!?\n]{{0,6}}(?:要求|规定)|"
    r"(?:还|还?要)?(?:差|缺|欠|剩|要[开上交报搞做])几(?:次|条|篇|回|场|堂)|(?:什么|啥)(?:是|叫)|(?:是|指)(?:什么|啥)|"
    r"(?:要求|规定)[^,。;!?\n]{0,4}(?:次数|频次|频率)|(?:有)?(?:什么|啥|哪些)(?:样的)?(?:要求|规定)|(?:要求|规定)是(?:什么|啥|怎样|怎么)"
)
# 一个月开了几次, 已经开几次: how often it was.
_WAS = re.compile(rf"{_ACT}(?:展|织)?(?:了|过)(?!才)|已经?|目前|至今|到现在|累计|一共")
_MEETINGS = re.compile("三会一[课刻客科可棵]")  # as it sounds too


def names_meetings(text: str) -> bool:
    """Whether a text speaks of 三会一课, which is several kinds."""
    return bool(_MEETINGS.search(text))


def asks_how_often(flat: str) -> bool:
    """Whether the words (flat, see text.py) of a question ask what is demanded, not what was done."""
    return bool(_ASKED.search(flat)) and not _WAS.search(flat)
