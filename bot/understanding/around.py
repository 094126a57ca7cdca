"""What is known of an activity beside its words: whether its day has been or is to come, and what numbers are told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.understanding.coming import clause_start, is_unsaid_plan
from bot.understanding.dates import Found, find
from bot.understanding.facts import Facts
from bot.understanding.firm import PAPERS
from bot.understanding.happened import OLD_PLAN
from bot.understanding.split import Part, is_past
from bot.understanding.text import Text
from bot.understanding.workdays import Overrides

_LONG_AGO, _SOON = 200, 45  # days
_AT_AN_HOUR = re.compile(r"(?:那天|当天)?(?:上午|下午|早上|中午|晚上|晚|早)")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of one activity beside its words. kind_known: it is named; ahead: its date lies in the future;
    told: where numbers are told of it (who came, what was paid): what has numbers has happened; days: where days that
    have been are told; past: the day that its name stands by has been; gone: and it is not today; paper: it is a paper,
    which may speak of what is to come; lead: where its own words begin, behind what was made ready for it."""

    kind_known: bool = True
    ahead: bool = False
    told: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    past: bool = False
    gone: bool = False
    paper: bool = False
    lead: int = 0


def around(facts: Facts, part: Part) -> Around:
    """What is known of a part beside its words."""
    today, flat, start = facts.now.date(), facts.masked, part.start
    days = [d for d in facts.dates if start <= d.start < part.end]
    ahead = [
        d.start for d in days if _lies_ahead(d, facts.now) and not OLD_PLAN.search(flat[max(0, d.start - 6) : d.start])
    ]
    hours = [str(t.value) for t in facts.times if t.slot == "time" and start <= t.start < part.end]
    first = min(hours, default="")
    later = first > facts.now.strftime("%H:%M") and any(d.first == today and d.grain == "day" for d in days)
    begins = min([*ahead, part.head.start if part.head and part.head.start >= start else part.end])
    return Around(
        kind_known=part.head is not None,
        ahead=bool(ahead) or later,  # 今晚七点开支委会, told in the afternoon
        told=tuple(p.start - start for p in (*facts.counts, *facts.sums) if start <= p.start < part.end),
        days=tuple(d.start - start for d in days if d.grain == "day" and not d.vague and d.first and d.first <= today),
        past=is_past(flat, part, facts.dates, today) and not later,
        gone=is_past(flat, part, facts.dates, today - timedelta(days=1)),
        paper=part.head is not None and part.head.kinds[0] in PAPERS,
        lead=max(0, clause_start(flat, begins) - start) if ahead else 0,
    )


def is_of_a_day_ahead(facts: Facts, overrides: Overrides | None) -> bool:
    """Whether a day without a year, read as one of last year, is the one that comes soon (11月26日下午 支委会, said on
    the 24th): nothing says that it was held, and no other day is told."""
    today, flat = facts.now.date(), facts.masked
    ago = [d for d in facts.dates if d.grain in ("day", "range") and d.first and (today - d.first).days > _LONG_AGO]
    if not ago or not facts.mentions:
        return False
    begins = clause_start(flat, min(ago[0].start, facts.mentions[0].start))
    other = [d for d in facts.dates if d not in ago and d.grain == "day" and d.start >= begins]
    told = [d for d in ago if d.scope != "festival" or _AT_AN_HOUR.match(flat, d.end)]
    if other or not told:
        return False
    forward = find(Text(facts.text.shown, flat), facts.now, overrides, coming=True)
    if not any(d.start == told[0].start and d.first and 0 < (d.first - today).days <= _SOON for d in forward):
        return False
    counted = bool(facts.sums) or any(c.slot != "expected" for c in facts.counts)
    return is_unsaid_plan(flat[begins:], flat, counted)


def _lies_ahead(found: Found, now: datetime) -> bool:
    return found.first is not None and found.first > now.date() and found.scope != "year" and not found.vague
