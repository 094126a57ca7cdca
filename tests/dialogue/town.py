"""A branch in memory, for tests of the pure engine: turns are applied to the context as the worker would."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dialogue.context import Context
from bot.dialogue.engine import step
from bot.dialogue.session import Session, dump, restore
from bot.dialogue.turn import Amend, Attach, Detach, Lift, Mark, Record, Setting, Turn, Waive, Withdraw
from bot.events import Arrived, Inbound, Kept, Kind
from bot.reminders.deadlines import Charge, Waived
from rubrics import Activity, Facts, Headcount, Unit, load_activities, load_catalog

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
BRANCH = Unit("first", "机关第一支部", None, (Headcount(date(2025, 1, 1), 22, 2, committee=5, groups=(8, 8, 8)),))


@dataclass
class Town:
    """One person's talk. The session is written out and read back between every two messages."""

    units: tuple[Unit, ...] = (BRANCH,)
    session: Session = field(default_factory=Session)
    activities: list[Activity] = field(default_factory=list)
    files: dict[int, tuple[Kept, ...]] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    count: int = 0
    now: datetime = NOW
    waived: dict[str, Waived] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    reminded: tuple[str, ...] = ()  # what the bot's last message, a reminder, was about

    def hear(self, message: Inbound) -> Turn:
        """The turn a message leads to, applied."""
        turn = step(restore(dump(self.session)), message, self._context(message))
        self.session, self.reminded = turn.session, ()
        for effect in turn.effects:
            match effect:
                case Record(unit, kind, day, slots, source, period, gathering, files):
                    number = len(self.activities) + 1
                    self.files[number] = files
                    self.activities.append(Activity(number, unit, kind, day, slots, period, gathering, source=source))
                case Amend(number, day, slots, period):
                    old = self.activities[number - 1]
                    self.activities[number - 1] = replace(old, occurred_on=day, slots=slots, period=period)
                case Withdraw(number, _):
                    old = self.activities[number - 1]
                    self.activities[number - 1] = replace(old, withdrawn_on=self.now.date())
                case Attach(number, files):
                    self.files[number] = (*self.files[number], *files)
                case Detach(number, event):
                    self.files[number] = tuple(file for file in self.files[number] if file.event != event)
                case Mark(number, evidence):
                    old = self.activities[number - 1]
                    self.activities[number - 1] = replace(old, evidence=(*old.evidence, evidence))
                case Waive(_, key, label, _, reason):
                    self.waived[key] = Waived(1001 + len(self.waived), key, label, reason)
                case Lift(_, number):
                    self.waived = {key: w for key, w in self.waived.items() if w.number != number}
                case Setting(_, name, value):
                    self.settings[name] = value
        return turn

    def event(self, kind: Kind, body: str = "", **fields: object) -> Inbound:
        """The next event from the person."""
        self.count += 1
        self.now += timedelta(minutes=1)
        return replace(Inbound(f"$e{self.count}", "!r", "@li:x", self.now, kind, body), **fields)  # type: ignore[arg-type]

    def say(self, text: str) -> Turn:
        """A text message."""
        return self.hear(self.event(Kind.TEXT, text))

    def _context(self, message: Inbound) -> Context:
        pointed = message.reply_to if message.kind is Kind.FILE else message.target
        books = load_catalog()
        rubrics = tuple(books[f"{name}.example-points"] for name in ("qianjiang-2017", "health-branches"))
        card = self.session.card
        facts = {u.id: Facts(u, tuple(a for a in self.activities if a.unit == u.id)) for u in self.units}
        about: dict[str, object] = {"card": card.id} if card is not None else {}
        if self.reminded:
            about = {"remind": self.units[0].id, "keys": list(self.reminded)}
        return Context(
            now=self.now,
            person="@li:x",
            name="李明",
            kinds=load_activities(),
            units=self.units,
            facts=facts,
            rubrics={u.id: rubrics for u in self.units},
            charges={u.id: Charge(facts[u.id], rubrics, ZONE, self.settings, waived=self.waived) for u in self.units},
            about=about,
            sourced=tuple(a.number for a in self.activities if a.source == pointed),
            files={number: files for number, files in self.files.items() if files},
            arrived=self._arrived(message),
            own=message.target is not None,
            contact="王芳",
        )

    def _arrived(self, message: Inbound) -> Arrived | None:
        """A file as it is kept: by its name, so that one name is one file."""
        file = message.attachment
        if message.kind is not Kind.FILE or file is None:
            return None
        digest = hashlib.sha256(file.name.encode()).hexdigest()
        self.sent[message.event_id] = digest
        return Arrived(Kept(digest, file.name, file.mimetype, file.size or 0, message.event_id))
