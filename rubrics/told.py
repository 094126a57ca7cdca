"""What a rulebook is told from outside: the results it reads, in which words, and figures as 98% or as 90."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from rubrics.evaluate.outcome import number
from rubrics.fields import parse_share
from rubrics.periods import MONTHS
from rubrics.rulebooks import Rubric


def results(rubric: Rubric) -> tuple[str, ...]:
    """The names of the results that a rulebook reads anywhere: clauses, mix, vetoes, qualifications."""
    named = (node.get("result") for node in nodes(_rules(rubric)))
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def attributes(rubric: Rubric) -> set[str]:
    """The attributes of a unit that a rulebook reads anywhere."""
    named = (node.get(key) for node in nodes(_rules(rubric)) for key in ("attribute", "per", "closes"))
    return {name for name in named if isinstance(name, str) and name not in MONTHS and name != "week"}


def dates(rubric: Rubric) -> frozenset[str]:
    """The attributes that hold a day: of the assessment, of a term's end."""
    before = (node["before"] for node in nodes(rubric.resolved.data) if isinstance(node.get("before"), dict))
    named = [rubric.book.window.closes, *(node.get("attribute") for node in before)]
    return frozenset(name for name in named if isinstance(name, str))


def _rules(rubric: Rubric) -> Mapping[str, Any]:
    """A rulebook without the headings of its score sheet, which are named like what they show."""
    return {key: value for key, value in rubric.resolved.data.items() if key != "form"}


def nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping of a rulebook's content, the outer ones first."""
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from nodes(item)


def amiss(rubric: Rubric, source: str, name: str, value: object) -> str:
    """How a value should have been written; empty when it is right, or no figure. source: result | attribute."""
    written = str(value)
    figure = parse_share(written)
    bounds = [text for node in _readers(rubric.resolved.data, source, name) for text in _bounds(node)]
    if figure is None or not bounds:
        return ""
    rate = any(_is_share(text) for text in bounds)
    most = max((parse_share(text) or Fraction(0) for text in bounds), default=Fraction(0))
    if rate and most <= 1 and figure > 1:
        return "不大于100%的数" if _is_share(written) else f"{written}%"
    if not rate and most > 1 and _is_share(written):
        return number(figure * 100)
    return ""


def words_of(rubric: Rubric, name: str) -> tuple[str, ...]:
    """The words that a rulebook knows for a result: of its scales and of its conditions."""
    found: dict[str, None] = {}
    for node in _readers(rubric.resolved.data, "result", name):
        for holder in (node, *_rows(node.get("steps"))):
            is_, one_of = holder.get("is"), holder.get("one_of")
            found |= dict.fromkeys([is_] if isinstance(is_, str) else one_of if isinstance(one_of, list) else [])
    return tuple(found)


def _readers(data: Any, source: str, name: str) -> Iterator[Mapping[str, Any]]:
    """The conditions, scales and terms that read a figure as it is (not over another one)."""
    return (node for node in nodes(data) if node.get(source) == name and "per" not in node)


def _bounds(node: Mapping[str, Any]) -> Iterator[str]:
    """The figures a value is held against, as they are written."""
    for holder in (node, *_rows(node.get("steps"))):
        for key in ("at_least", "at_most"):
            if isinstance(holder.get(key), str):
                yield holder[key]
    for key in ("between", "linear"):
        yield from node.get(key) or ()


def _rows(steps: Any) -> Iterator[Mapping[str, Any]]:
    yield from (row for row in steps or () if isinstance(row, dict))


def _is_share(text: str) -> bool:
    return "%" in text or "/" in text
