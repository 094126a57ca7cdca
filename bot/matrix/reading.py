"""An event of a room, as Matrix has it, into an Inbound; or into nothing where a person expects silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.events import Attachment, Inbound, Kind
from bot.matrix.words import Names, strip_quote

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = int((datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds() * 1000)
_FILES = ("m.image", "m.file", "m.audio", "m.video")
_TEXTS = ("m.text", "m.emote")
# Clients talk to each other with these; a person sees nothing of them, or only presses a button.
_SILENT = ("m.key.verification.", "m.call.", "m.poll.response", "m.poll.end", "org.matrix.msc3381.poll.response",
           "org.matrix.msc3381.poll.end", "m.room.encrypted", "m.dummy", "io.element.", "org.matrix.msc3401.",
           "org.matrix.msc4075.", "org.matrix.msc3672.", "m.beacon", "m.room_key")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an event was found. encrypted: it came encrypted and was decrypted; shown: its sender's display name."""

    room_id: str
    names: Names
    encrypted: bool
    shown: str = ""


def read(event: Mapping[str, Any], envelope: Envelope) -> Inbound | None:
    """The event as an Inbound. None: our own, a notice, room state, or what clients say to each other.

    Nothing about the event's inside is taken for granted: any member can send anything.
    """
    kind, content = event.get("type"), event.get("content")
    if event.get("sender") == envelope.names.user_id or "state_key" in event:
        return None
    if "redacted_because" in part(event, "unsigned"):
        return None  # deleted before we saw it; the redaction comes as an event of its own
    if not isinstance(kind, str) or not isinstance(content, Mapping) or kind.startswith(_SILENT):
        return None
    head: dict[str, Any] = {
        "event_id": event["event_id"],
        "room_id": envelope.room_id,
        "sender": event["sender"],
        "sent_at": sent_at(event),
        "shown": _clean(envelope.shown),
    }
    if kind == "m.room.redaction":
        target = content.get("redacts") or event.get("redacts")
        # Inside an encrypted event it is only a claim: no server has checked who may delete what.
        return (
            None
            if envelope.encrypted or not target
            else Inbound(**head, kind=Kind.REDACTION, target=_clean(str(target)))
        )
    if kind == "m.reaction":
        relation = part(content, "m.relates_to")
        target, key = _text(relation, "event_id"), _text(relation, "key")
        return Inbound(**head, kind=Kind.REACTION, target=target, key=key) if target and key else None
    if kind == "m.sticker":
        return Inbound(**head, kind=Kind.STICKER, body=_text(content, "body"), **_relations(content))
    if kind == "m.room.message":
        return _message(head, content, envelope.names)
    return Inbound(**head, kind=Kind.OTHER, key=_clean(kind), **_relations(content))


def unreadable(event: Mapping[str, Any], room_id: str) -> Inbound:
    """An event that could not be decrypted, kept whole so that it can be read when its key comes."""
    content = part(event, "content")
    return Inbound(
        event_id=event["event_id"],
        room_id=room_id,
        sender=event["sender"],
        sent_at=sent_at(event),
        kind=Kind.UNREADABLE,
        session=_text(content, "session_id") or None,
        raw={**event, "room_id": room_id},
        **_relations(content),
    )


def _message(head: dict[str, Any], content: Mapping[str, Any], names: Names) -> Inbound | None:
    relation = part(content, "m.relates_to")
    if relation.get("rel_type") == "m.replace":
        new = part(content, "m.new_content") or {**content, "body": _text(content, "body").removeprefix("* ")}
        if new.get("msgtype") not in _TEXTS:
            return None if new.get("msgtype") == "m.notice" else Inbound(**head, kind=Kind.OTHER, key="m.replace")
        body = _text(new, "body")
        return Inbound(
            **head,
            kind=Kind.EDIT,
            body=names.without(body),
            target=_text(relation, "event_id") or None,
            mentions_me=names.called(new, body),
        )
    msgtype = _text(content, "msgtype")
    relations = _relations(content)
    if msgtype == "m.notice" or msgtype.startswith(_SILENT):
        return None
    body = _text(content, "body")
    if relations["reply_to"]:
        body = strip_quote(body)
    called = names.called(content, body)
    if msgtype in _TEXTS:
        return Inbound(**head, kind=Kind.TEXT, body=names.without(body), mentions_me=called, **relations)
    if msgtype in _FILES:
        name, caption = _text(content, "filename") or body, body if _text(content, "filename") else ""
        caption = "" if caption == name else caption
        file = attachment(content, name)
        return Inbound(
            **head,
            kind=Kind.FILE if file else Kind.OTHER,
            key="" if file else msgtype,
            body=names.without(caption),
            mentions_me=called,
            attachment=file,
            **relations,
        )
    if msgtype == "m.location":
        return Inbound(**head, kind=Kind.LOCATION, body=body, mentions_me=called, **relations)
    return Inbound(**head, kind=Kind.OTHER, key=msgtype, body=body, mentions_me=called, **relations)


def attachment(content: Mapping[str, Any], name: str) -> Attachment | None:
    """The file of a message's content; None where there is none."""
    keys, info = part(content, "file"), part(content, "info")
    url, size = _text(keys, "url") or _text(content, "url"), info.get("size")
    if not url.startswith("mxc://"):
        return None
    return Attachment(
        url=url,
        name=name,
        mimetype=_text(info, "mimetype") or "application/octet-stream",
        size=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
        keys=_clean(keys) or None,
    )


def _relations(content: Mapping[str, Any]) -> dict[str, Any]:
    relation = part(content, "m.relates_to")
    thread = _text(relation, "event_id") if relation.get("rel_type") == "m.thread" else ""
    # In a thread the reply is often only there for clients that know no threads.
    falling_back = bool(thread) and relation.get("is_falling_back") is True
    reply_to = "" if falling_back else _text(part(relation, "m.in_reply_to"), "event_id")
    return {"reply_to": reply_to or None, "thread": thread or None}


def sent_at(event: Mapping[str, Any]) -> datetime:
    """When the event was sent, as its server says; UTC."""
    stamp = event.get("origin_server_ts")
    milliseconds = stamp if isinstance(stamp, int) else 0
    return _EPOCH + timedelta(milliseconds=min(max(milliseconds, 0), _LATEST))


def part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of an event that should be a mapping; an empty one where it is not."""
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return _clean(found) if isinstance(found, str) else ""


def _clean(value: Any) -> Any:
    """Strings without NUL and half surrogate pairs: JSON can hold them, databases and UTF-8 can't."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_clean(key): _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value
