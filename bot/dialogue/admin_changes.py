"""What an administrator may change: an office's code or holder, a setting, a headcount; done after a yes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from bot.dialogue.admin_finding import people_in, persons
from bot.dialogue.admin_lists import code_row, count_words, settings
from bot.dialogue.card import short_date
from bot.dialogue.context import Context
from bot.dialogue.enrolling import as_name
from bot.dialogue.office_effects import CancelCode, Count, HandOver, MakeCode, Stop
from bot.dialogue.offices import Administration, Holder, Managed
from bot.dialogue.turn import CODE, CODE_NUMBER, Effect, Inform, Say, Setting
from bot.locale import words
from bot.understanding.admin_wishes import account_in, counts_in, day_in, days_in, role_in
from bot.understanding.codes import DAYS, MOST_DAYS
from bot.units_settings import SETTABLE, setting_of
from bot.units_words import NAMES, in_words
from rubrics import Headcount
from rubrics.headcounts import headcount_fault

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something to be confirmed. payload: what it is, as JSON holds it; text: as it is shown."""

    payload: Payload
    text: str


def code(unit: Managed, rest: str, admin: Administration, context: Context) -> Asked | str:
    """发登记码 某支部 书记 7天."""
    say = words(context.language)
    days, rest = days_in(rest)
    role, _ = role_in(rest)
    if role is None:
        return say("admin.code.which_role", unit=unit.name)
    if unit.closed_on is not None and unit.closed_on <= admin.on:
        return say("admin.code.closed", unit=unit.name)
    days = DAYS if days is None else days
    if not 1 <= days <= MOST_DAYS:
        return say("admin.code.days", most=MOST_DAYS)
    office, last = f"{unit.name} {say(f'role.{role}')}", short_date(admin.on + timedelta(days=days), admin.on)
    text = say("admin.code.ask", office=office, last=last)
    if held := admin.in_office(unit.id, role):
        text += "\n" + say("admin.code.held", names=_names(held, context), office=office)
    return Asked({"do": "code", "unit": unit.id, "role": role, "days": days}, text)


def cancel(rest: str, admin: Administration, context: Context) -> Asked | str:
    """作废登记码 3."""
    say = words(context.language)
    found = next((c for c in admin.codes if str(c.number) == rest), None)
    if found is None:
        return say("admin.cancel.unknown", number=rest)
    text = say("admin.cancel.ask", code=code_row(found, admin, context))
    return Asked({"do": "cancel", "unit": found.unit, "number": found.number}, text)


def handover(unit: Managed, rest: str, admin: Administration, context: Context) -> Asked | str:
    """移交 某支部 (书记) (李明) 给 赵敏 (从12月1日起); without the other's name a code decides who it is."""
    say = words(context.language)
    on, rest = day_in(rest, context.now)
    role, rest = role_in(rest)
    role = role or "secretary"
    before_words, _, after_words = re.sub("移交|交接|交", " ", rest).partition("给")
    held = admin.in_office(unit.id, role)
    named = [h for h in people_in(before_words, admin) if h in held] if before_words.strip() else held
    office = f"{unit.name} {say(f'role.{role}')}"
    if not held:
        return say("admin.handover.nobody", office=office, unit=unit.name)
    if len(persons(named)) != 1:
        return say("admin.handover.who", office=office, names=_names(held, context), name=held[0].name)
    before, on = named[0], on or admin.on
    payload: Payload = {"do": "handover", "unit": unit.id, "role": role, "before": before.person, "on": on.isoformat()}
    if not after_words.strip():
        text = say("admin.handover.ask_code", office=office, before=before.name)
        return Asked({**payload, "do": "handover_code"}, text)
    account, after_words = account_in(after_words)
    found = persons(people_in(account or after_words, admin))
    if len(found) > 1:
        return say("admin.stop.which", names=_names(people_in(after_words, admin), context))
    person = found[0] if found else account
    name = next((h.name for h in admin.known(person or "")), None) or as_name(after_words)
    if person is None or name is None:
        return say("admin.handover.unknown", words=after_words.strip()[:40] or account, unit=unit.name)
    if person == before.person:
        return say("admin.handover.same", name=name)
    day = short_date(on, admin.on)
    text = say("admin.handover.ask", office=office, before=before.name, after=name, person=person, day=day)
    return Asked({**payload, "after": person, "name": name}, text)


