"""The tuned half holds its figures: a change that loses any is seen at once."""

from __future__ import annotations

from tests.accuracy.__main__ import load, measure, measure_dates, summed


def test_the_tuned_messages_are_understood():
    tally = measure(load("tune", "messages"))
    slots, kinds, intents = (summed(tally, prefix) for prefix in ("slot ", "kind ", "intent"))
    assert slots["right"] / sum(slots.values()) >= 0.975, "\n".join(tally.lines)
    assert slots["wrong"] / sum(slots.values()) <= 0.01, "\n".join(tally.lines)
    assert kinds["right"] / sum(kinds.values()) >= 0.985, "\n".join(tally.lines)
    assert intents["right"] / sum(intents.values()) >= 0.98, "\n".join(tally.lines)


def test_the_tuned_dates_are_understood():
    tally = measure_dates(load("tune", "dates"))
    dates = summed(tally, "date ")
    assert dates["right"] / sum(dates.values()) >= 0.99, "\n".join(tally.lines)
