"""The tuned half holds its figures: a change that loses any is seen at once."""

from __future__ import annotations

from tests.accuracy.__main__ import load, measure, measure_dates, summed


def test_the_first_tuned_messages_are_understood_as_well_as_ever():
    """The sets that came first (messages to messages4, 450 lines) are held to what they have always been held to."""
    tally = measure(load("tune", "messages")[:450])
    slots, kinds, intents = (summed(tally, prefix) for prefix in ("slot ", "kind ", "intent"))
    assert slots["right"] / sum(slots.values()) >= 0.98, "\n".join(tally.lines)
    assert slots["wrong"] / sum(slots.values()) <= 0.005, "\n".join(tally.lines)
    assert kinds["right"] / sum(kinds.values()) >= 0.99, "\n".join(tally.lines)
    assert intents["right"] / sum(intents.values()) >= 0.98, "\n".join(tally.lines)


def test_the_tuned_messages_are_understood():
    """With the later sets, which were tuned on after they were first met."""
    tally = measure(load("tune", "messages"))
    slots, kinds, intents = (summed(tally, prefix) for prefix in ("slot ", "kind ", "intent"))
    assert slots["right"] / sum(slots.values()) >= 0.975, "\n".join(tally.lines)
    assert slots["wrong"] / sum(slots.values()) <= 0.01, "\n".join(tally.lines)
    assert kinds["right"] / sum(kinds.values()) >= 0.985, "\n".join(tally.lines)
    assert intents["right"] / sum(intents.values()) >= 0.98, "\n".join(tally.lines)


def test_the_hard_messages_are_understood():
    """The hard sets, half of whose failures nobody has looked at: held a little under what is seen."""
    tally = measure(load("next", "messages"))
    slots, kinds, intents = (summed(tally, prefix) for prefix in ("slot ", "kind ", "intent"))
    assert slots["right"] / sum(slots.values()) >= 0.79, "\n".join(tally.lines)
    assert slots["wrong"] / sum(slots.values()) <= 0.052, "\n".join(tally.lines)
    assert kinds["right"] / sum(kinds.values()) >= 0.865, "\n".join(tally.lines)
    assert intents["right"] / sum(intents.values()) >= 0.93, "\n".join(tally.lines)


def test_the_tuned_dates_are_understood():
    tally = measure_dates(load("tune", "dates"))
    dates = summed(tally, "date ")
    assert dates["right"] / sum(dates.values()) >= 0.99, "\n".join(tally.lines)
