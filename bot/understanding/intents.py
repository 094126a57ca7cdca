"""What a stretch of a message is for: a report, a plan, something not done, a question, a correction, small talk."""

from __future__ import annotations

import re

from bot.understanding.reading import Intent

_QUESTION = re.compile(
    r"\?|[吗么](?=[,。;!\n ]|$)|(?<!没)(?<!没[开上交收报弄搞])呢(?=[,。;!\n ]|$)|多少|(?<![好十前这近过百剩])几(?:分|"
    r"次|条|个|人|项|号|月|天|点|名|回|趟|遍|堂|场|"
    r"篇)(?!了个)|(?<!不)([\u4e00-\u9fff])不\1|[开交收报上]没[开交收报上]|怎么(?!样都)|为什么|为啥|咋|什么时候|"
    r"何时|哪(?:些|个|几|里|次|一|天(?!(?:开)?(?:都)?(?:还)?[没未不]|待))|有没有|是不是|是否|"
    r"能不能|可不可以|要不要"
    r"|够不够|行不行|算不算(?!不)|(?<!不)对不对|还差(?!一点)|还缺|谁(?=还|没|来|讲|主|是|去|交)|多长|多久|多大|"
    r"什么(?=[,。;!?\n ]|$|要求|规定|标准|"
    r"条件|内容)|需要什么|查一下|看一下|(?:(?<=[,。;!?\n ])|^|(?<=[帮给][我你])|(?<=我想))看看(?!,算)|"
    r"能[^,。;!?\n]{1,14}不(?=[,。;!?\n ]|$)|请问|想问(?!…?,?不是)|问一下|咨询|"
    r"^(?:什么|啥)(?:是|叫)|了没有?(?=[,。;!? \n]|$)|啥时候?|在哪(?=[看找查]|[,。;!? \n]|$)"
)
# 还没定改到哪天, 具体哪天得翻翻本子: what the writer doesn't know is not asked; 刚结束？不对: nor what is put right.
_NOT_ASKED = re.compile(
    r"[^,。;!?\n]{1,10}\?(?:[-,]{1,2}|——)(?=[^,。;!?\n?])|(?<=[我咱]们)几个|"
    r"(?:讲讲?|介绍|聊聊?|教(?:大家)?|学学?|讨论|研究)(?!的)[^,。;!?\n是]{0,8}(?:怎么|咋|如何)(?=[^,。;!?\n]{2})|"
    r"(?:可以|能)(?:记|报|录|登)(?:了|上)?(?:吧|哈|啦)\?|"
    r"(?:定[了下]|研究|讨论|商量)[^,。;!?\n]{0,16}由?(?:谁|怎么|哪)来?[^,。;!?\n]{0,2}(?=[,。;!\n ]|$)|"
    r"(?:没|未)(?:有)?(?:定|想好|说好|商量好|确定|明确)[^,。;!?\n]{0,8}(?:哪|什么时候|几|何时)[天个里号点]?|"
    r"(?:具体)?(?:哪天|几号|哪个)(?=[^,。;!?\n]{0,3}(?:得|要|再|我)[^,。;!?\n]{0,3}(?:翻|查|问|想|核)|"
    r"[^,。;!?\n]{0,3}(?:记不|忘了|不记得|想不起))|(?:记不|忘了|不记得|想不起)[^,。;!?\n]{0,6}(?:哪天|几号)|"
    r"\?,?(?:哦|噢|啊|哎|呃)?,?(?:不对|错了)(?=,?是)|\?(?=,?(?:哦|噢|啊|哎|呃)?,?(?:不对|不是|错了))"
)
# 七月三号不对是四号: who puts himself right while telling doesn't change what was logged.
_SELF = re.compile(
    r"(?<=[\d一二三四五六七八九十百零〇号日点个人元块名月年的…?])(?:吧|啊|呢)?[,.。…]*(?:哦|噢|啊|哎|呃|"
    r"诶)?,?不对(?:不对)?"
    r"(?=[,.]?(?:哦|噢|啊|哎)?,?(?:应该)?(?:是|叫|我|数|\d|[一二三四五六七八九十廿卅上昨今前]))"
    r"|(?<![人次月日期地题])(?<![数间额点目讲到])(?:不对|错了)(?=(?:应该)?是[\u4e00-\u9fff□])|…+,?(?:哦|噢|啊|"
    r"哎|呃)?,?(?:错了|不对|不是),?(?=是|应)|,?不,[说写打]错了,?(?=是|应)"
)
_PARTICLE = re.compile(r"(?<=[\u4e00-\u9fff]{4})呢(?=[,。;!\n ]|$)")
_NOT_DONE = re.compile(
    r"(?:还|都|一直|暂时|暂|目前|至今)?(?:没有?|未|尚未|还没)(?:来得及)?(?:能|有)?(?:再|如期|按时|按期|按计划|"
    r"及时)?(?:召开|开展|"
    r"开(?![会]?[到齐])|举行|组织|上(?![级交报])|收(?![到])|交|缴|报(?!备)|搞|办|填|做(?!好准备)|"
    r"写(?!错)|安排|完成|弄|讲|进行|过)|"
    r"(?:还|都)?(?:没有?|未)(?:开|上|交|收|报)(?:呢|呀|啊)|(?:没有?|不|未)(?:设立?|成立)|没有?(?=支委会|党小组)"
    r"|(?:没|未|mei)(?:顾上|去成|搞成|来得及|组织|弄成|办成|做成|安排|(?:kai|开)(?=[ ,。;]|$))|"
    r"还没安排|取消了?|停开|不开了|没开成|没能开|没搞成|延期了?|推迟了?|没开(?:呢|成)?|暂停(?:召开|"
    r"举行|开展)?|(?<=[会课日费息])(?:no|×|✗)(?![a-z])|停(?:了)?一次|缺开|漏开|(?:党课|会|党日|"
    r"活动)就?[缺漏]了|忘了?开|忘记开"
)
_PLAN = re.compile(
    r"(?:先|提前)(?:报|说|打)一?(?:个|下|声)?(?:计划|招呼)|报个计划|(?:还没|尚未|未|没)(?:有)?定(?=[,。;! ]|$)|"
    r"[日号底末旬](?:之|以)?前(?=召|开[会展支党]|组织|举行|完成)|(?:准备|打算|计划|暂定|初步)放在|"
    r"待定|到时候?再报|"
    r"(?<=[旬底初末周月日号])安排(?!了|在)|(?:推迟|延期|延|推后|顺延|提前|改|挪)(?:到|至)|"
    r"(?<!按照)(?<!按)(?:准备(?!了|会|情况|工作)|(?<!工作)(?<!步)打算(?![,。;!? \n]|$)|(?:(?<=[,。;!?\n ])|"
    r"^|(?<=我们)|(?<=支部)|(?<=[月周日号天]))计划(?!生育|书|表|的)|拟(?!定|人选|发展|接收|"
    r"转正)(?:于|在|定于|召|开)|(?<!现)将(?!军|来|要求|党|以下|其|于?[^,。]{0,10}情况)|预计|预定|定于|"
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
    r"届时|请(?:各[^,。;!?\n]{1,4}|于|在|尽快)?[^,。;!?\n]{0,14}(?:之|以)?前(?:上报|报送|报|提交|上交|交)(?!了)|请(?:大家|各位|"
    r"全体|准时|"
    r"按时|务必)|务必(?:参加|准时)"
)
_MOVED = re.compile(
    r"(?:推迟|延期|延|推后|顺延|提前|改|挪)(?:到|至)(?=[^,。;!?\n]{0,10}(?:[日号天点]|周|星期|礼拜|月))了?"
)
_OF_A_RECORD = re.compile(r"^\W*把|(?:日期|时间|日子)(?:改|挪)")
_HELD_SINCE = re.compile(r"[开搞办上]的|[开召上搞办举]了|已经?[开召上搞]|参加|到齐|#\d|[日号]?改成")
_CAME = re.compile(r"实到|到了|来了|到会|到齐|搞完|开完|圆满|顺利")
_CORRECTION = re.compile(
    r"(?:日期|时间|日子|人数|金额|地点|地方|主讲人?|应到|实到|题目|主题|议题|时长|月份|标题|学时|篇数|条数|缺席|请假)"
    r"(?:也|都)?(?:要|得|给)?改(?=[\d成为到:一下])|"
    r"[那这]条[,:]?(?:人数|金额|应到|实到|地点)|更正为|是[^,。;!?\n■《“\d一二三四五六七八九十]{1,14}■{2,}|"
    r"是[^,。;!?\n■《“]{1,14}[号日点人元个]■{2,}(?=[。;!\n]|$)|少算|多算|漏了|"
    r"补一条|打错字|写成|报成|(?:是|应)[^,。;!?\n]{1,14}不是|重新报|重报|"
    r"纠正|改(?:成|为|到(?![^,。]{0,10}(?:开|举行|召开))|一下|正)|更正|更改|修改|订正|应该?(?:是|为)|"
    r"写错|说错|"
    r"报错|记错|弄错|打错|错了|不对|"
    r"有误|(?:^|[,。 ])不是.{1,20}(?:是|,)"
)
_ASKS = re.compile(
    r"\?|[算是要该得]多少|多少(?=[。!\n ]|$)|能不能|可不可以|要不要|[吗么](?=[。!\n ]|$)|(?<!不)对不对|是不是|行不行|"
    r"算不算(?!不)"
)
_PUTS_RIGHT = re.compile(
    r"更正为|予以?更正|[写报说填记]错了?,?(?=应|是)|以此为准|^[^,。;!?\n]{1,8}改[成为]|[那这]条[,:]?(?:人数|"
    r"金额|应到|实到|地点)|"
    r"^\W*(?:更正|订正|改|修改|#|把|写错|报错)|错了|不对|(?:日期|时间|人数|金额|地点|时长|月份|学时)(?:也|都)?(?:要|得|"
    r"给)?改(?=[\d成为到])"
)
_WITHDRAWAL = re.compile(
    r"撤(?:了|掉|下来?)(?:吧|一条|那条|(?=[,。;! \n]|$))|(?:先)?别记(?:了)?(?=[,。;! \n]|$)|报重了|"
    r"算了,?(?:先)?不[记报要]|取消(?:登记|上报|填报|记录|录入)|撤回|撤销|作废|删掉|删除|删了|把(?:它|[这那]个|"
    r"[这那]条)(?:也|都|给)*(?:取消|删|撤|去掉|划掉)|取消(?=.{0,4}#\d)|"
    r"不(?:用)?记了(?=[,。;! \n]|$)|(?:条|个|都|,|会|课|日)不要了(?=[,。;! \n]|$)|取消(?:掉|(?=刚|上[面午]|前[面头]))|"
    r"删(?:一|那|这)条|"
    r"不算了|去掉(?=.{0,8}(?:#|那条|这条|记录))"
)
_SMALL_TALK = re.compile(
    r"(?:你好|您好|早上?好|上午好|下午好|中午好|晚上好|谢谢你?|多谢|感谢|谢了|辛苦了?|在吗|在不在|在么|哈+|"
    r"呵+|嗯+|哦+|好的?|收到|拜拜|再见|明白|知道了|了解|ok|okay|hi|hello|hey|thanks|thx|晚安|新年快乐|"
    r"节日快乐|周末愉快|大家好|各位好|书记好|同志|机器人|小助手"
    r"|赞|厉害|真棒|不错|太好了|没事|不客气|test|测试一?下?|(?:今天的?)?天气(?:真|很)?(?:好|冷|热|不错)?|"
    r"今天(?=大家|你|您|真|很|辛苦|太|不错)|真|很|啊|"
    r"祝|各位|领导|老师|关心|指导|支持|帮助|组织部门?|呀|吧|呢|吗|啦|了|的|大家|你们?|您|[\W_])+"
)
_DONE = re.compile(
    r"[开上讲收交缴报召完学搞办过行展织](?:了|过|完|齐|毕)|已经?(?=[开上讲收交缴报召完学举组])|顺利|圆满|"
    r"结束|(?<!前)完成了?|实到|到会|到了|来了|全员到|刚(?:刚|才)?开|开的|上的|收的|交的|报的"
)
_MEANT = re.compile(
    r"(?:到时候?|回头|开完|会后|完了)再[^,。;!?\n]{0,8}|(?:必须|务必)[^,。;!?\n]{0,6}|(?:打算|准备|争取|计划|"
    r"预计|等|要)[^,。;!?\n]{0,8}"
)
_OFFICIAL = re.compile(r"举行了|召开了|开展了|举办了?|进行了|予以公示|印发|主持(?:召开|学习|会议)|圆满")
_HELD = re.compile(r"开了|召开|组织了?(?!部)|举行|学了|搞了|举办|参加了|进行了|开展了?|开会")
_NEGATED_PART = re.compile(
    r"没有?(?:人)?(?:缺席|请假|缺勤|迟到|到|来(?!得及)|参加|出席)|未(?:到|参加|出席)|没(?:到|来(?!得及))|"
    r"没问题|没有?(?:意见|"
    r"异议|问题)"
)


