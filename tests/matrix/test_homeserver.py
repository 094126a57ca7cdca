"""The homeserver that the demo and the fault tests lean on: it comes back as it was, and never outlives us."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.demo.homeserver import Homeserver, HomeserverError, synapse_python
from bot.matrix.person import Person


async def answers(url: str) -> bool:
    """Whether a homeserver answers there."""
    try:
        async with aiohttp.ClientSession() as web, web.get(f"{url}/_matrix/client/versions") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


@pytest.mark.parametrize("kill", [False, True])
async def test_it_comes_back_on_its_folder_and_port(tmp_path: Path, kill: bool) -> None:
    async with Homeserver(tmp_path / "hs") as homeserver:
        url = homeserver.url
        user_id = await homeserver.register("li", "secret", "李书记")
        person = await Person.sign_in(url, user_id, "secret", tmp_path / "li")
        other = await Person.sign_in(url, await homeserver.register("zhao", "secret"), "secret", tmp_path / "zhao")
        room = await person.open_room([other.user_id])
        await person.say(room, "一")
        await homeserver.stop(kill=kill)
        assert not await answers(url)
        await homeserver.start()
        assert homeserver.url == url
        assert await homeserver.register("li", "secret") == user_id
        await person.say(room, "二")
        await other.wait_for("二")
        assert [said.body for said in other.heard] == ["一", "二"]
        await person.close()
        await other.close()
    assert not await answers(url)
    again = Homeserver(tmp_path / "hs")
    async with again:
        assert again.url == url


async def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    script = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.demo.homeserver import Homeserver

async def main():
    homeserver = Homeserver(Path(sys.argv[1]))
    await homeserver.start()
    print(homeserver.url, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path / "hs"), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await parent.communicate()
    for _ in range(100):  # nobody tells us of the end of a grandchild
        if not await answers(output.decode().strip()):
            return
        await asyncio.sleep(0.1)
    pytest.fail("Synapse outlived the process that started it")


async def test_without_synapse_it_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBU_SYNAPSE_PYTHON", str(tmp_path / "nothing"))
    with pytest.raises(HomeserverError, match="请先在项目目录运行 make synapse"):
        synapse_python()
    with pytest.raises(HomeserverError):
        await Homeserver(tmp_path / "hs").start()


async def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "hs"
    async with Homeserver(folder):
        pass
    config = folder / "homeserver.yaml"
    config.write_text(config.read_text() + "\ndatabase: {name: nothing}\n")
    with pytest.raises(HomeserverError, match="没能启动"):
        await Homeserver(folder).start()


async def test_real_limits_are_synapses_own(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "hs", real_limits=True):
        assert "rc_message" not in (tmp_path / "hs" / "homeserver.yaml").read_text()
