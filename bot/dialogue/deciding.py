"""批准, 退回结果, 更正结果, 重新考评: what is decided on an outcome, and how it is opened again with a reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.dialogue import stages
from bot.dialogue.aiming import Aim, aims, clear, listed, title
from bot.dialogue.card import long_date
from bot.dialogue.context import Assessed, Context
from bot.dialogue.listing import state_words
from bot.dialogue.outcome import FINAL, OBJECTED, PUBLIC, current, fixed
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import ClosePaper, Effect, Put, Say, Tell, Tried, Turn
from bot.locale import words
from bot.understanding.commands import Command
from bot.understanding.year_wishes import Aimed
from rubrics.procedure import approval

LEAST = 2  # characters of a reason or ground
BY_ADMINISTRATOR = frozenset({"approve", "reject", "correct"})


def begin(session: Session, command: Command, context: Context) -> Turn | None:
    """Say what would be decided on which years, and ask. None: words that somebody else may say otherwise."""
    say = words(context.language)
    wish = command.name
    pool = _pool(wish, context)
    if not pool:
        known = (*(stages.own(context, unit.id) for unit in context.units), *context.assessed)
        if wish == "approve" and not clear(aims(command.argument, known, context)[1]):
            return None  # 批准预备党员转正 is a report
        return Turn(session, (Tried(wish, command.argument), Say(say("step.not_yours"))))
    found, told = aims(command.argument, pool, context)
    if told.strange:
        return Turn(session, (Tried(wish, command.argument), Say(say("assess.refused", name=told.strange[:40]))))
    if not clear(told):
        if context.units and command.argument:
            return None
        text = say("step.which", wish=say(f"step.wish.{wish}"), name=pool[0].unit.name)
        return Turn(session, (Say(text),))
    return _ask(session, wish, found, told, context)


def _ask(session: Session, wish: str, found: Sequence[Aim], told: Aimed, context: Context) -> Turn:
    say = words(context.language)
    why_not = {id(aim): _why_not(wish, aim, context) for aim in found}
    good = [aim for aim in found if not why_not[id(aim)]]
    bad = list(dict.fromkeys(why for why in why_not.values() if why))
    if not good:
        return Turn(session, (Say(listed(bad, context) or say("step.nothing")),))
    if len(told.rest) < LEAST:
        key = "step.needs_ground" if wish == "approve" else "step.needs_reason"
        text = say(key, wish=say(f"step.wish.{wish}"), unit=good[0].one.unit.name, book=good[0].rubric.short)
        return Turn(session, (Say(text),))
    lines = [f"{title(aim, context)}：{_shown(aim)}" for aim in good]
    rows = [say(f"step.ask.{wish}", n=len(good)), listed(lines, context)]
    rows += [say("step.left_out", names=listed(bad, context))] if bad and told.units else []
    rows += [say("step.ground" if wish == "approve" else "step.reason", reason=told.rest), say("step.sure")]
    items = [[aim.one.unit.id, aim.rubric.key, aim.year, _shown(aim)] for aim in good]
    payload = {"do": wish, "items": items, "words": told.rest}
    ids = "\n".join(dict.fromkeys(aim.one.unit.id for aim in good))
    asked = Pending("step", (json.dumps(payload, ensure_ascii=False),), ids)
    return Turn(replace(session, pending=asked), (Say("\n".join(rows)),))


def confirmed(session: Session, payload: dict[str, Any], context: Context) -> Turn:
    """The same after the yes; what has changed since it was asked is left alone and said."""
    say = words(context.language)
    wish, reason = payload["do"], payload["words"]
    pool = {one.unit.id: one for one in _pool(wish, context)}
    effects: list[Effect] = []
    done: list[str] = []
    changed: list[str] = []
    for unit, key, year, was in payload["items"]:
        one = pool.get(unit)
        rubric = next((r for r in one.rubrics if r.key == key), None) if one is not None else None
        if one is None or rubric is None:
            continue
        aim = Aim(one, rubric, year)
        why = _why_not(wish, aim, context)
        if why or _shown(aim) != was:
            changed.append(why or say("step.changed", title=title(aim, context)))
            continue
        effects += _do(wish, aim, reason, context)
        done.append(title(aim, context))
    if done:
        news = say(f"step.news.{wish}", names=listed(done, context), n=len(done), reason=reason)
        effects += [Tell(item[0], "assessor", news) for item in payload["items"]]
        effects.append(Say(say(f"step.done.{wish}", names=listed(done, context), n=len(done))))
    if changed:
        effects.append(Say(listed(changed, context)))
    return Turn(session, tuple(effects) or (Say(say("step.nothing")),))


def _pool(wish: str, context: Context) -> tuple[Assessed, ...]:
    """Whose years the person may decide on in this way. What has no approval is corrected by those who assess; and they
    may take back what is not decided yet."""
    if wish == "approve":
        return context.decides
    if wish == "reopen":
        return context.assessed
    ones = {one.unit.id: one for one in (*context.decides, *context.assessed)}
    return tuple(ones.values())


def _why_not(wish: str, aim: Aim, context: Context) -> str:
    """The sentence that says why a step can't be taken; empty where it can."""
    checks = {"approve": _not_approved, "reject": _not_rejected, "correct": _not_corrected, "reopen": _not_reopened}
    return checks[wish](aim, context)