# 昨天报的那条12人的党小组会不要了: numbers that only say which record.
_RECORD = re.compile(
    r"[那这上前]一?[条笔个]|(?:刚才|刚刚|昨天|前面|之前|上午|下午|早上)(?:我)?[报说发记填写]的|重复(?:报|记)?了|"
    r"[报记]重了"
)
# 原定今天的党小组会没开成，十个人里请假六个: it fell through, whatever numbers are told; unless it was held in the end.
_FELL_THROUGH = re.compile(
    r"没(?:能)?凑[齐够]|凑不[齐够]|没(?:能)?[开搞办上学谈做弄收交]成|[开办搞上]不成|"
    r"(?:没(?:能)?(?:开|上|办|学|搞|讲)|都没谈)(?=[,。;! \n]|$)|一个都没[谈做收交]|"
    r"(?:下雨|有事|临时|已经?|被|给)?(?:取消|改期|延期)了?(?=[,。;! \n]|$)|还没[办开搞交上收](?=[,。;! \n]|$)"
)
_ONLY = re.compile(r"只是?(?:把|将|开|报|交|收|上|搞)[^。;!?\n]*[报开交收上搞]了")  # 没有开会，只是把信息报了
_AFTER_ALL = re.compile(
    r"后来|只?[开上搞办]了|改(?:在|到|为|成|上|去)|补(?:上|开|的)|才(?:开|上)|[开上搞]的|顺延|推迟到|重新|实到|"
    r"到会|参加了|又(?:开|上|搞)"
)


