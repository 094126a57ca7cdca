"""After the clauses: mix, bonus, deductions and bottom lines, falsification, each with its step in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rubrics.evaluate.conditions import Case, evaluate
from rubrics.evaluate.ground import Ground
from rubrics.evaluate.judging import View
from rubrics.evaluate.measuring import as_figure
from rubrics.evaluate.tree import Inherited, Tree
from rubrics.evaluate.value import NIL, decimal, said
from rubrics.periods import window_span
from rubrics.schema.rulebook import Deduction, Rulebook
from rubrics.sheet import Line, Refused, State

ONE = Decimal(1)


@dataclass(slots=True)
class Total:
    """The running total. floor, ceiling: what it can still become; open: whether something isn't decided; order: the
    steps taken, in words; lines: those beside the clauses."""

    floor: Decimal
    ceiling: Decimal
    open: bool
    order: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def add(self, floor: Decimal, ceiling: Decimal, *, open_: bool = False) -> None:
        """Move both bounds."""
        self.floor, self.ceiling = self.floor + floor, self.ceiling + ceiling
        self.open = self.open or open_ or floor != ceiling

    def shown(self) -> str:
        """The bounds as people read them."""
        return said(self.floor) if self.floor == self.ceiling else f"{said(self.floor)}～{said(self.ceiling)}"


def mix(total: Total, ground: Ground, book: Rulebook, whole: Decimal, full: Decimal) -> None:
    """Weigh the clauses against results from outside. Columns are weighed by clause, which comes to the same.

    whole: the unit's full mark; full: what is left of it after what isn't applicable.
    """
    terms = [term for term in book.mix if term.column is None]
    if not terms:
        columns = [f"{said(decimal(t.weight) * 100)}%" for t in book.mix]
        total.order.append(f"加权：逐条按 {' + '.join(columns)}" if columns else "加权：无")
        return
    floor = ceiling = NIL
    words = []
    for term in terms:
        weight = decimal(term.weight)
        if term.clauses:
            floor, ceiling = floor + total.floor * weight, ceiling + total.ceiling * weight
            words.append(f"实绩{total.shown()} × {said(weight * 100)}%")
            continue
        found = ground.result(term.result or "")
        figure = as_figure(found.value) if found else None
        share = found is not None and isinstance(found.value, str)  # 90% is 90 % of whatever it is out of
        out_of = ONE if share else term.out_of or whole
        if figure is None or not out_of:
            ceiling += full * weight
            total.open = True
            words.append(f"{term.result}（还没有结果）× {said(weight * 100)}%")
        else:
            scaled = min(full, max(NIL, decimal(figure) / out_of * full))
            floor, ceiling = floor + scaled * weight, ceiling + scaled * weight
            words.append(f"{term.result}{said(scaled)} × {said(weight * 100)}%")
    total.floor, total.ceiling = floor, ceiling
    total.order.append(f"加权：{' + '.join(words)} = {total.shown()}")


def bonus(total: Total, ground: Ground, book: Rulebook) -> None:
    """Points on top, within their own cap and window."""
    if book.bonus is None:
        total.order.append("加分：无")
        return
    own = book.bonus.window
    span = window_span(own, ground.shared.year) if own else ground.span
    tree = Tree(Ground(ground.shared, ground.unit, ground.ids, span), (View(ONE, book.columns),), False)
    above = Inherited(partial=book.partial, optional=True)
    for item in book.bonus.items:
        tree.clause(item, "加分", above)
    top = [line for line in tree.lines if line.parent == "加分"]
    floor, ceiling = sum((line.floor for line in top), NIL), sum((line.ceiling for line in top), NIL)
    capped = book.bonus.cap is not None and ceiling > book.bonus.cap
    if book.bonus.cap is not None:
        floor, ceiling = min(floor, book.bonus.cap), min(ceiling, book.bonus.cap)
    total.add(floor, ceiling, open_=any(line.points is None for line in top))
    total.lines += tree.lines
    shown = said(floor) if floor == ceiling else f"{said(floor)}～{said(ceiling)}"
    total.order.append(f"加分：{shown}" + (f"（封顶{said(book.bonus.cap or NIL)}）" if capped else ""))


def deductions(total: Total, ground: Ground, book: Rulebook, sections: Sequence[Line]) -> None:
    """Deductions and bottom lines: what was found, within the rulebook's range and the section's points."""
    left = {line.clause: (line.floor, line.ceiling) for line in sections}
    taken_low = taken_high = NIL
    open_ = False
    for entries, kind in ((book.deductions, "deduction"), (book.bottom_lines, "bottom_line")):
        for entry in entries:
            least, most, times, words, refused = _found(entry, ground)
            if entry.within in left:
                low, high = left[entry.within]
                least, most = min(least, high), min(most, high)
                left[entry.within] = (max(NIL, low - most), max(NIL, high - least))
                off_floor, off_ceiling = low - left[entry.within][0], high - left[entry.within][1]
            else:
                off_floor, off_ceiling = most, least
            taken_low, taken_high = taken_low + off_ceiling, taken_high + off_floor
            open_ = open_ or least != most
            total.lines.append(_line(entry, kind, ground, least, most, words if times else "没有", refused))
    total.floor, total.ceiling, total.open = total.floor - taken_high, total.ceiling - taken_low, total.open or open_
    least_off, most_off = sorted((taken_low, taken_high))
    shown = said(-least_off) if least_off == most_off else f"{said(-most_off)}～{said(-least_off)}"
    total.order.append(f"扣分与底线：{shown}")


def _found(entry: Deduction, ground: Ground) -> tuple[Decimal, Decimal, int, str, tuple[Refused, ...]]:
    """The least and most that the findings under one number cost."""
    low = entry.range[0]
    high = entry.range[1] if len(entry.range) == 2 else None
    least = most = NIL
    times = 0
    words: list[str] = []
    refused: list[Refused] = []
    for finding in ground.findings(None, entry.clause):
        times += finding.times
        picked = finding.points
        if picked is not None and (picked < low or (high is not None and picked > high)):
            span = f"{said(low)}～{said(high)}" if high is not None else f"{said(low)}以上"
            refused.append(Refused(None, "out_of_range", f"每次扣{said(picked)}分超出规定范围（{span}）"))
            picked = None
        if picked is None and low == high:
            picked = low
        number = 1 if entry.once else finding.times
        if picked is None:
            costs = (low * number, (high if high is not None else low) * number)
            words.append(f"{number}次，每次扣几分待定")
        else:
            costs = (picked * number, picked * number)
            words.append(f"{number}次 × {said(picked)}")
        if entry.once:
            least, most = max(least, costs[0]), max(most, costs[1])
        else:
            least, most = least + costs[0], most + costs[1]
    if entry.when is not None and not times and evaluate(ground, entry.when, Case(entry.clause)).met is True:
        times, least, most = 1, low, high if high is not None else low
        words.append("按记录发现1次" + ("" if least == most else "，扣几分待定"))
    if entry.once and times > 1:
        words.append("只计最重的一次")
    return least, most, times, "；".join(words), tuple(refused)


def _line(
    entry: Deduction, kind: str, ground: Ground, least: Decimal, most: Decimal, words: str, refused: tuple[Refused, ...]
) -> Line:
    known = least == most
    state = State.CERTAIN if known else State.AWAITING_ASSESSMENT
    book = ground.shared.rubric.book
    return Line(
        clause=entry.clause, title=entry.title, parent="底线" if kind == "bottom_line" else "扣分",
        kind=kind, maximum=NIL,
        points=-least if known else None, floor=-most, ceiling=-least, state=state, suggested=None, earned=-most,
        lost=least, reachable=most - least, refused=refused, arithmetic=words, missing=entry.note or "",
        source=(book.source.file, entry.line), readings=ground.shared.rubric.used.get(entry.clause, ()),
    )  # fmt: skip


def _false(ground: Ground) -> str:
    """The false entries, and what was found false without an entry, in words."""
    named = {finding.clause for finding in ground.shared.facts.findings if finding.kind == "falsification"}
    found = [finding for clause in sorted(named) for finding in ground.findings("falsification", clause)]
    bare = sum(finding.times for finding in found if not finding.numbers)
    number = len(ground.shared.false)
    told = [f"{number}条不计"] if number else []
    told += [f"另查出{bare}处" if number else f"查出{bare}处"] if bare else []
    return f"{'，'.join(told)}，并在各自条款加倍倒扣" if told else ""


def falsification(total: Total, ground: Ground, book: Rulebook) -> None:
    """False entries: told where they were taken off their clauses, or taken off the total within a range."""
    rule = book.falsification
    if rule is None:
        total.order.append("弄虚作假：规则没有规定")
        return
    if rule.range is None:
        total.order.append(f"弄虚作假：{_false(ground) or '没有'}")
        return
    entry = Deduction(clause=rule.clause, title=rule.title, line=rule.line, range=rule.range, once=rule.once)
    least, most, times, words, refused = _found(entry, ground)
    total.lines.append(_line(entry, "falsification", ground, least, most, words if times else "没有", refused))
    total.add(-most, -least)
    total.order.append(f"弄虚作假：{words}" if times else "弄虚作假：没有")
