"""Findings and results from outside, read from an assessor's words against what the rulebook has a place for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from bot.dialogue.context import Context
from bot.dialogue.seat import Seat
from bot.locale import words
from bot.understanding.commands import Command
from bot.understanding.numbers import decimal, integer
from bot.understanding.text import clean
from rubrics import Rubric
from rubrics.evaluate.value import said
from rubrics.fields import parse_share
from rubrics.schema.rulebook import Deduction
from rubrics.told import amiss, results, words_of

KINDS: Mapping[str, str] = {
    "通报批评": "criticism", "批评": "criticism", "违规": "violation", "违纪": "violation", "查出": "violation",
    "弄虚作假": "falsification", "虚假": "falsification", "造假": "falsification", "底线": "bottom_line",
    "扣分": "deduction", "一票否决": "veto",
}  # fmt: skip
NAMES = {"criticism": "通报批评", "violation": "违规", "falsification": "弄虚作假", "bottom_line": "底线",
         "deduction": "扣分", "veto": "一票否决"}  # fmt: skip
_TIMES = re.compile(r"(\d{1,3}|[一二两三四五六七八九十])次")
_OFF = re.compile(r"(?:扣|每次扣?) ?(\d{1,3}(?:\.\d{1,2})?) ?分")
_NUMBERS = re.compile(r"# ?(\d{1,9})")
_WHY = re.compile(r"(?:理由|原因|因为)[是为: ]*(.+)$|[,，;；](?!\s*#)\s*([^,，;；]+)$")
Read = tuple[dict[str, Any] | None, str]


def finding(seat: Seat, command: Command, context: Context) -> Read:
    """A finding's body and the question whether to record it; or none, and why not."""
    say = words(context.language)
    text = clean(command.argument)
    kind = next(k for name, k in KINDS.items() if text.flat.startswith(name) or name in text.flat)
    places = list(_places(seat.rubric, kind))
    numbers = tuple(int(n) for n in _NUMBERS.findall(text.flat))
    known = {a.number for a in seat.facts.activities}
    strange = [n for n in numbers if n not in known]
    if strange:
        return None, say("assess.number_unknown", number=strange[0])
    named = [c for c, _ in places if clean(c).flat in text.flat]
    if not named:  # 通报批评 五(二): named by its clause, which is one of another kind
        kind, places = _by_clause(seat.rubric, text.flat) or (kind, places)
        named = [c for c, _ in places if clean(c).flat in text.flat]
    clause = max(named, key=len) if named else places[0][0] if len(places) == 1 else ""
    if kind == "falsification":
        if not numbers:
            return None, say("assess.false_which")
        clause = clause or _counted_in(seat, numbers[0]) or NAMES[kind]
    elif not clause:
        listed = say("card.list_comma").join(dict.fromkeys(f"{NAMES[k]} {c}" for k, c in _all(seat.rubric)))
        return None, say("assess.no_place", what=NAMES[kind], listed=listed or say("assess.nothing"))
    times = _TIMES.search(text.flat)
    off = _OFF.search(text.flat)
    points = decimal(off[1]) if off else None
    rule = next((d for c, d in places if c == clause and d is not None), None)
    if points is not None and rule is not None and not _within(points, rule):
        return None, say("assess.off_range", clause=clause, range=_span(rule))
    if points is not None and rule is None and not _at_face(seat.rubric, kind):
        return None, say("assess.off_fixed", clause=clause, points=said(points))
    why = _WHY.search(_OFF.sub("", _TIMES.sub("", text.shown)))
    # a false record is false under every rulebook; what a book takes off for it is its own
    everywhere = kind == "falsification" and seat.rubric.book.falsification is None
    body = {
        "kind": kind, "clause": clause, "times": (integer(times[1]) or 1) if times else 1,
        "points": None if points is None else f"{points:f}", "numbers": list(numbers),
        "note": (why[1] or why[2] or "").strip(" （()）。") if why else "", "year": seat.year,
        "rubric": None if everywhere else seat.rubric.id,
    }  # fmt: skip
    return body, say("assess.ask_found", unit=seat.unit.name, what=in_words(body, context))


