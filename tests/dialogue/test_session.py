"""A session survives being written out and read back, whatever is in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.session import Card, Part, Pending, Session, Walk, dump, restore
from bot.understanding.reading import Doubt, Slot

text = st.text(max_size=12)
whole = st.integers(0, 10**9)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
VALUES = {
    "date": days,
    "date_end": days,
    "topic": text,
    "place": text,
    "expected": whole,
    "amount": whole,
    "hours": st.decimals(0, 100, places=1).map(Decimal),
    "titles": st.lists(text, max_size=3).map(tuple),
    "months": st.lists(text, max_size=3).map(tuple),
}


@st.composite
def slots(draw: st.DrawFn) -> dict[str, Slot]:
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    return {name: Slot(draw(VALUES[name]), draw(text)) for name in names}


@st.composite
def doubts(draw: st.DrawFn) -> Doubt:
    name = draw(st.sampled_from(sorted(VALUES)))
    return Doubt(name, draw(text), draw(text), tuple(draw(st.lists(VALUES[name], max_size=2))))


parts = st.builds(Part, text, slots())
cards = st.builds(
    Card, text, st.none() | text, st.lists(parts, min_size=1, max_size=3).map(tuple), slots(),
    st.lists(doubts(), max_size=2).map(tuple), st.lists(text, max_size=2).map(tuple),
    st.lists(text, max_size=2).map(tuple), st.dictionaries(text, text, max_size=2), st.none() | whole,
)  # fmt: skip
lists_of_cards = st.lists(cards, max_size=2).map(tuple)
strings = st.lists(text, max_size=3).map(tuple)
sessions = st.builds(
    Session, lists_of_cards, lists_of_cards, st.none() | st.builds(Walk, text, text, strings),
    st.none() | st.builds(Pending, text, strings, text), st.none() | text, text, st.integers(0, 9), st.integers(0, 9),
)  # fmt: skip


@given(sessions)
def test_reading_back_what_was_written_gives_the_same(session: Session) -> None:
    assert restore(dump(session)) == session


def test_a_session_of_an_unknown_version_begins_anew() -> None:
    assert restore('{"version": 999, "cards": []}') == Session()
    assert restore(None) == Session()
