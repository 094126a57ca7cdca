"""What a file is taken for, how its name is shown, and what it is evidence of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.samples import sample
from bot.dialogue.accepting import Limits, refusal
from bot.events import Attachment, Inbound, Kind
from bot.understanding.filetypes import fits, inside, meant, shown, shows
from tests.files.conftest import LI, NOW

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("said", "name", "is_taken_for"),
    [
        ("image/jpeg", "x", "image/jpeg"),
        ("image/jpeg; charset=binary", "x.png", "image/jpeg"),
        ("application/octet-stream", "签到表.JPG", "image/jpeg"),
        ("", "会议记录.docx", WORD),
        ("application/wps-office.docx", "会议记录.docx", WORD),
        ("application/zip", "会议记录.docx", WORD),
        ("application/zip", "资料.zip", "application/zip"),
        ("video/mp4", "x.mp4", "video/mp4"),
        ("", "x", "application/octet-stream"),
    ],
)
def test_a_type_is_as_said_or_as_named(said: str, name: str, is_taken_for: str) -> None:
    assert meant(said, name) == is_taken_for


@pytest.mark.parametrize(
    ("name", "found"),
    [("a.jpg", "jpeg"), ("a.png", "png"), ("a.webp", "webp"), ("a.heic", "heic"), ("a.pdf", "pdf"), ("a.docx", "zip"),
     ("a.doc", "ole"), ("a.txt", None)],
)  # fmt: skip
def test_bytes_tell_what_they_are(name: str, found: str | None) -> None:
    file = sample(name)
    assert inside(file.data) == found
    assert fits(file.mimetype, found)


def test_a_picture_passes_for_nothing_else() -> None:
    for mimetype in ("application/pdf", WORD, "text/plain", "application/x-unknown"):
        assert not fits(mimetype, "jpeg")
    assert fits("text/plain", None)


@given(st.text(max_size=300))
def test_a_name_is_shown_on_one_line_without_a_path(name: str) -> None:
    text = shown(name)
    assert 0 < len(text) <= 60
    assert not set(text) & set("/\\\n\r\t\u202e\u200b#*")


@pytest.mark.parametrize(
    ("name", "seen"),
    [("../../etc/签到表.pdf", "签到表.pdf"), ("C:\\x\\a.jpg", "a.jpg"), ("", "附件"), ("...", "附件"),
     ("长" * 60 + ".docx", "长" * 34 + "….docx")],
)  # fmt: skip
def test_names_people_send(name: str, seen: str) -> None:
    assert shown(name) == seen


@pytest.mark.parametrize(
    ("mimetype", "words", "what"),
    [("image/jpeg", "IMG_1.jpg 签到表", "attendance"), ("image/jpeg", "会议记录.jpg", "record"),
     ("image/jpeg", "IMG_1.jpg", ""), ("image/jpeg", "活动方案.jpg", "document"),
     ("application/pdf", "a.pdf", "document"),
     ("application/pdf", "会议纪要.pdf", "record")],
)  # fmt: skip
def test_what_a_file_is_evidence_of(mimetype: str, words: str, what: str) -> None:
    assert shows(mimetype, words) == what


@pytest.mark.parametrize(
    ("name", "mimetype", "size", "key"),
    [
        ("a.jpg", "image/jpeg", 20_000_000, None),
        ("a.jpg", "image/jpeg", None, None),
        ("a.jpg", "image/jpeg", 20_000_001, "file.too_large"),
        ("a.exe", "application/x-msdownload", 1, "file.wrong_type"),
        ("a.heic", "", 1, "file.not_strippable"),
        ("v.ogg", "audio/ogg", 1, "file.voice"),
        ("机密文件.pdf", "", 1, "sensitive"),
        ("330106199001011234.jpg", "", 1, "sensitive"),
        ("微信图片_20261105143022.jpg", "", 1, None),
        ("mmexport1700000000000.jpg", "", 1, None),
        ("IMG_20261105_143022.jpg", "", 1, None),
        ("Screenshot_2026-11-05-14-30-22-123.png", "", 1, None),
    ],
)
def test_what_is_refused_before_it_is_downloaded(name: str, mimetype: str, size: int | None, key: str | None) -> None:
    event = Inbound("$e", "!r", LI, NOW, Kind.FILE, attachment=Attachment("mxc://a/b", name, mimetype, size))
    refused = refusal(event, Limits())
    assert (refused[0] if refused else None) == key
