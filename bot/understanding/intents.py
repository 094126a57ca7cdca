"""What a stretch of a message is for: a report, a plan, something not done, a question, a correction, small talk."""

from __future__ import annotations

import re

from bot.understanding.around import Around
from bot.understanding.asking import asks, not_asked_away
from bot.understanding.coming import is_moved, is_plan, is_planned
from bot.understanding.reading import Intent
from bot.understanding.undone import is_not_done, is_put_off

_AT_LENGTH = 30  # characters; who puts a logged value right says less
_GATHERING = re.compile(r"会|课|谈话|谈心|党日|活动|学习")

# 七月三号不对是四号: who puts himself right while telling doesn't change what was logged.
_SELF = re.compile(
    r"(?<=[\d一二三四五六七八九十百零〇号日点个人元块名月年的…?])(?:吧|啊|呢)?[,.。…]*(?:哦|噢|啊|哎|呃|"
    r"诶)?,?不对(?:不对)?"
    r"(?=[,.]?(?:哦|噢|啊|哎)?,?(?:应该)?(?:是|叫|我|数|\d|[一二三四五六七八九十廿卅上昨今前]))"
    r"|(?<![人次月日期地题])(?<![数间额点目讲到])(?:不对|错了)(?=(?:应该)?是[\u4e00-\u9fff□])|…+,?(?:哦|噢|啊|"
    r"哎|呃)?,?(?:错了|不对|不是),?(?=是|应)|,?不,[说写打]错了,?(?=是|应)"
)
_CORRECTION = re.compile(
    r"(?:日期|时间|日子|人数|金额|地点|地方|主讲人?|主持人?|应到|实到|题目|主题|议题|时长|月份|标题|学时|课时|篇数|"
    r"条数|缺席|请假)"
    r"(?:也|都)?(?:要|得|给)?(?:改(?=[\d成为到:一下])|[调换](?:成|为|到|一下)(?!了))|"
    r"^[\u4e00-\u9fff]{1,4}(?:→|->|=>)|^第[一二三四五六七八九\d]{1,2}项[ ,:]?[^,。;!?\n]{1,12}$|"
    r"^[^,。;!?\n]{0,6}应该(?=\d)|"
    r"其[他余](?:都|的)*(?:对|不变|"
    r"正确)|"
    r"(?:卡|那条|这条)[里上]?[^,。;!?\n]{0,6}按[^,。;!?\n]{1,6}算|[前刚上][^,。;!?\n]{0,3}报的[^,。;!?\n]{1,12}改在|"
    r"[那这]条[,:]?(?:人数|金额|应到|实到|地点)|[那这]条[^,。;!?\n]{0,8}[少多漏][算报写记]|更正为|"
    r"是[^,。;!?\n■《“\d一二三四五六七八九十]{1,14}■{2,}|"
    r"是[^,。;!?\n■《“]{1,14}[号日点人元个]■{2,}(?=[。;!\n]|$)|少算|多算|漏了|"
    r"补一条|打错字|写成|报成|(?:是|应)[^,。;!?\n]{1,14}不是|重新报|重报|"
    r"纠正|改(?:成|为|到(?![^,。]{0,10}(?:开|举行|召开))|一下|正)|更正|更改|修改|订正|应该?(?:是|为)|"
    r"[写说报记弄打搞数填]错|错了|不对|"
    r"有误|(?:^|[,。 ])不是.{1,20}(?:是|,)"
)
_PUTS_RIGHT = re.compile(
    r"更正为|予以?更正|[写报说填记]错了?,?(?=应|是)|以此为准|^[^,。;!?\n]{1,8}改[成为]|[那这]条[,:]?(?:人数|"
    r"金额|应到|实到|地点|[少多漏][算报写记])|"
    r"^\W*(?:更正|订正|改|修改|#|把|写错|报错)|错了|不对|(?:日期|时间|人数|金额|地点|时长|月份|学时)(?:也|都)?(?:要|得|"
    r"给)?改(?=[\d成为到])"
)
_WITHDRAWAL = re.compile(
    r"撤(?:了|掉|下来?)(?:吧|一条|那条|(?=[,。;! \n]|$))|(?:先)?别记(?:了)?(?=[,。;! \n]|$)|报重了|"
    r"算了,?(?:先)?不[记报要]|取消(?:登记|上报|填报|记录|录入)|撤回|撤销|作废|删掉|删除|删了|把(?:它|[这那]个|"
    r"[这那]条)(?:也|都|给)*(?:取消|删|撤|去掉|划掉)|取消(?=.{0,4}#\d)|"
    r"不(?:用)?记了(?=[,。;! \n]|$)|(?:条|个|都|,|会|课|日)不要了(?=[,。;! \n]|$)|取消(?:掉|(?=刚|上[面午]|前[面头]))|"
    r"删(?:一|那|这)条|"
    r"不算了|去掉(?=.{0,8}(?:#|那条|这条|记录))|^(?:不要了[,。! ]*)+$|当(?:我|作|做)?没(?:看见|看到|说|发|报)|"
    r"(?:条|个|笔)作罢|[这那]条不算(?:数|了)?(?=[,。;! \n]|$)|"
    r"把[^,。;!?\n]{1,16}(?:抹|删|划)掉(?!了)|(?:^|[,。 ])先不[记登]|(?<!要)不要记(?:了|这|那)|先别记|收回(?:刚|"
    r"前面|那条|这条|我|昨天报|上一条)"
)
_SMALL_TALK = re.compile(
    r"(?:你好|您好|早上?好|上午好|下午好|中午好|晚上好|谢谢你?|多谢|感谢|谢了|辛苦了?|在吗|在不在|在么|哈+|"
    r"呵+|嗯+|哦+|好的?|收到|拜拜|再见|明白|知道了|了解|ok|okay|hi|hello|hey|thanks|thx|晚安|新年快乐|"
    r"节日快乐|周末愉快|大家好|各位好|书记好|同志|机器人|小助手"
    r"|赞|厉害|真棒|不错|太好了|没事|不客气|test|测试一?下?|(?:今天的?)?天气(?:真|很)?(?:好|冷|热|不错)?|"
    r"今天(?=大家|你|您|真|很|辛苦|太|不错)|真|很|啊|"
    r"祝|各位|领导|老师|关心|指导|支持|帮助|组织部门?|呀|吧|呢|吗|啦|了|的|大家|你们?|您|[\W_])+"
)
# Words that only one who speaks of a record says.
_OF_A_RECORD = re.compile(r"[那这上前]一?[条笔]|[报记填写录]的|#|更正|订正|以此为准|改[成为]|卡[里上]")
_HELD = re.compile(r"开了|召开|组织了?(?!部)|举行|学了|搞了|举办|参加了|进行了|开展了?|开会")


