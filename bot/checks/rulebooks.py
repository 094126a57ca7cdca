"""Rulebooks of one's own: whether they pass their check, without which points may be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.check import Check, some
from bot.settings import Settings
from rubrics import load_catalog
from rubrics.lint import check


def rulebooks(settings: Settings) -> Iterator[Check]:
    """One check, where there are any."""
    if settings.rulebooks is None:
        return
    own = [rubric for rubric in load_catalog(settings.rulebooks).values() if not rubric.shipped]
    problems = [words for rubric in own for words in check(rubric).problems]
    if problems:
        cure = f"运行 zhibu rubric check --rulebooks {settings.rulebooks} 逐条改好；没改好以前得分可能不对。"
        yield Check("规则", False, some(list(dict.fromkeys(problems))), cure)
    elif own:
        yield Check("规则", True, f"自己的规则{len(own)}份，都通过检查")
