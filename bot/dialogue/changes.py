"""Changes to what is already told or recorded: 改 #128, 撤回 #128, an edited message, a deleted one."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import attaching, which
from bot.dialogue.card import headline, show
from bot.dialogue.context import Context
from bot.dialogue.form import fill
from bot.dialogue.frozen import why_frozen
from bot.dialogue.replies import put_card
from bot.dialogue.session import OWN, Card, Part, Pending, Session
from bot.dialogue.turn import Detach, Effect, KeepDraft, Say, Turn, Withdraw
from bot.events import Inbound
from bot.locale import words
from bot.understanding.read import read
from bot.understanding.reading import ActivityReading, Expecting, Slot
from rubrics import Activity


def as_card(activity: Activity, card_id: str) -> Card:
    """A recorded activity as a card that changes it."""
    slots = {name: Slot(value, "#") for name, value in activity.slots.items()}
    own = {name: slot for name, slot in slots.items() if name in OWN}
    rest = {name: slot for name, slot in slots.items() if name not in OWN}
    rest["date"] = Slot(activity.occurred_on, "#")
    return Card(card_id, activity.unit, (Part(activity.kind, own),), rest, amends=activity.number)


def amend(session: Session, message: Inbound, number: int, change: ActivityReading | None, context: Context) -> Turn:
    """Show how a record would read after the change, and ask; without a change, ask what it should be."""
    say = words(context.language)
    activity = context.activity(number)
    if activity is None or activity.withdrawn_on:
        return Turn(session, (Say(say("number.unknown", number=number)),))
    if why := why_frozen(number, context):
        return Turn(session, (Say(why),))
    begun = next((card for card in session.cards if card.amends == number), None)
    card = begun or replace(as_card(activity, message.event_id), sources=(message.event_id,))
    if change is not None:
        card = fill(card, change)
    others = tuple(card for card in session.cards if card is not begun)
    session = replace(session, cards=(card, *others), past=(), unit=activity.unit)
    if begun is not None or (change is not None and (change.slots or change.doubts)):
        return put_card(session, context)
    text = f"{show(card, context)}\n{say('amend.what', number=number)}"  # and not yet 按这样改吗
    return Turn(replace(session, asked="confirm", times=1, misses=0), (Say(text, {"card": card.id}),))


def ask_withdraw(session: Session, number: int, context: Context) -> Turn:
    """Ask before a record is withdrawn."""
    say = words(context.language)
    activity = context.activity(number)
    if activity is None:
        return Turn(session, (Say(say("number.unknown", number=number)),))
    if activity.withdrawn_on:
        return Turn(session, (Say(say("withdraw.already", number=number)),))
    if why := why_frozen(number, context):
        return Turn(session, (Say(why),))
    name = headline(context, [activity.kind], activity.occurred_on)
    pending = Pending("withdraw", (str(number),))
    return Turn(replace(session, pending=pending), (Say(say("withdraw.ask", number=number, name=name)),))


def withdraw_which(session: Session, text: str, context: Context) -> Turn:
    """A withdrawal without a number: of the one record that the words fit, else of one of those offered."""
    say = words(context.language)
    found = which.meant(text, session, context) or []
    if len(found) == 1:
        return ask_withdraw(session, found[0].number, context)
    found = found[-which.MOST :] or which.standing(session, context)[-which.FEW :]
    if not found:
        return Turn(session, (Say(say("withdraw.nothing")),))
    asked = say("withdraw.which", names=which.listed(found, context), number=found[-1].number)
    return Turn(replace(session, pending=which.offered("withdraw_which", found)), (Say(asked),))


def withdraw(session: Session, number: int, context: Context) -> Turn:
    """Withdraw, after the yes."""
    say = words(context.language)
    activity = context.activity(number)
    if activity is None or activity.withdrawn_on:
        return Turn(session, (Say(say("number.unknown", number=number)),))
    if why := why_frozen(number, context):
        return Turn(session, (Say(why),))
    name = headline(context, [activity.kind], activity.occurred_on)
    return Turn(session, (Withdraw(number, "said"), Say(say("withdrawn", number=number, name=name))))


def edited(session: Session, message: Inbound, context: Context) -> Turn:
    """A person changed a message: the draft follows; a record asks first; anything else is left alone."""
    say = words(context.language)
    at = next((i for i, card in enumerate(session.cards) if message.target in card.sources), None)
    if at is None and not context.sourced:
        return Turn(session)
    card = session.cards[at] if at is not None else None
    asked = Expecting(card.parts[0].kind or None, card.answers.get(message.target or "")) if card is not None else None
    reading = read(message.body, context.now, kinds=context.kinds, expecting=asked)
    if at is not None:
        return _drafts_edited(session, message, reading.activities, context)
    fresh = next(iter(reading.activities), None)
    if len(context.sourced) > 1:  # which of them the new words are about would be a guess
        numbers = say("card.list_comma").join(f"#{number}" for number in context.sourced)
        return Turn(session, (Say(say("edit.which", numbers=numbers, number=context.sourced[0])),))
    return amend(session, message, context.sourced[0], fresh, context)


def _drafts_edited(session: Session, message: Inbound, said: tuple[ActivityReading, ...], context: Context) -> Turn:
    """Every card that the message began or answered follows the new words about it, and no others."""
    say = words(context.language)
    ours = [card for card in session.cards if message.target in card.sources]
    followed = {card.id: _followed(card, found, message) for card in ours if (found := _about(card, said, ours))}
    if len(ours) > len(said):  # a card for each group: each stays its group's
        followed = {
            card.id: followed[card.id].put("group", card.slots.get("group")) for card in ours if card.id in followed
        }
    if not followed:
        return Turn(session, (Say(say("edit.unclear")),))
    cards = tuple(followed.get(card.id, card) for card in session.cards)
    return put_card(replace(session, cards=cards), context, say("edit.followed"))


def _about(card: Card, said: tuple[ActivityReading, ...], ours: list[Card]) -> ActivityReading | None:
    """What is said of a card: the activity of its kind, or the only one there is for the only card."""
    kinds = {part.kind for part in card.parts}
    alone = said[0] if len(said) == len(ours) == 1 else None
    return next((one for one in said if one.kind in kinds), alone)


def _followed(card: Card, fresh: ActivityReading, message: Inbound) -> Card:
    if message.target != card.sources[0]:
        return fill(card, fresh)
    kind = fresh.kind or card.parts[0].kind
    unclear = () if kind else tuple(doubt for doubt in card.doubts if doubt.slot == "kind")
    bare = Card(card.id, card.unit, (Part(kind),), doubts=unclear, sources=card.sources, files=card.files)
    return fill(bare, fresh)


def _drafts_without(event: str, context: Context) -> list[KeepDraft]:
    """The self-ratings under way that had files of a message, without them."""
    found = []
    for (unit, rubric, side), body in context.drafts.items():
        left = [file for file in body.get("files", ()) if file["event"] != event]
        if unit in context.facts and len(left) < len(body.get("files", ())):
            found.append(KeepDraft(unit, rubric, side, "", {**body, "files": left}))
    return found


def deleted(session: Session, message: Inbound, context: Context) -> Turn:
    """A person deleted a message: its draft goes, its files go, its records are withdrawn, and all of it is said."""
    say = words(context.language)
    kept = tuple(card for card in session.cards if message.target not in card.sources)
    waited = bool(kept) and kept[0] is not session.cards[0]  # its turn has come, and nothing is recorded unseen
    effects: list[Effect] = []
    lines = []
    if len(kept) < len(session.cards):
        session = replace(session, cards=kept, past=(), asked="", times=0)
        lines.append(say("delete.draft"))
    without = attaching.without_message(session, message.target or "")
    drafts = _drafts_without(message.target or "", context) if context.own else []
    if without != session or drafts:
        session = without
        effects += drafts
        lines.append(say("delete.file"))
    for number, files in context.files.items() if context.own else ():
        activity = context.activity(number)
        if activity is not None and not activity.withdrawn_on and any(file.event == message.target for file in files):
            if why := why_frozen(number, context):
                lines.append(say("delete.file_frozen") + why)
                continue
            effects.append(Detach(number, message.target or ""))
            lines.append(say("delete.attached", number=number))
    for number in context.sourced:
        activity = context.activity(number)
        if activity is not None and not activity.withdrawn_on:
            if why := why_frozen(number, context):
                lines.append(say("delete.frozen") + why)
                continue
            effects.append(Withdraw(number, "message_deleted"))
            name = headline(context, [activity.kind], activity.occurred_on)
            lines.append(say("delete.record", number=number, name=name))
    if waited:
        turn = put_card(session, context, "\n".join(lines))
        return replace(turn, effects=(*effects, *turn.effects))
    return Turn(session, (*effects, Say("\n".join(lines)))) if lines else Turn(session)