def result(seat: Seat, command: Command, context: Context) -> Read:
    """A result's body and the question whether to record it; or none, and why not."""
    say = words(context.language)
    names = sorted(results(seat.rubric), key=len, reverse=True)
    text = clean(command.argument).shown
    name = next((n for n in names if text.startswith(n)), None)
    if name is None:
        listed = say("card.list_comma").join(names)
        return None, say("assess.which_result", listed=listed or say("assess.nothing"))
    value = text[len(name) :].strip(" ：:，,为是。")
    allowed = words_of(seat.rubric, name)
    right = amiss(seat.rubric, "result", name, value)
    if not value or right or (parse_share(value) is None and value not in allowed):
        choices = right or say("card.list_comma").join(sorted(allowed))
        return None, say("assess.result_value", name=name, choices=choices or say("assess.figure"))
    body = {"name": name, "value": value, "note": "", "year": seat.year}
    return body, say("assess.ask_found", unit=seat.unit.name, what=in_words(body, context))


def in_words(body: Mapping[str, Any], context: Context) -> str:
    """A finding or result in a few words: 通报批评 学2.b 2次，扣1.5分（市纪委通报）."""
    say = words(context.language)
    if "name" in body:
        return f"{body['name']} {body['value']}"
    parts = [NAMES[body["kind"]], body["clause"], *(f"#{n}" for n in body["numbers"])]
    text = " ".join(part for part in parts if part)
    if body["times"] > 1:
        text += " " + say("assess.times", n=body["times"])
    if body["points"] is not None:
        text += say("card.comma") + say("assess.off", points=body["points"])
    return text + (f"（{body['note']}）" if body["note"] else "")


def _places(rubric: Rubric, kind: str) -> Iterator[tuple[str, Deduction | None]]:
    """The clauses under which findings of a kind count, with the range they cost where there is one."""
    book = rubric.book
    lists: Mapping[str, Iterable[Deduction]] = {"deduction": book.deductions, "bottom_line": book.bottom_lines}
    yield from ((entry.clause, entry) for entry in lists.get(kind, ()))
    if kind == "veto":
        yield from ((entry.clause, None) for entry in book.veto)
    rule = book.falsification
    if kind == "falsification" and rule is not None and rule.range is not None:
        yield rule.clause, Deduction(clause=rule.clause, title=rule.title, line=rule.line, range=rule.range)
    for clause, _ in rubric.clauses():
        own = clause.model_copy(update={"parts": (), "best_of": ()})
        if kind in _held(own, "finding"):
            yield clause.clause, None


def _all(rubric: Rubric) -> Iterator[tuple[str, str]]:
    for kind in NAMES:
        yield from ((kind, clause) for clause, _ in _places(rubric, kind))


def _by_clause(rubric: Rubric, flat: str) -> tuple[str, list[tuple[str, Deduction | None]]] | None:
    """The kind under which a clause that a text names counts, and its places; None where the text names none."""
    fits = [(len(clause), kind) for kind, clause in _all(rubric) if clean(clause).flat in flat]
    kind = max(fits)[1] if fits else ""
    return (kind, list(_places(rubric, kind))) if kind else None


def _held(value: object, name: str) -> Iterator[str]:
    """What stands under a name anywhere within a rule."""
    if isinstance(value, BaseModel):
        own = getattr(value, name, None)
        if isinstance(own, str):
            yield own
        for field in type(value).model_fields:
            yield from _held(getattr(value, field), name)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _held(item, name)


def _counted_in(seat: Seat, number: int) -> str:
    """The clause that counts an activity, the narrowest one; empty where none does."""
    found = [line.clause for line in seat.sheet().lines if any(c.number == number for c in line.counted)]
    return found[-1] if found else ""


def _at_face(rubric: Rubric, kind: str) -> bool:
    """Whether what something false was worth is the assessor's to say, for the rulebook to multiply."""
    rule = rubric.book.falsification
    return kind == "falsification" and rule is not None and bool(rule.times)


def _within(points: Decimal, rule: Deduction) -> bool:
    return rule.range[0] <= points and (len(rule.range) < 2 or points <= rule.range[-1])


def _span(rule: Deduction) -> str:
    return "～".join(said(points) for points in dict.fromkeys(rule.range))
