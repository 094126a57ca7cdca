"""Answers within a rating: 全部认可, （三）4 打5分，理由…, 3分, 有, 跳过, 上一步, 算了; the same for both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogue.asking import limits, put
from bot.dialogue.context import Context
from bot.dialogue.rated import COMPUTED, Entry, as_before, points, standing
from bot.dialogue.seat import Seat
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command, find_command
from bot.understanding.ratings import Rated, rated, several
from rubrics import Item
from rubrics.evaluate.value import said
from rubrics.procedure import assessed_by


def answer(session: Session, seat: Seat, message: Inbound, context: Context) -> Turn | None:
    """Take up what a message gives the rating; None when it is about something else.

    A clause that is named is always meant; a bare answer only while no card and no other question is open.
    """
    command = find_command(message.body)
    if command is not None and command.name == "accept_all":
        return _accept(session, seat, context)
    if command is not None and command.name == "rest_full":
        return _rest_full(session, seat, context)
    titles = {c.clause: c.title for c, _ in seat.rubric.clauses()}
    if many := several(message.body, titles):
        return _several(session, seat, many, context)
    given = rated(message.body, titles)
    if given is not None and given.clause is not None:
        return _named(session, seat, given, context)
    if session.card is not None or (session.pending is not None and session.pending.what != "rating_end"):
        return None
    item = seat.item(seat.rating.asked)
    if given is not None and item is not None:
        return _give(session, seat, item, given, context)
    return _wish(session, seat, item, command, context) if command is not None else None


def _wish(session: Session, seat: Seat, item: Item | None, command: Command, context: Context) -> Turn | None:
    say = words(context.language)
    match command.name:
        case "yes" if item is None and seat.next()[0]:
            return _accept(session, seat, context)
        case "yes" | "no" if item is not None:
            own = seat.own.points.get(item.id) if seat.own is not None and seat.assessing else None
            if command.name == "no" or own is None:
                return _again(session, seat, context, _unclear(item, context))
            given = Rated(item.id, met=bool(own)) if item.plain else Rated(item.id, own)
            return _give(session, seat, item, given, context)
        case "skip" | "tomorrow":
            what = COMPUTED if item is None else item.id
            if item is None and not seat.next()[0]:
                return _again(session, seat, context, say("skip.nothing"))
            seat = replace(seat, draft=seat.draft.skip(what))
            return put(session, seat, context, say("rate.skipped"), (seat.keep(),))
        case "back":
            if not seat.draft.steps:
                return _again(session, seat, context, say("back.first"))
            seat = replace(seat, draft=seat.draft.back())
            return put(session, seat, context, say("back.done"), (seat.keep(),))
        case "drop":
            side = say(f"rate.side.{seat.rating.side}")
            session = replace(session, rating=None, pending=None)
            return Turn(session, (Say(say("rate.stopped", side=side)),))
    return None


def _accept(session: Session, seat: Seat, context: Context) -> Turn:
    """The computed clauses as they are; once these are done, an assessor's rest as the unit rated itself."""
    say = words(context.language)
    left = seat.unrated()
    given = {item.id: Entry(item.computed, computed=item.computed) for item in left if item.kind == "computed"}
    said_so = say("rate.accepted", n=len(given))
    if not given and seat.assessing and seat.own is not None:
        given = as_before(left, seat.own.points, {})
        said_so = say("rate.accepted_own", n=len(given))
    if not given:
        return _again(session, seat, context, say("rate.nothing_to_accept"))
    seat = seat.with_given(given)
    return put(session, seat, context, said_so, (seat.keep(),))


def _rest_full(session: Session, seat: Seat, context: Context) -> Turn:
    """What is left for people to judge gets its full mark; the computed clauses stay to be accepted."""
    say = words(context.language)
    left = [item for item in seat.unrated() if item.kind != "computed"]
    if not left:
        return _again(session, seat, context, say("rate.nothing_to_accept"))
    seat = seat.with_given({item.id: _full(item) for item in left})
    return put(session, seat, context, say("rate.given_full", n=len(left)), (seat.keep(),))


def _full(item: Item) -> Entry:
    return Entry(met=True) if item.kind == "attested" and item.plain else Entry(item.most)


