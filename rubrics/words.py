"""A sheet in words, for a phone: 积分, 积分 明细, 等次."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from rubrics.evaluate.value import said
from rubrics.sheet import Line, ScoreSheet, State

STATE = {
    State.CERTAIN: "已确定",
    State.AWAITING_EVIDENCE: "待佐证",
    State.AWAITING_ASSESSMENT: "待评审",
    State.NOT_APPLICABLE: "不适用",
    State.POINTS_MISSING: "分值缺失",
}
EXAMPLE = "示例分值（原附件未收录）"
BESIDE = frozenset({"加分", "扣分", "底线", "资格", "一票否决", "步骤"})  # the parents of lines that are no section's
_OPEN = frozenset({State.AWAITING_EVIDENCE, State.AWAITING_ASSESSMENT})


def span(low: Decimal, high: Decimal) -> str:
    """12 or 12～15."""
    return said(low) if said(low) == said(high) else f"{said(low)}～{said(high)}"


def figure(line: Line) -> str:
    """A line's points as they stand: 3.2/4, 0～3/3（待评审，建议2）, 不适用."""
    if line.state in (State.NOT_APPLICABLE, State.POINTS_MISSING) and line.points is None:
        return STATE[line.state]
    if line.state is State.NOT_APPLICABLE:
        return STATE[line.state]
    full = f"/{said(line.maximum)}" if line.maximum else ""
    if line.points is not None:
        return said(line.points) + full + (f"（{STATE[line.state]}）" if line.state in _OPEN else "")
    hint = f"，建议{said(line.suggested)}" if line.suggested and line.suggested != line.floor else ""
    return f"{span(line.floor, line.ceiling)}{full}（{STATE[line.state]}{hint}）"


def leaves(sheet: ScoreSheet) -> tuple[Line, ...]:
    """The lines that have no parts, without those beside the sections."""
    parents = {line.parent for line in sheet.lines}
    return tuple(line for line in sheet.lines if line.clause not in parents and line.parent not in BESIDE)


def _head(sheet: ScoreSheet) -> str:
    return f"**{sheet.short or sheet.title}**" + (f" {EXAMPLE}" if sheet.example_points else "")


def summary(sheet: ScoreSheet, columns: str = "", column: str = "") -> str:
    """The points in a few lines: what is certain, what is open, what is gone; then a line a section. columns: what
    stands side by side in place of one figure, if anything does; column: the one that the sections are of."""
    rows = [_top(sheet, columns), *([f"各部分（{column}）："] if column else [])]
    for line in sheet.lines if not _nothing_to_add(sheet) else ():
        if line.parent is None:
            full = f"/{said(line.maximum)}" if line.maximum else ""
            rows.append(f"{line.title} {span(line.floor, line.ceiling)}{full}")
    return "\n".join(rows)


def _states(sheet: ScoreSheet) -> Counter[State]:
    return Counter(line.state for line in leaves(sheet))


def _nothing_to_add(sheet: ScoreSheet) -> bool:
    """Whether all points are missing, so that only duties can be shown."""
    states = _states(sheet)
    return bool(sheet.refusal and sheet.full is None) or states[State.POINTS_MISSING] == sum(states.values())


def _top(sheet: ScoreSheet, columns: str = "") -> str:
    """What comes before the sections."""
    year = f"{sheet.window[1].year}年"
    states = _states(sheet)
    if _nothing_to_add(sheet):
        duties = [line for line in leaves(sheet) if line.kind == "met"]
        unmet = [line.title for line in duties if line.missing]
        met = f"{len(duties) - len(unmet)}/{len(duties)}项义务已做到"
        return "\n".join(
            [f"{_head(sheet)} {year}", sheet.refusal, met, *([f"未做到：{'、'.join(unmet[:6])}"] if unmet else [])]
        )
    full = f"/{said(sheet.full)}" if sheet.full is not None else ""
    shown = columns or f"{span(sheet.floor, sheet.ceiling)}{full}分"
    rows = [f"{_head(sheet)} {year}：{shown}" + (f"，{sheet.grade}" if sheet.grade else "")]
    if sheet.total is None:
        rows.append(f"已得{said(sheet.earned)}，还可能得{said(sheet.reachable)}，已失{said(sheet.lost)}")
    open_ = "，".join(
        f"{STATE[s]}{states[s]}条" for s in (State.AWAITING_ASSESSMENT, State.AWAITING_EVIDENCE) if states[s]
    )
    rows += [open_] if open_ else []
    rows += [sheet.refusal] if sheet.refusal else []
    return "\n".join(rows)


def detail(sheet: ScoreSheet, columns: str = "", column: str = "") -> str:
    """Every numbered clause with its points, section by section, and what lies beside the sections; columns and column
    as for summary()."""
    rows = [_top(sheet, columns), *([f"各条（{column}）："] if column else [])]
    sections = {line.clause for line in sheet.lines if line.parent is None}
    for line in sheet.lines:
        if line.parent is None:
            rows.append(f"**{line.clause} {line.title}** {figure(line)}")
        elif line.parent in sections or (line.parent in BESIDE and (line.points != 0 or line.counted)):
            rows.append(f"{line.clause} {line.title} {figure(line)}")
    rows += list(sheet.order)
    return "\n".join(rows)


def grade(sheet: ScoreSheet) -> str:
    """The grade, or between which it lies, or why none can be said."""
    head = _head(sheet)
    if sheet.grade:
        return f"{head}：{sheet.grade}（{span(sheet.floor, sheet.ceiling)}分）"
    if not sheet.graded:
        return f"{head}：规则没有规定等次"
    if sheet.graded == "place":
        return f"{head}：按名次定等次，要等全部单位排出名次"
    if sheet.grade_floor is None or sheet.grade_ceiling is None:
        return f"{head}：{sheet.refusal or '还不能定等次'}"
    open_ = f"{sheet.grade_floor}～{sheet.grade_ceiling}"
    return f"{head}：还不能定，在{open_}之间（{span(sheet.floor, sheet.ceiling)}分）"
