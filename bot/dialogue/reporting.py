"""A report in a person's words becomes cards; words without a kind go into the card or the duty that is open."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue import answers, changes, closing, demanded, monthly
from bot.dialogue.card import title_of
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.duties import month_of, months_of
from bot.dialogue.form import FREE, fill, of_part, question, shared
from bot.dialogue.grouping import of_each
from bot.dialogue.obeying import named_unit
from bot.dialogue.reminding import reminded
from bot.dialogue.replies import interrupted, put_card
from bot.dialogue.session import OWN, Card, Part, Session
from bot.dialogue.turn import Turn
from bot.dialogue.whose import NAMED, Whose, kind_instead, on_a_day_of_its_own, retyped, whose
from bot.events import Inbound, Kept
from bot.locale import words
from bot.understanding.how_often import asks_how_often, names_meetings
from bot.understanding.read import read
from bot.understanding.reading import ActivityReading, Expecting, Intent, Reading, Slot
from bot.understanding.text import clean
from bot.understanding.who import is_person
from rubrics import Duty

_ADDED = re.compile(r"^(?:再|还)?(?:要)?(?:加|补充?|增加|添)(?:上|了|一[个项条])?(?:议题|主题|内容)?[：:，, ]*")
_MORE = re.compile(
    r"(?:会上|我们|另外|同时)?(?:还|又|也)(?:一起|专题|集中)?(?:研究|讨论|学习|学|传达|听取|审议|通报|部署|安排|选|开展|通过|表决)|"
    r"(?:议题|主题|内容|题目)(?:里|中)?(?:再|还)?(?:要)?(?:加|补|增加|添)|(?:再|还要)?(?:加|补充|增加)(?:上|一[个项条])(?:议题|主题|内容)"
)
THEMED = ("themed_party_day",)
_PUT_RIGHT = re.compile(
    "改|错|不对|不是|应该?[是为]|更正|不用|(?:地点|地方|主讲|主持)"
)  # says itself that it changes something


def report(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Hear a message as a report, a plan, a question or talk; None when nothing was understood."""
    say = words(context.language)
    if session.card is not None and (kind := kind_instead(session.card, message, context)) is not None:
        return _renamed(session, session.card, kind, message, context)
    reading = _hear(session, message.body, context)
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
    expecting = _whom(session.card, _expecting(session, context), text, context)
    plain = read(text, context.now, kinds=context.kinds)
    if expecting is None or expecting.kind is None or plain.intent is Intent.SMALL_TALK:
        return plain
    if any(activity.kind for activity in plain.activities):
        if session.card is not None and on_a_day_of_its_own(session.card, plain, context):
            return plain
        return read(text, context.now, kinds=context.kinds, expecting=expecting)
    named = read(f"{context.kinds.kinds[expecting.kind].name}，{text}", context.now, kinds=context.kinds)
    if named.intent in (Intent.NOT_DONE, Intent.PLAN) and not any(activity.slots for activity in plain.activities):
        return named
    answer = read(text, context.now, kinds=context.kinds, expecting=expecting)
    return named if session.card is None and answer.intent is Intent.REPORT else answer


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


def _whom(card: Card | None, expecting: Expecting | None, text: str, context: Context) -> Expecting | None:
    """What was asked last, where it was asked together with who spoke: 书记 is no title of a lecture."""
    if card is None or expecting is None or expecting.slot != "topic" or expecting.kind is None:
        return expecting
    part = next((i for i, part in enumerate(card.parts) if part.kind == expecting.kind), 0)
    wanted = (
        context.kinds.kinds[expecting.kind].slots.get("speaker") == "required" and card.get("speaker", part) is None
    )
    return replace(expecting, slot="speaker") if wanted and is_person(clean(text).flat.strip()) else expecting


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
    if session.card is not None:
        theirs, refusal = whose(session.card, reading, message, context)
        if theirs is not Whose.ANOTHER:
            return _into_card(session, session.card, reading, message, context, refusal)
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


def _renamed(session: Session, card: Card, kind: str, message: Inbound, context: Context) -> Turn:
    """The open card as another kind, and that it is now."""
    say = words(context.language)
    if card.amends is not None:
        return put_card(session, context, say("amend.kind", number=card.amends))
    changed = replace(retyped(card, kind, context)[0], sources=(*card.sources, message.event_id))
    return put_card(session.open(changed), context, say("card.renamed", name=title_of(changed, context)))


def _into_card(
    session: Session, card: Card, reading: Reading, message: Inbound, context: Context, refusal: str
) -> Turn | None:
    fresh = reading.activities[0]
    if not fresh.slots and not fresh.doubts and (fresh.kind is None or fresh.kind == card.parts[0].kind):
        return None
    if refusal:
        return put_card(session, context, refusal)
    card, index = retyped(card, fresh.kind, context)
    changed = fill(card, _added(card, fresh, index, message), index)
    asked = question(complete(card, context), context)
    answers = {**card.answers, **({message.event_id: asked.slot} if asked is not None else {})}
    changed = replace(changed, sources=(*card.sources, message.event_id), answers=answers).with_files(_beside(context))
    if (unit := named_unit(message.body, context)) is not None:
        changed = replace(changed, unit=unit)
    return put_card(session.open(changed), context, _instead(card, changed, index, message, context))


def _instead(card: Card, changed: Card, part: int, message: Inbound, context: Context) -> str:
    """What words that name no field put in place of words that the card had: said, so that none is lost unseen."""
    if NAMED.search(message.body) or _PUT_RIGHT.search(message.body):
        return ""
    say, kind = words(context.language), card.parts[part].kind
    for name in sorted(FREE):
        was, now = card.get(name, part), changed.get(name, part)
        if was is not None and now is not None and str(was.value) not in str(now.value):
            slot = context.kinds.kinds[kind].topic_word if name == "topic" and kind else say(f"slot.{name}")
            return say("card.instead", slot=slot, was=was.value, now=now.value)
    return ""


def _added(card: Card, fresh: ActivityReading, part: int, message: Inbound) -> ActivityReading:
    """还研究了党费, 议题加上党费使用: one more topic beside those of the card, and not in their place."""
    told, more = card.get("topic", part), fresh.slots.get("topic")
    if told is None or more is None or not _MORE.match(message.body):
        return fresh
    both = f"{told.value}；{_ADDED.sub('', str(more.value))}"
    return replace(fresh, slots={**fresh.slots, "topic": Slot(both, more.words)})


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
