"""单位: the units somebody assesses, each with its state in words; what is next once a sheet is closed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue import stages
from bot.dialogue.card import short_date
from bot.dialogue.context import Assessed, Context
from bot.dialogue.outcome import fixed
from bot.locale import Words, words
from rubrics import Rubric
from rubrics.procedure import approval

MOST_LISTED = 40  # units on a phone; of more, only how many are in which state until one is named


def state_now(one: Assessed, rubric: Rubric, context: Context) -> str:
    """A unit's state under a rulebook in the year in question, in words."""
    year = stages.year_of(one, rubric, context.now.date(), context.assessed)
    return state_words(one, rubric, year, context)


def state_words(one: Assessed, rubric: Rubric, year: int, context: Context) -> str:
    """待考评, 考评中（还差市委宣传部）, 公示中（至12月14日） …."""
    say = words(context.language)
    today = context.now.date()
    state = stages.state(one, rubric, year, today)
    left = say("card.list_comma").join(missing(one, rubric, year, say)) if state == "partly" else ""
    outcome = fixed(one.outcomes, rubric.id, year)
    day = None
    if outcome is not None:
        day = outcome.final if state == "final" else outcome.until
    if state == "ready" and approval(rubric) is None:
        state = "to_conclude"
    return say(f"assess.state.{state}", left=left, day=short_date(day, today) if day is not None else "")


def missing(one: Assessed, rubric: Rubric, year: int, say: Words) -> list[str]:
    """What of a unit nobody has rated yet: a column, or the part of a body."""
    return _named(stages.lacking(one, rubric, year), one, rubric, say)


def _named(found: Sequence[tuple[str, str]], one: Assessed, rubric: Rubric, say: Words) -> list[str]:
    divided = len(stages.parts(rubric, one)) > 1
    rest = say("assess.rest")
    return list(dict.fromkeys(part or (rest if divided else say(f"rate.side.{column}")) for column, part in found))


def units_text(context: Context, about: str = "") -> str:
    """Each unit with its states; of very many, how many are in which, until one state is named."""
    say = words(context.language)
    if not context.assessed:
        return say("assess.no_units")
    rows = [(one.unit.name, [r.short + state_now(one, r, context) for r in one.rubrics]) for one in context.assessed]
    if about:
        rows = [(name, fits) for name, states in rows if (fits := [s for s in states if about in s])]
    head = say("assess.units_in", n=len(rows), state=about) if about else say("assess.units", n=len(rows))
    if not about and len(rows) > MOST_LISTED:
        counts: dict[str, int] = {}
        for _, states in rows:
            for state in states:
                counts[state] = counts.get(state, 0) + 1
        listed = [say("assess.units_count", state=state, n=n) for state, n in counts.items()]
        return "\n".join([head, *listed, say("assess.units_many")])
    listed = [
        f"{number}. {name}" + say("card.colon") + say("card.comma").join(states)
        for number, (name, states) in enumerate(rows[:MOST_LISTED], 1)
    ]
    more = [say("assess.units_more", n=len(rows) - MOST_LISTED)] if len(rows) > MOST_LISTED else []
    return "\n".join([head, *listed, *more, say("assess.units_hint", name=context.assessed[0].unit.name)])


def next_step(one: Assessed, rubric: Rubric, column: str, bodies: set[str], year: int, context: Context) -> str:
    """What is to come once a sheet of a column was closed on the part of some bodies (none: of the rest)."""
    say = words(context.language)
    just = {(column, part) for part in bodies or {stages.REST}}
    left = [(c, part) for c, part in stages.lacking(one, rubric, year) if (c, part) not in just]
    if left:
        names = say("card.list_comma").join(_named(left, one, rubric, say))
        return say("step.next.lacking", names=names)
    if rubric.example:
        return say("step.next.trial")
    wish = say(f"step.wish.{stages.first_wish(rubric)}")
    return say("step.next.whole", wish=wish, unit=one.unit.name, book=rubric.short)
