"""A secretary's phone: the web client in a small window, used by what a person sees of it."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000  # milliseconds until something that should show counts as missing
PICTURES = Path(os.environ.get("ZHIBU_PICTURES", "build/pictures"))
_COLOURS = 96


class Phone:
    """One open page. mistakes: what went wrong in it, as the browser says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.mistakes: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.mistakes.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, address: str) -> Phone:
        """A phone of its own, without anything stored, on the client's first page."""
        context = await browser.new_context(
            viewport={"width": 380, "height": 720}, device_scale_factor=2, has_touch=True,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        phone = cls(await context.new_page())
        await phone.page.goto(address)
        return phone

    async def sign_in(self, name: str, password: str) -> None:
        """As somebody who types both and taps the button; done when the chat is open."""
        await self.page.get_by_label("用户名").fill(name)
        await self.page.get_by_label("密码").fill(password)
        await self.page.get_by_role("button", name="登录").click()
        await self.page.get_by_placeholder("发加密消息").wait_for()

    def message(self, words: str) -> Locator:
        """The last message with these words."""
        return self.page.locator(".Timeline_message", has_text=words).last

    async def say(self, words: str) -> None:
        """Type it and send it."""
        box = self.page.get_by_placeholder("发加密消息")
        await box.fill(words)
        await box.press("Enter")

    async def ask(self, words: str, answer: str) -> str:
        """Say it; the whole answer, which holds these words, once it shows."""
        await self.say(words)
        shown = self.message(answer)
        await shown.wait_for()
        return await shown.inner_text()

    async def attach(self, file: Path) -> None:
        """Pick a picture from the phone."""
        await self.page.get_by_role("button", name="发文件").click()
        async with self.page.expect_file_chooser() as choosing:
            await self.page.get_by_text("发照片").click()
        await (await choosing.value).set_files(file)

    async def picture(self, name: str) -> None:
        """A screenshot for the documents, a small PNG."""
        await self.page.mouse.move(0, 0)
        await self.page.wait_for_timeout(300)  # the timeline scrolls to its end, and nothing tells of it
        drawn = Image.open(io.BytesIO(await self.page.screenshot())).convert("RGB")
        PICTURES.mkdir(parents=True, exist_ok=True)
        drawn.quantize(_COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
