"""What zhibu doctor looks at: each check says whether it is well, what it found, and what to do."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import aiohttp

from bot.house import House
from bot.settings import Settings, read_settings
from bot.understanding.workdays import provisional
from rubrics.strict_yaml import FileError
from storage import attachments, faults, inbox, outbox, units
from storage.database import Connection, Database, DatabaseError
from storage.faults import Fault
from storage.filestore import FileStore

LATE = timedelta(minutes=10)  # a message longer unanswered means that something stands still
SHOWN = 3
_SECONDS = 5.0
_KIND = {"altered": "被改动", "missing": "缺失", "moved": "被移动", "extra": "多出", "cut": "被截去"}
_PART = {"entry": "条目", "body": "内容", "head": "链尾"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. said: what was found; cure: what to do, empty when it is well."""

    name: str
    well: bool
    said: str
    cure: str = ""


async def examine(config: Path, now: datetime) -> AsyncIterator[Check]:
    """All checks in order; those that need what failed before are left out. now: UTC."""
    try:
        settings = read_settings(config)
        House.open(settings)
    except FileError as error:
        yield Check("设置", False, str(error), f"改正 {config} 或所指的规则文件。")
        return
    yield Check("设置", True, str(config))
    yield _private(settings)
    yield await _homeserver(settings)
    yield _holidays(now.astimezone(settings.zone).date())
    try:
        database = await Database.open(settings.database_url, upgrade=False)
    except DatabaseError as error:
        yield Check("数据库", False, str(error), "按上面的提示处理后再查一次。")
        return
    try:
        async with database.look() as conn:
            yield Check("数据库", True, "连得上，结构是本版本的")
            yield await _chains(conn)
            yield await _files(conn, FileStore(settings.files))
            yield await _backlog(conn, settings.user_id, now)
    except DatabaseError as error:
        yield Check("数据库", False, str(error), "用备份恢复，或修好数据库后再查一次。")
    finally:
        await database.close()


def _private(settings: Settings) -> Check:
    """Secrets readable by others: files with loose permissions in folders that others can enter."""
    loose = list(_loose(settings.data)) if settings.data.is_dir() else []
    if settings.password_file is not None and settings.password_file.exists() and _open(settings.password_file):
        loose.append(settings.password_file)
    if not loose:
        return Check("权限", True, f"{settings.data} 里的密钥和记录只有本用户能读")
    named = "、".join(str(path) for path in loose[:SHOWN]) + ("等" if len(loose) > SHOWN else "")
    return Check("权限", False, f"其他用户能读 {named}", f"执行 chmod -R go= {settings.data}，密码文件 chmod 600。")


def _loose(folder: Path) -> Iterator[Path]:
    if not _open(folder):
        return
    for entry in os.scandir(folder):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _loose(path)
        elif _open(path) and path.name not in ("lock", "units.yaml"):
            yield path


def _open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


async def _homeserver(settings: Settings) -> Check:
    try:
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout) as web,
            web.get(f"{settings.homeserver}/_matrix/client/versions") as answer,
        ):
            told = await answer.json(content_type=None)
            if answer.status == 200 and isinstance(told, dict) and told.get("versions"):
                return Check("服务器", True, f"{settings.homeserver} 有应答")
            found = f"{settings.homeserver} 的应答（{answer.status}）不像 Matrix 服务器"
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        found = f"{settings.homeserver} 没有应答（{type(error).__name__}）"
    return Check("服务器", False, found, "检查 homeserver 地址、网络和证书，确认服务器在运行。")


def _holidays(today: date) -> Check:
    """Next year's calendar is announced in November: until December it may well be missing."""
    for year in (today.year, today.year + 1):
        if provisional(date(year, 1, 1)):
            said = f"{year}年的放假安排还没有，工作日暂按推算"
            due = year == today.year or today.month == 12
            return Check(
                "节假日", not due, said, "升级 zhibu（或其中的 chinesecalendar）到带这一年的版本。" if due else ""
            )
    return Check("节假日", True, f"{today.year}年和{today.year + 1}年的放假安排都有")


async def _chains(conn: Connection) -> Check:
    found: list[str] = []
    rows = await units.all_units(conn)
    for unit in rows:
        found += [_fault(unit.name, fault) for fault in await faults.verify(conn, unit.id)]
    if not found:
        return Check("记录", True, f"{len(rows)}个单位的记录链都完整")
    named = "；".join(found[:SHOWN]) + (f"；等{len(found)}处" if len(found) > SHOWN else "")
    return Check("记录", False, named, "数据库被本程序以外的人或程序改过：停用，用备份核对恢复，并查明来由。")


def _fault(unit: str, fault: Fault) -> str:
    where = f" #{fault.number}" if fault.number is not None else ""
    where += f" 第{fault.version}版" if fault.version is not None else ""
    where += f" 第{fault.position}条" if fault.position is not None and fault.number is None else ""
    return f"{unit}{where} {_PART[fault.part]}{_KIND[fault.kind]}"


async def _files(conn: Connection, store: FileStore) -> Check:
    recorded = await attachments.recorded(conn)
    there = set(store.all())
    needed = await attachments.used(conn)
    problems = [
        f"{store.path(digest)} 内容被改动或损坏{_whose(recorded.get(digest, ()))}"
        for digest in sorted(there)
        if not store.whole(digest)
    ]
    problems += [f"附件 {digest[:12]}… 不见了{_whose(recorded.get(digest, ()))}" for digest in sorted(needed - there)]
    if problems:
        named = "；".join(problems[:SHOWN]) + (f"；等{len(problems)}处" if len(problems) > SHOWN else "")
        return Check("附件", False, named, "从备份取回同名文件；没有备份就请报送人重发原件。")
    idle = len(there - needed)
    return Check("附件", True, f"{len(there)}个文件都与校验值一致" + (f"，其中{idle}个没有记录用到" if idle else ""))


def _whose(numbers: list[int] | tuple[int, ...]) -> str:
    return f"（{'、'.join(f'#{number}' for number in numbers)}）" if numbers else ""


async def _backlog(conn: Connection, account: str, now: datetime) -> Check:
    waiting, sent_at = await inbox.backlog(conn, account)
    unsent, put_at = await outbox.backlog(conn, account)
    refused = await outbox.refused(conn, account)
    said = f"待答{waiting}条，待发{unsent}条" + (f"，被服务器拒收{refused}条" if refused else "")
    late = [moment for moment in (sent_at, put_at) if moment is not None and now - moment > LATE]
    if late:
        said += f"，最早的已等了{int((now - min(late)).total_seconds() // 60)}分钟"
        return Check(
            "收发", False, said, "确认 zhibu run 在运行、服务器连得上；再看日志里的 send_later 和 turn_failed。"
        )
    if refused:
        return Check("收发", False, said, "看日志里的 send_refused：多半是机器人已被移出房间，请重新邀请。")
    return Check("收发", True, said)
