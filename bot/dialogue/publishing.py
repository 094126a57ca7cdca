"""公示, 报批, 定论: an assessor makes known what a year came to, hands it up, or settles it, as the rulebook has it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.dialogue import figures, stages
from bot.dialogue.aiming import Aim, aims, clear, everything, listed, title
from bot.dialogue.card import long_date
from bot.dialogue.context import Context
from bot.dialogue.listing import missing, state_words
from bot.dialogue.outcome import READY, Outcome, body, current, fixed, of_year
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Effect, Put, Say, Tell, Tried, Turn
from bot.locale import words
from bot.understanding.commands import Command
from bot.understanding.workdays import next_workday
from bot.understanding.year_wishes import days_named, until_named
from rubrics import Tally
from rubrics.procedure import approval, publicity, ranks

USUAL = 5  # workdays of publicity where neither the rulebook nor the person says how many
LONGEST = 60  # days


@dataclass(frozen=True, slots=True)
class Offer:
    """What a wish would do to one unit's year. made: what it comes to, None where nothing new is put in; why_not: the
    sentence that says why it can't be done, empty where it can."""

    aim: Aim
    made: Tally | None = None
    why_not: str = ""


def begin(session: Session, command: Command, context: Context) -> Turn | None:
    """公示 机关第一支部 量化考核: say what it would come to, and ask. None: words that somebody else may say."""
    say = words(context.language)
    if not context.assessed:
        return None
    found, told = aims(command.argument, context.assessed, context)
    if told.strange:
        refused = Tried(command.name, command.argument)
        return Turn(session, (refused, Say(say("assess.refused", name=told.strange[:40]))))
    if not clear(told):
        if context.units and command.argument:
            return None  # 公示党费收缴情况 is a report
        text = say("step.which", wish=say(f"step.wish.{command.name}"), name=context.assessed[0].unit.name)
        return Turn(session, (Say(text),))
    until = _until(command, found, context)
    if isinstance(until, str):
        return Turn(session, (Say(until),))
    fit = [aim for aim in found if _wish_of(aim, command.name)]
    offers = [_offer(aim, command.name, context) for aim in (found if told.book or not fit else fit)]
    good = [offer for offer in offers if not offer.why_not]
    bad = list(dict.fromkeys(offer.why_not for offer in offers if offer.why_not))
    if not good:
        return Turn(session, (Say(listed(bad, context) or say("step.nothing")),))
    return _ask(session, command.name, good, bad, until, context)


def _ask(
    session: Session, wish: str, good: Sequence[Offer], bad: Sequence[str], until: date | None, context: Context
) -> Turn:
    say = words(context.language)
    items = [[o.aim.one.unit.id, o.aim.rubric.key, o.aim.year, _shown(o, context)] for o in good]
    lines = [f"{title(o.aim, context)}：{_shown(o, context)}" for o in good]
    rows = [say(f"step.ask.{wish}", n=len(good)), listed(lines, context)]
    rows += [say("step.left_out", names=listed(bad, context))] if bad else []
    rows += [say("step.until", day=long_date(until, context.now.date()))] if until is not None else []
    rows.append(say("step.sure"))
    payload = {"do": wish, "until": until.isoformat() if until else None, "items": items}
    ids = "\n".join(dict.fromkeys(o.aim.one.unit.id for o in good))
    asked = Pending("step", (json.dumps(payload, ensure_ascii=False),), ids)
    return Turn(replace(session, pending=asked), (Say("\n".join(rows)),))


def confirmed(session: Session, payload: dict[str, Any], context: Context) -> Turn:
    """The same after the yes: what has changed since it was asked is left alone and said."""
    say = words(context.language)
    until = date.fromisoformat(payload["until"]) if payload["until"] else None
    effects: list[Effect] = []
    done: list[str] = []
    changed: list[str] = []
    for unit, key, year, was in payload["items"]:
        one = context.assesses(unit)
        rubric = next((r for r in one.rubrics if r.key == key), None) if one is not None else None
        if one is None or rubric is None:
            continue
        offer = _offer(Aim(one, rubric, year), payload["do"], context)
        if offer.why_not or _shown(offer, context) != was:
            changed.append(offer.why_not or say("step.changed", title=title(offer.aim, context)))
            continue
        effects += _do(offer, payload["do"], until, context)
        done.append(title(offer.aim, context))
    if done:
        effects.append(Say(say(f"step.done.{payload['do']}", names=listed(done, context), n=len(done))))
        effects += _to_administrators(payload, until, context)
    if changed:
        effects.append(Say(listed(changed, context)))
    return Turn(replace(session, pending=None), tuple(effects) or (Say(say("step.nothing")),))


def _wish_of(aim: Aim, wish: str) -> bool:
    """Whether a wish is a step of the rulebook's procedure."""
    return wish == stages.first_wish(aim.rubric) or (wish == "conclude" and approval(aim.rubric) is None)


def _offer(aim: Aim, wish: str, context: Context) -> Offer:
    """Whether a step can be taken on one unit's year."""
    say = words(context.language)
    first, named = stages.first_wish(aim.rubric), title(aim, context)
    if not _wish_of(aim, wish):
        instead = "approve" if wish == "conclude" else first
        text = say("step.not_so", book=aim.rubric.short, wish=say(f"step.wish.{wish}"),
                   instead=say(f"step.wish.{instead}"))  # fmt: skip
        return Offer(aim, None, text)
    outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    if why := _on_example(aim, wish, outcome, context):
        return Offer(aim, None, why)
    if outcome is not None:
        if wish == "conclude" and first == "publish" and outcome.stage(context.now.date()) == READY:
            return Offer(aim)
        state = state_words(aim.one, aim.rubric, aim.year, context)
        return Offer(aim, None, say("step.already", title=named, state=state))
    if wish != first:
        return Offer(aim, None, say("step.publish_first", title=named))
    return _ready(aim, context)


