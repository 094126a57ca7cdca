"""Enrolment codes as people type them, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.codes import new_code
from bot.understanding.codes import ALPHABET, LENGTH, shown, typed_code

CODE = "ABCD2345"


@pytest.mark.parametrize(
    "text",
    [
        "登记 ABCD-2345", "登记ABCD2345", "登记：abcd-2345", "登记码 ABCD 2345", "登记码是ABCD—2345。",
        "我要登记 abcd2345",
        "ABCD-2345", "abcd2345", "ＡＢＣＤ－２３４５", " ABCD_2345 ", "登記 ABCD-2345", "登记 A B C D 2 3 4 5",
        "注册：ABCD-2345！",
    ],
)  # fmt: skip
@pytest.mark.parametrize("enrolled", [False, True])
def test_a_code_is_read_however_it_is_typed(text: str, enrolled: bool) -> None:
    assert typed_code(text, enrolled=enrolled) == CODE


@pytest.mark.parametrize("text", ["登记 ABCD-234", "登记 ABCD-23456", "登记 ABCD-2340", "登记 IBCD-2345", "登记 123"])
def test_what_is_meant_as_a_code_and_can_be_none_is_told_apart(text: str) -> None:
    assert typed_code(text, enrolled=True) == ""


@pytest.mark.parametrize(
    "text",
    ["登记", "登记码", "登记通报批评 （一）1", "20261120", "2026-1120", "22223333", "FACEBOOK", "你好", "", "ABCD",
     "登记 明天来的人", "11月5日支委会", "#128", "ABCD-2345 怎么用", "ROOM-1203"],
)  # fmt: skip
def test_anything_else_is_no_code(text: str) -> None:
    assert typed_code(text, enrolled=True) is None


def test_a_stranger_who_sends_a_broken_code_is_told_so() -> None:
    assert typed_code("ROOM-1203", enrolled=False) == ""


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    code = typed_code(text, enrolled=False)
    assert code in (None, "") or (len(code) == LENGTH and set(code) <= set(ALPHABET))


def test_every_new_code_is_read_back_bare() -> None:
    made = {new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(typed_code(shown(code), enrolled=True) == code for code in made)