# 昨天报的那条12人的党小组会不要了: numbers that only say which record.
_RECORD = re.compile(
    r"[那这上前]一?[条笔个]|(?:刚才|刚刚|昨天|前面|之前|上午|下午|早上)(?:我)?[报说发记填写]的|重复(?:报|记)?了|"
    r"[报记]重了"
)


def intent_of(flat: str, around: Around) -> Intent:
    """The intent of one activity's words, its topic blanked."""
    told = len(around.told)
    asked = asks(flat, kind_known=around.kind_known, told=around.told, days=around.days)
    lead = around.lead
    if (shorter := not_asked_away(flat)) != flat:
        flat, lead = shorter, len(not_asked_away(flat[:lead]))
    if _WITHDRAWAL.search(flat) and (not told or "#" in flat or _RECORD.search(flat)):
        return Intent.WITHDRAWAL
    if asked:
        return Intent.QUESTION
    if not around.kind_known:
        return _without_kind(flat, around)
    if around.paper and around.past:
        return Intent.REPORT
    if is_moved(flat) and not is_put_off(flat):
        return Intent.PLAN
    if told:
        flat = _SELF.sub("", flat)
    if is_not_done(flat, told):
        return Intent.NOT_DONE
    if is_planned(flat, ahead=around.ahead, told=told, past=around.past, gone=around.gone, lead=lead):
        return Intent.PLAN
    return Intent.CORRECTION if _corrects(flat, told, around.past) else Intent.REPORT


def _without_kind(flat: str, around: Around) -> Intent:
    if _CORRECTION.search(flat):
        return Intent.CORRECTION
    if not _GATHERING.search(flat):
        return Intent.UNKNOWN
    if around.ahead and is_plan(flat):
        return Intent.PLAN
    return Intent.NOT_DONE if is_not_done(flat, len(around.told)) else Intent.UNKNOWN


def _corrects(flat: str, told: int, past: bool) -> bool:
    """Whether what was logged is put right; who tells at length and puts himself right while telling reports."""
    if not _CORRECTION.search(flat):
        return False
    if told and len(flat) >= _AT_LENGTH and (past or told > 1) and not _OF_A_RECORD.search(flat):
        return False
    return told < 2 or bool(_PUTS_RIGHT.search(flat))


def is_small_talk(flat: str) -> bool:
    """Nothing but greetings, thanks and the like."""
    return len(flat) < 60 and bool(_SMALL_TALK.fullmatch(flat))


def is_held(flat: str) -> bool:
    """Whether a text says that something was held, whatever it was."""
    return bool(_HELD.search(flat))
