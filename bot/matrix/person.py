"""A person with a real, encrypted Matrix client: the demo's chat, the tests, the fault test and the benchmark."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote

from bot.matrix import media
from bot.matrix.backoff import Backoff
from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, Revoked, Unreachable
from bot.matrix.feed import Found, Taken, poll
from bot.matrix.gaps import filled
from bot.matrix.giving import give_again
from bot.matrix.keeping import lock
from bot.matrix.login import sign_in
from bot.matrix.reading import attachment
from bot.matrix.rooms import answer_invite, view
from bot.matrix.said import Said, said_in
from bot.matrix.sending import send
from bot.matrix.settings import LinkSettings
from bot.matrix.wire import Wire

_TRIES = 60  # about one a second


class Person:
    """One signed-in person. heard: all that others said since signing in, oldest first; unreadable: events whose
    key has not come."""

    def __init__(self, client: GuardedClient, held: IO[str]) -> None:
        self.client = client
        self.heard: list[Said] = []
        self.unreadable: dict[str, Found] = {}
        self._held = held
        self._unread: list[Said] = []
        self._news = asyncio.Condition()
        self._ended: BaseException | None = None
        self._work: asyncio.Task[None] | None = None
        self._backoff = Backoff()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    async def sign_in(cls, homeserver: str, user_id: str, password: str, folder: Path, device: str = "手机") -> Self:
        """Sign in (again, when the folder is known), cross-signed, and listen. Raises SignInFailed, Unreachable."""
        settings = LinkSettings(homeserver, user_id, password, folder, device)
        held = lock(folder)
        wire = Wire(homeserver)
        try:
            client, _ = await sign_in(settings, wire)
            person = cls(client, held)
            await person._begin()
        except BaseException:
            await wire.close()
            held.close()
            raise
        return person

    @property
    def user_id(self) -> str:
        """The full Matrix id."""
        return str(self.client.user_id)

    async def _begin(self) -> None:
        """What was said before is not news."""
        taken = await poll(self.client, None, first=True)
        await self._follow(taken)
        await self.client.upkeep()
        self._work = asyncio.create_task(self._listen(taken.token))

    async def _listen(self, since: str) -> None:
        try:
            while True:
                try:
                    taken = await filled(self.client, await poll(self.client, since, first=False))
                    await self._follow(taken)
                    since = taken.token
                    await self._hear(taken)
                    await self.client.upkeep()
                    for asked in taken.asked:
                        await give_again(self.client, asked)
                    self._backoff.succeeded()
                except Unreachable:
                    await self._backoff.rest(min(self._backoff.failed(), 1.0))
                except CallFailed as error:
                    if error.revoked:
                        raise Revoked(f"{self.user_id} 的登录已被注销") from error
                    await self._backoff.rest(min(self._backoff.failed(error.retry_after), 1.0))
        except Exception as error:
            self._ended = error
            async with self._news:
                self._news.notify_all()

    async def _follow(self, taken: Taken) -> None:
        """Go wherever we are invited."""
        for room_id, inviter in taken.invites.items():
            await answer_invite(self.client, room_id, inviter, lambda _: True, self._backoff)

    async def _hear(self, taken: Taken) -> None:
        fresh = [found for found in taken.found if found.event.get("sender") != self.user_id]
        said = [said_in(found.room_id, found.event) for found in fresh if found.readable]
        self.unreadable |= {str(found.event["event_id"]): found for found in fresh if not found.readable}
        if taken.keys:
            said += self._try_again()
            self.client.store.forget_arrived()
        kept = [one for one in said if one is not None]
        async with self._news:
            self.heard += kept
            self._unread += kept
            self._news.notify_all()

    def _try_again(self) -> list[Said | None]:
        opened = []
        for event_id, found in list(self.unreadable.items()):
            plain = self.client.open({**found.event, "room_id": found.room_id})
            if plain is not None:
                del self.unreadable[event_id]
                opened.append(said_in(found.room_id, plain))
        return opened

    async def wait_for(
        self, wanted: Callable[[Said], bool] | str = "", *, room_id: str | None = None, timeout: float = 30.0
    ) -> Said:
        """The next message that holds these words (or fulfils the condition); those before it in its room count as
        read. timeout: seconds. Raises TimeoutError with what was heard instead."""
        fits = (lambda said: wanted in said.body) if isinstance(wanted, str) else wanted

        def find() -> Said | None:
            return next(
                (said for said in self._unread if room_id in (None, said.room_id) and fits(said)),
                None,
            )

        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: self._ended is not None or find() is not None)
                said = find()
                if said is None:
                    assert self._ended is not None
                    raise self._ended
                place = self._unread.index(said)
                before = [one for one in self._unread[:place] if one.room_id != said.room_id]
                self._unread = before + self._unread[place + 1 :]
                return said
        except TimeoutError as error:
            heard = [one.body[:60] for one in self._unread]
            raise TimeoutError(f"not heard in {timeout:g} s: {wanted!r}; unread: {heard}") from error

    async def __aiter__(self) -> AsyncIterator[Said]:
        """Every unread message, as it comes, until the login ends."""
        while True:
            yield await self.wait_for(lambda _: True, timeout=10**9)

    async def wait_until(self, condition: Callable[[], bool], timeout: float = 30.0) -> None:
        """Until something that sync shows is so (a member has joined, say). Raises TimeoutError."""
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(condition)

    async def open_dm(self, bot: str, *, encrypted: bool = True, timeout: float = 30.0) -> str:
        """A new direct room with somebody, once they have joined it."""
        return await self.open_room([bot], encrypted=encrypted, direct=True, timeout=timeout)

    async def open_room(
        self,
        others: Sequence[str],
        *,
        name: str = "",
        encrypted: bool = True,
        direct: bool = False,
        timeout: float = 30.0,
    ) -> str:
        """A new room, once everybody has joined it."""
        # The server encrypts private rooms of itself; an unencrypted one has to be asked for as a public chat.
        body: dict[str, Any] = {
            "preset": "trusted_private_chat" if encrypted else "public_chat",
            "visibility": "private",
            "is_direct": direct,
            "invite": list(others),
        }
        if name:
            body["name"] = name
        if encrypted:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            body["initial_state"] = [{"type": "m.room.encryption", "state_key": "", "content": algorithm}]
        room_id = str((await self.client.call("POST", "/_matrix/client/v3/createRoom", body))["room_id"])

        def complete() -> bool:
            seen, room = view(self.client, room_id), self.client.rooms.get(room_id)
            return seen is not None and set(others) <= set(seen.others) - set(room.invited_users)

        await self.wait_until(complete, timeout)
        return room_id

    async def send(self, room_id: str, event_type: str, content: Mapping[str, Any]) -> str:
        """Any event; its id. Tries again, as the same event, while the server is away, for a minute at most.

        Raises CallFailed, Unreachable, NotInRoom, TooLong.
        """
        transaction, backoff = secrets.token_hex(12), Backoff()
        async with self._turns[room_id]:
            while True:
                try:
                    return await send(self.client, room_id, event_type, content, transaction)
                except (CallFailed, Unreachable) as error:
                    last = backoff.failures >= _TRIES
                    if last or (isinstance(error, CallFailed) and not error.passing):
                        raise
                    asked = error.retry_after if isinstance(error, CallFailed) else None
                    await backoff.rest(min(backoff.failed(asked), 1.0))

    async def say(
        self, room_id: str, text: str, *, mentions: Sequence[str] = (), more: Mapping[str, Any] | None = None
    ) -> str:
        """A text message; more: further fields of its content."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, **(more or {})}
        if mentions:
            content["m.mentions"] = {"user_ids": list(mentions)}
        return await self.send(room_id, "m.room.message", content)

    async def reply(self, room_id: str, event_id: str, text: str) -> str:
        """A reply to a message."""
        return await self.say(room_id, text, more={"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}})

    async def thread(self, room_id: str, root: str, text: str) -> str:
        """A message in the thread that began with root."""
        relation = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        return await self.say(room_id, text, more={"m.relates_to": relation})

    async def edit(self, room_id: str, event_id: str, text: str) -> str:
        """An edit of one's own message."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return await self.say(room_id, f"* {text}", more={"m.new_content": new, "m.relates_to": relation})

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        """A reaction with an emoji."""
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, "m.reaction", {"m.relates_to": relation})

    async def redact(self, room_id: str, event_id: str) -> str:
        """Delete a message."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/redact/{quote(event_id)}/{secrets.token_hex(12)}"
        return str((await self.client.call("PUT", path, {}))["event_id"])

    async def send_file(
        self, room_id: str, data: bytes, name: str, mimetype: str, more: Mapping[str, Any] | None = None
    ) -> str:
        """A file; more: further fields of its content (the body is the words beside it)."""
        seen = view(self.client, room_id)
        fields = await media.upload(self.client, data, name, mimetype, encrypted=seen is not None and seen.encrypted)
        content = media.event_fields(fields, name, mimetype, len(data))
        return await self.send(room_id, "m.room.message", {**content, **(more or {})})

    async def fetch(self, said: Said, limit: int) -> bytes:
        """The bytes of a file that somebody sent, decrypted. limit: bytes. Raises MediaRefused, Unreachable, and
        ValueError for a message without a file."""
        attached = attachment(said.content, said.body)
        if attached is None:
            raise ValueError("no file in this message")
        return await media.download(self.client, attached, limit)

    async def leave(self, room_id: str) -> None:
        """Leave a room."""
        await self.client.call("POST", f"/_matrix/client/v3/rooms/{quote(room_id)}/leave", {})

    async def close(self) -> None:
        """Stop listening and let go of the keys; the login stays for the next time."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self.client.close()
        self._held.close()
