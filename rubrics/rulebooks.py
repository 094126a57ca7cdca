"""Rulebooks: loaded from YAML with version and hash, with readings switched and score sheets laid over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from rubrics.periods import assessed_year, window_span
from rubrics.readings import resolve
from rubrics.schema.clause import Clause
from rubrics.schema.rulebook import Consequence, Deduction, Falsification, Named, Overlay, Procedure, Rulebook
from rubrics.strict_yaml import Document, FileError, fit, load

CATALOG = Path(__file__).parent / "catalog"
_DAYS_KEPT = 8  # days of scoring whose untold clauses are kept


@dataclass(frozen=True, eq=False)
class Rubric:
    """A rulebook ready to score by. key: its id, with .NAME of the overlay in use; hash: of what was loaded, readings
    and overlay with it (first 12 hex digits of sha256); choices: reading id to choice; used: clause to readings;
    editions: every version of it, oldest first, itself among them; empty for one not from the catalog."""

    key: str
    book: Rulebook
    hash: str
    document: Document = field(repr=False)
    choices: Mapping[str, str]
    used: Mapping[str, tuple[str, ...]]
    overlay: Overlay | None = None
    resolved: Document = field(repr=False, default_factory=lambda: Document("", None, {}))
    editions: Sequence[Rubric] = field(default=(), repr=False, compare=False)

    def untold(self, as_of: date) -> dict[Any, Any]:
        """What clauses come to on a day where no fact speaks of them: the evaluator's own, filled as it goes."""
        days = self._untold
        if as_of not in days and len(days) >= _DAYS_KEPT:
            days.clear()
        return days.setdefault(as_of, {})

    @cached_property
    def _untold(self) -> dict[date, dict[Any, Any]]:
        return {}

    @property
    def id(self) -> str:
        """The rulebook's id."""
        return self.book.id

    @property
    def version(self) -> str:
        """The rulebook's version."""
        return self.book.version

    @property
    def title(self) -> str:
        """The rulebook's title, in words of our own."""
        return self.book.title

    @property
    def short(self) -> str:
        """What chat calls it (量化考核)."""
        return self.book.short

    @property
    def points_missing(self) -> bool:
        """Whether no total can be given, since the source lacks the points and no overlay supplies them."""
        return self.book.points == "missing" and self.overlay is None

    @property
    def shipped(self) -> bool:
        """Whether it came with the bot, rather than being an administrator's own."""
        return Path(self.document.name).parent == CATALOG

    @property
    def example(self) -> bool:
        """Whether the points are an example of ours."""
        return self.overlay is not None and self.overlay.example

    def clauses(self) -> Iterator[tuple[Clause, str | None]]:
        """Every clause of the sections and the bonus with its parent's number, in the order of the text."""
        yield from _walk(self.book.sections, None)
        if self.book.bonus:
            yield from _walk(self.book.bonus.items, None)

    def with_readings(self, switched: Mapping[str, str]) -> Rubric:
        """The same rulebook with some readings switched. Raises FileError for unknown ones."""
        if not switched:
            return self
        made = _make(self.document, self.key, {**self.choices, **switched})
        return _priced_book(made, self.overlay, self.key) if self.overlay else made

    def in_force(self, on: date) -> bool:
        """Whether this version holds on a day."""
        effective = self.book.effective
        return effective.start <= on and (effective.until is None or on <= effective.until)

    def of_year(self, year: int | None = None, on: date | None = None) -> Rubric:
        """The version that holds for an assessed year, or for the one a day falls in: in force when its window ends.

        Itself, where no version is."""
        if len(self.editions) < 2:
            return self
        window = self.book.window
        if year is None:
            assert on is not None, "a year or a day"
            year = assessed_year(window, on)
        end = window_span(window, year)[1]
        return next((edition for edition in reversed(self.editions) if edition.in_force(end)), self)

    def __eq__(self, other: object) -> bool:
        """By the hash of what was loaded: comparing two loads of a rulebook field by field took minutes of a talk."""
        return isinstance(other, Rubric) and (self.key, self.hash) == (other.key, other.hash)

    def __hash__(self) -> int:
        return hash((self.key, self.hash))


def _walk(clauses: tuple[Clause, ...], parent: str | None) -> Iterator[tuple[Clause, str | None]]:
    for clause in clauses:
        yield clause, parent
        yield from _walk(clause.children, clause.clause)


Beside = Deduction | Falsification | Named | Consequence | Procedure


def beside(book: Rulebook) -> Iterator[tuple[str, str, Sequence[Beside]]]:
    """The clauses that bring no points of their own: kind, the heading they stand under, entries."""
    yield "deduction", "扣分", book.deductions
    yield "bottom_line", "底线", book.bottom_lines
    yield "falsification", "弄虚作假", (book.falsification,) if book.falsification else ()
    yield "veto", "一票否决", book.veto
    yield "qualify", "资格", book.qualify
    yield "consequence", "后果", book.consequences
    yield "step", "步骤", book.procedure


def load_rubric(path: Path, readings: Mapping[str, str] | None = None) -> Rubric:
    """The rulebook in a file. Raises FileError naming file, line, key and cure."""
    document = load(path)
    name = document.data.get("id") if isinstance(document.data, dict) else None
    return _make(document, str(name or path.stem), readings or {})


