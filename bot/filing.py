"""Files on their way into the record: downloaded, checked, stripped and stored before the turn that speaks of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from bot.dialogue.accepting import Limits, type_in
from bot.events import Arrived, Attachment, Inbound, Kept
from bot.matrix.errors import MediaRefused, Unreachable
from bot.pictures import PictureError, strip
from bot.typing_notice import Tell, TypingNotice, to_nobody
from bot.understanding.filetypes import fits, inside, shown, shows, type_of
from storage import attachments
from storage.database import Connection
from storage.filestore import FileStore, Held

log = structlog.get_logger(__name__)

Fetch = Callable[[Attachment, int], Awaitable[bytes]]
PATIENCE = 120.0  # seconds for one file, all tries together: its room waits meanwhile
FIRST_REST = 2.0
AT_ONCE = 4


async def nowhere(attachment: Attachment, limit: int) -> bytes:
    """A download where there is nothing to download from."""
    raise Unreachable("no homeserver")


class Filing:
    """Fetches and stores files. folder: of the store; fetch: the bytes of an announced file, at most so many; typing:
    tells a room that an answer is on its way.

    A file is fetched before its turn and not by a job after it: the turn then knows whether the file is kept, says so
    once, and ties it to its card or record in the one transaction that consumes the row. A kill before that transaction
    leaves the row waiting; it is fetched again, and the same bytes come to lie under the same name. The room waits for
    its download, so a yes that follows finds the photo on its card; other rooms don't.
    """

    def __init__(
        self, folder: Path, fetch: Fetch, limits: Limits, *, typing: Tell = to_nobody, patience: float = PATIENCE
    ) -> None:
        self.store = FileStore(folder)
        self._fetch = fetch
        self._limits = limits
        self._typing = TypingNotice(typing)
        self._patience = patience
        self._downloads = asyncio.Semaphore(AT_ONCE)
        self._drawing = asyncio.Lock()  # a decoded picture takes much memory: one at a time
        self._held: dict[str, Held] = {}  # by event: stored, but no turn has tied them to anything yet

    @asynccontextmanager
    async def arrival(self, message: Inbound) -> AsyncIterator[Arrived]:
        """The file of a message, safe from forget() until the block (the message's turn) has ended."""
        with self._typing.meanwhile(message.room_id):
            arrived = await self._arrive(message)
        try:
            yield arrived
        finally:
            if arrived.kept is not None:
                self._held.pop(message.event_id).release()

    async def forget(
        self,
        conn: Connection,
        digests: Collection[str],
        arrived: Arrived | None = None,
        *,
        still: Collection[str] = (),
    ) -> None:
        """Delete those of these files that nothing needs any more: the last thing a turn does before it commits.

        arrived: of the turn's own message, whose file goes too unless something has it; still: files known to be
        needed. A kill between here and the commit leaves the row waiting, and the turn done again lets the same files
        go; done after the commit, a kill would leave them lying for ever.
        """
        mine = self._held[arrived.kept.event] if arrived is not None and arrived.kept is not None else None
        idle = {*digests, *([mine.digest] if mine is not None else [])} - set(still)
        if not idle:
            return
        with self.store.alone(idle, mine) as free:  # first, so that whoever held one has tied it to something by now
            for digest in free - await attachments.used(conn) if free else ():
                self.store.remove(digest)

    async def _arrive(self, message: Inbound) -> Arrived:
        attachment = message.attachment
        assert attachment is not None, "a file message has a file"
        try:
            async with self._downloads:
                data = await self._download(attachment)
            mimetype, data = await self._checked(attachment, data)
            held = await asyncio.to_thread(self.store.keep, data)
            self._held[message.event_id] = held
        except MediaRefused as error:
            return Arrived(None, "too_large" if error.too_large else "gone")
        except (Unreachable, TimeoutError):
            return Arrived(None, "unreachable")
        except PictureError as error:
            return Arrived(None, error.code)
        except OSError as error:
            log.exception("file_not_stored", error=str(error))
            return Arrived(None, "no_room")
        name = shown(attachment.name)
        evidence = shows(mimetype, f"{name} {message.body}")
        return Arrived(Kept(held.digest, name, mimetype, len(data), message.event_id, evidence))

    async def _download(self, attachment: Attachment) -> bytes:
        rest = FIRST_REST
        async with asyncio.timeout(self._patience):
            while True:
                try:
                    return await self._fetch(attachment, self._limits.max_bytes)
                except Unreachable as error:
                    log.info("download_later", seconds=rest, why=str(error))
                    await asyncio.sleep(rest)
                    rest *= 2

    async def _checked(self, attachment: Attachment, data: bytes) -> tuple[str, bytes]:
        """The type a file is kept as and its bytes, a photo's stripped. Raises PictureError.

        What it is is read off its bytes: a photo called a PDF would bring its location along.
        """
        mimetype, found = type_in(attachment), inside(data)
        picture = type_of(found)
        if picture is not None and mimetype.startswith("image/"):
            if picture not in self._limits.types:
                raise PictureError("other_type")
            async with self._drawing:
                return picture, await asyncio.to_thread(strip, data, picture.removeprefix("image/"))
        if found == "heic":
            raise PictureError("not_strippable")
        if not fits(mimetype, found):
            raise PictureError("other_type")
        return mimetype, data
