"""make demo-web as a process: what it prints is where the client is, and it ends when told to."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from pathlib import Path

import aiohttp


async def test_it_prints_the_address_and_the_logins_and_stops_on_a_signal(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--web", "--folder", str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    printed = (await process.stdout.readuntil("结束按 Ctrl-C。".encode())).decode()
    address = re.search(r"打开 (http://127\.0\.0\.1:\d+)", printed)
    assert address is not None
    assert re.search(r"李明（机关第一支部书记）  用户名 @li:zhibu\.localhost  密码 \w+", printed)
    async with aiohttp.ClientSession(address[1]) as web:
        async with web.get("/config.json") as answer:
            config = await answer.json()
        assert config["bot"] == "@zhibu:zhibu.localhost"
        async with web.get("/") as answer:
            assert "Content-Security-Policy" in await answer.text()
        async with web.get("/assets/olm.wasm") as answer:
            assert answer.content_type == "application/wasm"
        async with web.get(f"{config['defaultHomeServer']}/_matrix/client/versions") as answer:
            assert answer.status == 200
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 30) == 0


async def test_waiting_for_people_and_reading_a_file_are_not_mixed() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--web", "--say", "x.txt", stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert "--web 和 --say 不能同用" in said.decode()
