"""The outcome of one message: the session that follows and what is to be said and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from bot.dialogue.office_effects import OfficeEffect
from bot.dialogue.session import Session
from bot.events import Kept
from bot.understanding.reading import Value

CODE, CODE_NUMBER = "⟨code {}⟩", "⟨number of code {}⟩"  # the same for the turn's nth enrolment code
NUMBER = "#⟨{}⟩"  # stands in a text for the number of the turn's nth new record, which only the record knows


@dataclass(frozen=True, slots=True)
class Say:
    """One message to the room. text: lines, **bold** marked so; about: what a reaction or reply to it is about (card:
    its id; or records: numbers, new ones as NUMBER, with was: the id of the card they were)."""

    text: str
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A new activity. slots: without the date; period: YYYY-MM when the entry belongs to another month than its day;
    source: the event that reported it; files: that lie with it."""

    unit: str
    kind: str
    occurred_on: date
    slots: Mapping[str, Value]
    source: str
    period: str | None = None
    gathering: str | None = None
    files: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Amend:
    """A new version of an activity, whole: what it is from now on."""

    number: int
    occurred_on: date
    slots: Mapping[str, Value]
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """An activity that no longer counts. reason: a code (said, message_deleted)."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """A rating under way, as it is now; None: it is over. person: whose, empty for the unit's office."""

    unit: str
    rubric: str
    side: str
    person: str
    body: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Put:
    """A paper for the record. subject: as storage/papers.py has them; on: the day it speaks of; body: as JSON holds
    it."""

    unit: str
    subject: str
    on: date
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SendBack:
    """An activity that doesn't count until it is corrected."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClosePaper:
    """A paper that no longer counts: a sheet sent back, a finding, a result or an outcome taken back."""

    paper: int
    reason: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Words for whoever holds a role over a unit, in their direct rooms, once for several units when they are the
    same. role: secretary | assessor | administrator."""

    unit: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Tried:
    """Something a person may not do, for the audit. action: a code; about: words that may name a unit, which the record
    is asked about only after the answer stands."""

    action: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Attach:
    """Files that from now on lie with a recorded activity."""

    number: int
    files: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Detach:
    """The files of an activity that came in a message go."""

    number: int
    event: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An activity has something else to show for it. evidence: platform (entered in the official platform)."""

    number: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Purge:
    """The words and files of an activity are erased; a tombstone with the reason stays."""

    number: int
    unit: str
    reason: str


class Sheet(Protocol):
    """A file that is made once its turn is decided, outside of the record, since that takes a while. Equal sheets make
    equal bytes."""

    def data(self) -> bytes:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file for the person, after what is said before it. name: as shown; data: its bytes, what makes them, or one in
    the store; instead: what is said when that is no longer there whole."""

    name: str
    mimetype: str
    data: bytes | Sheet | Kept
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One of a unit's own settings is another from now on."""

    unit: str
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Later:
    """Deadlines to be reminded of again. keys: theirs; due_at: UTC, on that day."""

    unit: str
    keys: tuple[str, ...]
    day: date
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Waive:
    """A deadline that does not apply to a unit; takes a number as a record does. last: the day until it was owed."""

    unit: str
    key: str
    label: str
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Lift:
    """A waiver taken back: it applies after all."""

    unit: str
    number: int


@dataclass(frozen=True, slots=True)
class Inform:
    """Words for one person, in their direct room."""

    person: str
    text: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Words for one unit, in the room where it is reminded. about: what a reply to them is about; rings: whether a
    phone may ring."""

    unit: str
    text: str
    about: Mapping[str, Any]
    rings: bool = True


FileEffect = Attach | Detach | Mark | Purge
PaperEffect = KeepDraft | Put | SendBack | ClosePaper | Tried
RecordEffect = Record | Amend | Withdraw | Waive | Lift
Effect = Say | File | Tell | Inform | Ask | Setting | Later | RecordEffect | FileEffect | PaperEffect | OfficeEffect


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message leads to."""

    session: Session
    effects: tuple[Effect, ...] = ()

    @property
    def recorded(self) -> frozenset[str]:
        """The sha256 of the files it puts with records."""
        given = (effect.files for effect in self.effects if isinstance(effect, Record | Attach))
        return frozenset(file.sha256 for files in given for file in files)
