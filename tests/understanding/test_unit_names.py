"""Which messages are about a branch that isn't the person's, and which only name one."""

from __future__ import annotations

import pytest

from bot.understanding.unit_names import strange_unit

OWN = ("机关第一支部",)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("机关第二支部的积分", "机关第二支部"),
        ("11月5号机关第二支部开了支委会，应到5人实到5人", "机关第二支部"),
        ("帮第三支部报昨天的支委会", "第三支部"),
        ("第3党支部月报", "第3党支部"),
    ],
)
def test_about_another_branch(text: str, name: str) -> None:
    assert strange_unit(text, OWN) == name


@pytest.mark.parametrize(
    "text",
    [
        "第一支部昨天开了支委会",
        "机关第一支部的积分",
        "和机关第二支部联合开展主题党日",
        "11月5日与第二支部一起去红色基地",
        "11月5日支委会研究第二支部换届的事",
        "到第二支部观摩学习",
        "我们支部昨天开了会",
        "支委会，议题：帮扶第二支部",
    ],
)
def test_only_naming_one(text: str) -> None:
    assert strange_unit(text, OWN) == ""
