"""Each figure of the five has a case on both sides: moved by one step, some case notices."""

from __future__ import annotations

import pytest

from rubrics import load_catalog
from tests.rubrics.cases import cases, files
from tests.rubrics.figures import moved, unnoticed

# What can't be told apart by any case, and why.
SAME = {
    "shaoxing-2018": {
        "学3.a less.0.most.per_item: 2 → 3": "the clause's own two points hold it too",
        "加4 steps.1.points.both_two: 2 → 3": "the clause's own two points hold it too",
        "民1.a.2 0.parts.1.scope: every_branch → mean_of_branches": "a year's one meeting is held or not",
    },
    "jilin-hospitals": {
        "评议-1 0.met.0.scope: every_branch → mean_of_branches": "a year's one appraisal is held or not",
        "换届-3 parts.2.scope.every_branch: every_branch → mean_of_branches": "a request is made or not",
    },
    "city-2020": {
        **{f"思D3.1 2.parts.0.scope: sum → {scope}": "what is shown to whoever judges is of all units"
           for scope in ("mean_of_branches", "every_branch")},
        **{f"五(一) bonus.items.0.scope: sum → {scope}": "what is shown to whoever judges is of all units"
           for scope in ("mean_of_branches", "every_branch")},
        **{f"组{n}met.0.scope: every_branch → mean_of_branches": "an attribute is enough or not"
           for n in ("A1.4 3.", "A2.3 2.", "A3.2 1.")},
    },
}  # fmt: skip
FIVE = sorted(key for key in load_catalog() if "." not in key)


@pytest.mark.parametrize("name", FIVE)
def test_a_figure_moved_is_noticed(name: str) -> None:
    rubric = load_catalog()[name]
    told = [loaded for path in files() for loaded in cases(path) if loaded.rubric.id == name]
    assert len(list(moved(rubric.document))) > 40
    left = unnoticed(rubric, told, SAME.get(name, {}))
    assert not left, f"{name}：{len(left)}处没有用例：\n" + "\n".join(left)
