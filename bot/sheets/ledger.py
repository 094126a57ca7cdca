"""The year's ledger (台账) as a workbook: a page a kind of activity, an overview before them, the files at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from bot.events import Kept
from bot.sheets import pages
from bot.sheets.pages import BOLD, MIMETYPE, PAPER, TITLE, Value
from bot.sheets.score_sheet import recorded
from rubrics import Activities, Activity, Unit
from rubrics.facts import SlotValue

__all__ = ["MIMETYPE", "Ledger"]
_SLOTS = {
    "date_end": "至", "time": "时间", "period": "时段", "place": "地点", "topic": "主题、议题", "titles": "标题",
    "speaker": "主讲", "host": "主持", "group": "党小组", "expected": "应到", "present": "实到", "leave": "请假",
    "absent": "缺席", "guests": "列席", "hours": "学时", "months": "所属月份", "count": "数量", "amount": "金额（元）",
    "means": "方式", "level": "级别", "project": "项目", "channel": "渠道", "share": "占比", "people": "人员",
    "about": "对应编号",
}  # fmt: skip
_WIDE = {
    "topic": 34,
    "titles": 40,
    "place": 16,
    "months": 20,
    "project": 20,
    "people": 20,
    "amount": 12,
    "date_end": 12,
}
_WIDTH = 8
_PARTS = {"morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上"}
_BEFORE = (("编号", 8), ("日期", 12))
_BEHIND = (("所属", 9), ("记录日期", 18), ("状态", 16), ("附件", 8), ("佐证", 12), ("原消息", 46))
_OVERVIEW = (
    ("类别", 26),
    ("条数", 8),
    *((f"{month}月", 6) for month in range(1, 13)),
    ("补录", 7),
    ("已撤回", 8),
    ("附件", 7),
)
_FILES = (
    ("序号", 7), ("编号", 8), ("活动", 30), ("文件名", 40), ("作什么用", 10), ("类型", 26), ("大小（字节）", 13),
    ("校验码 sha256", 68), ("原消息", 46),
)  # fmt: skip
_SHOWS = {"record": "记录", "attendance": "考勤", "document": "文件", "platform": "已录平台"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that goes into it. activities: of the unit, of any year; files: by activity number; links: address of the
    message behind a number; head: the end of the unit's hash chain, in words; today: the day it is made."""

    unit: Unit
    year: int
    today: date
    activities: Sequence[Activity]
    kinds: Activities
    files: Mapping[int, Sequence[Kept]] = field(default_factory=dict)
    links: Mapping[int, str] = field(default_factory=dict)
    head: str = ""

    @property
    def name(self) -> str:
        """What the file is called, without a folder."""
        return f"{self.unit.id}-ledger-{self.year}.xlsx"

    def of_year(self) -> list[Activity]:
        """The activities of the year, by the month they belong to, in the order of their days."""
        fits = [a for a in self.activities if _year(a) == self.year]
        return sorted(fits, key=lambda a: (a.occurred_on, a.number))

    def data(self) -> bytes:
        """The workbook. Every word in it is text, whatever it begins with."""
        book = Workbook()
        found = self.of_year()
        kinds = [kind for kind in self.kinds.kinds if any(a.kind == kind for a in found)]
        kinds += sorted({a.kind for a in found} - set(kinds))
        _overview(book.active, self, found, kinds)
        titles = {"总览", "附件目录"}
        for kind in kinds:
            title = _distinct(pages.page_title(self.called(kind)), titles)
            _page(book.create_sheet(title), self, [a for a in found if a.kind == kind])
        _index(book.create_sheet("附件目录"), self, found)
        return pages.saved(book, self.today)

    def called(self, kind: str) -> str:
        """What a kind is called."""
        known = self.kinds.kinds.get(kind)
        return known.name if known is not None else kind


def _year(activity: Activity) -> int:
    return int(activity.period[:4]) if activity.period else activity.occurred_on.year


def _distinct(title: str, taken: set[str]) -> str:
    """A name that no other page has."""
    found, number = title, 2
    while found in taken:
        found, number = f"{title[:28]}{number}", number + 1
    taken.add(found)
    return found