def _on_example(aim: Aim, wish: str, outcome: Outcome | None, context: Context) -> str:
    """Why a year can't become official: its points, or those that it was rated on, are our examples."""
    say = words(context.language)
    if outcome.example if outcome is not None else aim.rubric.example:
        return say("step.example_points", title=title(aim, context), wish=say(f"step.wish.{wish}"))
    rated = stages.rated_on_example(aim.one, aim.rubric, aim.year) if outcome is None else ()
    names = say("card.list_comma").join(say(f"rate.side.{side}") for side in rated)
    return say("step.example_rated", title=title(aim, context), names=names) if rated else ""


def _ready(aim: Aim, context: Context) -> Offer:
    """A year that is to be put in: rated whole, with nothing open; where the rulebook ranks, all units' years are."""
    say = words(context.language)
    fellows = [f for f in _fellows(aim, context) if stages.lacking(f.one, f.rubric, f.year)]
    if fellows:
        own = fellows[0].one.unit.id == aim.one.unit.id
        left = missing(aim.one, aim.rubric, aim.year, say) if own else [f.one.unit.name for f in fellows[:5]]
        key = "step.not_rated" if own else "step.pool"
        return Offer(aim, None, say(key, title=title(aim, context), names=say("card.list_comma").join(left)))
    made = figures.worked_out(aim, context.assessed, context)
    if made is None:
        return Offer(aim, None, say("step.again", title=title(aim, context)))
    if made.open:
        names = say("card.list_comma").join(f"{clause} {what}" for clause, what in made.open[:5])
        return Offer(aim, None, say("step.open", title=title(aim, context), n=len(made.open), names=names))
    return Offer(aim, made)


def _fellows(aim: Aim, context: Context) -> list[Aim]:
    """The units whose years must be rated before this one's outcome can be put in; itself first."""
    if not ranks(aim.rubric):
        return [aim]
    others = everything(context.assessed, aim.rubric, aim.year)
    return [aim, *(other for other in others if other.one.unit.id != aim.one.unit.id)]


def _shown(offer: Offer, context: Context) -> str:
    if offer.made is not None:
        return figures.shown(offer.aim.rubric, offer.made, context)
    outcome = current(offer.aim.one.outcomes, offer.aim.rubric.id, offer.aim.year)
    return outcome.shown if outcome is not None else ""


def _do(offer: Offer, wish: str, until: date | None, context: Context) -> list[Effect]:
    say = words(context.language)
    aim, today = offer.aim, context.now.date()
    unit, shown = aim.one.unit.id, _shown(offer, context)
    named = title(aim, context)
    made: list[Effect] = []
    number = len(of_year(aim.one.outcomes, aim.rubric.id, aim.year))
    if offer.made is not None:
        number += 1
        why = _changed_for(aim)
        made.append(Put(unit, "outcome", today, body(aim.rubric, offer.made, aim.year, number, shown, until, why)))
    if wish == "conclude":
        here = {"rubric": aim.rubric.id, "year": aim.year, "edition": number, "ground": "", "who": ""}
        made.append(Put(unit, "approval", today, here))
    last = long_date(until, today) if until is not None else ""
    told = say(f"step.told.{wish}", title=named, shown=shown, day=last)
    return [*made, Tell(unit, "secretary", told)]


def _changed_for(aim: Aim) -> str:
    """Why there is a new edition: the correction asked for, or why the last one was taken back."""
    before = of_year(aim.one.outcomes, aim.rubric.id, aim.year)
    if not before:
        return ""
    return before[-1].correcting or before[-1].ended


def _to_administrators(payload: dict[str, Any], until: date | None, context: Context) -> list[Effect]:
    """Whoever decides on what was made known or handed up hears of it once, however many units it is about."""
    if payload["do"] == "conclude":
        return []
    say = words(context.language)
    units = list(dict.fromkeys(item[0] for item in payload["items"]))
    ones = {one.unit.id: one for one in context.assessed}
    named = say("card.list_comma").join(ones[unit].unit.name for unit in units[:5] if unit in ones)
    more = say("step.and_more", n=len(units)) if len(units) > 5 else ""
    day = long_date(until, context.now.date()) if until is not None else ""
    text = say(f"step.decide.{payload['do']}", names=named + more, day=day)
    return [Tell(unit, "administrator", text) for unit in units]


def _until(command: Command, found: Sequence[Aim], context: Context) -> date | str | None:
    """The last day of publicity, or the sentence that says why it can't be that."""
    if command.name != "publish":
        return None
    say = words(context.language)
    today = context.now.date()
    day = until_named(command.argument, today)
    asked = days_named(command.argument)
    if day is None:
        steps = [step for aim in found if (step := publicity(aim.rubric)) is not None]
        days, worked = asked or (max((step.workdays for step in steps), default=0) or USUAL, True)
        day = _after(today, min(days, LONGEST), worked=worked)
    if not today < day <= date.fromordinal(today.toordinal() + LONGEST * 2):
        return say("step.odd_day", day=long_date(day, today))
    return day


def _after(day: date, number: int, *, worked: bool) -> date:
    """So many days, or workdays, after a day."""
    if not worked:
        return date.fromordinal(day.toordinal() + number)
    for _ in range(number):
        day = next_workday(day)
    return day
