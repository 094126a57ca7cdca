"""A unit's deadlines as a calendar file (iCalendar, RFC 5545) that a phone can take in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from bot.locale import Words
from bot.reminders.deadlines import Deadline
from bot.reminders.telling import named
from rubrics import Unit

MIMETYPE = "text/calendar"


def calendar(unit: Unit, found: Iterable[Deadline], now: datetime, say: Words) -> bytes:
    """One event a deadline, whole-day, with an alarm the day before; taken in again, it replaces itself. now: aware."""
    made = Calendar()
    made.add("prodid", "-//Zhibu//Zhibu//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", say("calendar.name", unit=unit.name))
    for deadline in found:
        made.add_component(_event(unit, deadline, now, say))
    return bytes(made.to_ical())


def _event(unit: Unit, deadline: Deadline, now: datetime, say: Words) -> Event:
    name = named(deadline, say) + (say("remind.provisional") if deadline.provisional else "")
    event = Event()
    event.add("uid", sha256(f"{unit.id}\n{deadline.key}".encode()).hexdigest()[:32] + "@zhibu")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", int(now.timestamp()) // 60)  # a later file is the newer version of the same event
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + timedelta(days=1))
    event.add("summary", say("calendar.event", name=name, unit=unit.name))
    if deadline.duty is not None:
        event.add("description", f"{deadline.duty.rubric_title}{deadline.duty.clause} {deadline.duty.title}")
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", name)
    alarm.add("trigger", timedelta(hours=-15))  # nine in the morning of the day before
    event.add_component(alarm)
    return event
