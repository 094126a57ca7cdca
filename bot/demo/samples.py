"""Files for conversations: what [文件 签到表.jpg 30MB 取不到 回复卡] in a transcript sends."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from hashlib import sha256

from bot.understanding.filetypes import meant

_SIZE = re.compile(r"(\d+)MB")
_HEADS = (
    ("pdf", b"%PDF-1.4\n"), ("heic", b"\0\0\0\x18ftypheic"), ("openxml", b"PK\x03\x04"), ("ofd", b"PK\x03\x04"),
    ("ms", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """A file to send. data: real bytes, the same for the same name, a photo with its camera's notes; size: as
    announced; gone: the server no longer has it; answers: what it replies to (卡, 记录, or a number of own messages
    back), empty for nothing."""

    name: str
    data: bytes
    mimetype: str
    size: int
    gone: bool = False
    answers: str = ""


def sample(argument: str) -> Sample:
    """The file that a marker's words describe: a name, then in any order 30MB (the size it claims), 取不到 (gone from
    the server), 假 (a photo whatever its name says), 回复卡, 回复记录, 回复2."""
    name, *options = argument.split() or ["photo.jpg"]
    mimetype = meant("", name)
    data = _bytes(name, "image/jpeg" if "假" in options else mimetype)
    size = next((int(found[1]) * 1_000_000 for option in options if (found := _SIZE.fullmatch(option))), len(data))
    answers = next((option.removeprefix("回复") for option in options if option.startswith("回复")), "")
    return Sample(name, data, mimetype, size, "取不到" in options, answers)


def _bytes(name: str, mimetype: str) -> bytes:
    if mimetype in ("image/jpeg", "image/png", "image/webp"):
        return photo(name, mimetype.removeprefix("image/"))
    return next((head for words, head in _HEADS if words in mimetype), b"") + name.encode()


def photo(name: str, kind: str = "jpeg") -> bytes:
    """A small picture of its own for each name, with the camera's name and a place in its EXIF data."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 12.0), 3: "E", 4: (120.0, 9.0, 18.0)})
    drawn = io.BytesIO()
    seed = sha256(name.encode()).digest()
    picture = Image.frombytes("RGB", (8, 8), (seed * 6)[:192]).resize((64, 48))
    picture.save(drawn, kind.upper(), exif=exif)
    return drawn.getvalue()
