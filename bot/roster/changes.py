"""A difference between a units file and the record, as a sentence for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from bot.units_schema import ROLE_NAMES
from bot.units_words import NAMES, count_words, in_words
from storage.overruled import Overruled
from storage.unit_entry import Change

_WHAT = {
    "name": "名称", "parent": "上级", "place": "顺序", "founded_on": "成立日期", "closed_on": "撤销日期",
    "merged_into": "并入",
}  # fmt: skip


def sentence(change: Change) -> str:
    """What becomes different in one unit."""
    match change.what:
        case "unit":
            return "新单位"
        case "ended":
            role = ROLE_NAMES[change.after]
            return f"{change.key} 已于{change.before}卸任{role}，不因名册恢复（要恢复请发登记码）"
        case "role":
            role = ROLE_NAMES[change.after or change.before]
            return f"{change.key} {'任' if change.after else '不再任'}{role}"
        case "person":
            return f"{change.key} 姓名：{_shown(change.before)} → {_shown(change.after)}"
        case "headcount":
            before, after = (count_words(count) if count else "（无）" for count in (change.before, change.after))
            return f"{change.key}起的人数：{before} → {after}"
        case "setting":
            before, after = (
                in_words(change.key, value) if value is not None else "（随上级）"
                for value in (change.before, change.after)
            )
            return f"{NAMES[change.key]}：{before} → {after}"
        case "attribute":
            return f"属性 {change.key}：{_shown(change.before)} → {_shown(change.after)}"
    return f"{_WHAT[change.what]}：{_shown(change.before)} → {_shown(change.after)}"


def called(unit_id: str, names: Mapping[str, str]) -> str:
    """A unit by its name and id."""
    name = names[unit_id]
    return f"{name}（{unit_id}）" if name != unit_id else unit_id


def undoing(undone: Sequence[Overruled], names: Mapping[str, str], zone: tzinfo) -> str:
    """What a file would undo, whose and since when, and what to do. zone: of the days."""
    lines = [
        f"  {called(one.change.unit_id, names)}：{sentence(one.change)}"
        f"（现在的是 {one.by} 在 {one.at.astimezone(zone):%Y-%m-%d %H:%M} 改的）"
        for one in undone
    ]
    head = f"其中{len(undone)}处会把后来在聊天里或用命令改的改掉："
    cure = "确实要照名册改，请加 --overrule；要留着，请先用 zhibu units export 导出在册的，在那一份上改。"
    return "\n".join([head, *lines, cure])


def _shown(value: Any) -> str:
    return "（无）" if value is None else str(value)