def stop(rest: str, admin: Administration, context: Context) -> Asked | str:
    """停用 李明: all offices that somebody holds in these units end today."""
    say = words(context.language)
    account, name = account_in(rest)
    found = people_in(account or name, admin)
    ids = persons(found)
    if len(ids) != 1:
        return (
            say("admin.stop.which", names=_names(found, context)) if ids else say("admin.stop.unknown", words=rest[:40])
        )
    if ids[0] == context.person:
        return say("admin.stop.self")
    offices = say("card.list_comma").join(_office(h, admin, context) for h in found)
    text = say("admin.stop.ask", name=found[0].name, person=ids[0], offices=offices)
    return Asked({"do": "stop", "person": ids[0], "unit": found[0].unit}, text)


def setting(unit: Managed, rest: str, admin: Administration, context: Context) -> Asked | str:
    """设置 某支部 党日 每月第一个周五; 随上级 takes the unit's own away; nothing more shows what holds."""
    say = words(context.language)
    found = next(((name, word) for name, words_ in SETTABLE.items() for word in words_ if word in rest), None)
    if found is None:
        return settings(unit, context) if not rest else say("admin.set.which")
    name, word = found
    text = rest.replace(word, " ", 1).strip(" ：:为是成改,，")
    if not text:
        return say(f"admin.set.wrong.{name}")
    try:
        value = setting_of(name, text, unit.own.get(name))
    except ValueError:
        return say(f"admin.set.wrong.{name}")
    if value == unit.own.get(name):
        return say("admin.set.same", unit=unit.name, name=NAMES[name], value=_value(name, value, context))
    before = _value(name, unit.own.get(name), context)
    shown = say("admin.set.ask", unit=unit.name, name=NAMES[name], before=before, after=_value(name, value, context))
    return Asked({"do": "set", "unit": unit.id, "name": name, "value": value}, shown)


def count(unit: Managed, rest: str, admin: Administration, context: Context) -> Asked | str:
    """人数 某支部 正式23 预备1 自 2026-09-01: what isn't named stays as it was on that day."""
    say = words(context.language)
    since, rest = day_in(rest, context.now)
    told = counts_in(rest)
    if not told:
        return say("admin.count.how", name=unit.name)
    since = since or admin.on
    before = next((h for h in reversed(unit.headcounts) if h.since <= since), None)
    if before is None and "full" not in told:
        return say("admin.count.full", unit=unit.name)
    fields = {**({**asdict(before)} if before is not None else {}), **told, "since": since}
    new = Headcount(**fields)
    if (fault := headcount_fault(new)) is not None:
        return say(f"admin.count.wrong.{fault}")
    if new == before:
        return say("admin.count.same", unit=unit.name, count=count_words(new, context))
    old = count_words(before, context) if before is not None else say("admin.none")
    text = say("admin.count.ask", unit=unit.name, day=short_date(since, admin.on), before=old,
               after=count_words(new, context))  # fmt: skip
    return Asked({"do": "count", "unit": unit.id, "count": {**fields, "since": since.isoformat()}}, text)


def effects(payload: Payload, admin: Administration, context: Context) -> tuple[Effect, ...]:
    """What was confirmed, done; looked at again, since it was asked a message ago."""
    unit = admin.unit(payload["unit"])
    if unit is None:
        return (Say(words(context.language)("admin.changed")),)
    return _DO[payload["do"]](payload, unit, admin, context)


