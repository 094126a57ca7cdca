"""The bot's link to its homeserver: batches of events in, deliveries out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, Any, Self
from urllib.parse import quote

import structlog

from bot.events import Attachment, Batch, Delivery, Echo, Inbound, Outgoing
from bot.matrix import devices, media
from bot.matrix.backoff import AWAY, Backoff
from bot.matrix.client import GuardedClient
from bot.matrix.devices import Device
from bot.matrix.errors import CallFailed, Revoked, SignInFailed, Unreachable
from bot.matrix.feed import Taken, poll
from bot.matrix.gaps import Missed
from bot.matrix.keeping import lock
from bot.matrix.login import Login, sign_in
from bot.matrix.loose import LooseEnds
from bot.matrix.lulls import Lulls
from bot.matrix.posting import Post
from bot.matrix.reader import Reader
from bot.matrix.rooms import Views, view
from bot.matrix.settings import LinkSettings
from bot.matrix.store import kept
from bot.matrix.wire import Wire

log = structlog.get_logger(__name__)

_TYPING_MS = 20_000
_NOBODY_THERE = (502, 504)  # what a proxy says for a homeserver that is down
Receive = Callable[[Batch], Awaitable[None]]


async def _nobody(_: Batch) -> None:
    raise RuntimeError("nothing is received before run()")


class Link:
    """One device of the bot's account, locked against a second process.

    Of the token: run() asks for what is new since the last token that receive() took, and keeps none itself.
    """

    def __init__(self, settings: LinkSettings, client: GuardedClient, login: Login, held: IO[str]) -> None:
        self.settings = settings
        self.client = client
        self.caught_up = asyncio.Event()
        self._login = login
        self._held = held
        self._views, self._reader = Views(client), Reader(client)
        self._backoff = Backoff()
        self._rooms_changed = asyncio.Condition()
        self._upkeep: asyncio.Task[None] | None = None
        self._unkept = False
        self._loose = LooseEnds(client, settings.may_invite, self._store_missed, self._settled)
        self._post = Post(client, self.caught_up, self._loose.waits)
        self._lulls = Lulls(self.user_id, self._post)
        self._storing = asyncio.Lock()
        self._receive: Receive = _nobody
        self._reached: str | None = None

    @classmethod
    async def connect(cls, settings: LinkSettings) -> Self:
        """Sign in, or go on with the kept login (which needs no network). Raises Locked and SignInFailed."""
        held = lock(settings.folder)
        wire = Wire(settings.homeserver)
        try:
            client, login = await sign_in(settings, wire)
        except BaseException as error:
            await wire.close()
            held.close()
            if isinstance(error, CallFailed | Unreachable):
                words = f"无法登录 {settings.homeserver}（{error}）：请检查地址和网络后再试"
                raise SignInFailed(words, temporary=True) from error
            raise
        return cls(settings, client, login, held)

    @property
    def device_id(self) -> str:
        """Our device."""
        return str(self.client.device_id)

    async def others(self) -> list[Device]:
        """The other devices that a bot of ours has made for this account. Raises CallFailed or Unreachable."""
        return await devices.others(self.client)

    async def log_out(self, old: Sequence[Device]) -> None:
        """End their logins. After a restore: keys from a backup can't read the next message, so the new device takes
        the old one's place. Raises SignInFailed, CallFailed or Unreachable."""
        await devices.log_out(self.client, [device.id for device in old], self.settings.password)

    @property
    def has_synced(self) -> bool:
        """Whether this device has received anything before."""
        return self._login.synced

    @property
    def keys_since(self) -> datetime:
        """Since when people can give us keys; what was sent before went to another device, or to none."""
        made_at = self._login.made_at
        return datetime.fromisoformat(made_at) if made_at else datetime.min.replace(tzinfo=UTC)

    def server_clock(self, moment: float) -> datetime | None:
        """The homeserver's clock at a moment of clock.steady(); None while it is not known."""
        return self.client.wire.serves_at(moment)

    @property
    def user_id(self) -> str:
        """Our own Matrix id."""
        return str(self.client.user_id)

    async def run(self, since: str | None, receive: Receive) -> None:
        """Receive until cancelled. since: the token of the last batch that was stored, None at the very first.

        A batch counts as stored when receive() returns; what receive() raises ends the run. Raises Revoked when the
        homeserver has ended our login, KeysUnsaved when what came can't be kept.
        """
        self._receive = receive
        try:
            with kept():
                await self._run(since)
        finally:
            await self._loose.stop()

    async def _run(self, since: str | None) -> None:
        first = True
        while True:
            try:
                taken = await poll(self.client, since, first=first)
            except (CallFailed, Unreachable) as error:
                await self._wait_after(error)
                continue
            self._backoff.succeeded()
            self._post.gate.answered()
            await self._store(taken, since)
            since, first = taken.token, False
            if not self._login.synced:
                self._login = replace(self._login, synced=True)
                self._login.keep(self.settings.folder)
            self.caught_up.set()
            async with self._rooms_changed:
                self._rooms_changed.notify_all()
            self._start_upkeep()
            await self._lulls.after(taken)

    async def _store(self, taken: Taken, since: str | None) -> None:
        """Hand over a sync; with its token, unless it has left loose ends."""
        async with self._storing:
            batch = self._batch(self._loose.take(taken), since)
            self._reached = taken.token
            await self._receive(batch if not self._loose.open else replace(batch, token=None))
            self.client.store.forget_arrived()

    async def _store_missed(self, missed: Missed) -> None:
        async with self._storing:
            echoes = tuple(Echo(*echo) for echo in missed.echoes)
            await self._receive(Batch(None, tuple(self._reader.inbound(missed.found)), echoes))

    async def _settled(self) -> None:
        """All loose ends are tied: what the last sync reached may be kept."""
        async with self._storing:
            if not self._loose.open:
                await self._receive(Batch(self._reached))

    async def _wait_after(self, error: CallFailed | Unreachable) -> None:
        if isinstance(error, CallFailed) and error.revoked:
            raise Revoked(
                f"{self.settings.homeserver} 已注销 {self.user_id} 的登录（{error.errcode}）："
                f"若账号仍在，请删除 {self.settings.folder / 'login.json'}，确认密码文件还在，然后重新启动"
            ) from error
        if isinstance(error, Unreachable) or error.status in _NOBODY_THERE:
            wait = self._backoff.failed(longest=AWAY)
        else:
            wait = self._backoff.failed(error.retry_after)
        log.warning("sync_failed", seconds=round(wait, 1), failures=self._backoff.failures, error=str(error))
        await self._backoff.rest(wait)

    def _batch(self, taken: Taken, since: str | None) -> Batch:
        # Without a token all is old, but for what was said between our very first joins and a kill right after.
        wanted = [found for found in taken.found if since is not None or (found.after_join and not self._login.synced)]
        return Batch(
            token=taken.token,
            events=tuple(self._reader.inbound(wanted)),
            echoes=tuple(Echo(transaction, event_id) for transaction, event_id in taken.echoes),
            keys=taken.keys,
            withheld=taken.withheld,
            rooms=self._views.changed(taken.touched, taken.left),
            left=taken.left,
        )

    def _start_upkeep(self) -> None:
        if self._upkeep is not None and self._upkeep.done():
            self._upkeep.result()  # raises what it failed with
        self._unkept = self.client.needs_upkeep
        if self._unkept and (self._upkeep is None or self._upkeep.done()):
            self._upkeep = asyncio.create_task(self._keep_keys())

    async def _keep_keys(self) -> None:
        """Once, and again for what a sync has shown meanwhile: the next one may be half a minute away."""
        try:
            while self._unkept:
                self._unkept = False
                await self.client.upkeep()
        except (CallFailed, Unreachable) as error:  # the next sync brings the next try
            log.warning("upkeep_failed", error=str(error))

    def read_again(self, raw: Mapping[str, Any]) -> Inbound | None:
        """A kept unreadable event (its Inbound.raw) now that its key came. None: still unreadable, or nothing in it."""
        return self._reader.again(raw)

    async def deliver(self, out: Outgoing) -> Delivery:
        """Send one event; never raises for what the server or the network does. One event at a time in a room.

        Waits until the first sync after start has been received: what it brings may show that this was sent before.
        """
        return await self._post.deliver(out)

    async def typing(self, room_id: str, on: bool) -> None:
        """Show or end the typing notice. A notice that fails is no matter."""
        path = f"/_matrix/client/v3/rooms/{quote(room_id)}/typing/{quote(self.user_id)}"
        try:
            await self.client.call("PUT", path, {"typing": on, **({"timeout": _TYPING_MS} if on else {})})
        except (CallFailed, Unreachable) as error:
            log.info("typing_failed", room=room_id, error=str(error))

    async def upload(self, room_id: str, data: bytes, name: str, mimetype: str) -> Mapping[str, Any]:
        """Store a file for an event in that room: its whole content, to be kept before the event is sent.

        Raises CallFailed or Unreachable, NotInRoom.
        """
        return await self._post.upload(room_id, data, name, mimetype)

    async def store(self, room_id: str, data: bytes, name: str, mimetype: str) -> Mapping[str, Any] | Delivery:
        """upload(), which never raises for what the server or the network does: the content, or why there is none."""
        return await self._post.store(room_id, data, name, mimetype)

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """The bytes of a file. limit: bytes. Raises MediaRefused, or Unreachable for what is worth another try."""
        return await media.download(self.client, attachment, limit)

    async def open_direct(self, user_id: str) -> str:
        """The encrypted direct room with a person: the one there is, or a new one with an invitation.

        Raises CallFailed or Unreachable. Waits until sync has shown the room, so run() must be running.
        """
        for room_id in self.client.rooms:
            seen = view(self.client, room_id)
            if seen is not None and seen.direct and seen.encrypted and seen.others == (user_id,):
                return str(room_id)
        told = await self.client.call(
            "POST",
            "/_matrix/client/v3/createRoom",
            {
                "preset": "trusted_private_chat",
                "is_direct": True,
                "invite": [user_id],
                "initial_state": [
                    {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
                ],
            },
        )
        room_id = str(told["room_id"])
        async with self._rooms_changed:
            await self._rooms_changed.wait_for(lambda: self._shows(room_id, user_id))
        return room_id

    def _shows(self, room_id: str, user_id: str) -> bool:
        seen = view(self.client, room_id)
        return seen is not None and seen.encrypted and user_id in seen.others

    async def close(self) -> None:
        """Close the connections and the keys, and let go of the lock."""
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.gather(self._upkeep, return_exceptions=True)
        await self.client.close()
        self._held.close()