def _several(session: Session, seat: Seat, many: Sequence[Rated], context: Context) -> Turn:
    """Several clauses rated in one message, as one step; those that can't be so are named with the reason."""
    say = words(context.language)
    given: dict[str, Entry] = {}
    refused = []
    for one in many:
        item = seat.item(str(one.clause))
        entry, refusal = _entry(seat, item, one, context) if item is not None else (None, "")
        if item is not None and entry is not None:
            given[item.id] = entry
        else:
            refused.append(refusal or say("rate.not_rated", clause=one.clause))
    if not given:
        return _again(session, seat, context, "\n".join(refused))
    seat = seat.with_given(given)
    names = say("card.list_comma").join(f"{clause} {_points_of(seat, clause)}" for clause in given)
    return put(session, seat, context, "\n".join([say("rate.given_several", names=names), *refused]), (seat.keep(),))


def _points_of(seat: Seat, clause: str) -> str:
    item = seat.item(clause)
    assert item is not None, "it was just rated"
    return said(points(item, seat.draft.entries[clause]))


def _named(session: Session, seat: Seat, given: Rated, context: Context) -> Turn:
    say = words(context.language)
    item = seat.item(str(given.clause))
    if item is not None:
        return _give(session, seat, item, given, context)
    who = assessed_by(seat.rubric).get(str(given.clause), "")
    if seat.assessing and who and who not in seat.bodies and seat.bodies:
        return _again(session, seat, context, say("rate.others", clause=given.clause, who=who))
    parents = {clause.clause: parent for clause, parent in seat.rubric.clauses()}
    above: str | None = given.clause
    while above is not None and seat.item(above) is None:
        above = parents.get(above)
    if above is not None:
        return _again(session, seat, context, say("rate.part_of", clause=given.clause, whole=above))
    return _again(session, seat, context, say("rate.not_rated", clause=given.clause))


def _give(session: Session, seat: Seat, item: Item, given: Rated, context: Context) -> Turn:
    """One clause rated, or why it can't be so."""
    say = words(context.language)
    entry, refusal = _entry(seat, item, given, context)
    if entry is None:
        return _again(session, seat, context, refusal)
    seat = seat.with_given({item.id: entry})
    shown = said(item.met if entry.met else item.unmet) if entry.met is not None else said(entry.points or Decimal(0))
    record = ""
    if item.computed is not None and entry.points != item.computed:
        record = say("rate.by_record", points=said(item.computed))
    note = say("rate.because", note=entry.note) if entry.note else ""
    lead = say("rate.given", clause=item.id, title=item.clause.title, points=shown) + record + note
    return put(session, seat, context, lead, (seat.keep(),))


def _entry(seat: Seat, item: Item, given: Rated, context: Context) -> tuple[Entry | None, str]:
    """What was given as an entry, or the sentence that says why not."""
    say = words(context.language)
    met, amount = given.met, given.points
    if item.kind == "attested" and item.plain and amount in (item.met, item.unmet):
        met, amount = amount == item.met, None
    if met is not None:
        return (Entry(met=met, note=given.note), "") if item.kind == "attested" else (None, _unclear(item, context))
    if amount is None:
        before = standing(item, seat.draft)
        if before is None and item.computed is None:
            return None, _unclear(item, context)
        return replace(before or Entry(item.computed, computed=item.computed), note=given.note), ""
    if item.kind == "attested" and item.plain:
        return None, _unclear(item, context)
    reason = item.refuses(amount)
    if reason:
        return None, say(f"rate.{reason}", clause=item.id, points=f"{amount:f}", limits=limits(item, context))
    raised = item.computed is not None and amount > item.computed
    differs = item.computed is not None and amount != item.computed
    if (raised or (differs and seat.assessing)) and not given.note:
        return None, say(
            "rate.needs_reason", clause=item.id, record=said(item.computed or Decimal(0)), points=said(amount)
        )
    return Entry(amount, note=given.note, computed=item.computed), ""


def _unclear(item: Item, context: Context) -> str:
    say = words(context.language)
    key = "rate.say_met" if item.kind == "attested" else "rate.say_points"
    return say(key, clause=item.id, limits=limits(item, context))


def _again(session: Session, seat: Seat, context: Context, text: str) -> Turn:
    """An answer that changes nothing; the question stays."""
    return Turn(replace(session, misses=0), (Say(text),))
