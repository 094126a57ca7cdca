"""What can be logged: the kinds of activity, read once from activities.yaml and checked."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from rubrics.fields import Strict, Text
from rubrics.strict_yaml import fit, load

# Every slot a report can have, and the type of its value in Activity.slots.
SLOTS: Mapping[str, str] = {
    "date": "date", "date_end": "date", "time": "text", "period": "text", "place": "text", "topic": "text",
    "speaker": "text", "host": "text", "means": "text", "level": "text", "project": "text", "channel": "text",
    "expected": "whole", "present": "whole", "leave": "whole", "absent": "whole", "guests": "whole", "count": "whole",
    "group": "whole", "about": "whole", "amount": "whole", "hours": "number", "share": "share",
    "titles": "texts", "months": "texts", "people": "texts",
}  # fmt: skip


class ActivityKind(Strict):
    """One kind. id: its key; name: as sheets say it; names: as people say it; family: kinds that one duty may speak of
    together; topic_word, count_word: what the card calls the topic and the
    count; slots: by name, required (asked for) or optional."""

    id: str
    name: Text
    names: tuple[Text, ...] = ()
    family: Text | None = None
    topic_word: Text = "主题"
    count_word: Text = "条数"
    slots: Mapping[str, Literal["required", "optional"]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_slots(self) -> ActivityKind:
        unknown = [name for name in self.slots if name not in SLOTS]
        if unknown:
            raise ValueError(f"不认识的栏目 {'、'.join(unknown)}，只能用：{'、'.join(SLOTS)}。")
        return self


class Activities(Strict):
    """All kinds, by id."""

    kinds: Mapping[str, ActivityKind]

    @model_validator(mode="before")
    @classmethod
    def _ids(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("kinds"), dict):
            return data
        kinds = {key: {**kind, "id": key} if isinstance(kind, dict) else kind for key, kind in data["kinds"].items()}
        return {**data, "kinds": kinds}

    @model_validator(mode="after")
    def _names_differ(self) -> Activities:
        owner: dict[str, str] = {}
        for kind in self.kinds.values():
            for name in (kind.name, *kind.names):
                if owner.setdefault(name, kind.id) != kind.id:
                    raise ValueError(f"“{name}”同时是 {owner[name]} 和 {kind.id} 的名称，一个名称只能指一种活动。")
        return self

    def named(self, words: str) -> ActivityKind | None:
        """The kind whose id, name or synonym is exactly these words."""
        for kind in self.kinds.values():
            if words in (kind.id, kind.name, *kind.names):
                return kind
        return None

    def near(self, words: str) -> str:
        """A hint at the kind that some words may mean, else where to look them up."""
        known = [name for kind in self.kinds.values() for name in (kind.id, kind.name, *kind.names)]
        near = get_close_matches(words, known, 1)
        return f"是不是 {near[0]}？" if near else "有哪些，请看 zhibu rubric kinds。"


@cache
def load_activities(path: Path = Path(__file__).parent / "activities.yaml") -> Activities:
    """The kinds of a file. Raises FileError naming file, line, key and cure."""
    return fit(load(path), Activities)


def kind_name(kind: str) -> str:
    """What people call a kind; the id itself for one that isn't known."""
    known = load_activities().kinds.get(kind)
    return known.name if known else kind
