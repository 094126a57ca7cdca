"""People told of without a word for what they did: 党员21人, 3个支委. They took part, if nobody else did."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.numbers import WHOLE, integer
from bot.understanding.pieces import Piece

_WHO = (
    r"(?:老|新|年轻|在职|退休|流动|青年|女|正式|师生)*(?:党员(?:教师|干部|志愿者)?|同志|支委|委员|人|队员|组员|干部|"
    r"老师|教师|医生|护士|老头老太|"
    r"老头|师傅|乡亲|骨干)"
)
_PEOPLE = re.compile(
    rf"(?<![几\d.:/第月#零一二两三四五六七八九十百千])(?P<n>{WHOLE}) ?(?P<u>余|多|来(?=[个名位号])|几)?(?:个|名|位|"
    rf"号)?{_WHO}"
    r"(?![次均数物家事民]|大会|小组)"
    rf"|(?:党员|同志|支委|委员|志愿者|教师|人数|听众|受众|观众|听的|参加的|来的)(?:共|有|一共|教师|干部|人数|们)*[:,是]?"
    rf"(?P<m>{WHOLE}) ?(?P<v>余|多|来|几)?(?:个|名|位|人|号)?(?=[,。;!? \n()其]|$|(?<=[个名位人]))"
    rf"|(?:(?<=[,。;!? \n])|^)(?:就|共|一共|总共|只有|有)?(?P<k>{WHOLE}) ?(?P<x>余|多|来|几)?(?:个|名|位)"
    rf"(?=[,。;! \n]|$)"
)
# Who is told of for another reason.
_OTHER_BEFORE = re.compile(
    r"(?:每|第|选派|表彰|发展|接收|吸收|推荐|确定|慰问|走访|帮扶?|给|送|为|向|困难|新来|转入|转出|差|缺|少|其中|"
    r"除了?(?![草尘雪冰害虫])|评出|产生|奖励|列席|旁听|"
    r"邀请|特邀|和|跟|与|同|对|救助|补选|增补|选举|谈了|资助|剩下|还有)[^,。;!?\n\d]{0,6}$"
)
_OTHER_AFTER = re.compile(
    r"[^,。;!?\n\d]{0,3}(?:请了?假|缺席|没[来到参]|未[到参]|列席|旁听|受益)|入党|转正|(?:的)?发展对象|困难|"
    r"[岁年票次份]|次|为|谈|应到|没|的?表"
)
_ABOUT = re.compile(r"(?:约|大约|近|将近|不到|差不多|大概)$")
_OUTSIDERS = re.compile(
    r"(?:个|名|位)?(?:入党)?(?:积极分子|群众|职工|村民|学生|居民|老人|儿童|孩子|家属|团员|发展对象)"
)


def lone_people(flat: str, start: int, end: int, taken: Sequence[tuple[int, int]]) -> list[Piece]:
    """Who can have taken part, between two places of a text. taken: places of other values."""
    found = []
    for match in _PEOPLE.finditer(flat, start, end):
        group = next(g for g in ("n", "m", "k") if match[g])
        at = match.start(group)
        if any(a < match.end() and at < b for a, b in taken) or _OTHER_BEFORE.search(flat[max(start, at - 9) : at]):
            continue
        if _OTHER_AFTER.match(flat, match.end()) or _OUTSIDERS.match(flat, match.end(group)):
            continue
        value = integer(match[group])
        if value is None or not 0 < value <= 2000:
            continue
        about = _ABOUT.search(flat[max(start, at - 3) : at]) or match["u"] or match["v"] or match["x"]
        if about:
            found.append(Piece("present", None, at, match.end(), "approximate_number", (value,)))
        else:
            found.append(Piece("present", value, at, match.end()))
    return found
