"""The machine: who can read the secrets, room on the disk, and the calendar of days off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.checks.check import Check, some
from bot.settings import Settings
from bot.understanding.workdays import provisional

LEAST_FREE = 500_000_000  # bytes
_OPEN_TO_ALL = ("lock", "units.yaml")


def private(settings: Settings) -> Check:
    """Secrets readable by others: files with loose permissions in folders that others can enter."""
    loose = list(_loose(settings.data)) if settings.data.is_dir() else []
    if settings.password_file is not None and settings.password_file.exists() and _open(settings.password_file):
        loose.append(settings.password_file)
    if not loose:
        return Check("权限", True, f"{settings.data} 里的密钥和记录只有本用户能读")
    named = some([str(path) for path in loose], "、")
    return Check("权限", False, f"其他用户能读 {named}", f"执行 chmod -R go= {settings.data}，密码文件 chmod 600。")


def _loose(folder: Path) -> Iterator[Path]:
    if not _open(folder):
        return
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _loose(path)
        elif _open(path) and path.name not in _OPEN_TO_ALL:
            yield path


def _open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def room_left(folder: Path) -> Check:
    """Room for the record and for files."""
    if not folder.is_dir():
        return Check("磁盘", True, f"{folder} 还没有建立")
    free = shutil.disk_usage(folder).free
    said = f"{folder} 所在的磁盘还有 {free / 1e9:.1f} GB"
    if free < LEAST_FREE:
        return Check("磁盘", False, said, "清出空间：满了以后消息和附件都记不下，要等有空间才继续。")
    return Check("磁盘", True, said)


def holidays(today: date) -> Check:
    """Next year's calendar is announced in November: until December it may well be missing."""
    for year in (today.year, today.year + 1):
        if provisional(date(year, 1, 1)):
            said = f"{year}年的放假安排还没有，工作日暂按推算"
            due = year == today.year or today.month == 12
            cure = "升级 zhibu（或其中的 chinesecalendar）到带这一年的版本。" if due else ""
            return Check("节假日", not due, said, cure)
    return Check("节假日", True, f"{today.year}年和{today.year + 1}年的放假安排都有")