def _do_code(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    return _made(MakeCode(unit.id, payload["role"], admin.on + timedelta(days=payload["days"])), unit, admin, context)


def _do_handover_code(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    if not _holds(payload, admin):
        return (Say(words(context.language)("admin.changed")),)
    last = admin.on + timedelta(days=DAYS)
    return _made(MakeCode(unit.id, payload["role"], last, payload["before"]), unit, admin, context)


def _made(made: MakeCode, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    """The code is said twice: to the administrator, and in words to be sent on."""
    say = words(context.language)
    office, last = f"{unit.name} {say(f'role.{made.role}')}", short_date(made.last, admin.on)
    secret = {"secret": True}
    first = say("admin.code.made", office=office, number=CODE_NUMBER.format(0), last=last)
    send_on = say("admin.code.forward", me=context.me, code=CODE.format(0), office=office, last=last)
    return (made, Say(first, secret), Say(send_on, secret))


def _do_cancel(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    say = words(context.language)
    number = payload["number"]
    if not any(c.number == number for c in admin.codes):
        return (Say(say("admin.cancel.unknown", number=number)),)
    return (CancelCode(number, unit.id), Say(say("admin.cancel.done", number=number)))


def _do_handover(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    say = words(context.language)
    if not _holds(payload, admin):
        return (Say(say("admin.changed")),)
    on = date.fromisoformat(payload["on"])
    before, after, name, role = payload["before"], payload["after"], payload["name"], payload["role"]
    office = f"{unit.name} {say(f'role.{role}')}"
    day = short_date(on, admin.on)
    told = [Inform(person, say(key, office=office, name=name, day=day))
            for person, key in ((before, "admin.handover.told_before"), (after, "admin.handover.told_after"))
            if person != context.person]  # fmt: skip
    text = say("admin.handover.done", office=office, name=name, day=day)
    return (HandOver(unit.id, role, before, after, name, on), *told, Say(text))


def _do_stop(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    say = words(context.language)
    held = admin.known(payload["person"])
    if not held:
        return (Say(say("admin.changed")),)
    offices = say("card.list_comma").join(_office(h, admin, context) for h in held)
    ended = tuple(Stop(h.unit, h.person, h.role, admin.on) for h in held)
    return (*ended, Say(say("admin.stop.done", name=held[0].name, offices=offices)))


def _do_set(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    name, value = payload["name"], payload["value"]
    shown = _value(name, value, context)
    said = Say(words(context.language)("admin.set.done", unit=unit.name, name=NAMES[name], value=shown))
    return (Setting(unit.id, name, value), said)


def _do_count(payload: Payload, unit: Managed, admin: Administration, context: Context) -> tuple[Effect, ...]:
    since = date.fromisoformat(payload["count"]["since"])
    new = Headcount(**{**payload["count"], "since": since, "groups": tuple(payload["count"]["groups"])})
    say = words(context.language)
    text = say("admin.count.done", unit=unit.name, day=short_date(since, admin.on), count=count_words(new, context))
    return (Count(unit.id, new), Say(text))


_DO: Mapping[str, Callable[[Payload, Managed, Administration, Context], tuple[Effect, ...]]] = {
    "code": _do_code, "handover_code": _do_handover_code, "cancel": _do_cancel, "handover": _do_handover,
    "stop": _do_stop, "set": _do_set, "count": _do_count,
}  # fmt: skip


def _holds(payload: Payload, admin: Administration) -> bool:
    """Whether the office is still held by whoever was to hand it over."""
    return any(h.person == payload["before"] for h in admin.in_office(payload["unit"], payload["role"]))


def _names(held: list[Holder], context: Context) -> str:
    say = words(context.language)
    return say("card.list_comma").join(dict.fromkeys(say("admin.person", name=h.name, person=h.person) for h in held))


def _office(holder: Holder, admin: Administration, context: Context) -> str:
    unit = admin.unit(holder.unit)
    return f"{unit.name if unit else holder.unit} {words(context.language)(f'role.{holder.role}')}"


def _value(name: str, value: Any, context: Context) -> str:
    return in_words(name, value) if value is not None else words(context.language)("admin.set.inherit")
