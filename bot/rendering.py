"""Words into Matrix message content: plain text and HTML that every client shows, split when too long."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

SORRY = "sorry"  # in a file's content until it is uploaded: what is said when the homeserver doesn't take it
MAX_BYTES = 40_000  # an encrypted event must stay under 65,536 bytes as base64
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = re.compile(r"#(\d+)")


def message(text: str, links: Mapping[int, str], *, rings: bool = False) -> Iterator[dict[str, Any]]:
    """The contents of one or more messages. links: addresses of the messages behind record numbers; rings: m.text,
    so that a phone rings, instead of m.notice."""
    for part in split(text, MAX_BYTES // 2):  # body and HTML travel together
        yield {
            "msgtype": "m.text" if rings else "m.notice",
            "body": _BOLD.sub(r"\1", part),
            "format": "org.matrix.custom.html",
            "formatted_body": _html(part, links),
            "m.mentions": {},  # words a person wrote, repeated here, must not ring anybody's phone
        }


def split(text: str, limit: int) -> Iterator[str]:
    """The text in pieces of at most limit bytes, cut between lines where that is possible."""
    piece: list[str] = []
    size = 0
    for line in text.split("\n"):
        for chunk in _chunks(line, limit):
            length = len(chunk.encode()) + 1
            if piece and size + length > limit:
                yield "\n".join(piece)
                piece, size = [], 0
            piece.append(chunk)
            size += length
    yield "\n".join(piece)


def _chunks(line: str, limit: int) -> Iterator[str]:
    width = max(1, limit // 4)  # a character is at most four bytes
    yield from (line[i : i + width] for i in range(0, len(line), width)) if len(line.encode()) > limit else (line,)


def _html(text: str, links: Mapping[int, str]) -> str:
    def number(match: re.Match[str]) -> str:
        address = links.get(int(match[1]))
        return f'<a href="{html.escape(address)}">{match[0]}</a>' if address else match[0]

    escaped = html.escape(text, quote=False)
    return _NUMBER.sub(number, _BOLD.sub(r"<strong>\1</strong>", escaped)).replace("\n", "<br>")


def permalink(room_id: str, event_id: str) -> str:
    """The address that opens an event in any client."""
    return f"https://matrix.to/#/{room_id}/{event_id}"
