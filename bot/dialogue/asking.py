"""What a rating asks next, in words: the computed clauses to be accepted together, one clause, the yes at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogue import stages
from bot.dialogue.card import listed
from bot.dialogue.context import Context
from bot.dialogue.rated import points, standing
from bot.dialogue.seat import Seat, seat_of
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Effect, Say, Turn
from bot.locale import words
from rubrics import Item
from rubrics.evaluate.value import said
from rubrics.procedure import self_rating_months

RECORDS = 6  # named with a clause that a person judges
FEW = 6  # clauses named where all were listed before


def put(session: Session, seat: Seat, context: Context, lead: str = "", effects: Sequence[Effect] = ()) -> Turn:
    """Ask the next thing. lead: a line said before it; effects: what is kept with it."""
    say = words(context.language)
    computed, item = seat.next()
    session = replace(session, walk=None, pending=None, unit=seat.unit.id if not seat.assessing else session.unit)
    session = replace(session, rating=replace(seat.rating, asked=item.id if item else ""), misses=0)
    if computed:
        text = _computed(computed, seat, context, short=bool(lead))
    elif item is not None:
        text = _one(item, seat, context)
    else:
        left = seat.unrated()
        if left and seat.rating.side != "trial":
            names = say("card.list_comma").join(i.id for i in left)
            text = say("rate.left", n=len(left), names=names)
        else:
            text = summary(seat, context)
            if seat.rating.side != "trial":
                session = replace(session, pending=Pending("rating_end", ()))
                held = seat.draft.files
                text += "\n" + say("rate.files", names=listed(held, context)) if held else ""
                text += "\n" + say("rate.only_trial") if seat.rubric.example else ""
                text += "\n" + say("rate.end.assessor" if seat.assessing else "rate.end.self")
            else:
                session = replace(session, rating=None)
                effects = (*effects, seat.forget())
                text += "\n" + say("rate.end.trial")
    body = "\n".join(part for part in (lead, text) if part)
    return Turn(session, (*effects, Say(body)))


def heading(seat: Seat, context: Context) -> str:
    """**6月自评 · 机关第一支部 · 量化考核** 示例分值; of a body's part with its name: 2026年考评（组织部）."""
    say = words(context.language)
    period = seat.draft.period
    when = say("rate.month", month=int(period[5:])) if len(period) > 4 else say("rate.year", year=period)
    what = say(f"rate.side.{seat.rating.side}")
    what += say("rate.body", names=say("card.list_comma").join(seat.bodies)) if seat.bodies else ""
    example = " " + say("rate.example") if seat.rubric.example else ""
    return f"**{when}{what} · {seat.unit.name} · {seat.rubric.short}**{example}"


