"""还差什么: the cheapest steps that bring most points, what waits for others, what is gone for good."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from rubrics.evaluate.value import NIL, decimal, said
from rubrics.sheet import Line, ScoreSheet, State
from rubrics.words import EXAMPLE, leaves

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do. gain: points it can still bring in all; times: how many things to do; words: which."""

    clause: str
    title: str
    gain: Decimal
    times: int
    words: str


def steps(sheet: ScoreSheet) -> tuple[Step, ...]:
    """What the unit can still do, most points for each thing to do first."""
    best = {line.clause: line for line in sheet.lines if line.kind == "best_of"}
    found = [step for line in leaves(sheet) if line.todo for step in _of(line, best.get(line.parent or ""))]
    if sheet.refusal and not any(step.gain for step in found):
        return tuple(found)
    useful = [step for step in found if step.gain > 0]
    return tuple(sorted(useful, key=lambda step: (-(step.gain / step.times), -step.gain)))


def _of(line: Line, above: Line | None) -> list[Step]:
    """The things to do for a clause: each by itself where each brings a part, else all of them together. above: the
    clause whose alternative it is; it gains only what is more than the best so far."""
    gain = _gain(line)
    if above is not None:
        best = above.points if above.points is not None else above.floor
        gain = min(gain, max(NIL, line.ceiling - best))
    if not line.pieces:
        return [Step(line.clause, line.title, gain, line.todo, line.missing)]
    return [
        Step(line.clause, line.title, decimal(Fraction(gain) * piece.share), piece.todo, piece.words)
        for piece in line.pieces
    ]


def _gain(line: Line) -> Decimal:
    return max(NIL, line.ceiling - (line.points if line.points is not None else line.floor))


def lost(sheet: ScoreSheet) -> tuple[Line, ...]:
    """The clauses of which points can't be had any more, most first."""
    gone = [line for line in leaves(sheet) if line.lost > 0 and line.state is not State.NOT_APPLICABLE]
    return tuple(sorted(gone, key=lambda line: -line.lost))


def next_steps(sheet: ScoreSheet) -> str:
    """The steps in a few lines; empty when nothing lacks."""
    todo, gone = steps(sheet), lost(sheet)
    waiting = [x for x in leaves(sheet) if x.state is State.AWAITING_ASSESSMENT and not x.todo and x.reachable > 0]
    if not (todo or gone or waiting):
        return ""
    rows = [f"**{sheet.short or sheet.title}还差**" + (f" {EXAMPLE}" if sheet.example_points else "")]
    rows += [f"{i}. {s.clause} {s.title}{_gains(s)}：{s.words}" for i, s in enumerate(todo[:SHOWN], 1)]
    if len(todo) > SHOWN:
        rest = sum((s.gain for s in todo[SHOWN:]), NIL)
        rows.append(f"另有{len(todo) - SHOWN}项" + (f"，共{said(rest)}分" if rest else ""))
    if waiting:
        rows.append(f"等考评员评：{len(waiting)}条，至多{said(sum((x.reachable for x in waiting), NIL))}分")
    if gone:
        named = "、".join(f"{x.title}{said(x.lost)}分" for x in gone[:SHOWN]) + ("等" if len(gone) > SHOWN else "")
        rows.append(f"已拿不到：{named}")
    return "\n".join(rows)


def _gains(step: Step) -> str:
    return f" +{said(step.gain)}分" if step.gain else ""
