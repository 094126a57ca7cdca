"""What a conversation remembers between two messages: the open cards, the walk through the month, the open question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.dialogue.values import decode, encode
from bot.events import Kept
from bot.understanding.reading import Doubt, Slot

VERSION = 1
OWN = frozenset({"topic", "speaker", "titles", "hours"})  # slots each kind of one gathering has for itself


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of a gathering, with the slots that are its own."""

    kind: str
    slots: Mapping[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card:
    """A report not yet recorded, or a change of a recorded one.

    id: the event that began it and its place in it; unit: None until known; kinds: what it may be while that is open;
    parts: its kinds; slots: what they share; doubts: still to be asked; skipped: slots the person left out; sources:
    the events it was told in; answers: the slot that was asked when an event answered, so that an edited answer is
    read as one; amends: the recorded activity it changes.
    """

    id: str
    unit: str | None
    parts: tuple[Part, ...]
    slots: Mapping[str, Slot] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    skipped: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    amends: int | None = None
    files: tuple[Kept, ...] = ()

    def get(self, name: str, part: int = 0) -> Slot | None:
        """A slot's value, the part's own or the shared one."""
        return self.parts[part].slots.get(name) if name in OWN else self.slots.get(name)

    def put(self, name: str, slot: Slot | None, part: int = 0) -> Card:
        """The card with a slot set, or taken out with None; a doubt about it is settled."""
        doubts = tuple(d for d in self.doubts if d.slot != name)
        if name not in OWN:
            return replace(self, slots=_with(self.slots, name, slot), doubts=doubts)
        parts = list(self.parts)
        parts[part] = replace(parts[part], slots=_with(parts[part].slots, name, slot))
        return replace(self, parts=tuple(parts), doubts=doubts)

    def with_files(self, files: Iterable[Kept]) -> Card:
        """The card with files added, each once."""
        both = {file.sha256: file for file in (*files, *self.files)}  # the one told first stays
        order = dict.fromkeys(file.sha256 for file in (*self.files, *files))
        return replace(self, files=tuple(both[digest] for digest in order))


@dataclass(frozen=True, slots=True)
class Walk:
    """月报 under way: the month (YYYY-MM), the branch, and the keys of the duties skipped in it."""

    period: str
    unit: str
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating under way, whose entries lie in a draft. rubric: the rulebook's key; side: self | trial | the column of
    a rater; asked: the clause now asked, empty while the computed ones are to be accepted or nothing is asked; period:
    of an assessment, the year."""

    unit: str
    rubric: str
    side: str
    asked: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that is not about a card. what: unit | month | change | withdraw | withdraw_which | attach | purge |
    waive | waive_reason | waive_sure | rubric | rating_end | assess | assess_rubric | assess_column | step (a step of a
    year's outcome to be confirmed) | enrol | admin | admin_unit; options: what can be chosen, in the order shown; then:
    the words to take up again with the choice, or the units it is about, a line each."""

    what: str
    options: tuple[str, ...]
    then: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One person's conversation in one room. cards: the open one first, then those that wait; past: earlier states
    of the open card, newest last (上一步); unit: the branch spoken of last; asked, times: the last question and how
    often it was put; misses: misunderstandings in a row, and missed: the message of the last one; rating: the one
    under way; files: kept, but not yet with any card or record."""

    cards: tuple[Card, ...] = ()
    past: tuple[Card, ...] = ()
    walk: Walk | None = None
    pending: Pending | None = None
    unit: str | None = None
    asked: str = ""
    times: int = 0
    misses: int = 0
    missed: str = ""
    rating: Rating | None = None
    files: tuple[Kept, ...] = ()

    @property
    def held(self) -> frozenset[str]:
        """The sha256 of every file that the conversation holds."""
        cards = (*self.cards, *self.past)
        return frozenset(file.sha256 for files in (self.files, *(card.files for card in cards)) for file in files)

    @property
    def card(self) -> Card | None:
        """The open card."""
        return self.cards[0] if self.cards else None

    @property
    def opened(self) -> frozenset[str]:
        """The units being rated, about to be, or about to get their outcome."""
        rated = frozenset([self.rating.unit] if self.rating is not None else [])
        if self.pending is not None and self.pending.what in (
            "assess",
            "assess_rubric",
            "assess_column",
            "step",
            "urge",
        ):
            return rated | frozenset(self.pending.then.splitlines())
        return rated

    def open(self, card: Card) -> Session:
        """The session with the open card replaced; the former state can be gone back to."""
        past = (*self.past, self.cards[0])[-20:] if self.cards and self.cards[0].id == card.id else ()
        return replace(self, cards=(card, *self.cards[1:]), past=past)

    def close(self) -> Session:
        """The session without its open card; the next one waiting is open."""
        return replace(self, cards=self.cards[1:], past=(), asked="", times=0)


def _with(slots: Mapping[str, Slot], name: str, slot: Slot | None) -> dict[str, Slot]:
    rest = {key: value for key, value in slots.items() if key != name}
    return rest if slot is None else {**rest, name: slot}


def dump(session: Session) -> str:
    """The session as JSON text, with its version."""
    return json.dumps({"version": VERSION, **asdict(session)}, ensure_ascii=False, default=encode)


def restore(text: str | None) -> Session:
    """A session from its JSON text; a new one from None or from a version this release can't read."""
    data = json.loads(text) if text else {}
    if data.pop("version", None) != VERSION:
        return Session()
    return Session(
        cards=tuple(_card(card) for card in data["cards"]),
        past=tuple(_card(card) for card in data["past"]),
        walk=Walk(**{**data["walk"], "skipped": tuple(data["walk"]["skipped"])}) if data["walk"] else None,
        pending=Pending(**{**data["pending"], "options": tuple(data["pending"]["options"])})
        if data["pending"]
        else None,
        unit=data["unit"],
        asked=data["asked"],
        times=data["times"],
        misses=data["misses"],
        missed=data.get("missed", ""),
        rating=Rating(**data["rating"]) if data.get("rating") else None,  # sessions of earlier releases have none
        files=_files(data),
    )


def _card(data: dict[str, Any]) -> Card:
    return Card(
        **{
            **data,
            "parts": tuple(Part(part["kind"], _slots(part["slots"])) for part in data["parts"]),
            "slots": _slots(data["slots"]),
            "doubts": tuple(_doubt(doubt) for doubt in data["doubts"]),
            "skipped": tuple(data["skipped"]),
            "sources": tuple(data["sources"]),
            "files": _files(data),
        }
    )


def _files(data: dict[str, Any]) -> tuple[Kept, ...]:
    return tuple(Kept(**file) for file in data.get("files", ()))  # sessions of the first release have none


def _doubt(data: dict[str, Any]) -> Doubt:
    return Doubt(**{**data, "options": tuple(decode(data["slot"], option) for option in data["options"])})


def _slots(data: dict[str, Any]) -> dict[str, Slot]:
    return {name: Slot(decode(name, slot["value"]), slot["words"]) for name, slot in data.items()}
