"""What a submitted sheet counted stays as it was counted, until an assessor sends it back."""

from __future__ import annotations

from bot.dialogue.context import Context, Paper
from bot.locale import words


def frozen_by(number: int, context: Context) -> Paper | None:
    """The sheet that holds a record; None while it may be changed: never counted, or sent back."""
    activity = context.activity(number)
    if activity is None or activity.returned_on is not None:
        return None
    papers = context.papers.get(activity.unit, ())
    return next((p for p in reversed(papers) if p.stands and number in p.activities), None)


def why_frozen(number: int, context: Context) -> str:
    """The sentence that says so; empty for a record that may be changed."""
    paper = frozen_by(number, context)
    if paper is None:
        return ""
    say = words(context.language)
    side = say(f"rate.side.{paper.side}")
    return say("frozen", number=number, period=paper.period, side=side, day=f"{paper.on.month}月{paper.on.day}日")
