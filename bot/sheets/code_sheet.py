"""Enrolment codes for many units as a workbook: a row a unit, to be cut up or copied from into messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook

from bot.sheets import pages

_COLUMNS = (("单位编号", 16), ("单位", 28), ("职务", 8), ("码的编号", 9), ("有效到", 12), ("发给本人的话", 72))


@dataclass(frozen=True, slots=True)
class GivenOut:
    """One code. number: what it is cancelled by; code: as it is typed; last: the last day it is good."""

    unit_id: str
    unit: str
    role: str
    number: int
    code: str
    last: date


def workbook(given: Sequence[GivenOut], bot: str, day: date) -> bytes:
    """The workbook. bot: the account that people send the code to; day: on which it is made."""
    book = Workbook()
    page = book.active
    page.title = "登记码"
    pages.heads(page, 1, _COLUMNS)
    for at, one in enumerate(given, 2):
        words = (
            f"请用 Matrix 和 {bot} 单独聊天，发：登记 {one.code}\n"
            f"（{one.unit} {one.role}，{one.last} 以前有效，只能用一次，请勿转发）"
        )
        pages.row(page, at, [one.unit_id, one.unit, one.role, one.number, one.last.isoformat(), words])
    pages.for_print(page, "登记码", "请勿转发")
    return pages.saved(book, day)
