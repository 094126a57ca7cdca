"""The tree of clauses: leaves to parts, parts to sections, and a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rubrics.evaluate.changing import Changed, change, with_told, with_what_comes
from rubrics.evaluate.conditions import Case, evaluate, holds
from rubrics.evaluate.ground import Ground
from rubrics.evaluate.joining import added, highest, mixed
from rubrics.evaluate.judging import View, attestations, by_clause, rule_on, to_come
from rubrics.evaluate.ruled import clamp, ruled, suggest, unpriced, within
from rubrics.evaluate.rules import leaf
from rubrics.evaluate.setting import Setting
from rubrics.evaluate.value import NIL, Value, fixed, said
from rubrics.facts import Judgement
from rubrics.reasons import REASONS
from rubrics.schema.clause import Clause
from rubrics.schema.reads import Reads
from rubrics.sheet import Line, Refused, State


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a clause takes from those above it."""

    scope: str = "own"
    of_units: str | None = None
    partial: str = "assess"
    optional: bool = False
    left: str = ""  # why the whole branch of the tree is not applicable


@dataclass(slots=True)
class Node:
    """A clause evaluated: its maximum for this unit (None: missing; after what isn't applicable left) and a value for
    each view; gone: the points that left with it."""

    maximum: Decimal | None
    values: list[Value]
    gone: Decimal = NIL


