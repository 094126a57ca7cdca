"""Where the bot may be seen from: this machine, unless it is said in so many words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import read_settings
from rubrics.strict_yaml import FileError


def settings(folder: Path, monitoring: str) -> Path:
    path = folder / "zhibu.yaml"
    path.write_text(f'homeserver: http://x\nuser_id: "@a:b"\nmonitoring: {monitoring}\n', encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "said", ["{}", "{port: 9464}", '{port: 1, address: "::1"}', "{port: 1, address: 0.0.0.0, open_to_network: true}"]
)
def test_what_may_be_said(tmp_path: Path, said: str) -> None:
    assert read_settings(settings(tmp_path, said)).monitoring.address


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{port: 1, address: 0.0.0.0}", "open_to_network: true"),
        ("{port: 1, address: 192.168.1.2}", "不是本机地址"),
        ("{port: 1, address: localhost}", "应为 IP 地址"),
        ("{port: 70000}", "monitoring.port"),
    ],
)
def test_what_may_not(tmp_path: Path, said: str, words: str) -> None:
    with pytest.raises(FileError, match=words.replace(".", r"\.")):
        read_settings(settings(tmp_path, said))
