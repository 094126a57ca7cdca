"""What asks something: questions with and without 吗, and what only sounds like one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.coming import is_done
from bot.understanding.undone import says_not_done

_GONE = "□"
_QUESTION = re.compile(
    r"\?|[吗么](?=[,。;!\n ]|$)|(?<!没)(?<!没[开上交收报弄搞])呢(?=[,。;!\n ]|$)|多少|(?<![好十前这近过百剩])几(?:分|"
    r"次|条|个|人|项|号|月|天|点|名|回|趟|遍|堂|场|"
    r"篇)(?!了个)|(?<!不)([\u4e00-\u9fff])不\1|[开交收报上]没[开交收报上]|怎么(?!样都)|为什么|为啥|咋|什么时候|"
    r"何时|哪(?:些|个|几|里|次|一|天(?!(?:开)?(?:都)?(?:还)?[没未不]|待))|有没有|是不是|是否|"
    r"能不能|可不可以|要不要"
    r"|够不够|行不行|算不算(?!不)|(?<!不)对不对|还差(?!一点|[^,。;!?\n]{1,6}没[开上交收报搞])|还缺|谁(?=还|没|来|"
    r"讲|主|是|去|交)|多长|多久|多大|"
    r"什么(?=[,。;!?\n ]|$|要求|规定|标准|"
    r"条件|内容)|需要什么|查一下|看一下|(?:(?<=[,。;!?\n ])|^|(?<=[帮给][我你])|(?<=我想))看看(?!,算)|"
    r"能[^,。;!?\n]{1,14}不(?=[,。;!?\n ]|$)|请问|想问(?!…?,?不是)|问一下|(?:^|[,。;!\n想要]|来)咨询|"
    r"^(?:什么|啥)(?:是|叫)|了没有?(?=[,。;!? \n]|$)|啥时候?|在哪儿?里?(?=[看找查]|了?(?:[,。;!? \n]|$))|"
    # 还有啥要交的, 一年两次还是一次, 攒够次数没有: asked without 吗
    r"(?<![没为])啥(?=[,。;!? \n]|$|意思|要[交补报开]|没[交补报开])|什么意思|[短缺差]什么|是谁[记报填写录]|"
    r"(?:算|可以|该|得)[^,。;!?\n]{1,12}不(?=[。;!?\n]|$)|有[^,。;!?\n会课]{0,6}的没有?(?=[。;!?\n]|$)|"
    r"[记报攒交收录登算][^,。;!?\n]{0,2}[上到好完够齐过][^,。;!?\n]{0,4}没有(?=[。;!?\n]|$)|"
    r"(?:[是写算报记填选归按]|一(?:年|季度?|"
    r"个?月))[^,。;!?\n]{1,14}还是(?![没未不老])[^,。;!?\n]{1,10}(?<![的了])(?=[。;!?\n]|"
    r"$)|[算是][^,。;!?\n]{1,10}的还是[^,。;!?\n]{1,10}的(?=[。;!?\n]|$)|认不认"
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
    r"\?,?(?:哦|噢|啊|哎|呃)?,?(?:不对|错了)(?=,?是)|\?(?=,?(?:哦|噢|啊|哎|呃)?,?(?:不对|不是|错了|不,))|=应?\d+\?"
)
# 这系统怎么这么慢, 你们冷不冷: how people talk, where no activity is named
_CHAT = re.compile(
    r"(?:怎么(?:这么|那么|老是?|总是?)(?=[慢卡催烦啰笨难贵热冷])|(?:烦不烦|累不累|冷不冷|热不热|忙不忙|好不好用|"
    r"(?:机器人|真人|活人)还是(?:机器人|真人|活人))|"
    r"放假吗|吃(?:了|饭)?(?:饭)?[了]?[吗没]|听得?[见到清]不?(?:见|到|清)?[吗]?)[呢啊呀?]*"
)
# 党课？老师病了，黄了: a name that is only taken up
_TAKEN_UP = re.compile(
    r"(?<![^,。;!?\n])[^,。;!?\n]{0,8}(?:会|课|党日|活动|党费|谈话|服务|评议|学习|信息)\?(?=[^?\n]{3,}$)"
)
_CLAUSE = re.compile(r"[^,。;!?\n]+[,。;!?\n]?")
_ASKS = re.compile(
    r"\?|[算是要该得]多少|多少(?=[。!\n ]|$)|能不能|可不可以|要不要|[吗么](?=[。!\n ]|$)|(?<!不)对不对|是不是|行不行|"
    r"算不算(?!不)|[几谁哪][^,。;!?\n]{0,3}来着"
)
_PARTICLE = re.compile(r"(?<![会课日费])呢(?=,)|(?<=[\u4e00-\u9fff]{4})呢(?=[,。;!\n ]|$)")


def asks(flat: str, *, kind_known: bool, told: Sequence[int] = (), days: Sequence[int] = ()) -> bool:
    """Whether one activity's words ask. told, days: where numbers, and days that have been, are told: who tells of a
    day and who came, and asks something beside it (这个月还差啥), reports."""
    flat = _NOT_ASKED.sub(_away, flat if kind_known else _CHAT.sub(_away, flat))
    flat = _TAKEN_UP.sub(lambda m: m[0] if _QUESTION.search(m[0][:-1]) else _away(m), flat)
    if not _QUESTION.search(flat) or (told and not _ASKS.search(flat)) or _only_says_so(flat):
        return False
    rest = _CLAUSE.sub(lambda m: _away(m) if _QUESTION.search(m[0]) else m[0], flat)
    counted = any(rest[at] != _GONE for at in told)
    return not (any(rest[at] != _GONE for at in days) and (counted or is_done(rest)))


def not_asked_away(flat: str) -> str:
    """The words without what only sounds like a question."""
    return _NOT_ASKED.sub("", flat)


def _away(match: re.Match[str]) -> str:
    return _GONE * len(match[0])


def _only_says_so(flat: str) -> bool:
    """Whether nothing asks but a 呢 behind why something is not done: 党费没上缴，会计休产假呢."""
    return "?" not in flat and says_not_done(flat) and not _QUESTION.search(_PARTICLE.sub("", flat))


def is_question(flat: str) -> bool:
    """Whether a text asks something."""
    return bool(_QUESTION.search(flat))
