"""One request to the homeserver: an answer, or an exception that says whether to try again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp

from bot.clock import steady
from bot.matrix.errors import CallFailed, Unreachable

TIMEOUT = 30.0
_MAX_RETRY_AFTER = 3600.0


class Wire:
    """An HTTP session with one homeserver. served_at: its clock at the last answer, to the second; None before it, and
    where it doesn't say."""

    def __init__(self, homeserver: str) -> None:
        self.homeserver = homeserver.rstrip("/")
        self.served_at: datetime | None = None
        self._served = 0.0
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session; made on first use, since it belongs to the running loop."""
        if self._session is None or self._session.closed:
            # Room for the long poll, typing notices and sends to several rooms at a time.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32))
        return self._session

    def serves_at(self, moment: float) -> datetime | None:
        """The homeserver's clock at a moment of steady(), as reckoned from its last answer."""
        return None if self.served_at is None else self.served_at + timedelta(seconds=moment - self._served)

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        method: str,
        path: str,
        body: str | Mapping[str, Any] | None = None,
        *,
        token: str = "",
        timeout: float = TIMEOUT,
    ) -> dict[str, Any]:
        """The JSON answer. timeout: seconds for all of it. Raises CallFailed or Unreachable, nothing else."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, str) else None if body is None else json.dumps(body, ensure_ascii=False)
        try:
            async with self.session.request(
                method,
                self.homeserver + without_token(path),
                data=data.encode() if data is not None else None,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout),
            ) as answer:
                status, text, kept = answer.status, await answer.read(), answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        self.served_at, self._served = _moment(kept.get("Date")), steady()
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if status != 200:
            raise failure(status, kept, told if isinstance(told, dict) else {})
        if not isinstance(told, dict):
            raise Unreachable(f"{method} answered 200 without JSON")
        return told


def without_token(path: str) -> str:
    """nio writes the access token into every address, where proxies log it; the header carries it instead."""
    if "access_token=" not in path:
        return path
    parts = urlsplit(path)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "access_token"]
    return urlunsplit(parts._replace(query=urlencode(query)))


def failure(status: int, headers: Mapping[str, str], told: Mapping[str, Any]) -> CallFailed:
    """An error answer as an exception, with the wait that its header or body asks for."""
    errcode, words = str(told.get("errcode", "")), str(told.get("error", ""))
    wait = _seconds(headers)
    if isinstance(told.get("retry_after_ms"), int | float):
        exact = float(told["retry_after_ms"]) / 1000
        if wait is None or wait - 1 < exact < wait:  # the header is rounded up, to 8 times as long for 8 a second
            wait = exact
    return CallFailed(status, errcode, words, min(max(wait, 0.0), _MAX_RETRY_AFTER) if wait is not None else None, told)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds: a number, or a date held against the answer's own Date."""
    said = headers.get("Retry-After")
    if said is None:
        return None
    if said.strip().isdecimal():
        return float(said)
    until, now = _moment(said), _moment(headers.get("Date"))
    return (until - now).total_seconds() if until is not None and now is not None else None


def _moment(said: str | None) -> datetime | None:
    """A date as headers have it; None for none and for what is none."""
    try:
        moment = parsedate_to_datetime(said or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
