"""zhibu demo --year: the whole year on a real homeserver of its own, printed as it goes, its files left in a folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.demo.homeserver import HomeserverError
from bot.demo.year.cast import Cast
from bot.demo.year.director import Director
from bot.demo.year.script import read_script
from bot.demo.year.world import YearWorld
from rubrics.strict_yaml import FileError


async def play_year(folder: Path | None, out: Path) -> list[str]:
    """Play it in a world of its own. folder: where that lies, else a temporary one. Gives what was not as the script
    has it, a sentence each."""
    scenes = read_script()
    with tempfile.TemporaryDirectory(prefix="zhibu-year-") as fresh:
        try:
            async with YearWorld(folder or Path(fresh), scenes[0].now) as world:
                cast = await Cast.gather(world)
                try:
                    director = Director(world, cast, _show, out)
                    for scene in scenes:
                        await director.play(scene)
                    await director.end()
                    return director.problems
                finally:
                    await cast.close()
        except HomeserverError as error:
            raise FileError([str(error)]) from None


def _show(text: str) -> None:
    print(text, flush=True)