def _make(document: Document, key: str, switched: Mapping[str, str]) -> Rubric:
    if document.data is not None and not isinstance(document.data, dict):
        raise FileError([document.problem((), "应为键值（键: 值）。请照 docs/rubrics.md 从 id 写起。")])
    resolved = resolve(document, switched)
    book = fit(resolved.document, Rulebook)
    used = {clause: list(ids) for clause, ids in resolved.used.items()}
    for reading in book.interpret:
        for clause in reading.clauses:
            used.setdefault(clause, []).append(reading.id)
    return Rubric(
        key, book, _digest(resolved.document.data), document, resolved.choices,
        {clause: tuple(dict.fromkeys(ids)) for clause, ids in used.items()}, None, resolved.document,
    )  # fmt: skip


def _digest(*data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def load_overlay(path: Path) -> Overlay:
    """The score sheet in a file. Raises FileError."""
    return fit(load(path), Overlay)


def lay_over(rubric: Rubric, overlay: Overlay, key: str | None = None) -> Rubric:
    """A rulebook with a score sheet of its own: points by clause, readings switched. Raises FileError."""
    if overlay.overlay != rubric.id:
        raise FileError([f"{key or overlay.title}：这是 {overlay.overlay} 的分值表，不能用于 {rubric.id}。"])
    try:
        base = rubric.with_readings({k: v for k, v in overlay.readings.items() if rubric.choices.get(k) != v})
    except FileError as error:  # the slip is the score sheet's, not the rulebook's
        raise FileError([f"{key or overlay.title} readings：{problem}" for problem in error.problems]) from None
    known = {clause.clause for clause, _ in base.clauses()}
    unknown = [clause for clause in overlay.points if clause not in known]
    if unknown:
        raise FileError([f"{key or overlay.title} points：{rubric.id} 没有条款 {'、'.join(unknown)}。请改正编号。"])
    return _priced_book(base, overlay, key or rubric.key)


def _priced_book(rubric: Rubric, overlay: Overlay, key: str) -> Rubric:
    """A rulebook with the points of a score sheet in it."""
    sections = tuple(_priced(clause, overlay.points) for clause in rubric.book.sections)
    book = rubric.book.model_copy(update={"sections": sections, "full": overlay.full or rubric.book.full})
    digest = _digest(rubric.hash, overlay.model_dump(mode="json"))
    return replace(rubric, key=key, book=book, hash=digest, overlay=overlay)


def _priced(clause: Clause, points: Mapping[str, Any]) -> Clause:
    """The clause with points laid over it and its parts; a clause without its own gets the sum of its parts."""
    parts = tuple(_priced(part, points) for part in clause.parts)
    own = points.get(clause.clause, clause.points)
    if own is None and parts and all(part.points is not None for part in parts):
        own = sum(part.points for part in parts if part.points is not None)
    return clause.model_copy(update={"points": own, "parts": parts})


@cache
def load_catalog(extra: Path | None = None) -> Mapping[str, Rubric]:
    """Every rulebook, by id, newest version; and under ID.NAME each with the score sheet ID.NAME.yaml laid over.

    extra: a folder with rulebooks and score sheets of one's own. Raises FileError with all that is wrong in all files.
    """
    catalog = {versions[-1].id: _family(versions)[-1] for versions in _editions(extra).values()}
    problems: list[str] = []
    for path in _files(extra):
        if "." not in path.stem:
            continue
        try:
            overlay = load_overlay(path)
            if overlay.overlay not in catalog:
                raise FileError([f"{path} overlay：没有规则“{overlay.overlay}”。请改正编号，或先添加这份规则。"])
            newest = lay_over(catalog[overlay.overlay], overlay, path.stem)
            older = [_laid_over(r, overlay, path.stem) for r in catalog[overlay.overlay].editions[:-1]]
            catalog[path.stem] = _family([*older, newest])[-1]
        except FileError as error:
            problems += error.problems
    if problems:
        raise FileError(problems)
    return catalog


def _laid_over(rubric: Rubric, overlay: Overlay, key: str) -> Rubric:
    """An older version under a score sheet; without points where the sheet is not for it."""
    try:
        return lay_over(rubric, overlay, key)
    except FileError:
        return replace(rubric, key=key)


def _family(versions: Sequence[Rubric]) -> list[Rubric]:
    """The versions of a rulebook, each knowing the others."""
    family: list[Rubric] = []
    family += [replace(rubric, editions=family) for rubric in versions]
    return family


def _files(extra: Path | None) -> list[Path]:
    return [path for folder in (CATALOG, extra) if folder for path in sorted(folder.glob("*.yaml"))]


@cache
def _editions(extra: Path | None) -> Mapping[str, tuple[Rubric, ...]]:
    found: dict[str, list[Rubric]] = {}
    problems: list[str] = []
    for path in _files(extra):
        if "." in path.stem:
            continue
        try:
            rubric = load_rubric(path)
            found.setdefault(rubric.id, []).append(rubric)
        except FileError as error:
            problems += error.problems
    if problems:
        raise FileError(problems)
    return {name: tuple(sorted(made, key=lambda r: r.book.effective.start)) for name, made in found.items()}


def rubric_in_force(name: str, on: date, extra: Path | None = None) -> Rubric | None:
    """The version of a rulebook in force on a day; with .NAME its score sheet is laid over. None: there is none."""
    catalog = load_catalog(extra)
    if name not in catalog:
        return None
    overlay = catalog[name].overlay
    versions = [r for r in _editions(extra).get(catalog[name].id, ()) if r.in_force(on)]
    if not versions:
        return None
    return lay_over(versions[-1], overlay, name) if overlay else versions[-1]
