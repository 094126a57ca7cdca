"""What messages are for, as people write them, one a line: everyday_intents.tsv, read on Sunday 2026-11-22 at ten.

Intent and message; talk is small talk, or nothing that is understood as one of the others.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.reading import heard

LINES = [
    line.split("\t")
    for line in Path(__file__).with_name("everyday_intents.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("intent", "text"), LINES, ids=[text[:30] for _, text in LINES])
def test_what_it_is_for(intent: str, text: str) -> None:
    heard_as = heard(text).intent.value
    assert heard_as in (("small_talk", "unknown") if intent == "talk" else (intent,))
