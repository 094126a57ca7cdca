"""A secretary reports a meeting from a web client in a real browser, with a photo, over a real Synapse."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

from mplfonts import __file__ as fonts
from openpyxl import load_workbook
from PIL import Image, ImageDraw, ImageFont
from playwright.async_api import Browser

from bot.demo.setup import SECRETARY
from bot.demo.world import World
from bot.settings import read_settings
from tests.browser.phone import Phone

REPORT = "11月5号下午在三楼会议室开了支委会 应到5人实到5人 研究11月主题党日方案"


async def test_a_secretary_reports_with_a_photo_and_reads_the_points(
    chromium: Browser, world: World, address: str, tmp_path: Path
) -> None:
    phone = await Phone.open(chromium, address)
    await phone.sign_in(SECRETARY, world.passwords[SECRETARY])
    await phone.message("支部记事").wait_for()
    await phone.picture("welcome")

    card = await phone.ask(REPORT, "议题：研究11月主题党日方案")
    assert "11月5日（周四）下午，三楼会议室" in card
    assert "应到5人，实到5人" in card
    await phone.picture("card")

    await phone.attach(_sign_in_sheet(tmp_path))
    await phone.message("收到 签到表.jpg（考勤）").wait_for()
    recorded = await phone.ask("好", "已记下 #126：支委会（11月5日）（附件1个）")
    assert "三会一课：11月支委会已完成" in recorded
    await phone.picture("recorded")

    points = await phone.ask("积分", "支部考核评价 示例分值")
    assert "已得" in points
    await phone.picture("points")

    _only_encrypted(world)
    _photo_kept(world)

    await phone.page.reload()
    await phone.message(REPORT).wait_for()
    await phone.page.get_by_alt_text("签到表.jpg").scroll_into_view_if_needed()  # fetched, and decrypted, when seen
    sent = phone.page.locator("img[alt='签到表.jpg'][src^='blob:']")
    await sent.wait_for()
    assert await sent.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0

    await phone.say("评分表 量化考核")
    async with phone.page.expect_download() as downloading:
        await phone.page.get_by_text(re.compile(r"下载 机关第一支部-量化考核-2026年评分表.*\.xlsx")).click()
    await (await downloading.value).save_as(tmp_path / "sheet.xlsx")
    assert load_workbook(tmp_path / "sheet.xlsx").sheetnames
    assert phone.mistakes == []


async def test_a_wrong_password_is_said_in_words(chromium: Browser, world: World, address: str) -> None:
    phone = await Phone.open(chromium, address)
    await phone.page.get_by_label("用户名").fill(SECRETARY)
    await phone.page.get_by_label("密码").fill("not this")
    await phone.page.get_by_role("button", name="登录").click()
    await phone.page.get_by_text("用户名或密码不对").wait_for()


def _sign_in_sheet(folder: Path) -> Path:
    """A photographed list of names, with the camera's name in it."""
    sheet = Image.new("RGB", (900, 640), "#8a7358")
    drawing = ImageDraw.Draw(sheet)
    drawing.polygon([(70, 50), (850, 30), (870, 600), (50, 615)], fill="#f7f4ec")
    font = ImageFont.truetype(str(Path(fonts).parent / "fonts" / "NotoSansCJKsc-Regular.otf"), 44)
    drawing.text((280, 70), "支委会 签到表", font=font, fill="#333333")
    for row, name in enumerate(("李明", "王建国", "陈静", "刘洋", "周敏")):
        top = 160 + row * 84
        drawing.line([(110, top + 66), (800, top + 66)], fill="#777777", width=2)
        drawing.text((150, top), f"{row + 1}　{name}", font=font, fill="#1d3f8a")
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    sheet.save(folder / "签到表.jpg", exif=exif, quality=85)
    return folder / "签到表.jpg"


def _only_encrypted(world: World) -> None:
    """What people said, and the photo, lie on the server as ciphertext and nothing else."""
    with sqlite3.connect(f"file:{world.homeserver.database}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT json FROM event_json").fetchall()
    said = {event["type"] for event in map(json.loads, (row[0] for row in rows)) if "state_key" not in event}
    assert said == {"m.room.encrypted"}
    media = [path.read_bytes() for path in (world.homeserver.folder / "media").rglob("*") if path.is_file()]
    assert media
    assert not any(data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"PK")) for data in media)


def _photo_kept(world: World) -> None:
    """The bot has the photo itself, without the camera's name."""
    files = [path for path in read_settings(world.config).files.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert Image.open(files[0]).size[0] > 100
    assert b"Kamera" not in files[0].read_bytes()
