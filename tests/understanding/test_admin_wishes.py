"""What administrators type, as it is understood."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.admin_wishes import account_in, admin_wishes, counts_in, day_in, days_in, role_in

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")

WISHES = [
    ("发登记码 机关第一支部 书记", "code", "机关第一支部 书记"),
    ("请帮我给机关第一支部书记发个登记码", "code", "机关第一支部书记"),
    ("发登记码：机关第一支部，报送人，7天", "code", "机关第一支部，报送人，7天"),
    ("登记码", "codes", ""),
    ("查看登记码", "codes", ""),
    ("作废登记码 3", "cancel_code", "3"),
    ("3号登记码作废", "cancel_code", "3"),
    ("移交 机关第一支部 给赵敏", "handover", "机关第一支部 给赵敏"),
    ("把机关第一支部书记移交给 @zhao:x.org 赵敏", "handover", "机关第一支部书记移交给 @zhao:x.org 赵敏"),
    ("停用 李明", "stop", "李明"),
    ("人员 机关第一支部", "people", "机关第一支部"),
    ("机关第一支部的人员有谁", "people", "机关第一支部"),
    ("名册 2", "units", "2"),
    ("单位", "units", ""),
    ("设置 机关第一支部 党日 每月第一个周五", "set", "机关第一支部 党日 每月第一个周五"),
    ("人数 机关第一支部 正式23 预备1 自 2026-09-01", "count", "机关第一支部 正式23 预备1 自 2026-09-01"),
    ("／停用 李明", "stop", "李明"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "rest"), WISHES)
def test_a_wish_is_found(text: str, name: str, rest: str) -> None:
    wish = next(iter(admin_wishes(text)))
    assert (wish.name, wish.rest) == (name, rest)


@pytest.mark.parametrize(
    "text", ["设置提醒", "11月5日支委会，应到5人，实到5人", "现在多少分了", "撤回 #3", "好", "", "登记 ABCD-2345"]
)
def test_other_words_are_none(text: str) -> None:
    assert list(admin_wishes(text)) == []


def test_roles_days_accounts_are_taken_out() -> None:
    assert role_in("机关第一支部 支部书记 7天") == ("secretary", "机关第一支部   7天")
    assert role_in("机关第一支部") == (None, "机关第一支部")
    assert days_in("机关第一支部 七天有效") == (7, "机关第一支部")
    assert account_in("给 ＠zhao:x.org 赵敏") == ("@zhao:x.org", "给   赵敏")


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("正式23 自 2026-09-01", date(2026, 9, 1), "正式23"),
        ("正式23 自2026年9月1日起", date(2026, 9, 1), "正式23"),
        ("正式23，从9月1日起", date(2026, 9, 1), "正式23，"),
        ("给赵敏 从12月1日起", date(2026, 12, 1), "给赵敏"),
        ("给赵敏 自明年1月1日", date(2027, 1, 1), "给赵敏"),
        ("给赵敏", None, "给赵敏"),
    ],
)
def test_a_day_may_lie_ahead(text: str, day: date | None, rest: str) -> None:
    assert day_in(text, NOW) == (day, rest)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("正式23 预备1", {"full": 23, "probationary": 1}),
        ("正式党员二十三人，预备党员两名，支委5", {"full": 23, "probationary": 2, "committee": 5}),
        ("正式：23 党小组8、8、7 积极分子4", {"full": 23, "groups": (8, 8, 7), "activists": 4}),
        ("党小组3个 委员5人 流动2 长期请假1", {"groups": (0, 0, 0), "committee": 5, "floating": 2, "on_leave": 1}),
        ("没有数字", {}),
    ],
)
def test_figures_of_a_headcount(text: str, told: dict[str, object]) -> None:
    assert counts_in(text) == told


@given(st.text(max_size=80))
def test_any_text_can_be_asked_about(text: str) -> None:
    for wish in admin_wishes(text):
        assert wish.name
    day_in(text, NOW)
    counts_in(text)
