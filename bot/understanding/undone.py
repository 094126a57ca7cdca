"""What says that something was not done: 还没开, 取消了, 没开成."""

from __future__ import annotations

import re

from bot.understanding.coming import is_done

_NOT_DONE = re.compile(
    r"(?:还|都|一直|暂时|暂|目前|至今)?(?:没有?|未|尚未|还没)(?:来得及)?(?:能|有)?(?:再|如期|按时|按期|按计划|"
    r"及时)?(?:召开|开展|"
    r"开(?![会]?[到齐])|举行|组织|上(?![级交报])|收(?![到])|交|缴|报(?!备)|搞|办|填|做(?!好准备)|"
    r"写(?!错)|安排|完成|弄|讲|进行|过)|"
    r"(?:还|都)?(?:没有?|未)(?:开|上|交|收|报)(?:呢|呀|啊)|(?:没有?|不|未)(?:设立?|成立)|没有?(?=支委会|党小组)"
    r"|(?:没|未|mei)(?:顾上|去成|搞成|来得及|组织|弄成|办成|做成|安排|(?:kai|开)(?=[ ,。;]|$))|"
    r"还没安排|取消了?|停开|不开了|没开成|没能开|没搞成|延期了?|推迟了?|没开(?:呢|成)?|暂停(?:召开|"
    r"举行|开展)?|(?<=[会课日费息])(?:no|×|✗)(?![a-z])|停(?:了)?一次|缺开|漏开|(?:党课|会|党日|"
    r"活动)就?[缺漏]了|忘了?开|忘记开|白卷"
)
# 泡汤了, 往后放放, 交白卷: told without 没开, unless something was held
_INDIRECTLY = re.compile(
    r"黄了(?=[,。;! \n]|$)|泡了?汤|往后(?:放|拖|推)(?:一?放|一?拖|一?推|了|着)?|(?:是|还是|一片|一直)空白|没动静|"
    r"流会|没排上|(?:会|课|党日|活动|服务)[省推]了(?=[,。;! \n]|$)|没谈(?=呢|[,。;! \n]|$)|"
    r"[开办搞组织]不(?:了|起来)|"
    r"没动弹|没动过|"
    r"欠着|欠账|(?:会|课|党日|活动|服务)(?:也|都|就|全|自然|只好)*停了|没(?:个)?影|没人(?:组织|牵头|管|张罗)|"
    r"忘(?:了个?|得)?"
    r"(?:精光|干净|一干二净)|(?:会|课|党日|党费|活动|谈话),?(?:我们|大家|我|全|都|又|"
    r"也)*(?:给)?忘[了记]了?(?=[,。;! \n]|$)|"
    r"挂零|是零(?=[,。;! \n]|$)|(?:没法|没办法|没空|没时间|没工夫|腾不出(?:空|手|时间)|抽不出(?:空|身|时间)|"
    r"顾不[上得]|来不及)"
    r"[^,。;!?\n]{0,6}(?=[,。;! \n]|$)|[还都直是]空着|没着落|没下文|没戏|落了?空|搁(?:着|下|浅)了?|拖着没|"
    r"(?<=[课会日费息动]):无(?=[,。;! \n]|$)|(?<=[:课会日费])(?:无|没有?)?(?:❌|✗|×|x(?![a-z]))|都没(?=[,。;! \n]|"
    r"$)|流产|(?:只好|只能|"
    r"不得不)(?:作罢|算了|延后|推后|往后)"
)
_NEGATED_PART = re.compile(
    r"没有?(?:人)?(?:缺席|请假|缺勤|迟到|到|来(?!得及)|参加|出席)|未(?:到|参加|出席)|没(?:到|来(?!得及))|"
    r"没问题|没有?(?:意见|"
    r"异议|问题)"
)
# 原定今天的党小组会没开成，十个人里请假六个: it fell through, whatever numbers are told; unless it was held in the end.
_FELL_THROUGH = re.compile(
    r"没(?:能)?凑[齐够]|凑不[齐够]|没有?(?:能)?[开搞办上学谈做弄收交]成|[开办搞上]不成|"
    r"(?:没(?:能)?(?:开|上|办|学|搞|讲)|都没谈)(?=[,。;! \n]|$)|一个都没[谈做收交]|"
    r"(?:下雨|有事|临时|已经?|被|给)?(?:取消|改期|延期)了?(?=[,。;! \n]|$)|还没[办开搞交上收](?=[,。;! \n]|$)"
)
# 没搞成，改到下周了: put off to no day yet
_SOME_TIME = re.compile(
    r"(?:推迟|延|改|挪|推)(?:期)?到(?:下个?(?:周|星期|礼拜|月)|以后|年后|节后)了?(?![一二三四五六日天\d])"
)
_ONLY = re.compile(r"只是?(?:把|将|开|报|交|收|上|搞)[^。;!?\n]*[报开交收上搞]了")  # 没有开会，只是把信息报了
_AFTER_ALL = re.compile(
    r"后来|只?[开上搞办]了|改(?:在|到|为|成|上|去)|补(?:上|开|的)|才(?:开|上)|[开上搞]的|顺延|推迟到|重新|实到|"
    r"到会|参加了|又(?:开|上|搞)"
)


def says_not_done(flat: str) -> bool:
    """Whether words say of something that it was not done, whatever else is told."""
    return bool(_NOT_DONE.search(flat)) or _fell_by_other_words(flat)


def is_put_off(flat: str) -> bool:
    """Whether it fell through and nobody knows yet on what day it will be."""
    return bool(_FELL_THROUGH.search(flat) and _SOME_TIME.search(flat))


def is_not_done(flat: str, told: int) -> bool:
    """Whether an activity was not done. told: how many numbers are told of it."""
    if is_put_off(flat):
        return True
    if told:
        fell = _FELL_THROUGH.search(flat)
        if fell and is_done(flat[: max(flat.rfind(mark, 0, fell.start()) for mark in "。;!?\n") + 1]):
            return False  # 小组会开过了，11人。大会没开成: another one
        return bool(fell) and not _AFTER_ALL.search(flat, fell.end() if fell else 0)
    flat = _NEGATED_PART.sub("", flat)
    if _fell_by_other_words(flat):
        return True
    fell = _NOT_DONE.search(flat) or _FELL_THROUGH.search(flat)
    return bool(fell) and not _ONLY.search(flat, fell.end() if fell else 0)


def _fell_by_other_words(flat: str) -> bool:
    return bool(_INDIRECTLY.search(flat)) and not is_done(flat)
