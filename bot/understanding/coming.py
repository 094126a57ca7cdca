"""Whether words speak of what is still to come or of what was held: 定于, 推迟到; 开了, 圆满."""

from __future__ import annotations

import re

_PLAN = re.compile(
    r"(?:先|提前)(?:报|说|打)一?(?:个|下|声)?(?:计划|招呼)|报个计划|(?:还没|尚未|未|没)(?:有)?定(?=[,。;! ]|$)|"
    r"[日号底末旬庆](?:之|以)?前(?=召|开(?:一?[次个]|[会展支党])|组织|举行|完成)|(?:准备|打算|计划|暂定|初步)放在|"
    r"待定|到时候?再报|"
    r"(?<=[旬底初末周月日号])安排(?!了|在)|(?:推迟|延期|延|推后|顺延|提前|改|挪)(?:到|至)|"
    r"(?<!按照)(?<!按)(?:准备(?!了|会|情况|工作)|(?<!工作)(?<!步)打算(?![,。;!? \n]|$)|(?:(?<=[,。;!?\n ])|"
    r"^|(?<=我们)|(?<=支部)|(?<=[月周日号天]))计划(?!生育|书|表|的)|拟(?!定|人选|发展|接收|"
    r"转正)(?:于|在|定于|召|开)|(?<!现)将(?!军|至|近|临|来|要求|党|以下|其|于?[^,。]{0,10}情况)|预计|预定|定于|"
    r"定在(?=.{0,8}[开召])|要(?=开|召开|组织|上党课|举行|搞|收)|想(?=开|组织|在|[^,。;!?\n]{1,8}(?:搞|"
    r"开展|召开|组织|办一))|考虑(?=[^,。;!?\n]{0,8}(?:开|搞|办|选))|筹划|安排在|下次|争取|回头|"
    r"马上要|过[两几]天|改天|即将|等(?:到|下))"
)
_SURE_PLAN = re.compile(
    r"(?:先|提前)(?:报|说)一?(?:个|下|声)?计划|(?:先|提前)(?:打|报|说|通知|知会)一?(?:个|下|声)?(?:声|下|"
    r"招呼)?(?=[,。;!\n ]|$)|"
    r"等(?:开|搞|完成|办|弄)[了完好]?[^,。;!?\n]{0,4}再(?:正式)?[报来说]|报个计划|争取|"
    r"(?<!工作)(?<!步)打算(?![,。;!? \n]|$)|拟于|定于|将于|"
    r"(?:都|全部?)要(?:到|来|参加)|必须(?:到|来|参加)|估计(?:有|要?[来到])? ?\d+(?:个|名|位)?人|预计|预定|即将|"
    r"届时|请(?:大家|各位|全体|准时|按时|务必|带|勿|自带|携带|(?:第|各|全体)[^,。;!?\n]{1,10}[于在]\d)|务必(?:参加|"
    r"准时|于|在)|"
    r"排期|预告[】\]:)]|"
    r"(?:支部|我们|中心|社区|我村)将(?=举行|召开|组织|开展|举办|联合|到|去|赴)|"
    r"[底末号日]前(?:要|得)?把[^,。;!?\n]{2,20}(?:上去|上来|齐|完|好)(?!了)|先跟你[说讲报]|"
    r"等[^,。;!?\n]{1,10}再(?:开|搞|办|上|组织|收|补)|让我通知|"
    r"通知一?下(?=[,:])|(?:我|我们|支部)想带|"
    r"(?:大概|估计|可能)(?:有|能|会)?[去来到][\d一二两三四五六七八九十]+|(?:国庆|元旦|春节|中秋|五一|七一|[底末])前再?"
    r"(?:开|搞|办)一?[次个场]|日子(?:选|定)在"
)
_MOVED = re.compile(
    r"(?:推迟|延期|延|推后|顺延|提前|改|挪)(?:到|至)(?=[^,。;!?\n]{0,10}(?:[日号天点]|周|星期|礼拜|月))了?"
)
_OF_A_RECORD = re.compile(r"^\W*把|(?:日期|时间|日子)(?:改|挪)")
_HELD_SINCE = re.compile(r"[开搞办上](?:的|掉)|[开召上搞办举]了|已经?[开召上搞]|参加|到齐|#\d|[日号]?改成")
_CAME = re.compile(r"实到|到了|(?<!出)来了|到会|到齐|搞完|开完|圆满|顺利")
_DONE = re.compile(
    r"[开上讲收交缴报召完学搞办过行展织](?:了|过|完|齐|毕|掉)(?!名)|已经?(?=[开上讲收交缴报召完学举组])|顺利|圆满|"
    r"(?<![日号])结束(?!后(?:每人|各|交|提交|请))|(?<!前)完成了?|实到|到会|到了|(?<!出)来了|全员到|刚(?:刚|才)?开|"
    r"开的|上的|讲的(?!是|内容|题)|收的|交的|报的"
)
_MEANT = re.compile(
    r"(?:不能|无法)(?:到会|到场|参加)|"
    r"(?:到时候?|回头|开完|会后|完了)再[^,。;!?\n]{0,8}|(?:必须|务必)[^,。;!?\n]{0,6}|(?:打算|准备|争取|计划|"
    r"预计|等|要)[^,。;!?\n]{0,8}"
)
# 38人报了名, 约好了3个委员: what makes a thing ready that is yet to come.
_MADE_READY = re.compile(r"报了?名|接龙|约好|谈妥|说好了|定好了|通知了|安排[^,。;!?\n]{0,8}(?:配合|参加)")
_OFFICIAL = re.compile(r"举行了|召开了|开展了|举办了?|进行了|予以公示|印发|主持(?:召开|学习|会议)|圆满")


