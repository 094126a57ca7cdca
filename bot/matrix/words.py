"""The text of a message as its writer meant it: without the mention of us, without the quotation of a reply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_QUOTE = re.compile(r"(?:^> ?.*(?:\n|$))+\n?", re.MULTILINE)
_SPACES = r"[\s\u3000]"


def strip_quote(body: str) -> str:
    """A reply's body without the lines `> …` that older clients put before it."""
    quoted = _QUOTE.match(body)
    return body[quoted.end() :] if quoted else body


class Names:
    """The ways to call somebody: full id, localpart and display names, with @ or ＠ before them.

    A bare display name counts only where a client's completion puts it: first, and followed by a mark or a space.
    """

    def __init__(self, user_id: str, display_names: Iterable[str] = ()) -> None:
        self.user_id = user_id
        self._typed, self._first = _patterns(user_id, tuple(sorted({name for name in display_names if name})))

    def called(self, content: Mapping[str, Any], body: str) -> bool:
        """Whether a message speaks to us: by m.mentions, or by name in the text."""
        mentions = content.get("m.mentions")
        users = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
        if isinstance(users, list) and self.user_id in users:
            return True
        return bool(self._typed.search(body) or self._first.match(body))

    def without(self, body: str) -> str:
        """The text without the mentions."""
        rest = self._first.sub("", self._typed.sub(" ", body), count=1)
        return body if rest == body else rest.strip()


@lru_cache(maxsize=256)
def _patterns(user_id: str, display_names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    localpart = user_id[1:].partition(":")[0]
    called = sorted({user_id[1:], localpart, *display_names}, key=len, reverse=True)
    # A completed mention may arrive as Markdown: [name](https://matrix.to/#/@id)
    link = rf"\[[^\]\n]*\]\(https://matrix\.to/#/{re.escape(user_id)}\)"
    at = "|".join(re.escape(name) for name in called)
    after = rf"(?:{_SPACES}*[:：,，])?{_SPACES}*"
    # 汉字 may follow a name without a space, Latin may not: @bot帮助 is us, @bottle and @bot:elsewhere aren't.
    end = r"(?![A-Za-z0-9._=/+-]*[A-Za-z0-9_=/+-])(?!:[A-Za-z0-9])"
    typed = rf"{_SPACES}*(?:{link}|(?<![A-Za-z0-9._=/+-])[@＠](?:{at}){end}){after}"
    bare = "|".join(re.escape(name) for name in (user_id, *display_names))
    first = rf"{_SPACES}*(?:{bare})(?:{_SPACES}*[:：,，]|{_SPACES}|$){_SPACES}*"
    return re.compile(typed, re.IGNORECASE), re.compile(first, re.IGNORECASE)