def _not_approved(aim: Aim, context: Context) -> str:
    say = words(context.language)
    named = title(aim, context)
    if approval(aim.rubric) is None:
        return say("step.no_approval", book=aim.rubric.short)
    outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    if outcome is None:
        return say("step.not_put_in", title=named, state=state_words(aim.one, aim.rubric, aim.year, context))
    if outcome.example:
        return say("step.example_points", title=named, wish=say("step.wish.approve"))
    stage = outcome.stage(context.now.date())
    if stage == OBJECTED:
        return say("step.objected", title=named)
    if stage == PUBLIC and outcome.until is not None:
        return say("step.still_public", title=named, day=long_date(outcome.until, context.now.date()))
    if stage == FINAL:
        return say("step.already", title=named, state=state_words(aim.one, aim.rubric, aim.year, context))
    raters = {p.person for p in aim.one.papers if p.stands and (p.rubric, p.year) == (outcome.rubric, outcome.year)}
    if context.person in raters | {outcome.person}:
        return say("step.own_work", title=named)
    return ""


def _not_rejected(aim: Aim, context: Context) -> str:
    say = words(context.language)
    outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    if outcome is None:
        state = state_words(aim.one, aim.rubric, aim.year, context)
        return say("step.not_put_in", title=title(aim, context), state=state)
    return say("step.final_reject", title=title(aim, context)) if outcome.final is not None else ""


def _not_corrected(aim: Aim, context: Context) -> str:
    say = words(context.language)
    outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    if outcome is None or outcome.final is None:
        state = state_words(aim.one, aim.rubric, aim.year, context)
        return say("step.not_final", title=title(aim, context), state=state)
    decides = any(one.unit.id == aim.one.unit.id for one in context.decides)
    if approval(aim.rubric) is not None and not decides:
        return say("step.by_administrator", title=title(aim, context))
    return ""


def _not_reopened(aim: Aim, context: Context) -> str:
    say = words(context.language)
    if fixed(aim.one.outcomes, aim.rubric.id, aim.year) is not None:
        state = state_words(aim.one, aim.rubric, aim.year, context)
        return say("step.fixed_reopen", title=title(aim, context), state=state)
    return "" if _sheets(aim) else say("step.nothing_rated", title=title(aim, context))


def _sheets(aim: Aim) -> list[int]:
    """The sheets that whoever assesses may open again: those of their columns and parts."""
    mine, rated = set(stages.own_parts(aim.rubric, aim.one)), stages.columns_of(aim.rubric, aim.one)
    return [
        p.number for p in aim.one.papers
        if p.stands and (p.rubric, p.year) == (aim.rubric.id, aim.year) and p.side in rated
        and mine & set(p.bodies or (stages.REST,))
    ]  # fmt: skip


def _shown(aim: Aim) -> str:
    outcome = current(aim.one.outcomes, aim.rubric.id, aim.year)
    return outcome.shown if outcome is not None else "—"


def _do(wish: str, aim: Aim, reason: str, context: Context) -> list[Effect]:
    say = words(context.language)
    unit, named, today = aim.one.unit.id, title(aim, context), context.now.date()
    outcome = current(aim.one.outcomes, aim.rubric.id, aim.year)
    told = Tell(unit, "secretary", say(f"step.told.{wish}", title=named, shown=_shown(aim), reason=reason))
    if wish == "reopen":
        return [*(ClosePaper(number, reason) for number in _sheets(aim)), told]
    assert outcome is not None, "what is decided on was put in"
    here = {"rubric": aim.rubric.id, "year": aim.year, "edition": outcome.edition}
    if wish == "approve":
        step = approval(aim.rubric)
        who = step.who or "" if step is not None else ""
        return [Put(unit, "approval", today, {**here, "ground": reason, "who": who}), told]
    if wish == "correct":
        return [Put(unit, "correction", today, {**here, "why": reason}), told]
    return [ClosePaper(outcome.paper, reason), told]
