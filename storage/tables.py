"""Every table of the record. migrations/ builds them; a test holds the two to each other."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

from storage.columns import Json, Utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

sync_tokens = Table(
    "sync_tokens", metadata, Column("account", Text, primary_key=True), Column("token", Text, nullable=False)
)

inbox = Table(
    "inbox",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("room_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("sent_at", Utc, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Json),  # NULL: erased
    Column("session", Text),  # the Megolm session that an unreadable row waits for
    Column("told", Boolean, nullable=False, default=False),  # the sender knows that we can't read it yet
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("done_at", Utc),
    UniqueConstraint("event_id", "account"),
    Index("ix_inbox_queue", "account", "state", "room_id", "position"),
    Index("ix_inbox_done_at", "done_at"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("account", Text, nullable=False),
    Column("transaction_id", Text, nullable=False),
    Column("cause", Text, nullable=False),  # the event it answers, or the key of its reminder
    Column("room_id", Text, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("content", Json),  # NULL: erased
    Column("about", Json),
    Column("file", Text),  # what must be uploaded before the event can go: a name known to the sender
    Column("state", Text, nullable=False),
    Column("event_id", Text),
    Column("why", Text),
    Column("put_at", Utc, nullable=False),
    Column("ended_at", Utc),
    UniqueConstraint("account", "transaction_id"),
    Index("ix_outbox_queue", "account", "state", "room_id", "position"),
    Index("ix_outbox_event_id", "account", "event_id"),
    Index("ix_outbox_cause", "cause"),
    Index("ix_outbox_ended_at", "ended_at"),
    sqlite_autoincrement=True,
)

withheld = Table(
    "withheld",
    metadata,
    Column("account", Text, primary_key=True),
    Column("room_id", Text, primary_key=True),
    Column("session", Text, primary_key=True),  # empty where the client named none
    Column("sender", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("account", Text, primary_key=True),
    Column("room_id", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_at", Utc, nullable=False),
    Index("ix_sessions_person", "person"),
)

rooms = Table(
    "rooms",
    metadata,
    Column("account", Text, primary_key=True),
    Column("room_id", Text, primary_key=True),
    Column("direct", Boolean, nullable=False),
    Column("encrypted", Boolean, nullable=False),
    Column("person", Text),  # the other one, in a direct room
    Column("others", Json, nullable=False),
    Column("name", Text, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("left_at", Utc),
    Index("ix_rooms_person", "person"),
)

units = Table(
    "units",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Text, ForeignKey("units.id")),
    Column("place", Integer, nullable=False),  # among its siblings, as the file has them
    Column("founded_on", Date),
    Column("closed_on", Date),
    Column("merged_into", Text, ForeignKey("units.id")),
    Column("attributes", Json, nullable=False),
    Index("ix_units_parent", "parent"),
)

moves = Table(
    "moves",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("parent", Text, ForeignKey("units.id")),
    Column("previous", Text, ForeignKey("units.id")),  # known once it is done
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("done_at", Utc),
)

headcounts = Table(
    "headcounts",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("full", Integer, nullable=False),
    Column("probationary", Integer, nullable=False),
    Column("floating", Integer, nullable=False),
    Column("on_leave", Integer, nullable=False),
    Column("committee", Integer, nullable=False),
    Column("groups", Json, nullable=False),
    Column("activists", Integer, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
)

people = Table("people", metadata, Column("id", Text, primary_key=True), Column("name", Text, nullable=False))

posts = Table(
    "posts",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("person", Text, ForeignKey("people.id"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),  # the first day no longer
    Column("origin", Text, nullable=False),  # file: given and taken by the units file; else by an enrolment
    Index("ix_posts_person", "person"),
)

codes = Table(
    "codes",  # enrolment codes; what people type is not kept, only its hash
    metadata,
    Column("number", Integer, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("unit_id", Text, ForeignKey("units.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("replaces", Text),  # whose post ends when it is used
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_by", Text),
    Column("used_at", Utc),
    Column("cancelled_by", Text),
    Column("cancelled_at", Utc),
    UniqueConstraint("hash"),
    Index("ix_codes_unit_id", "unit_id"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("unit_id", Text),
    Column("details", Json, nullable=False),
    Index("ix_audit_unit_id", "unit_id"),
    Index("ix_audit_by", "by", "action"),
    sqlite_autoincrement=True,
)

numbers = Table(
    "numbers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("unit_id", Text, ForeignKey("units.id"), nullable=False),
    sqlite_autoincrement=True,  # a number once said in chat must never mean another activity
)

paper_numbers = Table(
    "paper_numbers",  # of sheets, findings, results: nobody calls them by it, so activities keep theirs without gaps
    metadata,
    Column("number", Integer, primary_key=True),
    Column("unit_id", Text, ForeignKey("units.id"), nullable=False),
    Column("subject", Text, nullable=False),
    Index("ix_paper_numbers_unit_id", "unit_id"),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",  # ratings under way: they move with the office, so they lie with the unit and not in a conversation
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("rubric", Text, primary_key=True),
    Column("side", Text, primary_key=True),  # self | trial | a rater's column
    Column("person", Text, primary_key=True),  # whose, where several rate one column; empty for the office's
    Column("body", Json, nullable=False),
    Column("saved_at", Utc, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("source_event", Text),
    Column("at", Text, nullable=False),  # as hashed: UTC, ISO 8601 with microseconds
    Column("body_hash", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("subject", "number", "version"),
    Index("ix_entries_source_event", "source_event"),
)

bodies = Table(
    "bodies",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("unit_id", Text, nullable=False),
    Column("on_day", Text),  # as hashed: YYYY-MM-DD; NULL for what has no day
    Column("salt", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_bodies_day", "subject", "unit_id", "on_day"),
)

heads = Table(
    "heads",
    metadata,
    Column("unit_id", Text, ForeignKey("units.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("hash", Text, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("account", Text),
    Column("unit_id", Text),
    Column("kind", Text, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("content", Json, nullable=False),
    Index("ix_timers_due_at", "due_at"),
    Index("ix_timers_unit_id", "unit_id"),
)

claims = Table(
    "claims",
    metadata,
    Column("key", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
)
