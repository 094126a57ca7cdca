"""How often something must happen: the rulebooks' figures, each with its clause, and what is done so far."""

from __future__ import annotations

from bot.dialogue.card import kind_name
from bot.dialogue.context import Context
from bot.dialogue.duties import span_name
from bot.locale import words
from bot.understanding.how_often import names_meetings
from rubrics import Demand, counting, demands

MOST_CLAUSES = 4  # named where nothing says how often
MEETINGS, FAMILY = "三会一课", "three_meetings"


def kinds_of(kind: str | None, text: str, context: Context) -> frozenset[str]:
    """The kinds a question is about: the one it names, or those that 三会一课 is made of; none for anything else."""
    if kind is not None:
        return frozenset((kind,))
    made_of = (id for id, one in context.kinds.kinds.items() if one.family == FAMILY)
    return frozenset(made_of) if names_meetings(text) else frozenset()


def demanded(context: Context, unit: str, kinds: frozenset[str]) -> str:
    """What is demanded of a unit, a line for each figure; rulebooks that ask the same are named together."""
    say = words(context.language)
    today = context.now.date()
    name = kind_name(context, next(iter(kinds))) if len(kinds) == 1 else MEETINGS
    found = demands(context.rubrics[unit], context.facts[unit], today, kinds)
    if not found:
        seen = counting(context.rubrics[unit], today, kinds)
        if not seen:
            return say("demand.none", name=name)
        named = [_clause(short, clause.clause, clause.title) for short, clause in seen[:MOST_CLAUSES]]
        return say("demand.only_counted", name=name, clauses=say("card.list_comma").join(named))
    same: dict[tuple[str, str], list[Demand]] = {}
    for demand in found:
        same.setdefault((_figure(demand, context), _so_far(demand, unit, context)), []).append(demand)
    rows = [say("demand.head", unit=context.unit(unit).name, name=name)]
    for (figure, done), several in same.items():
        clauses = dict.fromkeys(_clause(d.rubric, d.clause, d.title) for d in several)
        rows.append(say("demand.row", figure=figure, clauses=say("card.list_comma").join(clauses), done=done))
    open_ = dict.fromkeys(reading for demand in found for reading in demand.readings)
    rows += [say("demand.reading", reading=reading) for reading in open_]
    return "\n".join(rows)


def _clause(short: str, clause: str, title: str) -> str:
    return f"{short}{'' if clause.startswith('（') else ' '}{clause} {title}"


def _figure(demand: Demand, context: Context) -> str:
    """党小组会每两周1次（每个党小组）."""
    say = words(context.language)
    times = {"times": demand.times, "measure": demand.measure}
    if demand.every:
        figure = say("demand.every", every=say(f"demand.{demand.every}"), **times)
        figure += say("demand.each_group") if demand.each_group else ""
    elif demand.on:
        figure = say("demand.on", days=say("card.list_comma").join(_day(day) for day in demand.on))
    else:
        figure = say("demand.by", day=_day(demand.due), **times)
    return demand.label + figure


def _day(month_day: str) -> str:
    return f"{int(month_day[:2])}月{int(month_day[3:])}日"


def _so_far(demand: Demand, unit: str, context: Context) -> str:
    say = words(context.language)
    if not demand.asked:
        return say("demand.not_asked", unit=context.unit(unit).name)
    if not demand.now:
        return ""
    period = span_name(*demand.now[0][1].span, say)
    if len(demand.now) > 1:
        each = say("card.list_comma").join(f"{label}{entry.done}/{entry.needed}" for label, entry in demand.now)
        return say("demand.groups", period=period, each=each)
    return _one(period, demand, context)


def _one(period: str, demand: Demand, context: Context) -> str:
    say = words(context.language)
    entry = demand.now[0][1]
    done = say("demand.done", period=period, done=entry.done, measure=demand.measure)
    return done + (say("demand.lacks", n=entry.lacking, measure=demand.measure) if entry.lacking else say("demand.met"))
