"""为什么 about what brings no points of its own: the steps of the reckoning, falsification, procedure, consequences."""

from __future__ import annotations

from rubrics.rulebooks import Beside, Rubric, beside
from rubrics.schema.rulebook import Consequence, Falsification, Procedure
from rubrics.sheet import Line, ScoreSheet
from rubrics.words import EXAMPLE, figure

# What people call a step of the reckoning, by the word it begins with, and under which heading its lines stand.
_STEPS = {
    "加权": ("加权", ()), "权重": ("加权", ()), "加分": ("加分", ("加分",)), "扣分": ("扣分与底线", ("扣分", "底线")),
    "底线": ("扣分与底线", ("扣分", "底线")), "扣分与底线": ("扣分与底线", ("扣分", "底线")),
    "弄虚作假": ("弄虚作假", ()), "一票否决": ("一票否决", ()), "等次": ("等次", ()), "资格": ("资格", ("资格",)),
}  # fmt: skip
_WHOLE = ("总分", "合计", "得分", "总得分", "积分")


def explain_beside(rubric: Rubric, sheet: ScoreSheet, about: str) -> str:
    """What has no line of its own on a sheet, by its number or name; empty where the words mean none of it."""
    text = _about(rubric, sheet, about)
    return f"{EXAMPLE}\n{text}" if text and sheet.example_points else text


def _about(rubric: Rubric, sheet: ScoreSheet, about: str) -> str:
    words = about.strip().removeprefix(sheet.short).strip()
    if words in _WHOLE:
        return "\n".join([f"{sheet.short} {sheet.order[0]}", *sheet.order[1:]])
    for _, _, entries in beside(rubric.book):
        for entry in entries:
            if words in (entry.clause, entry.title) or (isinstance(entry, Falsification) and words == "弄虚作假"):
                return _entry(entry, sheet)
    if words in _STEPS:
        head, parents = _STEPS[words]
        row = next((row for row in sheet.order if row.startswith(f"{head}：")), head)
        lines = [line for line in sheet.lines if line.parent in parents and _told(line)]
        return "\n".join([f"{sheet.short} {row}", *(f"· {x.clause} {x.title} {_figure(x)}" for x in lines)])
    return ""


def _told(line: Line) -> bool:
    """Whether a line has something to say: a bonus always, a deduction where there is one."""
    return line.kind not in ("deduction", "bottom_line") or line.floor != 0


def _figure(line: Line) -> str:
    return line.arithmetic if line.kind == "qualify" else figure(line)


def _entry(entry: Beside, sheet: ScoreSheet) -> str:
    rows: list[str] = []
    if isinstance(entry, Falsification):
        step = next((row for row in sheet.order if row.startswith("弄虚作假：")), "")
        what = step.removeprefix("弄虚作假：")
        rows = [f"· {x.clause} {x.title} {figure(x)}" for x in sheet.lines if "虚假" in x.arithmetic]
    elif isinstance(entry, Procedure):
        months = "、".join(f"{month}月" for month in entry.months)
        what = f"考核的步骤，由{entry.who or '有关单位'}" + (f"在{months}做" if months else "做") + "，不计分"
    elif isinstance(entry, Consequence):
        what = "定了等次、排出名次以后才有，不计分"
    else:
        return ""
    return "\n".join([f"{sheet.short} {entry.clause} {entry.title}：{what}（原文第{entry.line}行）", *rows])
