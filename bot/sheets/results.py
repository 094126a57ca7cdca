"""What became of a unit's year, in the words that stand on its sheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.dialogue.outcome import Outcome, current


def result_words(outcomes: Sequence[Outcome], rubric: str, year: int, today: date) -> str:
    """The newest edition that stands, with its publicity, objections and decision; empty where nothing was put in."""
    found = current(outcomes, rubric, year)
    if found is None:
        return ""
    parts = [f"考核结果（第{found.edition}版，{found.on.isoformat()}）：{found.shown}"]
    if found.until is not None:
        parts.append(f"公示至{found.until.isoformat()}")
    if found.objections:
        answered = sum(objection.upheld is not None for objection in found.objections)
        parts.append(f"异议{len(found.objections)}条，已答复{answered}条")
    parts.append(_standing(found, today))
    if found.correcting:
        parts.append(f"正在更正：{found.correcting}")
    return "；".join(parts)


def _standing(found: Outcome, today: date) -> str:
    if found.final is None:
        return {"public": "公示中", "objected": "异议待答复", "ready": "待决定"}[found.stage(today)]
    ground = f"，依据：{found.ground}" if found.ground else ""
    return f"{found.final.isoformat()}定论（{found.final_by}{ground}）"
