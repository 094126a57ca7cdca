"""Plays the year: moves the clock from scene to scene, has everybody say their lines, shows and checks what comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.play import judge
from bot.demo.transcript import Said, matches
from bot.demo.year import routine
from bot.demo.year.cast import Cast, Player
from bot.demo.year.script import Scene
from bot.demo.year.world import BRANCHES, PEOPLE, YearWorld
from bot.matrix.said import Said as Heard
from bot.settings import read_settings
from storage import activities, faults, outbox
from storage.database import Database

REMINDED = "做过的直接告诉我，或说“月报”逐项来"  # how every reminder ends
_RECORD = re.compile(r"\{(\w+)/(\w+)/(\d+)\}")


@dataclass(slots=True)
class Director:
    """Plays scenes in a world. show: prints a line; out: where files go; problems: a sentence for each thing that was
    not as the script has it; waiting: what was said while the bot was down."""

    world: YearWorld
    cast: Cast
    show: Callable[[str], None]
    out: Path
    problems: list[str] = field(default_factory=list)
    waiting: list[tuple[Player, Said, str]] = field(default_factory=list)

    async def play(self, scene: Scene) -> None:
        """One scene, whole."""
        day = scene.now
        self.show(f"\n── {day.year}年{day.month}月{day.day}日 {day:%H:%M}　{scene.title} ──")
        if scene.down:
            await self.world.stop_bot()
            await self._say_into_the_void(scene)
            return
        if scene.points:
            self.show("　　管理员放入机关党委的评分表，重新启动机器人：示例分值从此不用了")
            await self.world.settle_points()
        if scene.up or not self.world.running:
            await self.world.start_bot(scene.now)
        await self.world.move(scene.now)
        heard = await self._news()
        for player, said, event_id in self.waiting:
            self._tell(player, said, await player.room.answers(said, event_id))
        self.waiting.clear()
        if scene.reports is not None:
            await self._reports(scene.reports)
        for said in scene.said:
            player = self.cast.players[str(said.speaker)]
            said.text = await self._with_numbers(said.text)
            self._tell(player, said, await player.room.say(said))
        for name, several in (await self._news()).items():
            heard.setdefault(name, []).extend(several)
        self._judge_news(scene, heard)
        for path in await self.cast.save_files(self.out):
            self.show(f"　　已存 {path}")

    async def _say_into_the_void(self, scene: Scene) -> None:
        for said in scene.said:
            player = self.cast.players[str(said.speaker)]
            self.show(f"{PEOPLE[player.name]}> {said.typed}　（机器人停着）")
            self.waiting.append((player, said, await player.room.act(said)))

    async def _reports(self, month: int) -> None:
        """All branches at once; the order within each is kept."""

        async def of(name: str) -> list[tuple[Said, list[str]]]:
            room = self.cast.players[name].room
            return [(said, await room.say(said)) for said in routine.month(name, month)]

        for name, told in zip(BRANCHES, await asyncio.gather(*(of(name) for name in BRANCHES)), strict=True):
            for said, answers in told:
                self._tell(self.cast.players[name], said, answers)

    def _tell(self, player: Player, said: Said, answers: list[str]) -> None:
        """Show what somebody said and heard, and hold it against the script."""
        self.show(f"{PEOPLE[player.name]}> " + said.typed.replace("\n", "\n　　"))
        for answer in answers:
            self.show("　　< " + answer.replace("\n", "\n　　  "))
        where = f"{PEOPLE[player.name]}“{said.typed}”"
        self.problems += [f"{where}：{problem}" for problem in judge(said, answers)]

    async def _news(self) -> dict[str, list[Heard]]:
        """What everybody heard unasked, shown."""
        await self.cast.settled()
        found = {}
        for player in self.cast.players.values():
            if news := player.news():
                found[player.name] = news
            for one in news:
                if one.msgtype not in ("m.file", "m.image"):
                    self.show(f"{PEOPLE[player.name]} 收到：" + one.body.replace("\n", "\n　　"))
        return found

    def _judge_news(self, scene: Scene, heard: dict[str, list[Heard]]) -> None:
        """What the script has must be there, and nobody is reminded twice."""
        for name, wanted in scene.hears.items():
            bodies = [one.body for one in heard.get(name, [])]
            for words in wanted:
                fits = [body for body in bodies if matches(words, body)]
                if len(fits) != 1:
                    got = "\n".join(bodies) or "什么也没有"
                    self.problems.append(f"{scene.title}：{PEOPLE[name]}应收到一次“{words}”，收到{len(fits)}次：{got}")
        for name, several in heard.items():
            reminders = [one for one in several if REMINDED in one.body]
            if len(reminders) > 1:
                self.problems.append(f"{scene.title}：{PEOPLE[name]}一天收到{len(reminders)}条提醒")

    async def _with_numbers(self, text: str) -> str:
        found = text
        for match in _RECORD.finditer(text):
            unit, kind, month = match.groups()
            database = await Database.open(read_settings(self.world.config).database_url)
            async with database.look() as conn:
                rows = await activities.current(conn, [unit])
            await database.close()
            number = next(r.number for r in rows if r.kind == kind and r.occurred_on.month == int(month))
            found = found.replace(match[0], f"#{number}")
        return found

    async def end(self) -> None:
        """What must hold when the year is over: every chain is whole, and nothing was left unsaid."""
        database = await Database.open(read_settings(self.world.config).database_url)
        async with database.look() as conn:
            for unit, name in BRANCHES.values():
                if found := await faults.verify(conn, unit):
                    self.problems.append(f"{name}的记录链有问题：{found}")
            if left := await outbox.stuck(conn, self.world.bot_id, 10):
                self.problems.append(f"有{len(left)}条没有发出")
        await database.close()
