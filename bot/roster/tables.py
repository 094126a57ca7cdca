"""A sheet as rows of words: where its headings are, what each cell says, and what can't be read in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.roster.columns import ATTRIBUTE, COUNTS, ID, PEOPLE, REMARK, SHEETS, UNITS, Column, column, heading

HEADINGS_WITHIN = 10  # rows at the top of a sheet, for a title and remarks above the headings


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that can't be read, and what to do about it."""

    why: str


Cell = str | Broken
Grid = Sequence[tuple[int, Sequence[Cell]]]  # row number, as people count, and its cells


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the headings. cells: those with words in them, by column name."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. kind: 单位 | 人数 | 人员; title: what the sheet is called, empty in a .csv; columns: by name."""

    kind: str
    title: str
    columns: Mapping[str, Column]
    rows: tuple[Row, ...]

    def place(self, row: int, name: str = "") -> str:
        """Where a cell or a row is, in words."""
        sheet = f"表“{self.title}”" if self.title else ""
        return f"{sheet}第{row}行" + (f"“{name}”列" if name else "")


def table_in(title: str, grid: Grid, problems: list[str]) -> Table | None:
    """The table of a sheet; None for a sheet that holds none. problems: what is wrong with its headings and cells."""
    for place, (number, cells) in enumerate(grid[:HEADINGS_WITHIN]):
        names = [cell if isinstance(cell, str) else "" for cell in cells]
        if any(heading(name) in (ID.name, *map(heading, ID.also)) for name in names):
            kind = _kind(title, names)
            columns = _columns(kind, names, Table(kind, title, {}, ()).place(number), problems)
            table = Table(kind, title, {c.name: c for c in columns.values()}, ())
            rows = tuple(_rows(grid[place + 1 :], columns, table, problems))
            return Table(kind, title, table.columns, rows)
    return None


def _kind(title: str, names: Sequence[str]) -> str:
    """What a sheet holds, by its title or else by its headings."""
    if title.strip() in SHEETS:
        return title.strip()
    plain = {heading(name) for name in names}
    if plain & {"职务", "角色"}:
        return PEOPLE
    counts = {heading(name) for c in SHEETS[COUNTS] for name in (c.name, *c.also)}
    return COUNTS if {name for name in plain if name and not name.startswith(REMARK)} <= counts else UNITS


def _columns(kind: str, names: Sequence[str], where: str, problems: list[str]) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for index, name in enumerate(names):
        if not heading(name) or heading(name).startswith(REMARK):
            continue
        known = column(kind, name)
        if known is None:
            near = get_close_matches(heading(name), [c.name for c in SHEETS[kind]], 1, 0.5)
            hint = f"是不是“{near[0]}”？" if near else ""
            attribute = f"；规则要用的单位属性请写“{ATTRIBUTE}{name}”" if kind == UNITS else ""
            problems.append(f"{where}：不认识“{name}”这一列，{hint}不导入的列请改叫“{REMARK}…”{attribute}。")
        elif known.name in {c.name for c in found.values()}:
            problems.append(f"{where}：“{known.name}”这一列有两列。请留一列。")
        else:
            found[index] = known
    there = {c.name for c in found.values()}
    for missing in (c.name for c in SHEETS[kind] if c.must and c.name not in there):
        problems.append(f"{where}：没有“{missing}”这一列，请补上。")
    return found


def _rows(grid: Grid, columns: Mapping[int, Column], table: Table, problems: list[str]) -> Iterator[Row]:
    for number, cells in grid:
        row: dict[str, str] = {}
        for index, col in columns.items():
            cell = cells[index] if index < len(cells) else ""
            if isinstance(cell, Broken):
                problems.append(f"{table.place(number, col.name)}：{cell.why}")
            elif cell:
                row[col.name] = cell
        if row:
            yield Row(number, row)
