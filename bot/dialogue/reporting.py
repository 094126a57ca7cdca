"""A report in a person's words becomes cards; words without a kind go into the card or the duty that is open."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue import answers, changes, closing, demanded, monthly
from bot.dialogue.card import not_its_own, title_of
from bot.dialogue.context import Context
from bot.dialogue.duties import month_of, months_of
from bot.dialogue.form import FREE, complete, fill, foreign, of_part, question, shared
from bot.dialogue.grouping import of_each
from bot.dialogue.obeying import named_unit
from bot.dialogue.reminding import reminded
from bot.dialogue.replies import interrupted, put_card
from bot.dialogue.session import OWN, Card, Part, Session
from bot.dialogue.turn import Turn
from bot.events import Inbound, Kept
from bot.locale import words
from bot.understanding.how_often import asks_how_often, names_meetings
from bot.understanding.read import read
from bot.understanding.reading import ActivityReading, Expecting, Intent, Reading, Slot
from bot.understanding.text import clean
from rubrics import Duty

_NAMED = re.compile("[议主课]题|题目|内容|日期|时间|改")  # says which field it is about
_ADDED = re.compile(r"^(?:再|还)?(?:要)?(?:加|补充?|增加|添)(?:上|了|一[个项条])?(?:议题|主题|内容)?[：:，, ]*")
_MORE = re.compile(
    r"(?:会上|我们|另外|同时)?(?:还|又|也)(?:一起|专题|集中)?(?:研究|讨论|学习|学|传达|听取|审议|通报|部署|安排|选|开展|通过|表决)|"
    r"(?:议题|主题|内容|题目)(?:里|中)?(?:再|还)?(?:要)?(?:加|补|增加|添)|(?:再|还要)?(?:加|补充|增加)(?:上|一[个项条])(?:议题|主题|内容)"
)
THEMED = ("themed_party_day",)
TITLED = frozenset({"topic", "titles", "speaker"})  # values that may hold a title
TELLING = frozenset({"titles", "amount", "months"})  # values that only some kinds have
ELSEWHERE = frozenset({"titles", "amount", "months", "expected", "present"})  # tell of a kind that has them


def report(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Hear a message as a report, a plan, a question or talk; None when nothing was understood."""
    reading = _hear(session, message.body, context)
    say = words(context.language)
    match reading.intent:
        case Intent.PLAN:
            return interrupted(session, say("plan"), context)
        case Intent.NOT_DONE:
            return _not_done(session, context)
        case Intent.QUESTION:
            return _question(session, reading, message, context)
        case Intent.SMALL_TALK:
            return interrupted(session, say("thanks" if "谢" in message.body else "small_talk"), context)
        case Intent.WITHDRAWAL if session.card is not None:
            return closing.drop(session, context)
        case Intent.WITHDRAWAL:
            return changes.withdraw_which(session, message.body, context)
        case _:
            return _values(session, reading, message, context) if reading.activities else None


def _hear(session: Session, text: str, context: Context) -> Reading:
    """The message, understood as an answer to what was asked: asked for a duty, words without a kind are about it."""
    expecting = _expecting(session, context)
    plain = read(text, context.now, kinds=context.kinds)
    if expecting is None or expecting.kind is None or plain.intent is Intent.SMALL_TALK:
        return plain
    if any(activity.kind for activity in plain.activities):
        if session.card is not None and _on_a_day_of_its_own(session.card, plain, context):
            return plain
        return read(text, context.now, kinds=context.kinds, expecting=expecting)
    named = read(f"{context.kinds.kinds[expecting.kind].name}，{text}", context.now, kinds=context.kinds)
    if named.intent in (Intent.NOT_DONE, Intent.PLAN) and not any(activity.slots for activity in plain.activities):
        return named
    answer = read(text, context.now, kinds=context.kinds, expecting=expecting)
    return named if session.card is None and answer.intent is Intent.REPORT else answer


def _on_a_day_of_its_own(card: Card, plain: Reading, context: Context) -> bool:
    """Whether a message reports another kind with its own day: with a card open 学雷锋志愿服务 may be its topic, but
    11月6日开展谈心谈话 is not, and its day must not become the card's. A card still without a day may be told it in
    such words, but not with a value that it has no place for: 11月12日谈心谈话，谈了6人; and none that has no topic."""
    kinds = {part.kind for part in card.parts}
    dated = card.slots.get("date") is not None
    topicless = all(part.kind and "topic" not in context.kinds.kinds[part.kind].slots for part in card.parts)
    return any(
        activity.kind is not None
        and activity.kind not in kinds
        and (activity.slots.get("date") is not None or any(doubt.slot == "date" for doubt in activity.doubts))
        and (dated or topicless or bool(foreign(card, activity.slots, context)))
        for activity in plain.activities
    )


