"""What can be said about reminders: 提醒, 日历, 明天再说, 本月不适用, 提醒发到这里, 关闭提前一周的提醒."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.dialogue.context import Context
from bot.dialogue.duties import period_name
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import NUMBER, File, Later, Lift, Say, Setting, Turn, Waive
from bot.events import Inbound
from bot.locale import words
from bot.reminders import telling
from bot.reminders.deadlines import Deadline, deadlines, key_of
from bot.reminders.plan import DAY, QUIET, STAGES, coming, speak_hour
from bot.sheets.calendar import MIMETYPE, calendar
from bot.understanding.commands import Command, find_command
from bot.understanding.read import read
from rubrics import Duty

SOON = 30  # days that 提醒 looks ahead
MOST_CHOICES = 9
LONGEST_REASON = 100  # characters
_STAGE_WORDS = {
    "week": ("一周", "1周", "七天", "7天", "一星期", "一个星期"),
    "three": ("三天", "3天"),
    "day": ("当天", "当日"),
    "after": ("过后", "事后", "逾期", "过期"),
}
_ON = ("打开", "开启", "恢复")
_ALL = ("所有", "全部", "一切", "全都")
_FILLERS = ("因为", "由于", "原因是", "原因", "理由是", "理由", "是因为", "本月", "这个月")

Answer = Callable[[Session, Inbound, Command, Context, str], Turn]


def listed(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    """提醒: what is coming in the next thirty days, and where and when it is said."""
    say = words(context.language)
    charge = context.charges[unit]
    today = context.now.date()
    lines = telling.listed(coming(charge, today, SOON), today, say) or [say("remind.none", days=SOON)]
    quiet = charge.settings.get("quiet_hours") or QUIET
    off = [say(f"stage.{stage}") for stage in STAGES if stage in (charge.settings.get("stages_off") or ())]
    tail = [say("remind.hours", start=quiet["from"], end=quiet["to"])]
    tail += [say("remind.off", names=say("card.list_comma").join(off))] if off else []
    head = say("remind.head", unit=context.unit(unit).name, days=SOON)
    return interrupted(session, "\n".join([head, *lines, *tail]), context)


def as_file(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    """日历: a year of deadlines as a file; alone with the person only."""
    say = words(context.language)
    if not context.direct:
        return interrupted(session, say("calendar.direct"), context)
    found = [d for d in coming(context.charges[unit], context.now.date(), 365) if d.open]
    if not found:
        return interrupted(session, say("calendar.empty"), context)
    name = context.unit(unit).name
    data = calendar(context.unit(unit), found, context.now, say)
    turn = interrupted(session, say("calendar.sent", unit=name, n=len(found)), context)
    return replace(turn, effects=(*turn.effects, File(say("calendar.file", unit=name), MIMETYPE, data)))


def here(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    """提醒发到这里: this room from now on; alone with the secretary it is the usual place again."""
    say = words(context.language)
    name = context.unit(unit).name
    told = interrupted(session, say("remind.here" if not context.direct else "remind.direct", unit=name), context)
    return replace(told, effects=(Setting(unit, "remind_room", message.room_id), *told.effects))


def stage(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    """关闭提前一周的提醒, 恢复当天的提醒: a stage is left out from now on, or said again."""
    say = words(context.language)
    said = command.argument
    named = {stage for stage, names in _STAGE_WORDS.items() if any(name in said for name in names)}
    if any(name in said for name in _ALL):
        named = set(STAGES)
    comma = say("card.list_comma")
    if not named:
        return interrupted(session, say("stage.which", names=comma.join(say(f"stage.{s}") for s in STAGES)), context)
    off = set(context.charges[unit].settings.get("stages_off") or ())
    on = any(name in said for name in _ON)
    off = off - named if on else off | named
    kept = [say(f"stage.{s}") for s in STAGES if s not in off]
    names = comma.join(say(f"stage.{s}") for s in STAGES if s in named)
    key = "stage.on" if on else "stage.off" if kept else "stage.none"
    told = interrupted(session, say(key, names=names, kept=comma.join(kept)), context)
    return replace(told, effects=(Setting(unit, "stages_off", [s for s in STAGES if s in off]), *told.effects))


ABOUT_UNIT: dict[str, Answer] = {"remind": listed, "calendar": as_file, "remind_here": here, "stage": stage}


def reminded(context: Context) -> str | None:
    """The unit whose reminder a message answers."""
    unit = context.about.get("remind")
    return str(unit) if unit in context.charges else None


def tomorrow(session: Session, context: Context) -> Turn:
    """明天再说: what the reminder said is said again the next day, if it is still to be done then."""
    say = words(context.language)
    unit = reminded(context)
    if unit is None:
        return interrupted(session, say("tomorrow.nothing"), context)
    day = context.now.date() + DAY
    later = Later(unit, tuple(map(str, context.about.get("keys", ()))), day, speak_hour(context.charges[unit], day))
    return Turn(session, (later, Say(say("tomorrow", day=f"{day.month}月{day.day}日"))))


def not_applicable(session: Session, command: Command, context: Context, unit: str, at: Duty | None) -> Turn:
    """本月不适用, with a reason: asks what it is about, why, and whether that is right. at: the duty the walk is at."""
    found = _owed(context, unit)
    text = command.argument
    fits = [d for d in found if any(name in text for name in called(d, context))]
    longest = max((len(_label(d)) for d in fits if _label(d) in text), default=0)
    fits = [d for d in fits if len(_label(d)) == longest and _label(d) in text] or fits
    reason = _reason(text, [name for d in fits for name in called(d, context)])
    if not fits:
        keys = {key_of(at)} if at is not None else set(context.about.get("keys", ()))
        fits = [d for d in found if d.key in keys] or [d for d in found if d.last <= context.now.date() + DAY * SOON]
    session = replace(session, unit=unit)
    if len(fits) == 1:
        return chosen(session, fits[0].key, reason, context)
    say = words(context.language)
    if not fits:
        return interrupted(session, say("waive.nothing"), context)
    fits = fits[:MOST_CHOICES]
    options = "\n".join(f"{n}. {whole(d, context)}" for n, d in enumerate(fits, 1))
    asked = Pending("waive", tuple(d.key for d in fits), reason)
    return Turn(replace(session, pending=asked), (Say(say("waive.which", options=options)),))


def names(asked: Pending, session: Session, context: Context) -> list[str]:
    """What the choices of a question are called."""
    found = {d.key: d for d in _owed(context, session.unit or "")}
    return [whole(found[key], context) if key in found else key for key in asked.options]


def chosen(session: Session, key: str, reason: str, context: Context) -> Turn:
    """What does not apply is known: ask why, or whether it is right."""
    say = words(context.language)
    deadline = next((d for d in _owed(context, session.unit or "") if d.key == key), None)
    if deadline is None:
        return Turn(replace(session, pending=None), (Say(say("waive.nothing")),))
    name = whole(deadline, context)
    if not reason:
        asked = replace(session, pending=Pending("waive_reason", (key,)))
        return Turn(asked, (Say(say("waive.why", name=name)),))
    asked = replace(session, pending=Pending("waive_sure", (key,), reason))
    return Turn(asked, (Say(say("waive.sure", name=name, reason=reason)),))


def explained(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    """The reason, when that was asked for; None for a wish or a report, which is heard as itself."""
    session = replace(session, pending=None)
    command = find_command(message.body)
    if command is not None and command.name in ("no", "drop"):
        return Turn(session, (Say(words(context.language)("waive.not")),))
    reading = read(message.body, context.now, kinds=context.kinds)
    if command is not None or any(activity.kind and "date" in activity.slots for activity in reading.activities):
        return None
    return chosen(session, asked.options[0], _reason(message.body, []), context)


def confirmed(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    """Yes: it is put on record that something does not apply."""
    say = words(context.language)
    session = replace(session, pending=None)
    command = find_command(message.body)
    if command is not None and command.name in ("no", "drop"):
        return Turn(session, (Say(say("waive.not")),))
    if command is None or command.name != "yes":
        return None
    deadline = next((d for d in _owed(context, session.unit or "") if d.key == asked.options[0]), None)
    if deadline is None or session.unit is None:
        return Turn(session, (Say(say("waive.nothing")),))
    name = whole(deadline, context)
    effect = Waive(session.unit, deadline.key, name, deadline.last, asked.then)
    text = say("waived", number=NUMBER.format(0), name=name, reason=asked.then)
    return Turn(session, (effect, Say(text)))


def lift(session: Session, number: int, context: Context) -> Turn | None:
    """撤回 of a waiver: it applies again; None when the number is none of the person's waivers."""
    for unit, charge in context.charges.items():
        for waived in charge.waived.values():
            if waived.number == number:
                text = words(context.language)("waive.lifted", number=number, name=waived.label)
                return Turn(session, (Lift(unit, number), Say(text)))
    return None


