"""The columns of the three sheets: 单位 (a row a unit), 人数 (a row a day that it changed), 人员 (a row a person)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

UNITS, COUNTS, PEOPLE = "单位", "人数", "人员"
HINTS = "填写说明"  # a page that says nothing of units
ATTRIBUTE, REMARK = "属性：", "备注"
NONE = frozenset({"无", "没有", "清空"})  # an empty cell leaves things as they are; this takes them away
BLANK = frozenset({"", "-", "--", "—", "——", "/", "\\"})
GONE = "删除"  # a day's headcount is to go


@dataclass(frozen=True, slots=True)
class Column:
    """One column. name: its heading; key: what it is in the units file; kind: how its cells are read (text, name: as it
    was typed, whole, day, groups, books, deadlines); also: other headings it may have; choices: all it may hold."""

    name: str
    key: str
    kind: str = "text"
    must: bool = False
    example: str = ""
    hint: str = ""
    also: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    width: int = 10


ID = Column("单位编号", "id", must=True, example="jiguan-1", width=16, also=("编号", "单位代码", "单位ID"),
            hint="字母、数字、汉字、点和短横，定了就不要改；改名称不改编号")  # fmt: skip
SINCE = Column("人数起始", "since", "day", example="2026-01-01", width=12, also=("起始日期", "人数自", "自何日起"),
               hint="这些人数从哪天起；每次变动写新的一天，以前的不用动")  # fmt: skip
COUNTED = (
    Column("正式", "正式", "whole", example="22", also=("正式党员", "正式党员数"), width=7),
    Column("预备", "预备", "whole", example="2", also=("预备党员", "预备党员数"), width=7),
    Column("流动", "流动", "whole", example="0", hint="正式、预备之中流动在外的", also=("流动党员",), width=7),
    Column("长期请假", "长期请假", "whole", example="1", hint="正式、预备之中长期请假的", width=9),
    Column("委员", "委员", "whole", example="5", hint="支委会的委员数，没有支委会写0", also=("支委",), width=7),
    Column("党小组", "党小组", "groups", example="8、8、8", width=12,
           hint="各组人数，用顿号隔开；不知道各组人数就写组数，如 3；只有一组写 8人"),
    Column("积极分子", "积极分子", "whole", example="3", width=9),
)  # fmt: skip
TERM = Column("任期届满日", "attributes.任期届满日", "day", example="2027-06-30", width=12,
              hint="届满前6个月、4个月会提醒换届")  # fmt: skip
SHEETS: dict[str, tuple[Column, ...]] = {
    UNITS: (
        ID,
        Column("名称", "name", "name", example="机关第一支部", hint="新单位必填", width=26,
               also=("单位名称", "支部名称", "单位")),
        Column("上级", "parent", example="jiguan", hint="上级的编号；最上一级空着", width=16,
               also=("上级编号", "上级单位", "所属党委", "所属党组织")),
        Column("类型", "attributes.类型", "name", example="支部", width=8,
               hint="支部、总支、党委等，考核规则里要用的照规则写"),
        *COUNTED,
        SINCE,
        Column("书记姓名", "secretary.name", "name", example="李明", also=("书记", "支部书记"), width=10),
        Column("书记账号", "secretary.id", example="@li:example.org", width=24, also=("书记Matrix账号",),
               hint="Matrix 账号；没有就空着，导入后发登记码"),
        Column("成立日期", "founded_on", "day", example="2019-07-01", hint="从这天起负责完成规定动作", width=12),
        Column("撤销日期", "closed_on", "day", hint="从这天起不再负责；记录留着", width=12),
        Column("并入", "merged_into", hint="合并到哪个单位（编号），要和撤销日期一起写", width=16),
        TERM,
        Column("考核规则", "rulebooks", "books", example="qianjiang-2017.example-points", width=30,
               hint="编号见 zhibu rubric list；有另附分值表的写 编号.分值表；几份用顿号隔开；空着随上级"),
        Column("党日", "party_day", example="每月第一个周五", hint="也可写 每月最后一个周五、每月10日", width=16),
        Column("期限", "deadlines", "deadlines", example="信息报送25日、党费收缴20日", width=26,
               hint="自定的每月期限，逐项随上级；不要上级的那一项写 信息报送不设"),
        Column("不打扰", "quiet_hours", example="20:00-08:00", hint="这段时间不提醒", width=14,
               also=("静默时段", "免打扰")),
        Column("节假日", "holidays", example="提前", choices=("提前", "顺延", "不变"), width=8,
               hint="期限碰上节假日怎么办"),
        Column("语言", "language", example="zh_CN", choices=("zh_CN", "en"), width=8),
        Column("时区", "time_zone", example="Asia/Shanghai", width=14),
    ),
    COUNTS: (ID, SINCE, *COUNTED),
    PEOPLE: (
        ID,
        Column("职务", "roles", must=True, example="报送人", width=10, also=("角色",),
               hint="书记、报送人、考评员、管理员；几个用顿号隔开"),
        Column("姓名", "name", "name", example="孙丽", width=10),
        Column("账号", "id", example="@sun:example.org", width=26, also=("Matrix账号", "Matrix 账号"),
               hint="Matrix 账号；写“无”就是这个职务没有人"),
    ),
}  # fmt: skip

NAMES = {c.key: c.name for c in (*COUNTED, SINCE)}


def heading(text: str) -> str:
    """A heading as it is compared: half width, without spaces, stars and remarks in brackets."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("*", "").replace(":", "：")
    return plain.partition("(")[0]


def column(sheet: str, name: str) -> Column | None:
    """The column with a heading; None for one that isn't known."""
    plain = heading(name)
    if sheet == UNITS and plain.startswith(ATTRIBUTE) and len(plain) > len(ATTRIBUTE):
        return Column(plain, f"attributes.{plain.removeprefix(ATTRIBUTE)}", "name")
    known = SHEETS[sheet]
    return next((c for c in known if plain in (c.name, *map(heading, c.also))), None)