def _expecting(session: Session, context: Context) -> Expecting | None:
    """What the bot asked last, so that a bare answer is read as one."""
    if session.card is not None:
        asked = question(complete(session.card, context), context)
        day = session.card.slots.get("date")
        return Expecting(
            kind=session.card.parts[asked.part if asked else 0].kind or None,
            slot=asked.slot if asked else None,
            draft_date=day.value if day and not isinstance(day.value, str | int | tuple) else None,  # type: ignore[arg-type]
        )
    duty = monthly.current(session, context)
    return Expecting(kind=duty.kinds[0], slot=None, draft_date=None) if duty is not None else None


def _not_done(session: Session, context: Context) -> Turn:
    if session.card is None and monthly.current(session, context) is not None:
        return monthly.skip(session, context)
    return interrupted(session, words(context.language)("not_done"), context)


def _question(session: Session, reading: Reading, message: Inbound, context: Context) -> Turn:
    """A question about a kind of activity is answered from the record; how often it must be, from the rulebooks; one
    about anything else with what to ask."""
    unit = named_unit(message.body, context) or session.unit or (context.units[0].id if len(context.units) == 1 else "")
    kind = next((a.kind for a in reading.activities if a.kind), None)
    if unit and asks_how_often(clean(message.body).flat) and (kinds := demanded.kinds_of(kind, message.body, context)):
        return interrupted(session, demanded.demanded(context, unit, kinds), context)
    if kind is None and unit and names_meetings(message.body):
        return interrupted(session, answers.why(context, unit, demanded.MEETINGS), context)
    if kind is None or not unit:
        return interrupted(session, words(context.language)("question.unknown"), context)
    period = month_of(reading.dates[0].first) if reading.dates else None
    return interrupted(session, answers.records(context, unit, period, kind), context)


def _values(session: Session, reading: Reading, message: Inbound, context: Context) -> Turn | None:
    reading = _as_theme(session, reading, message, context)
    first = reading.activities[0]
    if session.card is not None and _belongs(session.card, first, reading, context):
        return _into_card(session, session.card, reading, message, context)
    walk = monthly.current(session, context)
    cards = _cards(reading, message, walk if session.card is None else None, context)
    if not cards:
        return None
    unit = named_unit(message.body, context) or (session.walk.unit if session.walk is not None else reminded(context))
    alone = context.units[0].id if len(context.units) == 1 else ""
    cards = of_each([replace(card, unit=unit) for card in cards], message.body, unit or alone, context)
    if session.card is not None:
        waiting = replace(session, cards=(*session.cards, *cards))
        name = title_of(session.card, context)
        return put_card(waiting, context, words(context.language)("card.first_this", name=name))
    return put_card(replace(session, cards=tuple(cards), past=(), asked=""), context)


def _as_theme(session: Session, reading: Reading, message: Inbound, context: Context) -> Reading:
    """Asked for the themed party day, 学雷锋志愿服务 is its theme and not an activity of another kind."""
    duty = monthly.current(session, context) if session.card is None else None
    said = {activity.kind for activity in reading.activities}
    if duty is None or duty.kinds[0] not in THEMED or not said or not said <= _themes(context):
        return reading
    only = context.kinds.model_copy(update={"kinds": {kind: context.kinds.kinds[kind] for kind in THEMED}})
    themed = read(message.body, context.now, kinds=only, expecting=_expecting(session, context))
    return themed if themed.activities else reading


def _themes(context: Context) -> set[str | None]:
    """Kinds that a themed party day can be about: those that are no meeting or duty of their own."""
    return {id for id, kind in context.kinds.kinds.items() if kind.family is None and id not in THEMED}


def _belongs(card: Card, first: ActivityReading, reading: Reading, context: Context) -> bool:
    """Whether a message speaks of the open card: it names no kind, or the card's own with little else."""
    kinds = {part.kind for part in card.parts}
    if "" in kinds:
        return first.kind is None or not _no_place(card, first.kind, context)
    if reading.intent is Intent.CORRECTION:
        return True
    if first.kind is None:
        known = {name for kind in kinds for name in context.kinds.kinds[kind].slots}
        return not first.slots.keys() & ELSEWHERE - known
    if first.kind not in kinds or len(reading.activities) > 1:
        return False
    day, said = card.slots.get("date"), first.slots.get("date")
    return day is None or said is None or day.value == said.value or len(first.slots) <= 2