def _owed(context: Context, unit: str) -> list[Deadline]:
    """What a unit still has to do of the periods under way, and of those just over."""
    if unit not in context.charges:
        return []
    today = context.now.date()
    found = deadlines(context.charges[unit], today - timedelta(days=31), date(today.year, 12, 31), today)
    return [d for d in found if d.open and (d.duty is None or d.duty.period[0] <= today)]


def _label(deadline: Deadline) -> str:
    return deadline.duty.label if deadline.duty is not None else ""


def called(deadline: Deadline, context: Context) -> list[str]:
    """What people call it: its label, and the names of its kinds."""
    if deadline.duty is None:
        return ["换届提醒"] if deadline.kind == "election_reminder" else ["换届请示", "换届"]
    kinds = [context.kinds.kinds[kind] for kind in deadline.duty.kinds if kind in context.kinds.kinds]
    return [deadline.duty.label, *(name for kind in kinds for name in (kind.name, *kind.names))]


def whole(deadline: Deadline, context: Context) -> str:
    """11月支委会."""
    if deadline.duty is None:
        return telling.named(deadline, words(context.language))
    return period_name(deadline.duty, context) + deadline.duty.label


def _reason(text: str, about: list[str]) -> str:
    for name in sorted(about, key=len, reverse=True):
        text = text.replace(name, "")
    text = text.strip(" ，,。.:：;；")
    while filler := next((f for f in _FILLERS if text.startswith(f)), None):
        text = text.removeprefix(filler).strip(" ，,。.:：;；")
    return text[:LONGEST_REASON]
