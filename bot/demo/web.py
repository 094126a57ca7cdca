"""The web client beside the demo: what make web built, and a config.json that names the homeserver and the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from rubrics.strict_yaml import FileError

BUILT = Path(__file__).resolve().parents[2] / "deploy" / "web" / "dist"
_PORTS = (8484, 0)  # the same address again when it is free, since browsers keep a login by address; else any


@asynccontextmanager
async def web_client(homeserver: str, bot: str) -> AsyncIterator[str]:
    """Serve the client on loopback until the block ends; its address.

    homeserver: the address that the browser talks to; bot: the Matrix id whose chat it opens. Raises FileError when
    the client has not been built.
    """
    if not (BUILT / "index.html").exists():
        raise FileError(["网页客户端还没有构建。请在项目目录运行 make web（需要 Node.js 18 以上和 npm）。"])

    async def config(_: web.Request) -> web.Response:
        return web.json_response({"defaultHomeServer": homeserver, "bot": bot})

    async def page(_: web.Request) -> web.FileResponse:
        return web.FileResponse(BUILT / "index.html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/config.json", config)
    app.router.add_static("/", BUILT)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        yield await _listen(runner)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner) -> str:
    for port in _PORTS:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError:
            continue
        return f"http://127.0.0.1:{runner.addresses[0][1]}"
    raise FileError(["本机没有可用的端口，网页客户端没能启动。"])