@dataclass(slots=True)
class Tree:
    """The evaluation of a rulebook's clauses. lines are appended in the order of the text."""

    ground: Ground
    views: Sequence[View]
    missing: bool
    lines: list[Line] = field(default_factory=list)
    judgements: dict[str, list[Judgement]] = field(default_factory=dict)
    to_come: dict[str, list[Refused]] = field(default_factory=dict)

    kept: dict[tuple[object, ...], tuple[Node, list[Line]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.judgements, self.to_come = by_clause(self.ground), to_come(self.ground)
        self.kept = self.ground.shared.rubric.untold(self.ground.as_of)

    def clause(self, clause: Clause, parent: str | None, above: Inherited) -> Node:
        """Evaluate one clause and all below it; what nothing was told of comes out as it did for any other unit."""
        if above.left or not self._untold(clause.reads):
            return self._clause(clause, parent, above)
        key = (id(clause), parent, above, self.missing, self.ground.span)
        kept = self.kept.get(key)
        if kept is None:
            place = len(self.lines)
            node = self._clause(clause, parent, above)
            self.kept[key] = (node, self.lines[place:])
            return node
        self.lines += kept[1]
        return kept[0]

    def _untold(self, reads: Reads) -> bool:
        """Whether no fact can make a difference to a clause that reads these."""
        shared = self.ground.shared
        facts = shared.facts
        if reads.unit or facts.findings or not reads.kinds.isdisjoint(shared.kinds):
            return False
        if facts.subunits and (reads.kinds or reads.conditions):
            return False
        if reads.results and facts.results:
            return False
        founded = facts.unit.founded_on
        if founded is not None and founded > min(self.ground.span[0], shared.span[0]):
            return False
        return reads.numbers.isdisjoint(self.judgements) and reads.numbers.isdisjoint(self.to_come)

    def _clause(self, clause: Clause, parent: str | None, above: Inherited) -> Node:
        place = len(self.lines)
        here = replace(
            above,
            scope=clause.scope or above.scope,
            of_units=clause.of_units or above.of_units,
            partial=clause.partial or above.partial,
        ) if clause.scope or clause.of_units or clause.partial else above  # fmt: skip
        unsure = ""
        if clause.applies is not None and not here.left:
            outcome = evaluate(self.ground, clause.applies)
            if outcome.met is False:
                here = replace(here, left=outcome.words)
            elif outcome.met is None:
                unsure = outcome.lacks
        maximum = self._maximum(clause)
        node = self._parent(clause, here, maximum) if clause.children else self._leaf(clause, here, maximum)
        if unsure:
            node.values = [
                replace(v, points=None, floor=NIL, state=State.AWAITING_EVIDENCE, missing=unsure) for v in node.values
            ]
        if clause.clause in self.to_come:
            later = self.to_come[clause.clause]
            node.values = [replace(value, refused=[*value.refused, *later]) for value in node.values]
        if self.missing and not here.left:
            node.values = [unpriced(value) for value in node.values]
        if clause.children and node.values and all(value.ruled for value in node.values):
            self._settle(place)
        self.lines.insert(place, self._line(clause, parent, node))
        return node

    def _settle(self, place: int) -> None:
        """The parts of a clause that was ruled on as a whole wait for nobody."""
        self.lines[place:] = [
            replace(line, state=State.CERTAIN)
            if line.state is State.AWAITING_ASSESSMENT and line.points is not None
            else line
            for line in self.lines[place:]
        ]

    def _maximum(self, clause: Clause) -> Decimal | None:
        for entry in clause.points_when:
            if holds(self.ground, entry.when, self.ground.as_of):
                return entry.points
        return clause.points

    def _parent(self, clause: Clause, here: Inherited, maximum: Decimal | None) -> Node:
        nodes = [self.clause(child, clause.clause, here) for child in clause.children]
        staying = [n for n in nodes if any(v.state is not State.NOT_APPLICABLE for v in n.values)]
        if not staying:
            gone = maximum if maximum is not None else sum((n.gone for n in nodes), NIL)
            words = here.left or "各项都不适用"
            return Node(NIL, [fixed(NIL, words, State.NOT_APPLICABLE) for _ in self.views], gone)
        maximum, gone = remaining(maximum, nodes if clause.parts else [])
        join = highest if clause.best_of else added
        bases = [join([n.values[i] for n in staying]) for i in range(len(self.views))]
        if clause.parts and (unseen := hidden(maximum, staying)):
            bases = [replace(base, ceiling=base.ceiling + unseen) for base in bases]
        values = self._judged(clause, bases, maximum, here)
        if clause.parts and len(values) > 1 and not any(value.ruled for value in values):
            words = " + ".join(
                said(mixed(node.values, self.views).standing) for node in staying
            )  # as the parts' lines say
            values = [replace(value, words=words) for value in values]
        return Node(maximum, values, gone)

    def _leaf(self, clause: Clause, here: Inherited, maximum: Decimal | None) -> Node:
        cap = maximum if maximum is not None else NIL
        if here.left:
            return Node(NIL, [fixed(NIL, here.left, State.NOT_APPLICABLE) for _ in self.views], cap)
        attested, claimed = attestations(self.judgements.get(clause.clause, ()))
        case = Case(clause.clause, attested, claimed, here.scope, here.of_units)
        setting = Setting(self.ground, case, maximum, here.partial, here.optional)
        if clause.trigger is not None and evaluate(self.ground, clause.trigger, case).met is not True:
            base = fixed(cap, "无此情形")
            base.refused = _without_occasion(leaf(clause, setting))
        else:
            base = leaf(clause, setting)
        if base.state is State.NOT_APPLICABLE:
            return Node(NIL, [base for _ in self.views], cap)
        base = self._changed(clause, base, setting)
        return Node(maximum, self._judged(clause, [base] * len(self.views), maximum, here), NIL)

    def _changed(self, clause: Clause, base: Value, setting: Setting) -> Value:
        """Points added and taken besides the rule, and false entries paid for; within 0 and the maximum."""
        delta, words = NIL, ""
        coming: list[Changed] = []
        for sign, entries in ((1, clause.plus), (-1, clause.less)):
            for entry in entries:
                made = change(entry, setting)
                base = with_told(base, made)
                if made.points:
                    delta += sign * made.points
                    words += f" {'+' if sign > 0 else '-'} {made.words}"
                if made.coming and sign < 0:
                    coming.append(made)
        false = self._false_face(clause, setting.cap)
        if false:
            delta -= false
            words += f" - 虚假{said(false)}"
        if not words and not coming:
            return base
        cap = setting.cap if setting.maximum is not None else max(base.ceiling, NIL)
        changed = replace(base, words=base.words + words, floor=clamp(base.floor + delta, cap))
        changed.ceiling = clamp(base.ceiling + delta, cap)
        changed.points = None if base.points is None else clamp(base.points + delta, cap)
        changed.suggested = None if base.suggested is None else clamp(base.suggested + delta, cap)
        return with_what_comes(changed, coming) if coming else changed

    def _false_face(self, clause: Clause, cap: Decimal) -> Decimal:
        """What false entries cost this clause: their face value, as often as the rulebook says."""
        rule = self.ground.shared.rubric.book.falsification
        if rule is None or not rule.times or not self.ground.shared.facts.findings:
            return NIL
        face = NIL
        for finding in self.ground.findings("falsification", clause.clause):
            if finding.points is not None:
                face += finding.points
            elif clause.count is None or not finding.numbers:
                face += cap * finding.times
            else:
                kinds = {a.number: a.kind for a in self.ground.shared.facts.activities if a.number in finding.numbers}
                for kind in kinds.values():
                    entry = next((p for p in clause.count.picks if kind in p.selected), None)
                    face += (entry.each or clause.count.each or NIL) if entry else NIL
        return face * rule.times

    def _judged(self, clause: Clause, bases: list[Value], maximum: Decimal | None, here: Inherited) -> list[Value]:
        """Each view's value: what its people ruled, else what was computed."""
        entries = self.judgements.get(clause.clause, ())
        cap = maximum if maximum is not None else NIL
        values = []
        for view, base in zip(self.views, bases, strict=True):
            kept = base if maximum is None else within(base, cap)
            if entries:
                ruling = rule_on(entries, view, clause, cap, self.ground.shared.rubric.book.raters)
                kept = ruled(replace(kept), ruling, cap)
                if not view.mixed and kept.points is None:
                    suggest(kept, entries, cap)
            if view.mixed and kept.state is State.CERTAIN and not kept.ruled and not clause.children:
                kept = replace(kept, state=State.AWAITING_ASSESSMENT)
            values.append(kept)
        return values

    def _line(self, clause: Clause, parent: str | None, node: Node) -> Line:
        rubric = self.ground.shared.rubric
        value = mixed(node.values, self.views)
        maximum = node.maximum if not self.missing or node.maximum is None else None
        full = maximum if maximum is not None else value.ceiling
        return Line(
            clause=clause.clause, title=clause.title, parent=parent,
            kind="section" if parent is None and clause.parts else clause.rule,
            maximum=maximum, points=value.points, floor=value.floor, ceiling=value.ceiling, state=value.state,
            suggested=value.suggested, earned=value.floor, reachable=value.ceiling - value.floor,
            lost=max(NIL, full - value.ceiling), counted=tuple(value.counted), refused=tuple(value.refused),
            arithmetic=value.words, source=(rubric.book.source.file, clause.line),
            readings=rubric.used.get(clause.clause, ()),
            todo=value.todo, pieces=value.pieces,
            missing="；".join(words for words in (value.missing, clause.note or "") if words),
        )  # fmt: skip


def _without_occasion(value: Value) -> list[Refused]:
    """What a rule counted, of a clause that nothing called for."""
    idle = [Refused(c.number, "no_occasion", f"{c.words}（{REASONS['no_occasion']}）") for c in value.counted]
    return [*value.refused, *idle]


def remaining(maximum: Decimal | None, nodes: Sequence[Node]) -> tuple[Decimal | None, Decimal]:
    """What is left of a maximum when parts aren't applicable, and what left with them.

    Where another part took their place (an exclusive one, or one worth more for this unit) nothing is gone; where the
    maximum itself is missing it is the parts' sum.
    """
    if maximum is not None and not any(node.gone for node in nodes):
        return maximum, NIL
    known = [node.maximum for node in nodes if node.maximum is not None]
    if not nodes or len(known) < len(nodes):
        return maximum, NIL
    left = sum(known, NIL) if maximum is None else min(maximum, sum(known, NIL))
    return left, NIL if maximum is None else maximum - left


def hidden(maximum: Decimal | None, nodes: Sequence[Node]) -> Decimal:
    """What parts whose points the source lacks can be worth: what the others leave of the maximum."""
    if maximum is None or all(node.maximum is not None for node in nodes):
        return NIL
    return max(NIL, maximum - sum((node.maximum for node in nodes if node.maximum is not None), NIL))
