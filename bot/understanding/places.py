"""Where it was: 在三楼会议室, 地点：党员活动室, 到烈士陵园, 线上."""

from __future__ import annotations

import re

from bot.understanding.pieces import Piece

_ROOM = (
    "会议室|会议间|活动室|办公室|党员之家|党建室|多功能厅|报告厅|会议厅|学习室|教室|接待室|值班室|培训室|图书室|"
    "阅览室|荣誉室|党建馆|大会堂|礼堂|会堂|食堂|餐厅"
    "|大厅|村委会|居委会|村部|社区|小区|服务中心|活动中心|文化中心|指挥中心|体育馆|博物馆|纪念馆|展览馆|"
    "文化馆|图书馆|科技馆|党史馆|陈列馆|档案馆|美术馆|村史馆|展厅"
    "|烈士陵园|陵园|公园|植物园|产业园|科技园|园区|广场|基地|故居|旧址|遗址|纪念碑|纪念塔|书屋|书吧|书院|"
    "讲堂|驿站|服务站|工作站|服务区|敬老院|养老院|福利院|幼儿园"
    "|学校|小学|中学|党校|医院|车站|工地|车间|厂区|仓库|操场|球场|河边|江边|湖边|山上|门口|楼下|院内|大院|"
    "党群中心|休息室|会客室|茶室|大队部|办公楼|阵地|工作室|实验室|门诊|病房|机房|街道办|镇政府|县政府|"
    "政府大楼|办事处|会议中心|俱乐部|教学楼|展厅|烈士墓|村口|路口|河堤|监控室|调度室"
    "|电影院|影院|剧院|剧场|法院|检察院|派出所|看守所|监狱|林场|农场|果园|茶园|田间|地头|"
    "村(?![口民干委支集党级里史务部])|街道(?!办|党|工)|大楼|食堂|"
    "宿舍|号楼|[东南西北侧正大]门|党建长廊|红军长征旧址|[一二三四五六七八九\\d]楼|[a-z]座|(?<![科研])(?<=[\u4e00-\u9fff]{2})室"
)
_ONLINE = (
    "腾讯会议|钉钉(?:视频)?(?:会议|群)?|视频会议|微信群|学习强国|云会议|线上线下(?:结合|相结合)?|线上|网上|云端|zoom"
)
_X = r"[^,。;!?\n:《》“”]"
_LABEL = re.compile(
    rf"(?:地点|地址|会场|场地|开会地方)(?:[就均都]?[:是在为设选于]|安排在)* ?(?P<x>{_X}{{2,25}}?)(?=[,。;!?\n ]|$|应到|"
    rf"实到|主题|议题|主持|参加|参会|到会|出席|人员|时间|内容|研究|学习|讨论|\d{{1,3}}人)"
)
_DO = (
    r"(?:组织|召开|开展|举行|举办|进行|开了|开的|开着|开会|开过|开(?=[支党主三])|上了|上的|上党课|"
    r"上(?=[一党专微])|集中|集体|学习|集合|搞了?|听|看|观看|参观|过了|过的|过(?=主题)|讨论|研究|给|为|参加|植树|"
    r"祭扫|瞻仰|慰问|打扫|清扫|重温|接受|以|和|与|收|交)"
)
_AT = re.compile(rf"(?:在|于|到|去的是|在的是|去的|去了?|赴|前往|来到)(?P<x>{_X}{{2,25}}?)(?=了?{_DO}|[,。;!?\n ]|$)")
# 在西柏坡开展: a place of any name, before what is done there
_HELD = r"(?:召开|开展|举行|举办|组织|进行|开了|开的|开着|开支|开党|上了|上的|上党课|上(?=[一专微])|搞|集中|过的|过了)"
_ANY = re.compile(
    rf"(?:(?<![实存现正])在|赴|前往|(?<=党员)到|(?<=[,。 ])到)(?P<x>(?:(?!{_HELD}|"
    rf"[在到去了]){_X}){{2,15}}?)(?=了?{_HELD})"
)
# 去烈士陵园扫墓: whatever follows, a place that ends like one
_TO = re.compile(
    rf"(?:在|到|去的是|去的|去了?|赴|前往|来到)(?P<x>(?:(?!{_DO}|[开在到去了的]){_X}){{0,12}}?(?:{_ROOM})+)(?!的)"
)
_BARE = re.compile(
    rf"(?:(?<=[,。;!?\n (@])|^|(?<=[日号天午晚点半分早])|(?<=[周期拜][一二三四五六日天]))(?:还是|仍在|就在|是)?"
    rf"(?P<x>(?:(?!应到|实到|"
    rf"{_DO})[^,。;!? \n:()《》“”开在到去了的是为进学研讨邀由对把被并还扫访慰迎]){{0,12}}?(?:{_ROOM})+)"
    rf"(?=[,。;!?\n )]|$|召开|开|组织|举行|应|实|\d|支委|支部|党|主题)"
)
_BY = re.compile(
    rf"(?:通过|用|以|在|走|采用|线上)?(?P<x>{_ONLINE})(?:方式|形式|平台|软件|视频)*(?:开|召开|进行|举行|参加|"
    rf"上|学|组织)"
)
_NO_AT = tuple("实应签存现正出失过关报直来得做提")
_ENDS = re.compile(
    rf"(?:{_ROOM}|{_ONLINE}|[室厅堂馆园院楼站所厂店校处部村镇乡街区局场家里内上山县市岛湾]|"
    rf"[楼室座厅区栋]?\d{{3,4}}(?:室|房间?)?)$"
)
_NOT_PLACE = re.compile(
    r"\d(?:月|日|号(?![楼院厂会车公教门])|点|时|:)|[月日号]$|期间|时间|(?:带领|领导|主持|组织|指导|支持)下|"
    r"下$|过程中|基础上|会上|中$|"
    r"之前|前$|之后|后$|时$|^(?:一起|于|家$|此|今天|昨天|这|那|会上|位|岗|职|实处|基层$|了|会议(?![室厅中])|齐|"
    r"场$|期|党$|做|开|学习|"
    r"讲|不|爬|登|是|的|改|错|写)|党员$|支部书记|同志|方面|思想上|工作上|政治上|行动上|会议上|实际|人$|"
    r"开会$|[元块万]|全党|社会|第.{1,3}届|支部$|党支部|班子|群众|"
    r"(?:进|入)(?:社区|村|校园)|上级|组织部|党委(?!会议室|书记)|党中央"
)


def find_places(flat: str, shown: str) -> list[Piece]:
    """Places, the surest first."""
    pieces = [_place(m, shown) for m in _LABEL.finditer(flat) if not _NOT_PLACE.search(m["x"])]
    for pattern in (_ANY, _AT, _TO):
        for match in pattern.finditer(flat):
            before = flat[max(0, match.start() - 1) : match.start()]
            fits = pattern is not _AT or _ENDS.search(match["x"])
            known = any(p.start < match.end("x") and match.start("x") < p.end for p in pieces)
            if fits and not known and before not in _NO_AT and not _NOT_PLACE.search(match["x"]):
                pieces.append(_place(match, shown))
    for match in _BARE.finditer(flat):
        known = any(p.start < match.end("x") and match.start("x") < p.end for p in pieces)
        if not known and not _NOT_PLACE.search(match["x"]):
            pieces.append(_place(match, shown))
    if not pieces:
        pieces += [_place(m, shown) for m in _BY.finditer(flat)]
    return pieces


def _place(match: re.Match[str], shown: str) -> Piece:
    start = match.start("x") + match["x"].rfind("在") + 1
    return Piece("place", shown[start : match.end("x")].strip().rstrip("先再又都"), match.start(), match.end("x"))
