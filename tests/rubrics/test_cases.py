"""Every case of every rulebook: lines and explanations as its file says."""

from __future__ import annotations

import pytest

from rubrics import explain
from tests.rubrics.cases import Loaded, cases, differences, files

ALL = [pytest.param(c, id=f"{path.parent.name}/{path.stem}: {c.case.name}") for path in files() for c in cases(path)]


@pytest.mark.parametrize("loaded", ALL)
def test_lines(loaded: Loaded) -> None:
    assert differences(loaded) == []


@pytest.mark.parametrize("loaded", [param for param in ALL if param.values[0].case.explain])
def test_words(loaded: Loaded) -> None:
    sheet = loaded.sheet
    assert {about: explain(sheet, about) for about in loaded.case.explain} == {
        about: text.rstrip("\n") for about, text in loaded.case.explain.items()
    }
