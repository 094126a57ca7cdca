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
    "宿舍|号楼|会址|棚户区|入口|出口|溶洞|景区|绿化带|卡口|工具间|演播室|直播间|后厨|茶场|茶馆|码头|泵房|"
    "岗亭|大堤|祠堂|戏台|院坝|会客厅|客厅|"
    "图书角|篮球馆|体育场|港口|变电站|水电站|供热站|火车站|汽车站|高铁站|粮管所|粮站|晒场|养殖场|合作社|"
    "大棚|[东南西北侧正大]门|党建长廊|红军长征旧址|[一二三四五六七八九\\d]楼|[a-z]座|"
    "(?<![科研])(?<=[\u4e00-\u9fff]{2})室"
)
_ONLINE = (
    "腾讯会议|钉钉(?:视频)?(?:会议|群)?|视频会议|微信群|学习强国|云会议|线上线下(?:结合|相结合)?|线上|网上|云端|zoom"
)
_X = r"[^,。;!?\n:《》“”]"
_LABEL = re.compile(
    rf"(?:地点|地址|(?<![主分])会场|场地|地方|开会地方|"
    rf"(?<![\u4e00-\u9fff])地(?=:))(?:[就均都]?[:是在为设选于]|安排在|临时|换到了?|改到了?|改在)*"
    rf" ?(?P<x>{_X}{{2,25}}?)(?=[,。;!?\n ]|$|应到|"
    rf"实到|主题|题目|议题|主持|主讲|记录|领学|参加|参会|到会|出席|人员|时间|内容|研究|学习|讨论|"
    rf"\d{{1,3}}人|了(?:[,。]|$)|一共|"
    rf"[上下中]午|昨[天晚]|今[天早]|(?:支部|党员|党小组|支)?(?:书记|党员|委员)|支书|[来到去]了|"
    rf"[一二两三四五六七八九十百]+(?:[个名人位月点]|号(?=[,。上下早晚]|$))|现场)"
)
_DO = (
    r"(?:组织|召开|开展|举行|举办|进行|开了|开的|开着|开会|开过|开(?=[支党主三])|上了|上的|上党课|"
    r"上(?=[一党专微])|集中|集体|学习|集合|搞了?|听|看|观看|参观|过了|过的|过(?=主题)|讨论|研究|给|为|参加|植树|"
    r"祭扫|瞻仰|慰问|打扫|清扫|重温|接受|以|和|与|收|交)"
)
_AT = re.compile(rf"(?:在|于|到|去的是|在的是|去的|去了?|赴|前往|来到)(?P<x>{_X}{{2,25}}?)(?=了?{_DO}|[,。;!?\n ]|$)")
# 在西柏坡开展: a place of any name, before what is done there
_HELD = (
    r"(?:召开|开展|举行|举办|组织|进行|现场|开了|开的|开着|开支|开党|上了|上的|上党课|上(?=[一专微])|搞|"
    r"集中|过的|过了)"
)
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
# ，焊接班工具间，: a stretch between marks that is nothing but a place
_SPOT = (
    rf"(?:{_ROOM}|[室厅堂馆楼站所厂店屋亭坝场角港棚库洞厨塔]|[村镇校院园矿][里内口]|(?:门|村|路|街|巷|井|山|"
    rf"坡|地|河|江|湖|海|渠|"
    r"桥|树|墙|塔|楼|台|亭|车|船|家|站|店|馆|棚|场|库|碑|像|前|院|屋|房|窗|桌|子)(?:上|下|前|里|边|旁|口|顶|"
    r"后|脚)(?:面|边|头|侧)?|家|值班船)"
)
_ALONE = re.compile(
    rf"(?:(?<=[,。;!?\n @])|^)(?:还?在|仍在|就在|设在|借的|放在|去)?(?P<x>[\u4e00-\u9fffa-z\d]{{1,14}}?{_SPOT})"
    r"(?:开的?|召开|举行|上的?)?(?=[,。;!?\n ]|$|[a-z](?:[,。; ]|$))"
)
_NO_SPOT = re.compile(
    r"[了过着]|召开|开展|举行|组织|参观|学习|讨论|研究|部署|打扫|清扫|慰问|走访|听|看|讲|主持|书记(?!家|办|"
    r"的|车)|党课|支委|大会|小组|主题|党日|"
    r"应到|实到|请假|[做搞去到来给为把被和与向对由请帮送议修建种栽捐买扶清除]|加强|提升|关于|围绕|落实|贯彻|"
    r"我们支部$|不在|没在|大家|国家|专家|提醒|[我他她]们?(?!家)"
)
# What still belongs to a place right behind it: 会议室A, 阶梯教室二零一, 食堂角落.
_MORE = re.compile(
    r"(?:[a-z](?![a-z])|[零〇一二三四五六七八九十\d]{1,4}(?:号楼?|室|楼|层|房间?)|"
    r"[零〇一二三四五六七八九]{3,4}|[a-z]?\d{3,4}(?![年人\d.:])|角落|门口|门前|底层|里头?|旁边|"
    r"门前广场|安全角|后院|前面|下面|边上|堡里)+(?=[,。;!?\n ]|$|开|上|召|举|集|学|听|用|给|领)"
)
_BY = re.compile(
    rf"(?:通过|用|以|在|走|采用|线上)?(?P<x>{_ONLINE})(?:方式|形式|平台|软件|视频)*(?:开|召开|进行|举行|参加|"
    rf"上|学|组织)"
)
_NO_AT = tuple("实应签存现正出失过关报直来得做提没不")
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
    r"^(?:集中|[县市镇乡区]里$|联系|协调|\d+)|年前|把|(?:进|入)(?:社区|村|校园)|上级|组织部|党委(?!会议室|"
    r"书记)|党中央"
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
    for match in _ALONE.finditer(flat):
        known = any(p.start < match.end("x") and match.start("x") < p.end for p in pieces)
        if not known and not _NOT_PLACE.search(match["x"]) and not _NO_SPOT.search(match["x"]):
            pieces.append(_place(match, shown))
    for match in _BARE.finditer(flat):
        known = any(p.start < match.end("x") and match.start("x") < p.end for p in pieces)
        if not known and not _NOT_PLACE.search(match["x"]):
            pieces.append(_place(match, shown))
    if not pieces:
        pieces += [_place(m, shown) for m in _BY.finditer(flat)]
    return [p for p in pieces if not no_place(str(p.value))]


def no_place(words: str) -> bool:
    """Whether words that stand where a place may stand are none: 会上, 大家帮助下."""
    return bool(_NOT_PLACE.search(words))


def whole(flat: str, end: int) -> int:
    """The end of a place with what still belongs to it: 会议室|A, 食堂|角落."""
    more = _MORE.match(flat, end)
    return more.end() if more else end


def _place(match: re.Match[str], shown: str) -> Piece:
    start = match.start("x") + match["x"].rfind("在") + 1
    words = shown[start : whole(match.string, match.end("x"))].strip().rstrip("先再又都")
    return Piece(
        "place", words.removesuffix("上") if words.endswith("会议上") else words, match.start(), start + len(words)
    )
