"""A homeserver on loopback that answers as a test tells it to: for the faults that a real one doesn't have."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from types import TracebackType
from typing import Any, Self

from aiohttp import web


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any


def answer(status: int, body: Any = None, **headers: str) -> web.Response:
    """A JSON answer; headers: Retry_After for Retry-After."""
    return web.json_response(
        {} if body is None else body, status=status, headers={_dash(k): v for k, v in headers.items()}
    )


def _dash(name: str) -> str:
    return name.replace("_", "-")


@dataclass
class FakeHomeserver:
    """Answers with reply(request), at once or when it is ready; keeps the requests."""

    reply: Callable[[Request], web.StreamResponse | Awaitable[web.StreamResponse]]
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        data = await request.read()
        try:
            body = json.loads(data) if data else None
        except ValueError:
            body = data
        seen = Request(request.method, request.path, dict(request.query), body)
        self.requests.append(seen)
        said = self.reply(seen)
        return await said if isawaitable(said) else said

    def paths(self, part: str) -> list[Request]:
        """The requests whose path holds these words."""
        return [request for request in self.requests if part in request.path]
