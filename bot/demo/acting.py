"""What a line of a transcript is on a real homeserver: the person's client does it in the room."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

from bot.demo.samples import sample
from bot.demo.transcript import Said
from bot.matrix.person import Person

NOWHERE = "mxc://zhibu.localhost/nothing"
GARBAGE = {
    "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEgB0", "device_id": "NOBODY", "sender_key": "x",
    "session_id": "unknown",
}  # fmt: skip


class Actor:
    """A person in a room. cards, recorded: the bot's messages there that a line may be about, oldest first; whoever
    hears them adds them."""

    def __init__(self, person: Person, room_id: str) -> None:
        self.person = person
        self.room_id = room_id
        self.cards: list[str] = []
        self.recorded: list[str] = []
        self._mine: list[str] = []

    async def act(self, said: Said) -> str:
        """Do one thing in the room; its event's id."""
        person, room_id = self.person, self.room_id
        match said.mark:
            case "改":
                return await person.edit(room_id, self._mine[-int(said.argument or 1)], said.text)
            case "删":
                return await person.redact(room_id, self._mine[-int(said.argument or 1)])
            case "文件":
                self._mine.append(await self._file(said))
                return self._mine[-1]
            case "语音":
                return await person.send_file(room_id, b"OggS demo", "voice.ogg", "audio/ogg")
            case "贴纸":
                content = {"body": "贴纸", "url": "mxc://zhibu.localhost/none", "info": {}}
                return await person.send(room_id, "m.sticker", content)
            case "投票":
                return await person.send(room_id, "m.poll.start", {"m.poll": {"question": {"m.text": [{"body": "?"}]}}})
            case "位置":
                return await person.send(
                    room_id, "m.room.message", {"msgtype": "m.location", "body": "位置", "geo_uri": "geo:30,120"}
                )
            case "解不开":
                path = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/m.room.encrypted/{uuid4().hex}"
                return str((await person.client.call("PUT", path, GARBAGE))["event_id"])
            case mark if mark and not said.text and self.cards:
                return await person.react(room_id, self.cards[-1], mark)
        self._mine.append(await person.say(room_id, said.typed))
        return self._mine[-1]

    async def _file(self, said: Said) -> str:
        file = sample(said.argument)
        answers = {"卡": self.cards, "记录": self.recorded}.get(file.answers)
        target = answers[-1] if answers else self._mine[-int(file.answers)] if file.answers else None
        more = {"info": {"mimetype": file.mimetype, "size": file.size}, **({"body": said.text} if said.text else {}),
                **({"file": None, "url": NOWHERE} if file.gone else {}),
                **({"m.relates_to": {"m.in_reply_to": {"event_id": target}}} if target else {})}  # fmt: skip
        return await self.person.send_file(self.room_id, file.data, file.name, file.mimetype, more)