def is_planned(flat: str, *, ahead: bool, told: int, past: bool, gone: bool, lead: int = 0) -> bool:
    """Whether an activity is yet to come, by its words and days. lead: where its own words begin; what is done before
    them (场地租好了，下周五去…) only makes it ready."""
    own = flat[lead:]
    if _CAME.search(_MEANT.sub("", own)) or (past and _OFFICIAL.search(flat)):
        return False
    done = is_done(own)
    if past and told and (done or not _PLAN.search(flat)):
        return False
    if _SURE_PLAN.search(flat) and (not told or not done):
        return True
    if ahead:
        return not done or bool(_PLAN.search(flat))
    return not done and not told and not gone and bool(_PLAN.search(flat))


def is_plan(flat: str) -> bool:
    """Whether a text says outright that it is about what is still to come."""
    sure = _SURE_PLAN.search(flat) and not _CAME.search(_MEANT.sub("", flat)) and not is_done(flat)
    return bool(sure) or is_moved(flat)


def is_done(flat: str) -> bool:
    """Whether words say that something was done; not what is meant to be: 打算一次收齐."""
    return bool(_DONE.search(_MEANT.sub("", flat)))


def is_moved(flat: str) -> bool:
    """Put off to another day, and not held since: 推迟到下周二了."""
    rest = _MOVED.sub("", flat)
    return rest != flat and not _OF_A_RECORD.search(flat) and not _CAME.search(rest) and not _HELD_SINCE.search(rest)


def is_unsaid_plan(own: str, whole: str, counted: bool) -> bool:
    """Whether words speak of a day that comes soon, not of that of last year: 11月26日下午 支委会, said on the 24th.
    own: from that day's clause on; counted: who came is told, which a plan has only with words for it."""
    if is_done(own) or _CAME.search(_MEANT.sub("", own)) or _OFFICIAL.search(own):
        return False
    return not counted or bool(_PLAN.search(whole) or _SURE_PLAN.search(whole) or _MADE_READY.search(whole))


def clause_start(flat: str, at: int) -> int:
    """Where the clause begins that holds a place."""
    return max(flat.rfind(mark, 0, at) for mark in ",。;!?\n:") + 1
