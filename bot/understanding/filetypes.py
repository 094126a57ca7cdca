"""What a file is, by what its sender says, by its name, and by its first bytes; and what it is evidence of."""

from __future__ import annotations

import re
import unicodedata

# mimetype: what people call it, and what its bytes are
_TYPES = {
    "image/jpeg": ("JPG", "jpeg"), "image/png": ("PNG", "png"), "image/webp": ("WebP", "webp"),
    "image/heic": ("HEIC", "heic"), "image/heif": ("HEIC", "heic"), "image/avif": ("AVIF", "heic"),
    "image/gif": ("GIF", "gif"), "image/tiff": ("TIFF", "tiff"), "image/bmp": ("BMP", "bmp"),
    "application/pdf": ("PDF", "pdf"), "application/ofd": ("OFD", "zip"), "application/zip": ("ZIP", "zip"),
    "application/msword": ("Word", "ole"), "application/vnd.ms-excel": ("Excel", "ole"),
    "application/vnd.ms-powerpoint": ("PPT", "ole"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("Word", "zip"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("Excel", "zip"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("PPT", "zip"),
}  # fmt: skip
_ENDINGS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic",
    "heif": "image/heif", "avif": "image/avif", "gif": "image/gif", "tif": "image/tiff", "tiff": "image/tiff",
    "bmp": "image/bmp", "pdf": "application/pdf", "ofd": "application/ofd", "zip": "application/zip",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "wps": "application/msword", "et": "application/vnd.ms-excel", "dps": "application/vnd.ms-powerpoint",
}  # fmt: skip
_MAGIC = (
    (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"), (b"GIF8", "gif"), (b"BM", "bmp"), (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"), (b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)  # fmt: skip
STRIPPABLE = ("image/jpeg", "image/png", "image/webp")
DEFAULT = (*STRIPPABLE, *dict.fromkeys(t for t, (_, inside) in _TYPES.items() if inside in ("pdf", "ole", "zip")
                                       and t != "application/zip"))  # fmt: skip
_LONGEST_NAME = 40  # characters
_SHOWS = (
    ("attendance", re.compile("签到|考勤|到会|出席")),
    ("record", re.compile("记录|纪要")),
    ("document", re.compile("文件|通知|方案|计划|总结|报告|制度|台账|证明|请示|批复|决议")),
)


def meant(mimetype: str, name: str) -> str:
    """The mimetype of a file: as said where that says anything, else by its name's ending."""
    said = mimetype.partition(";")[0].strip().lower()
    if said in _TYPES and said != "application/zip":
        return said
    return _ENDINGS.get(name.rpartition(".")[2].lower(), said or "application/octet-stream")


def label(mimetype: str, name: str = "") -> str:
    """What people call a type: JPG, PDF, Word; where they have no word for it the name's ending, or the mimetype."""
    ending = name.rpartition(".")[2].upper()
    return _TYPES[mimetype][0] if mimetype in _TYPES else ending if ending.isalnum() and len(ending) < 6 else mimetype


def inside(data: bytes) -> str | None:
    """What bytes are, by how they begin: jpeg | png | webp | heic | gif | bmp | tiff | pdf | zip | ole, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif"):
        return "heic"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def fits(mimetype: str, found: str | None) -> bool:
    """Whether bytes can be of a type; of a type unknown here, anything that is no image."""
    if mimetype in _TYPES:
        return _TYPES[mimetype][1] == found
    return found not in {what for said, (_, what) in _TYPES.items() if said.startswith("image/")}


def type_of(found: str | None) -> str | None:
    """The mimetype of image bytes that can be stripped; None for all others."""
    return f"image/{found}" if f"image/{found}" in STRIPPABLE else None


def shown(name: str) -> str:
    """A file's name as it can be shown: one line, no folders, nothing invisible, not too long."""
    text = "".join(c for c in re.split(r"[/\\]", name)[-1] if unicodedata.category(c)[0] not in "CZ" or c == " ")
    text = text.replace("*", "").replace("#", "＃").strip(". ") or "附件"
    stem, dot, ending = text.rpartition(".")
    if len(text) <= _LONGEST_NAME or not dot:
        return text[:_LONGEST_NAME]
    ending = ending[:8]
    return stem[: _LONGEST_NAME - len(ending) - 2] + "…" + dot + ending


def shows(mimetype: str, words: str) -> str:
    """What a file is evidence of, by its name and the words beside it: record | attendance | document.

    Empty for a picture whose words don't say: what it shows can't be known.
    """
    found = next((what for what, pattern in _SHOWS if pattern.search(words)), "")
    return found or ("" if mimetype.startswith("image/") else "document")