def _overview(page: Any, ledger: Ledger, found: Sequence[Activity], kinds: Sequence[str]) -> None:
    page.title = "总览"
    pages.text(page, 1, 1, f"{ledger.unit.name} {ledger.year}年台账", TITLE)
    pages.text(page, 2, 1, f"截至{ledger.today.isoformat()}　{PAPER}。补录：次月10日以后才记录的，照常计入。")
    pages.heads(page, 4, _OVERVIEW)
    at = 4
    for kind in kinds:
        at += 1
        pages.row(page, at, [ledger.called(kind), *_counts(ledger, [a for a in found if a.kind == kind])])
    pages.row(page, at + 1, ["合计", *_counts(ledger, found)], BOLD)
    pages.text(page, at + 3, 1, f"记录链：{ledger.head or '还没有记录'}")
    pages.text(page, at + 4, 1, f"{PAPER}。")
    _printed(page, ledger, "总览")


def _counts(ledger: Ledger, several: Sequence[Activity]) -> list[Value]:
    """How many there are, in which months, late, withdrawn, with how many files; what was withdrawn is not counted."""
    kept = [a for a in several if a.withdrawn_on is None]
    months = [sum(1 for a in kept if _month(a) == month) for month in range(1, 13)]
    late, gone = sum(a.late for a in kept), len(several) - len(kept)
    files = sum(len(ledger.files.get(a.number, ())) for a in several)
    return [len(kept), *(n or None for n in months), late or None, gone or None, files or None]


def _month(activity: Activity) -> int:
    return int(activity.period[5:]) if activity.period else activity.occurred_on.month


def _page(page: Any, ledger: Ledger, several: Sequence[Activity]) -> None:
    """One kind: a column a slot that any of them has."""
    slots = [name for name in _SLOTS if any(name in a.slots for a in several)]
    pages.heads(page, 1, [*_BEFORE, *((_SLOTS[name], _WIDE.get(name, _WIDTH)) for name in slots), *_BEHIND])
    for at, activity in enumerate(several, 2):
        files = ledger.files.get(activity.number, ())
        address = ledger.links.get(activity.number, "")
        values: list[Value] = [f"#{activity.number}", activity.occurred_on.isoformat()]
        values += [_shown(name, activity.slots.get(name)) for name in slots]
        values += [activity.period or "", recorded(activity), _state(activity), len(files) or None]
        values += ["、".join(_SHOWS.get(e, e) for e in activity.evidence), address]
        pages.row(page, at, values)
        if address:
            pages.link(page, at, len(values), address)
    _printed(page, ledger, ledger.called(several[0].kind))


def _shown(name: str, value: SlotValue | None) -> Value:
    if name == "amount" and isinstance(value, int):
        return Decimal(value) / 100
    if isinstance(value, tuple):
        return "、".join(f"《{one}》" if name == "titles" else str(one) for one in value)
    if isinstance(value, int | Decimal) or value is None:
        return value
    if name == "period":
        return _PARTS.get(str(value), str(value))
    return value.isoformat() if isinstance(value, date) else value


def _state(activity: Activity) -> str:
    if activity.withdrawn_on is not None:
        return f"{activity.withdrawn_on.isoformat()} 撤回"
    return f"{activity.returned_on.isoformat()} 退回" if activity.returned_on is not None else "有效"


def _index(page: Any, ledger: Ledger, found: Sequence[Activity]) -> None:
    """Every file with the activity it lies with."""
    pages.heads(page, 1, _FILES)
    at = 1
    for activity in found:
        for file in ledger.files.get(activity.number, ()):
            at += 1
            named = f"{ledger.called(activity.kind)} {activity.occurred_on.isoformat()}"
            address = ledger.links.get(activity.number, "")
            pages.row(page, at, [at - 1, f"#{activity.number}", named, file.name, _SHOWS.get(file.shows, ""),
                                 file.mimetype, file.size, file.sha256, address])  # fmt: skip
            if address:
                pages.link(page, at, len(_FILES), address)
    if at == 1:
        pages.row(page, 2, ["", "", "没有附件"])
    _printed(page, ledger, "附件目录")


def _printed(page: Any, ledger: Ledger, what: str) -> None:
    pages.for_print(page, f"{ledger.unit.name} {ledger.year}年台账 {what}")
