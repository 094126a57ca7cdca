"""Which files are taken: decided by what a message says of its file, before any of it is downloaded."""

from __future__ import annotations

from dataclasses import dataclass

from bot.events import Attachment, Inbound
from bot.understanding.filetypes import DEFAULT, STRIPPABLE, label, meant, shown
from bot.understanding.sensitive import sensitive

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings allow. max_bytes: of one file; types: mimetypes."""

    max_bytes: int = 20 * MEGABYTE
    types: tuple[str, ...] = DEFAULT


def refusal(message: Inbound, limits: Limits) -> tuple[str, dict[str, str]] | None:
    """Why a message's file is not taken: the key of the sentence and its values; None when it may be downloaded."""
    attachment = message.attachment
    if attachment is None:
        return "other", {}
    if secret(attachment.name) or sensitive(message.body) is not None:
        return "sensitive", {}
    kind = meant(attachment.mimetype, attachment.name)
    values = {"name": shown(attachment.name), "kind": label(kind, attachment.name), "allowed": named(limits)}
    if kind.startswith("image/") and kind not in STRIPPABLE:
        return "file.not_strippable", values
    if kind not in limits.types:
        return "file.voice" if kind.startswith("audio/") else "file.wrong_type", values
    if attachment.size is not None and attachment.size > limits.max_bytes:
        return "file.too_large", {**values, "size": megabytes(attachment.size), "limit": megabytes(limits.max_bytes)}
    return None


def secret(name: str) -> bool:
    """Whether a file's name tells what must not be kept; with and without its ending, which hides a number's end."""
    return any(sensitive(words) is not None for words in (name, name.rpartition(".")[0]) if words)


def named(limits: Limits) -> str:
    """The allowed types as people call them."""
    return "、".join(dict.fromkeys(label(kind) for kind in limits.types))


def megabytes(size: int) -> str:
    """A size in bytes as megabytes, at most one decimal: 20, 3.5."""
    return f"{size / MEGABYTE:.1f}".removesuffix(".0")


def type_in(attachment: Attachment) -> str:
    """The mimetype that a file is taken as."""
    return meant(attachment.mimetype, attachment.name)