def _computed(found: Sequence[Item], seat: Seat, context: Context, *, short: bool) -> str:
    say = words(context.language)
    total = said(sum((i.computed or Decimal(0) for i in found), Decimal(0)))
    if short:
        names = say("card.list_comma").join(i.id for i in found[:FEW])
        return say("rate.computed_left", n=len(found), names=names + (say("rate.more") if len(found) > FEW else ""))
    rows = [say("rate.computed", n=len(found), total=total)]
    rows += [f"{i.id} {i.clause.title} {said(i.computed or Decimal(0))}/{said(i.maximum)}{_own(i, seat, context)}"
             for i in found]  # fmt: skip
    others = len([i for i in seat.unrated() if i.kind != "computed"])
    widest = max(found, key=lambda i: i.maximum)
    rows.append(say("rate.accept", clause=widest.id, points=said(widest.maximum // 2)))
    return "\n".join([*rows, *([say("rate.then", n=others)] if others else [])])


def _own(item: Item, seat: Seat, context: Context) -> str:
    """What the unit gave itself, for whoever assesses it."""
    if not seat.assessing or self_rating_months(seat.rubric) is None:
        return ""
    say = words(context.language)
    if seat.own is None or item.id not in seat.own.points:
        return say("rate.no_own")
    own = seat.own.points[item.id]
    if item.plain:
        return say("rate.own_met" if own else "rate.own_unmet")
    return say("rate.own", points=said(own))


def _one(item: Item, seat: Seat, context: Context) -> str:
    say = words(context.language)
    asked = [i for i in seat.items if i.kind != "computed"]
    place = f"{asked.index(item) + 1}/{len(asked)} {item.id} {item.clause.title}"
    own = _own(item, seat, context)
    if item.kind == "attested":
        what = item.clause.attest or item.line.arithmetic
        return say("rate.ask_met", place=place, what=what, own=own, met=said(item.met), unmet=said(item.unmet))
    rows = [say("rate.ask_points", place=place, range=limits(item, context), own=own)]
    if item.kind == "judged":
        if item.clause.judge and item.clause.judge.what:
            rows.append(say("rate.look_at", what=item.clause.judge.what))
    elif item.line.arithmetic:
        rows.append(say("rate.record_says", what=item.line.arithmetic))
    shown = [f"#{c.number} {c.words}" for c in item.line.counted if c.number is not None]
    rows += _evidence(item, seat, context)
    if shown:
        more = say("rate.and_more", n=len(shown)) if len(shown) > RECORDS else ""
        rows.append(say("rate.records", names=say("card.list_comma").join(shown[-RECORDS:]) + more))
    return "\n".join(rows)


def _evidence(item: Item, seat: Seat, context: Context) -> list[str]:
    """What the unit sent for the clause with its self-rating, for whoever assesses it."""
    one = context.assesses(seat.unit.id)
    if not seat.assessing or one is None:
        return []
    files = [file for _, file in stages.sent_with(one, seat.rubric, seat.year)[1] if file.clause == item.id]
    return [words(context.language)("rate.evidence", names=listed(files, context), clause=item.id)] if files else []


def limits(item: Item, context: Context) -> str:
    """0～6分，1分一档."""
    say = words(context.language)
    text = say("rate.range", least=said(item.least), most=said(item.most))
    return text + (say("rate.step", step=said(item.step)) if item.step else "")


def summary(seat: Seat, context: Context) -> str:
    """What the column comes to, by section, and where it differs from the record."""
    say = words(context.language)
    sheet = seat.sheet()
    total = said(sheet.floor) if sheet.floor == sheet.ceiling else f"{said(sheet.floor)}～{said(sheet.ceiling)}"
    full = f"/{said(sheet.full)}" if sheet.full is not None else ""
    part = sheet.floor != sheet.ceiling and not seat.unrated()  # of one body, or the source gives no total
    whole = say("rate.part_total" if part else "rate.total", total=said(seat.given()) if part else total,
                full=full, n=len(seat.items))  # fmt: skip
    rows = [heading(seat, context), whole]
    sections = [line for line in sheet.lines if line.parent is None and (line.floor or not part)]
    rows.append(say("rate.sections").join(f"{s.title}{said(s.floor)}" for s in sections))
    for item in seat.items:
        entry = standing(item, seat.draft)
        if entry is None or not (entry.note or (item.computed is not None and points(item, entry) != item.computed)):
            continue
        record = say("rate.by_record", points=said(item.computed)) if item.computed is not None else ""
        note = say("rate.because", note=entry.note) if entry.note else ""
        rows.append(f"{item.id} {item.clause.title} {said(points(item, entry))}{record}{note}")
    left = seat.unrated()
    if left:
        rows.append(say("rate.unrated", n=len(left)))
    return "\n".join(row for row in rows if row)


def reminder(session: Session, context: Context) -> str:
    """One line that brings an interrupted rating back to mind; empty without one."""
    seat = seat_of(session, context)
    if seat is None or (session.pending is not None and session.pending.what != "rating_end"):
        return ""
    say = words(context.language)
    computed, item = seat.next()
    side = say(f"rate.side.{seat.rating.side}")
    if computed:
        return "\n\n" + say("rate.back_to_computed", side=side, n=len(computed))
    if item is not None:
        return "\n\n" + say("rate.back_to", side=side, clause=item.id, title=item.clause.title)
    return "\n\n" + say("rate.back_to_end", side=side)
