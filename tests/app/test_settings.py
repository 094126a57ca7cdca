"""A broken zhibu.yaml: the file, the line, what is wrong, what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import read_password, read_settings
from rubrics.strict_yaml import FileError

GOOD = 'homeserver: http://localhost:8008\nuser_id: "@zhibu:localhost"\n'


@pytest.mark.sqlite("its file lies among the data")
def test_relative_paths_are_meant_from_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "zhibu.yaml"
    file.write_text(GOOD + "data: here\npassword_file: secret\nattachments: {folder: files}\n", encoding="utf-8")
    settings = read_settings(file)
    assert settings.files == tmp_path / "files"
    assert settings.data == tmp_path / "here"
    assert settings.password_file == tmp_path / "secret"
    assert settings.database_url.endswith(str(tmp_path / "here" / "zhibu.db"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("homeserver: ftp://x\nuser_id: '@a:b'", "第1行 homeserver：应为网址"),
        ("homeserver: http://x\nuser_id: bot", "第2行 user_id：应为完整的 Matrix 账号"),
        (GOOD + "datta: x", "第3行 datta：不认识这个键"),
        (GOOD + "user_id: '@c:d'", "第3行：键“user_id”写了两次"),
        (GOOD + "time_zone: Mars/Base", "第3行 time_zone：不认识这个时区"),
        (GOOD + "invitations: {users: [li]}", "第3行 invitations.users.0：应为完整的 Matrix 账号"),
        ("a: [1\nb: 2", "YAML 写法有误"),
        ("", "homeserver：缺少这一项"),
        ("- 1", "第1行"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "zhibu.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as error:
        read_settings(file)
    assert str(file) in str(error.value)
    assert said in str(error.value)


def test_a_password_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIBU_PASSWORD", raising=False)
    file, secret = tmp_path / "zhibu.yaml", tmp_path / "secret"
    file.write_text(GOOD + "password_file: secret\n", encoding="utf-8")
    secret.write_text("hunter2\n", encoding="utf-8")
    secret.chmod(0o644)
    with pytest.raises(FileError, match="chmod 600"):
        read_password(read_settings(file))
    secret.chmod(0o600)
    assert read_password(read_settings(file)) == "hunter2"
    monkeypatch.setenv("ZHIBU_PASSWORD", "from the environment")
    assert read_password(read_settings(file)) == "from the environment"