def _into_card(session: Session, card: Card, reading: Reading, message: Inbound, context: Context) -> Turn | None:
    fresh = reading.activities[0]
    if not fresh.slots and not fresh.doubts and (fresh.kind is None or fresh.kind == card.parts[0].kind):
        return None
    index = next((i for i, part in enumerate(card.parts) if part.kind == fresh.kind), None)
    if index is None:
        asked = question(complete(card, context), context)
        index = asked.part if asked is not None else 0
        if fresh.kind is not None:  # a correction of the kind itself, or the kind that was open
            parts = (*card.parts[:index], replace(card.parts[index], kind=fresh.kind), *card.parts[index + 1 :])
            card = replace(card, parts=parts, doubts=tuple(d for d in card.doubts if d.slot != "kind"))
    if strange := foreign(card, fresh.slots, context):
        return put_card(session, context, not_its_own(card, strange[0], context))
    if "《" in message.body and not TITLED & _slots_of(
        card, context
    ):  # of another activity, whose kind wasn't understood
        return put_card(session, context, not_its_own(card, "titles", context))
    if _tells_another(card, fresh, reading, message):
        return put_card(session, context, words(context.language)("card.another"))
    changed = fill(card, _added(card, fresh, index, message), index)
    asked = question(complete(card, context), context)
    answers = {**card.answers, **({message.event_id: asked.slot} if asked is not None else {})}
    changed = replace(changed, sources=(*card.sources, message.event_id), answers=answers).with_files(_beside(context))
    if (unit := named_unit(message.body, context)) is not None:
        changed = replace(changed, unit=unit)
    return put_card(session.open(changed), context)


def _slots_of(card: Card, context: Context) -> set[str]:
    return {name for part in card.parts if part.kind for name in context.kinds.kinds[part.kind].slots}


def _no_place(card: Card, kind: str, context: Context) -> list[str]:
    """What an open card of no kind yet has that a kind has no place for: it can't be that."""
    return [name for name in card.slots if name in TELLING and name not in context.kinds.kinds[kind].slots]


def _added(card: Card, fresh: ActivityReading, part: int, message: Inbound) -> ActivityReading:
    """还研究了党费, 议题加上党费使用: one more topic beside those of the card, and not in their place."""
    told, more = card.get("topic", part), fresh.slots.get("topic")
    if told is None or more is None or not _MORE.match(message.body):
        return fresh
    both = f"{told.value}；{_ADDED.sub('', str(more.value))}"
    return replace(fresh, slots={**fresh.slots, "topic": Slot(both, more.words)})


def _tells_another(card: Card, fresh: ActivityReading, reading: Reading, message: Inbound) -> bool:
    """Whether words without a kind read like another activity and not like a change: a day, and what was done in words
    of its own, where the card has both. 昨天去看了老党员 must not become the topic of the open assembly."""
    if fresh.kind is not None or reading.intent is not Intent.REPORT or _NAMED.search(message.body):
        return False
    done = fresh.slots.get("topic") is not None or any(doubt.slot in FREE for doubt in fresh.doubts)
    day, said = card.get("date"), fresh.slots.get("date")
    if said is not None and len(fresh.slots) == 1 and day is not None and day.value == said.value:
        rest = clean(message.body).flat.replace(said.words.lower(), "", 1)
        done = done or len(re.findall(r"[\u4e00-\u9fff]", rest)) > 5  # the day it has, and words that change nothing
    return done and fresh.slots.get("date") is not None and None not in (card.get("date"), card.get("topic"))


def _cards(reading: Reading, message: Inbound, duty: Duty | None, context: Context) -> list[Card]:
    """The cards a message makes: one a gathering, its kinds together."""
    cards: list[Card] = []
    place: dict[int, int] = {}
    for index, activity in enumerate(reading.activities):
        kind = activity.kind or (duty.kinds[0] if duty is not None else "")
        if not kind and not activity.slots:
            continue
        own = {name: slot for name, slot in activity.slots.items() if name in OWN}
        if activity.same_as is not None and activity.same_as in place:
            at = place[activity.same_as]
            base = cards[at]
            cards[at] = replace(
                base,
                parts=(*base.parts, Part(kind, own)),
                slots={**shared(activity.slots), **base.slots},
                doubts=(
                    *base.doubts,
                    *(d for d in of_part(activity.doubts, 1) if d.slot not in {x.slot for x in base.doubts}),
                ),
            )
            place[index] = at
            continue
        card_id = f"{message.event_id}:{len(cards)}"
        place[index] = len(cards)
        slots = shared(activity.slots)
        if duty is not None and duty.group is not None and kind in duty.kinds:
            slots.setdefault("group", Slot(duty.group, duty.label))
        if duty is not None and kind in duty.kinds and "months" in context.kinds.kinds[kind].slots:
            slots.setdefault("months", Slot(months_of(duty.period), duty.label))
        cards.append(Card(card_id, None, (Part(kind, own),), slots, activity.doubts,
                          sources=(message.event_id,), files=_beside(context)))  # fmt: skip
    return cards


def _beside(context: Context) -> tuple[Kept, ...]:
    """The file that the words came with."""
    return (context.arrived.kept,) if context.arrived is not None and context.arrived.kept is not None else ()
