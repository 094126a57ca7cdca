"""What a rater's words give a clause, and what they don't."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.understanding.commands import find_command
from bot.understanding.ratings import Rated, rated

CLAUSES = {"（三）4": "支部主题党日", "（三）1": "三会一课", "学1.a": "方案", "规3.b.1": "主题党日计划"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（三）4 打5分，理由：有一次没有记录", Rated("（三）4", Decimal(5), note="有一次没有记录")),
        ("(三)4打5分", Rated("（三）4", Decimal(5))),
        ("三会一课 打9.5分，因为少开一次", Rated("（三）1", Decimal("9.5"), note="少开一次")),
        ("规3.b.1 0.5分", Rated("规3.b.1", Decimal("0.5"))),
        ("（三）4 5，少开一次", Rated("（三）4", Decimal(5), note="少开一次")),
        ("3", Rated(None, Decimal(3))),
        ("打三分", Rated(None, Decimal(3))),
        ("两分半", Rated(None, Decimal("2.5"))),
        ("-1", Rated(None, Decimal(-1))),
        ("有", Rated(None, met=True)),
        ("没有，还没写", Rated(None, met=False, note="还没写")),
        ("（三）4 说明：4月在镇上开", Rated("（三）4", note="4月在镇上开")),
    ],
)
def test_ratings_are_read(text: str, expected: Rated) -> None:
    assert rated(text, CLAUSES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "（三）45分",
        "5人",
        "11月5日开了支委会，应到5人",
        "5，12人到会",
        "没有问题",
        "有事",
        "NaN",
        "（九）1 打2分",
        "",
        "1/3",
        "3 人到会",
    ],
)
def test_other_words_are_no_rating(text: str) -> None:
    """Above all （三）45分: 5 for （三）4, or 45?"""
    assert rated(text, CLAUSES) is None


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("12月自评", "evaluate", ""),
        ("继续自评", "evaluate", ""),
        ("试自评 量化考核", "trial", "量化考核"),
        ("考评 机关第一支部", "assess", "机关第一支部"),
        ("退回 #128 实到人数与签到表不符，应到24人", "return_record", "实到人数与签到表不符，应到24人"),
        ("退回自评 （三）1请补佐证", "return_sheet", "（三）1请补佐证"),
        ("完成考评", "finish", ""),
    ],
)
def test_wishes_about_ratings(text: str, name: str, argument: str) -> None:
    command = find_command(text)
    assert command is not None
    assert (command.name, command.argument) == (name, argument)


@pytest.mark.parametrize(
    "text", ["12月5日完成自评，应到24人", "单位组织党员到烈士陵园", "考评员是谁", "我们支部自评了吗"]
)
def test_reports_and_questions_are_no_wishes_about_ratings(text: str) -> None:
    command = find_command(text)
    assert command is None or command.name not in ("evaluate", "units", "assess")