def intent_of(
    flat: str, *, kind_known: bool, ahead: bool, told: int, past: bool = False, gone: bool = False, paper: bool = False
) -> Intent:
    """The intent of one activity's words, its topic blanked. kind_known: an activity is named; ahead: its date lies in
    the future; told: how many numbers are told of it (who came, what was paid): what has numbers has happened; past:
    the day that its name stands by has been; gone: and it is not today; paper: it is a paper, which may speak of what
    is to come."""
    flat = _NOT_ASKED.sub("", flat)
    if _WITHDRAWAL.search(flat) and (not told or "#" in flat or _RECORD.search(flat)):
        return Intent.WITHDRAWAL
    if _QUESTION.search(flat) and (not told or _ASKS.search(flat)) and not _only_says_so(flat):
        return Intent.QUESTION
    if not kind_known:
        return Intent.CORRECTION if _CORRECTION.search(flat) else Intent.UNKNOWN
    if paper and past:
        return Intent.REPORT
    if _moved(flat):
        return Intent.PLAN
    if told:
        flat = _SELF.sub("", flat)
    if _is_not_done(flat, told):
        return Intent.NOT_DONE
    if not _CAME.search(_MEANT.sub("", flat)) and _planned(
        flat, ahead and not (past and _OFFICIAL.search(flat)), told, past, gone
    ):
        return Intent.PLAN
    corrects = _CORRECTION.search(flat)
    return Intent.CORRECTION if corrects and (told < 2 or _PUTS_RIGHT.search(flat)) else Intent.REPORT


