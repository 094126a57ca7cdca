"""docs/administrator.md, word for word on a clean machine: what stands there is typed at a terminal, line by line; two
secretaries enrol, report, and are answered through restart, restore and the move to PostgreSQL."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from aiohttp import connector

from bot.matrix.person import Person
from tests.deploy.native.machine import Machine
from tests.deploy.native.network import HOST, alone, own_network
from tests.deploy.native.page import commands
from tests.deploy.native.root import run
from tests.deploy.native.services import certificate

BOT = "@zhibu:example.org"
PASSWORDS = {name: f"long-enough-for-{name}" for name in ("zhibu", "wang", "li", "zhao")}
ANSWERS: dict[str, Sequence[tuple[str, str]]] = {
    **{f"register {name}": [("Password:", word), ("Confirm password:", word)] for name, word in PASSWORDS.items()},
    "zhibu init": [
        ("网址", "http://127.0.0.1:8008"), ("账号", BOT), ("找谁", "组织处王芳"), ("邀请", "example.org"),
        ("密码（不显示）", PASSWORDS["zhibu"]),
    ],
}  # fmt: skip
_COUNT = {"上级": "jiguan", "人数起始": "2025-01-01"}
UNITS = [
    {"单位编号": "jiguan", "名称": "机关党委", "考核规则": "qianjiang-2017.example-points"},
    {"单位编号": "jiguan-1", "名称": "机关第一支部", **_COUNT, "正式": 22, "委员": 5, "书记姓名": "李明"},
    {"单位编号": "jiguan-2", "名称": "机关第二支部", **_COUNT, "正式": 9, "委员": 3, "书记姓名": "赵敏"},
]
PEOPLE = [{"单位编号": "jiguan", "职务": "管理员", "姓名": "王芳", "账号": "@wang:example.org"}]
Hooks = Mapping[str, Callable[[], Awaitable[None]]]


@pytest.fixture
def machine() -> Iterator[Machine]:
    if not alone():
        pytest.skip("needs a mount namespace of its own, as root: make deployed runs this")
    folder = Path("/run/zhibu-page")  # short and on a file system of its own: layers of an overlay, and sockets
    folder.mkdir()
    run("mount", "-t", "tmpfs", "tmpfs", folder)
    folder.chmod(0o755)
    try:
        with own_network(folder):
            machine = Machine(folder)
            try:
                yield machine
            finally:
                machine.down()
    finally:
        run("umount", "--recursive", "--lazy", folder)
        shutil.rmtree(folder, ignore_errors=True)


class Follower:
    """Whoever follows the page, and the two secretaries."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self._folder = folder
        self.said: dict[str, str] = {}
        self.secretaries: dict[str, tuple[Person, str]] = {}

    async def follow(self, section: str, before: Hooks, after: Hooks) -> None:
        """Type a section's commands; before and after some of them, do what the page leaves to people."""
        done = set()
        for line in commands("administrator.md", section):
            command = line.partition("  #")[0].rstrip()
            if (hook := before.get(command)) is not None:
                await hook()
            self.said[command] = await asyncio.to_thread(self.machine.terminal.type, command, ANSWERS.get(command, ()))
            if (hook := after.get(command)) is not None:
                await hook()
            done.add(command)
        assert set(before) | set(after) <= done

    async def certificate(self) -> None:
        folder = self.machine.root.inside("/opt/zhibu")
        certificate(folder, HOST)
        (folder / "fullchain.pem").rename(folder / "证书.pem")
        (folder / "privkey.pem").rename(folder / "私钥.pem")
        # aiohttp reads the trusted certificates once, at its import; a phone would have been given this one.
        connector._SSL_CONTEXT_VERIFIED.load_verify_locations(str(folder / "证书.pem"))

    async def fill_in(self) -> None:
        path = self.machine.root.inside("/var/lib/zhibu/名册.xlsx")
        book = openpyxl.load_workbook(path)
        for name, rows in (("单位", UNITS), ("人员", PEOPLE)):
            sheet = book[name]
            columns = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
            for number, row in enumerate(rows, 2):
                for column, value in row.items():
                    sheet.cell(number, columns[column], value)
        book.save(path)

    async def enrol(self) -> None:
        sheet = openpyxl.load_workbook(self.machine.root.inside("/var/lib/zhibu/码.xlsx")).worksheets[0]
        words = {str(row[1]): str(row[-1]) for row in sheet.iter_rows(values_only=True)}
        for name, unit, called in (("li", "机关第一支部", "李明"), ("zhao", "机关第二支部", "赵敏")):
            code = re.findall(r"登记 \S+", words[unit])[0]
            person = await Person.sign_in(
                f"https://{HOST}", f"@{name}:example.org", PASSWORDS[name], self._folder / name
            )
            room = await person.open_dm(BOT, timeout=60)
            self.secretaries[name] = person, room
            await self.ask(name, code, "姓名")
            await self.ask(name, called, f"已登记：{called}，{unit} 书记")

    async def ask(self, name: str, text: str, answer: str) -> str:
        """Say something; what the bot answers, which must hold these words."""
        person, room = self.secretaries[name]
        await person.say(room, text)
        return (await person.wait_for(answer, room_id=room, timeout=60)).body

    async def report(self, name: str, text: str, number: int) -> None:
        """An activity, once: the card, and its number."""
        person, _ = self.secretaries[name]
        begin = len(person.heard)
        await self.ask(name, text, "没问题回“好”")
        await self.ask(name, "好", f"已记下 #{number}：")
        await self.ask(name, "记录", f"#{number}")  # whatever would have been said twice has been by now
        assert [f"已记下 #{number}：" in one.body for one in person.heard[begin:]].count(True) == 1
        assert [one.body.endswith("不记回“算了”") for one in person.heard[begin:]].count(True) == 1

    async def close(self) -> None:
        """Sign off."""
        for person, _ in self.secretaries.values():
            await person.close()


async def test_the_page_brings_it_up_and_back(machine: Machine, tmp_path: Path) -> None:
    admin = Follower(machine, tmp_path)
    try:
        await admin.follow(
            "装",
            before={"cp 证书.pem /etc/nginx/zhibu/fullchain.pem": admin.certificate},
            after={
                "zhibu units template --xlsx 名册.xlsx": admin.fill_in,
                "zhibu enrol --unit jiguan --role 书记 --out 码.xlsx": admin.enrol,
            },
        )
        assert "已交叉签名" in admin.said["zhibu init"]
        assert "没有写入" in admin.said["zhibu units import 名册.xlsx --dry-run"]
        assert "都好。" in admin.said["zhibu doctor"]
        await admin.report("li", "11月5日支委会，应到5人，实到5人，研究发展对象", 1)

        async def lost() -> None:
            """Recorded after the backup: a restore can't have it."""
            await admin.report("zhao", "11月6日支委会，应到3人，实到3人，研究主题党日", 2)

        await admin.follow("备份和恢复", before={"systemctl stop zhibu": lost}, after={})
        assert "旧设备已注销" in admin.said["zhibu restore /var/lib/zhibu-backups"]
        assert "#1 支委会" in await admin.ask("li", "记录", "支委会")
        await admin.report("zhao", "11月6日支委会，应到3人，实到3人，研究主题党日", 1002)

        await admin.follow("PostgreSQL，和几个机器人", before={}, after={})
        await admin.report("li", "11月9日支委会，应到5人，实到4人，研究党员教育", 1003)
        zhao = admin.secretaries["zhao"][0]  # who is told that the lost words can't be read, at some time
        await zhao.wait_until(lambda: any("我还解不开" in one.body for one in zhao.heard), timeout=60)
    finally:
        await admin.close()
