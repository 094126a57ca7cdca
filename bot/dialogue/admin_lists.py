"""What an administrator may look at: 名册, 人员 某支部, 登记码, 设置 某支部."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.dialogue.card import short_date
from bot.dialogue.context import Context
from bot.dialogue.offices import Administration, Managed, OpenCode
from bot.locale import words
from bot.understanding.numbers import integer
from bot.units_words import NAMES, in_words
from rubrics import Headcount

PAGE = 20
_PAGE = re.compile(r"第? ?(\d{1,3}|[一二三四五六七八九十]{1,2}) ?页?")
SHOWN = ("rulebooks", "party_day", "deadlines", "quiet_hours", "holidays", "language", "time_zone")


def units(rest: str, admin: Administration, context: Context) -> str:
    """名册, 名册 2, 名册 机关: the units with their people and headcounts; first, who has no secretary."""
    say = words(context.language)
    page = _PAGE.fullmatch(rest)
    chosen = [u for u in admin.units if page or not rest or rest in u.name or rest in u.id]
    if not chosen:
        return say("admin.units.none", words=rest[:40])
    at = max((integer(page[1]) or 1) - 1, 0) if page else 0
    inner = {name for unit in admin.units for name in unit.above}
    lacking = [
        u for u in chosen if not admin.in_office(u.id, "secretary") and u.name not in inner and not _over(u, admin)
    ]
    if at * PAGE >= len(chosen):
        return say("admin.units.no_page", page=at + 1)
    lines = [say("admin.units.head", n=len(chosen))]
    if lacking:
        lines.append(
            say("admin.units.lacking", n=len(lacking), names=_listed([u.name for u in lacking[:PAGE]], context))
        )
    lines += [_row(unit, admin, context) for unit in chosen[at * PAGE : (at + 1) * PAGE]]
    if len(chosen) > (at + 1) * PAGE:
        lines.append(say("admin.units.more", page=at + 2))
    return "\n".join(lines)


def _row(unit: Managed, admin: Administration, context: Context) -> str:
    say = words(context.language)
    parts = [f"{say(f'role.{h.role}')} {h.name}" for h in admin.in_office(unit.id)]
    if unit.headcounts:
        count = unit.headcounts[-1]
        parts.append(say("admin.units.count", full=count.full, probationary=count.probationary))
    if unit.closed_on is not None:
        parts.append(say("admin.units.closed", day=short_date(unit.closed_on, admin.on)))
    twice = sum(other.name == unit.name for other in admin.units) > 1
    text = f"{'　' * len(unit.above)}{unit.name}" + (say("admin.id", id=unit.id) if twice else "")
    return text + (say("card.colon") + say("card.comma").join(parts) if parts else "")


def people(unit: Managed, admin: Administration, context: Context) -> str:
    """人员 某支部: who holds what there, by which account, since when; and the codes still open."""
    say = words(context.language)
    lines = [say("admin.people.head", unit=unit.name)]
    lines += [
        say("admin.people.row", role=say(f"role.{h.role}"), name=h.name, person=h.person,
            since=short_date(h.since, admin.on))
        for h in admin.in_office(unit.id)
    ]  # fmt: skip
    lines += [code_row(code, admin, context) for code in admin.codes if code.unit == unit.id]
    return "\n".join(lines if len(lines) > 1 else [say("admin.people.none", unit=unit.name)])


def codes(admin: Administration, context: Context) -> str:
    """登记码: those still good."""
    say = words(context.language)
    if not admin.codes:
        return say("admin.codes.none")
    return "\n".join([say("admin.codes.head", n=len(admin.codes)), *(code_row(c, admin, context) for c in admin.codes)])


def code_row(code: OpenCode, admin: Administration, context: Context) -> str:
    """3号：机关第一支部 书记，12月4日前有效，接替李明."""
    say = words(context.language)
    unit = admin.unit(code.unit)
    known = admin.known(code.replaces or "")
    row = say("admin.code.row", number=code.number, unit=unit.name if unit else code.unit,
              role=say(f"role.{code.role}"), last=short_date(code.last, admin.on))  # fmt: skip
    instead = known[0].name if known else code.replaces
    return row + (say("admin.code.instead", name=instead) if instead else "")


def settings(unit: Managed, context: Context) -> str:
    """设置 某支部: each setting in force, and whose it is."""
    say = words(context.language)
    told = unit.inherited or {}
    lines = [say("admin.set.head", unit=unit.name)]
    for name in SHOWN:
        if name in told:
            whose, value = told[name]
            from_ = say("admin.set.from", unit=whose) if whose else say("admin.set.own")
            lines.append(say("admin.set.row", name=NAMES[name], value=in_words(name, value) or "—", whose=from_))
    return "\n".join([*lines, say("admin.set.which")])


def count_words(count: Headcount, context: Context) -> str:
    """正式23，预备1，委员5，党小组8、8、7人."""
    say = words(context.language)
    told = [
        say(f"admin.figure.{name}", n=getattr(count, name))
        for name in ("full", "probationary", "floating", "on_leave", "committee", "activists")
        if name == "full" or getattr(count, name)
    ]
    if any(count.groups):
        told.append(say("admin.figure.sizes", sizes=_listed(map(str, count.groups), context)))
    elif count.groups:
        told.append(say("admin.figure.groups", n=len(count.groups)))
    return say("card.comma").join(told)


def _over(unit: Managed, admin: Administration) -> bool:
    return unit.closed_on is not None and unit.closed_on <= admin.on


def _listed(names: Iterable[str], context: Context) -> str:
    return words(context.language)("card.list_comma").join(names)
