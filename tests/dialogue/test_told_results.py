"""Results from outside as an assessor tells them: shares, figures, and the words a rulebook knows."""

from __future__ import annotations

import pytest

from bot.dialogue.turn import Say
from rubrics import load_catalog
from tests.dialogue.test_rating import Office

TOLD = [
    ("health-branches.example-points", "来信来访处结率 98", "来信来访处结率应写98%。"),
    ("health-branches.example-points", "来信来访处结率 98%", "来信来访处结率 98%"),
    ("city-2020", "满意度 90%", "满意度 90%"),
    ("city-2020", "满意度 90", "满意度 90"),
    ("shaoxing-2018", "目标责任制考核 优胜单位", "目标责任制考核 优胜单位"),
    ("shaoxing-2018", "行风评议成绩 很好", "行风评议成绩应写平均分以上、明显提升。"),
    ("shaoxing-2018", "一季一督查年度评价 一般", "一季一督查年度评价应写优秀、良好。"),
]


@pytest.mark.parametrize(("book", "told", "answer"), TOLD)
def test_a_result_is_written_as_the_rulebook_reads_it(book: str, told: str, answer: str) -> None:
    office = Office(load_catalog()[book], assesses=True)
    office.say("考评 机关第一支部")
    turn = office.say(f"结果 {told}")
    said = "\n".join(effect.text for effect in turn.effects if isinstance(effect, Say))
    assert answer in said
    assert ("应写" in said) == ("应写" in answer)
