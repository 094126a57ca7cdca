"""Events into Inbound: every shape a client sends, and any shape a stranger might."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Attachment, Inbound, Kind
from bot.matrix.reading import Envelope, read, unreadable
from bot.matrix.words import Names, strip_quote

NAMES = Names("@zhibu:example.org", ("支部助手",))
PLAIN = Envelope("!r", NAMES, encrypted=False)
SECRET = Envelope("!r", NAMES, encrypted=True)


def event(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    """An event as sync has it."""
    return {
        "type": kind, "event_id": "$e", "sender": "@li:example.org", "origin_server_ts": 1_793_000_000_123,
        "content": content, **more,
    }  # fmt: skip


def message(body: Any, msgtype: Any = "m.text", **more: Any) -> dict[str, Any]:
    """A message event."""
    return event("m.room.message", {"msgtype": msgtype, "body": body, **more})


def got(raw: dict[str, Any], envelope: Envelope = PLAIN) -> Inbound:
    """What was read; something was."""
    inbound = read(raw, envelope)
    assert inbound is not None
    return inbound


def test_a_text() -> None:
    assert got(message("开了支委会")) == Inbound(
        "$e", "!r", "@li:example.org", datetime(2026, 10, 26, 7, 33, 20, 123_000, tzinfo=UTC), Kind.TEXT, "开了支委会"
    )


@pytest.mark.parametrize(
    "body", ["/帮助", "//帮助", "！帮助", "!帮助", " 好 ", "a\u202eb\x07c", "> 引用开头也是话", "<b>x</b>", ""]
)
def test_texts_arrive_unchanged(body: str) -> None:
    assert got(message(body)).body == body


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (message("x", "m.notice"), "a notice"),
        (event("m.room.message", {"msgtype": "m.text", "body": "x"}, sender="@zhibu:example.org"), "our own"),
        (event("m.room.topic", {"topic": "x"}, state_key=""), "room state"),
        (event("m.room.message", {"msgtype": "m.text", "body": "x"}, state_key=""), "state in a message's clothes"),
        (event("m.room.message", {}, unsigned={"redacted_because": {}}), "deleted before we saw it"),
        (event("m.room.encrypted", {}), "deleted before we saw it"),
        (message("verify me", "m.key.verification.request"), "clients among themselves"),
        (event("m.key.verification.start", {}), "clients among themselves"),
        (event("m.call.candidates", {}), "clients among themselves"),
        (event("org.matrix.msc3381.poll.response", {}), "a vote"),
        (event("m.reaction", {}), "a reaction to nothing"),
        (event("m.room.redaction", {}), "a deletion of nothing"),
        (event("m.room.message", None), "no content"),
        (
            message("* x", "m.notice", **{
                "m.new_content": {"msgtype": "m.notice", "body": "x"},
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$t"},
            }),
            "an edited notice",
        ),
    ],
)  # fmt: skip
def test_silence(raw: dict[str, Any], why: str) -> None:
    assert read(raw, PLAIN) is None, why


def test_what_no_database_takes_is_taken_out() -> None:
    assert got(message("党\ud83d课\x00😀"), SECRET).body == "党\ufffd课😀"


def test_an_edit_is_an_edit() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$target"}
    raw = message("* 实到4人", **{"m.new_content": {"msgtype": "m.text", "body": "实到4人"}, "m.relates_to": relation})
    inbound = got(raw)
    assert (inbound.kind, inbound.body, inbound.target) == (Kind.EDIT, "实到4人", "$target")


def test_an_edit_without_new_content() -> None:
    inbound = got(message("* 实到4人", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$target"}}))
    assert (inbound.kind, inbound.body, inbound.target) == (Kind.EDIT, "实到4人", "$target")


@pytest.mark.parametrize(
    "raw", [event("m.room.redaction", {"redacts": "$t"}), event("m.room.redaction", {}, redacts="$t")]
)
def test_a_redaction_in_old_rooms_and_new(raw: dict[str, Any]) -> None:
    inbound = got(raw)
    assert (inbound.kind, inbound.target) == (Kind.REDACTION, "$t")
    assert read(raw, SECRET) is None, "inside an encrypted event no server has checked it"


def test_a_reaction() -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$t", "key": "👍"}
    inbound = got(event("m.reaction", {"m.relates_to": relation}))
    assert (inbound.kind, inbound.target, inbound.key) == (Kind.REACTION, "$t", "👍")


@pytest.mark.parametrize(
    ("raw", "kind", "key"),
    [
        (event("m.sticker", {"body": "笑", "url": "mxc://x/y"}), Kind.STICKER, ""),
        (message("我在这里", "m.location", geo_uri="geo:1,2"), Kind.LOCATION, ""),
        (event("m.poll.start", {}), Kind.OTHER, "m.poll.start"),
        (event("org.matrix.msc3381.poll.start", {}), Kind.OTHER, "org.matrix.msc3381.poll.start"),
        (event("com.example.thing", {"body": 7}), Kind.OTHER, "com.example.thing"),
        (message("x", "com.example.type"), Kind.OTHER, "com.example.type"),
        (message("x", "m.file"), Kind.OTHER, "m.file"),
    ],
)
def test_other_things_people_send(raw: dict[str, Any], kind: Kind, key: str) -> None:
    inbound = got(raw)
    assert (inbound.kind, inbound.key) == (kind, key)


def test_a_file_with_words_beside_it() -> None:
    keys = {"url": "mxc://x/y", "key": {"k": "…"}, "iv": "…", "hashes": {}}
    raw = message(
        "11月党课", "m.image", filename="../../签到表.jpg", file=keys, info={"size": 12, "mimetype": "image/jpeg"}
    )
    inbound = got(raw)
    assert (inbound.kind, inbound.body) == (Kind.FILE, "11月党课")
    assert inbound.attachment == Attachment("mxc://x/y", "../../签到表.jpg", "image/jpeg", 12, keys)


@pytest.mark.parametrize("size", [-1, True, "12", None, 1.5])
def test_a_voice_message_with_an_odd_size(size: Any) -> None:
    inbound = got(message("Voice message", "m.audio", url="mxc://x/y", info={"size": size, "mimetype": "audio/ogg"}))
    assert inbound.attachment == Attachment("mxc://x/y", "Voice message", "audio/ogg", None)
    assert inbound.body == ""


def test_a_reply_without_its_quotation() -> None:
    raw = message(
        "> <@zhibu:example.org> 有误直接说\n> 第二行\n\n实到4人",
        **{"m.relates_to": {"m.in_reply_to": {"event_id": "$q"}}},
    )
    inbound = got(raw)
    assert (inbound.body, inbound.reply_to, inbound.thread) == ("实到4人", "$q", None)


@pytest.mark.parametrize(("falling_back", "reply_to"), [(True, None), (False, "$q")])
def test_a_message_in_a_thread(falling_back: bool, reply_to: str | None) -> None:
    relation = {
        "rel_type": "m.thread", "event_id": "$root", "is_falling_back": falling_back,
        "m.in_reply_to": {"event_id": "$q"},
    }  # fmt: skip
    inbound = got(message("好", **{"m.relates_to": relation}))
    assert (inbound.thread, inbound.reply_to) == ("$root", reply_to)


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ("@zhibu 帮助", "帮助"),
        ("@zhibu帮助", "帮助"),
        ("＠zhibu：帮助", "帮助"),
        ("@Zhibu: 帮助", "帮助"),
        ("@zhibu:example.org 帮助", "帮助"),
        ("@zhibu:example.org: 帮助", "帮助"),
        ("zhibu:example.org", None),
        ("支部助手: 帮助", "帮助"),
        ("支部助手 帮助", "帮助"),
        ("支部助手，帮助", "帮助"),
        ("支部助手", ""),
        ("@支部助手 帮助", "帮助"),
        ("请 @zhibu 帮助", "请 帮助"),
        ("帮助 @zhibu", "帮助"),
        ("[支部助手](https://matrix.to/#/@zhibu:example.org) 帮助", "帮助"),
        ("@zhibu:example.org.evil 帮助", None),
        ("@zhibubu 帮助", None),
        ("@zhibu-2:example.org 帮助", None),
        ("mail@zhibu 帮助", None),
        ("我们的支部助手很好", None),
        ("支部助手很好", None),
        ("帮助", None),
    ],
)
def test_typed_mentions(body: str, rest: str | None) -> None:
    inbound = got(message(body))
    assert inbound.mentions_me is (rest is not None)
    assert inbound.body == (body if rest is None else rest)


@pytest.mark.parametrize("mentions", [{"user_ids": ["@zhibu:example.org"]}])
def test_completed_mentions(mentions: Any) -> None:
    assert got(message("支部助手 帮助", **{"m.mentions": mentions})).mentions_me
    assert got(message("帮助", **{"m.mentions": mentions})).mentions_me


@pytest.mark.parametrize("mentions", [{"room": True}, {"user_ids": "@zhibu:example.org"}, {"user_ids": [7]}, 5, None])
def test_other_mentions(mentions: Any) -> None:
    assert not got(message("帮助", **{"m.mentions": mentions})).mentions_me


def test_an_unreadable_event_is_kept_whole() -> None:
    raw = event("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "S", "ciphertext": "…"})
    inbound = unreadable(raw, "!r")
    assert (inbound.kind, inbound.session, inbound.raw) == (Kind.UNREADABLE, "S", {**raw, "room_id": "!r"})


def test_a_quotation_alone_is_what_is_left_of_nothing() -> None:
    assert strip_quote("> a\n> b") == ""
    assert strip_quote("> a\n\nb\n> c") == "b\n> c"


any_text = st.text(st.characters(categories=("L", "N", "P", "Cs", "Cc", "Cf", "So")), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | any_text
words = st.sampled_from([
    "msgtype", "body", "m.relates_to", "rel_type", "event_id", "m.replace", "m.new_content", "m.in_reply_to", "key",
    "m.thread", "is_falling_back", "m.mentions", "user_ids", "file", "url", "info", "size", "mimetype", "filename",
    "redacts", "m.text", "m.image", "m.notice", "session_id",
])  # fmt: skip
anything = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=6),
    max_leaves=20,
)


@given(
    kind=st.sampled_from(
        ["m.room.message", "m.reaction", "m.room.redaction", "m.sticker", "m.poll.start", "x", 5, None]
    ),
    content=anything,
    stamp=anything,
    unsigned=anything,
    encrypted=st.booleans(),
)
def test_nothing_a_member_sends_raises(kind: Any, content: Any, stamp: Any, unsigned: Any, encrypted: bool) -> None:
    raw = event(kind, content, origin_server_ts=stamp, unsigned=unsigned)
    inbound = read(raw, Envelope("!r", NAMES, encrypted))
    if inbound is not None:
        kept = (inbound.body, inbound.key, inbound.target, inbound.reply_to, inbound.thread, inbound.attachment)
        json.dumps(kept, ensure_ascii=False, default=str).encode()
        assert isinstance(inbound.body, str)
    unreadable(raw, "!r")


@given(st.text(max_size=200))
def test_mentions_never_raise_and_never_lengthen(body: str) -> None:
    assert len(NAMES.without(body)) <= len(body)