def _is_not_done(flat: str, told: int) -> bool:
    if told:
        fell = _FELL_THROUGH.search(flat)
        return bool(fell) and not _AFTER_ALL.search(flat, fell.end() if fell else 0)
    flat = _NEGATED_PART.sub("", flat)
    fell = _NOT_DONE.search(flat) or _FELL_THROUGH.search(flat)
    return bool(fell) and not _ONLY.search(flat, fell.end() if fell else 0)


def _only_says_so(flat: str) -> bool:
    """Whether nothing asks but a 呢 behind why something is not done: 党费没上缴，会计休产假呢."""
    return "?" not in flat and bool(_NOT_DONE.search(flat)) and not _QUESTION.search(_PARTICLE.sub("", flat))


def _planned(flat: str, ahead: bool, told: int, past: bool, gone: bool) -> bool:
    if past and _OFFICIAL.search(flat):
        return False
    if _SURE_PLAN.search(flat) and (not told or not _is_done(flat)):
        return True
    done = _is_done(flat)
    if ahead:
        return not done or bool(_PLAN.search(flat))
    return not done and not told and not gone and bool(_PLAN.search(flat))


def is_plan(flat: str) -> bool:
    """Whether a text says outright that it is about what is still to come."""
    sure = _SURE_PLAN.search(flat) and not _CAME.search(_MEANT.sub("", flat)) and not _is_done(flat)
    return bool(sure) or _moved(flat)


def _is_done(flat: str) -> bool:
    """Whether words say that something was done; not what is meant to be: 打算一次收齐."""
    return bool(_DONE.search(_MEANT.sub("", flat)))


def _moved(flat: str) -> bool:
    """Put off to another day, and not held since: 推迟到下周二了."""
    rest = _MOVED.sub("", flat)
    return rest != flat and not _OF_A_RECORD.search(flat) and not _CAME.search(rest) and not _HELD_SINCE.search(rest)


def is_small_talk(flat: str) -> bool:
    """Nothing but greetings, thanks and the like."""
    return len(flat) < 60 and bool(_SMALL_TALK.fullmatch(flat))


def is_question(flat: str) -> bool:
    """Whether a text asks something."""
    return bool(_QUESTION.search(flat))


def is_held(flat: str) -> bool:
    """Whether a text says that something was held, whatever it was."""
    return bool(_HELD.search(flat))
