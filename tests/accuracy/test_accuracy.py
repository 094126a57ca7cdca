"""What was learned from holds its figures: a change that loses any is seen at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accuracy.__main__ import load, measure, measure_dates, summed

EARLIER = 1292  # labels of messages to messages8


@pytest.mark.parametrize(
    ("labels", "floors"),
    [
        # The sets that came first (messages to messages4), held to what they have always been held to.
        (load("tune", "messages")[:450], (0.98, 0.005, 0.99, 0.98)),
        # With the later sets, which were tuned on after they were first met.
        (load("tune", "messages")[:EARLIER], (0.975, 0.01, 0.985, 0.98)),
        # The hard sets, and the last that were met: a little under what is seen.
        (load("next", "messages"), (0.92, 0.021, 0.95, 0.985)),
        (load("tune", "messages")[EARLIER:], (0.935, 0.017, 0.97, 0.99)),
    ],
    ids=["first", "tuned", "hard", "last"],
)
def test_the_messages_are_understood(labels: list[dict[str, Any]], floors: tuple[float, float, float, float]) -> None:
    """floors: slots right, slots wrong (at most), kinds right, intents right."""
    tally = measure(labels)
    slots, kinds, intents = (summed(tally, prefix) for prefix in ("slot ", "kind ", "intent"))
    right, wrong, named, meant = floors
    assert slots["right"] / sum(slots.values()) >= right, "\n".join(tally.lines)
    assert slots["wrong"] / sum(slots.values()) <= wrong, "\n".join(tally.lines)
    assert kinds["right"] / sum(kinds.values()) >= named, "\n".join(tally.lines)
    assert intents["right"] / sum(intents.values()) >= meant, "\n".join(tally.lines)


def test_the_tuned_dates_are_understood():
    tally = measure_dates(load("tune", "dates"))
    dates = summed(tally, "date ")
    assert dates["right"] / sum(dates.values()) >= 0.99, "\n".join(tally.lines)
