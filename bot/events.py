"""What passes between Matrix and the rest of the house: events in, answers out. Knows nothing of nio or storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an incoming event is."""

    TEXT = "text"
    EDIT = "edit"  # body: the new text; target: the message edited
    REACTION = "reaction"  # key: the emoji; target: the message reacted to
    REDACTION = "redaction"  # target: the event deleted
    FILE = "file"  # an image, file, video or recording; attachment says what
    LOCATION = "location"
    STICKER = "sticker"
    UNREADABLE = "unreadable"  # could not be decrypted (yet); raw: the encrypted event
    OTHER = "other"  # an event type a person sent that we don't read (polls and the like); key: the type


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as its event announces it. size: bytes, None if not said; url: mxc address; keys: the decryption keys
    of an encrypted file, else None; name: the sender's words, never a path."""

    url: str
    name: str
    mimetype: str
    size: int | None
    keys: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the store. sha256: of its bytes, in hexadecimal; name: as shown to people; size: bytes;
    event: the message it came in; shows: what it is evidence of (record | attendance | document), empty when its words
    don't say; clause: of a self-rating, the one it was sent for, empty for all of it."""

    sha256: str
    name: str
    mimetype: str
    size: int
    event: str
    shows: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of the file of a message. kept: None when it could not be kept; why: then a code (gone, unreachable,
    too_large, damaged, other_type, not_strippable, too_many_pixels, no_room)."""

    kept: Kept | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event from a person; never a notice, never our own.

    body: without the mention of us and the quotation of a reply, else as sent; sent_at: origin_server_ts, UTC;
    target: whose it is the server has checked for a redaction, and nobody for an edit or a reaction; mentions_me: by
    m.mentions or by name in the text; reply_to, thread: event ids; session: the Megolm session an unreadable event
    needs; late: its key came after it, so the answer is sent as a reply; shown: what the sender is called in the room,
    the sender's own words."""

    event_id: str
    room_id: str
    sender: str
    sent_at: datetime
    kind: Kind
    body: str = ""
    target: str | None = None
    key: str = ""
    reply_to: str | None = None
    thread: str | None = None
    mentions_me: bool = False
    attachment: Attachment | None = None
    session: str | None = None
    raw: Mapping[str, Any] | None = None
    late: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class RoomView:
    """A joined room as the last sync showed it. direct: the bot and one other person; others: their ids."""

    room_id: str
    direct: bool
    encrypted: bool
    others: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Echo:
    """One of our own events come back through sync: the outbox row with this transaction id was sent."""

    transaction_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """A client tells that it will not give us a key. session: the Megolm session's id, empty when it names none; code:
    the specification's reason, as m.unverified."""

    room_id: str
    session: str
    sender: str
    code: str


@dataclass(frozen=True, slots=True)
class Batch:
    """All of one sync, or a part. token: where the next sync begins, stored in the same transaction as the events, None
    while something before it is still to come; keys: the
    (room id, Megolm session id) of room keys that have arrived; withheld: keys refused to us; rooms: the joined rooms
    that changed; left: rooms we are no longer in."""

    token: str | None
    events: tuple[Inbound, ...] = ()
    echoes: tuple[Echo, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    rooms: tuple[RoomView, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event to send. transaction_id: derived from its cause, the same at every try; event_type:
    m.room.message or m.reaction; content: as the specification has it."""

    transaction_id: str
    room_id: str
    event_type: str
    content: Mapping[str, Any] = field(default_factory=dict)


class Verdict(StrEnum):
    """What became of a delivery."""

    SENT = "sent"
    LATER = "later"  # try again after retry_after seconds
    REFUSED = "refused"  # for good


@dataclass(frozen=True, slots=True)
class Delivery:
    """The answer to a delivery. event_id: set when sent; retry_after: seconds, set when later; why: for the log."""

    verdict: Verdict
    event_id: str | None = None
    retry_after: float = 0.0
    why: str = ""
