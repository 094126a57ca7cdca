"""A .xlsx or .csv into what a units file says: its rows one by one, and every cell that can't be read named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.roster.columns import COUNTED, COUNTS, GONE, HINTS, ID, NONE, PEOPLE, SINCE, UNITS
from bot.roster.csv_file import read_csv
from bot.roster.tables import table_in
from bot.roster.told import Line, TableDocument, Telling, Told
from bot.roster.values import parts
from bot.roster.xlsx_file import read_xlsx
from bot.units_schema import ROLES
from rubrics.strict_yaml import FileError
from storage.os_words import os_words

TABLES = (".xlsx", ".xlsm", ".csv")
_COUNTS = {c.name: c.key for c in (SINCE, *COUNTED)}
_ORDER = (UNITS, COUNTS, PEOPLE)


def read_tables(path: Path) -> TableDocument:
    """The units in a file. Raises FileError with every cell that can't be read."""
    try:
        grids = {"": read_csv(path)} if path.suffix.lower() == ".csv" else read_xlsx(path)
    except FileNotFoundError:
        raise FileError([f"{path}：没有这个文件。请检查路径。"]) from None
    except OSError as error:
        raise FileError([f"{path}：读不了（{os_words(error)}）。请检查路径和权限。"]) from None
    problems: list[str] = []
    found = [table_in(title, grid, problems) for title, grid in grids.items() if title != HINTS]
    tables = [table for table in found if table is not None]
    if not tables and not problems:
        raise FileError([f"{path}：没有找到“{ID.name}”这一列。请照 zhibu units template --xlsx 给的样子填。"])
    telling = Telling()
    for table in sorted(tables, key=lambda one: _ORDER.index(one.kind)):
        for row in table.rows:
            _take(telling, Line(table, row, problems))
    if not problems and not any(table.rows for table in tables):
        problems.append("表里还没有填任何单位。")
    if problems:
        raise FileError([f"{path} {problem}" for problem in problems])
    return telling.document(str(path))


def _take(telling: Telling, line: Line) -> None:
    id_ = line.said(ID.name)
    if not id_:
        line.wrong(ID.name, "是空的，请补上。")
    elif line.table.kind == UNITS:
        _unit(telling, line, telling.new(id_, line))
    elif line.table.kind == COUNTS:
        _count(telling, line, telling.at(id_, line))
    else:
        _person(telling, line, telling.at(id_, line))


def _unit(telling: Telling, line: Line, told: Told) -> None:
    for name, col in line.table.columns.items():
        if col is ID or name in _COUNTS or col.key.startswith("secretary."):
            continue
        if text := line.said(name):
            value = None if text in NONE else line.value(name, text)
            telling.put(told, col.key, value, line.place(name))
    _count(telling, line, told)
    if line.said("书记姓名") or line.said("书记账号"):
        _holder(telling, line, told, ["书记"], "书记姓名", "书记账号")


def _count(telling: Telling, line: Line, told: Told) -> None:
    """A day's headcount; 正式 says 删除 where that day's is to go."""
    said = {name: text for name in _COUNTS if name in line.table.columns and (text := line.said(name))}
    if not said:
        return
    if SINCE.name not in said:
        line.wrong(SINCE.name, "写了人数，也要写从哪天起，如 2026-01-01。")
        return
    values = {name: line.value(name, "0" if text in NONE else text) for name, text in said.items() if text != GONE}
    if said.get("正式") == GONE:
        _gone(line, told, values[SINCE.name])
        return
    entry = {_COUNTS[name]: value for name, value in values.items()}
    places = {_COUNTS[name]: line.place(name) for name in values}
    telling.add(told, "headcounts", entry, places, line.place())


def _gone(line: Line, told: Told, day: str) -> None:
    try:
        told.gone.add(date.fromisoformat(day))
    except ValueError:
        line.wrong(SINCE.name, "应为日期，如 2026-12-31。")


def _person(telling: Telling, line: Line, told: Told) -> None:
    roles = parts(line.said("职务"))
    if roles:
        _holder(telling, line, told, roles, "姓名", "账号")
    else:
        line.wrong("职务", "是空的，请补上，如 报送人。")


def _holder(telling: Telling, line: Line, told: Told, roles: list[str], named: str, account: str) -> None:
    """Somebody in some roles. 无 for an account leaves them without anybody; none at all waits for a code."""
    person, name = line.said(account), line.said(named)
    known = {ROLES.get(role, role) for role in roles}
    if not person:
        telling.lacking += [(told.id, role) for role in sorted(known)]
        return
    told.roles.update(known)
    if person in NONE:
        return
    before = next((p for p in told.data.get("people", ()) if p["id"] == person), None)
    if before is None and not name:
        line.wrong(named, "是空的，写了账号也要写姓名。")
    elif before is None:
        places = {"id": line.place(account), "name": line.place(named)}
        telling.add(told, "people", {"id": person, "name": name, "roles": roles}, places, line.place())
    elif name not in ("", before["name"]):
        line.wrong(named, f"{person} 前面叫“{before['name']}”，这里叫“{name}”。请写成一样。")
    else:
        before["roles"] += [role for role in roles if role not in before["roles"]]
