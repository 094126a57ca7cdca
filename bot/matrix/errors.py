"""What can go wrong between us and the homeserver, as few classes as callers can tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class LinkError(Exception):
    """The link can't go on; the words are a sentence for the administrator. temporary: another start may succeed."""

    def __init__(self, words: str, *, temporary: bool = False) -> None:
        super().__init__(words)
        self.temporary = temporary


class Revoked(LinkError):
    """The homeserver has ended our login, or the account."""


class Locked(LinkError):
    """Another process works with this device's keys."""


class KeysUnsaved(LinkError):
    """What came could not be kept with our keys: we stop rather than go on with what a restart would lose."""


class SignInFailed(LinkError):
    """No login, and none to be had with what the settings say."""


class MediaRefused(LinkError):
    """A file is not taken. too_large: it is over the limit, as said by its sender or as found while reading."""

    def __init__(self, words: str, *, too_large: bool = False) -> None:
        super().__init__(words)
        self.too_large = too_large


class Unreachable(Exception):
    """No answer from the homeserver, or none that is Matrix: worth another try."""


class CallFailed(Exception):
    """The homeserver answered with an error. status: HTTP; errcode: M_...; retry_after: seconds, None if not said;
    told: the answer's body."""

    def __init__(
        self,
        status: int,
        errcode: str,
        words: str,
        retry_after: float | None = None,
        told: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {errcode}: {words}")
        self.status = status
        self.errcode = errcode
        self.retry_after = retry_after
        self.told = told or {}

    @property
    def revoked(self) -> bool:
        """Our login or account is gone, and no later try will change that."""
        return self.errcode in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED")

    @property
    def passing(self) -> bool:
        """Another try may succeed: the server is busy, limits us or is broken for now."""
        return self.status in (408, 429) or self.status >= 500
