"""The record: chains, files, what waits, what was refused, what can't be read, what comes next, and its backup."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from bot.checks.check import Check, some
from bot.settings import Settings
from storage import attachments, audit, faults, inbox, outbox, timers, units, withheld
from storage.chain import Head
from storage.database import Connection
from storage.faults import Fault
from storage.filestore import FileStore
from storage.timers import Timer

LATE = timedelta(minutes=10)  # a message longer unanswered means that something stands still
LATE_REMINDER = timedelta(hours=12)  # quiet hours put a reminder off, though never for so long
RECENT = timedelta(days=7)
BACKED_UP = timedelta(days=2)  # one a night is made; the alert of deploy/prometheus has the same
_KIND = {"altered": "被改动", "missing": "缺失", "moved": "被移动", "extra": "多出", "cut": "被截去"}
_PART = {"entry": "条目", "body": "内容", "head": "链尾"}


async def record(conn: Connection, settings: Settings, now: datetime, known: Sequence[Head]) -> AsyncIterator[Check]:
    """All that the database and the folder of files can tell. known: ends of chains from elsewhere."""
    yield await _chains(conn, known)
    yield await _files(conn, FileStore(settings.files))
    yield await _waiting(conn, settings.user_id, now)
    yield await _stuck(conn, settings.user_id)
    yield await _unreadable(conn, settings.user_id, now)
    yield await _timers(conn, settings, now)
    yield await _backup(conn, settings, now)


async def _chains(conn: Connection, known: Sequence[Head]) -> Check:
    found: list[str] = []
    rows = await units.all_units(conn)
    heads = {head.unit_id: head for head in known}
    for unit in rows:
        found += [_fault(unit.name, fault) for fault in await faults.verify(conn, unit.id, heads.get(unit.id))]
    found += [f"{unit_id} 整个单位不见了" for unit_id in sorted(set(heads) - {row.id for row in rows})]
    if not found:
        against = f"，与所给的{len(heads)}个链尾相符" if heads else ""
        return Check("记录", True, f"{len(rows)}个单位的记录链都完整{against}")
    return Check("记录", False, some(found), "数据库被本程序以外的人或程序改过：停用，用备份核对恢复，并查明来由。")


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
        return Check("附件", False, some(problems), "从备份取回同名文件；没有备份就请报送人重发原件。")
    idle = len(there - needed)
    return Check("附件", True, f"{len(there)}个文件都与校验值一致" + (f"，其中{idle}个没有记录用到" if idle else ""))


def _whose(numbers: Sequence[int]) -> str:
    return f"（{'、'.join(f'#{number}' for number in numbers)}）" if numbers else ""


async def _waiting(conn: Connection, account: str, now: datetime) -> Check:
    waiting, sent_at = await inbox.backlog(conn, account)
    unsent, put_at = await outbox.backlog(conn, account)
    said = f"待答{waiting}条，待发{unsent}条"
    late = [moment for moment in (sent_at, put_at) if moment is not None and now - moment > LATE]
    if not late:
        return Check("收发", True, said)
    said += f"，最早的已等了{int((now - min(late)).total_seconds() // 60)}分钟"
    return Check("收发", False, said, "确认 zhibu run 在运行、服务器连得上；再看日志里的 send_later 和 turn_failed。")


async def _stuck(conn: Connection, account: str) -> Check:
    """What will not be sent unless somebody says so."""
    refused = await outbox.count(conn, account, outbox.SET_ASIDE)
    uncertain = await outbox.count(conn, account, outbox.UNCERTAIN)
    if not refused + uncertain:
        return Check("未发", True, "没有被拒收或搁置的")
    said = "，".join(
        [f"被服务器拒收{refused}条"] * bool(refused) + [f"恢复后不知发没发过{uncertain}条"] * bool(uncertain)
    )
    last = next(iter(await outbox.stuck(conn, account, 1)))
    said += f"；最近的在 {last.room_id}" + (f"：{last.why}" if last.why else "")
    cure = (
        "用 zhibu outbox 看是哪些，再发或放下；文字多半是机器人已被移出房间，请重新邀请；文件多半是超过了服务器的上限。"
    )
    return Check("未发", False, said, cure)


async def _unreadable(conn: Connection, account: str, now: datetime) -> Check:
    unreadable = await inbox.unreadable_since(conn, account, now - RECENT)
    refused, who = await withheld.since(conn, account, now - RECENT)
    if not unreadable + refused:
        return Check("解密", True, "七天来的消息都解得开，没有被扣留的密钥")
    said = f"七天来解不开的消息{unreadable}条，被扣留的密钥{refused}把" + (f"（{some(who, '、')}）" if who else "")
    cure = "请他们重发一遍；密钥被扣留的，在客户端的安全设置里关掉“不向未验证的设备发送消息”。"
    return Check("解密", False, said, cure)


async def _timers(conn: Connection, settings: Settings, now: datetime) -> Check:
    late = await timers.late(conn, settings.user_id, now - LATE_REMINDER)
    if late:
        return Check("提醒", False, f"{late}条到期半天以上还没发", "确认 zhibu run 在运行；再看日志里的 tick_put_off。")
    coming = await timers.coming(conn, settings.user_id, 2)
    names = {row.id: row.name for row in await units.units(conn, [t.unit_id for t in coming if t.unit_id])}
    if not coming:
        return Check("提醒", True, "还没有排定的（有人登记、和机器人说过话以后才会有）")
    return Check("提醒", True, "接下来：" + "；".join(_coming(timer, names, settings) for timer in coming))


def _coming(timer: Timer, names: dict[str, str], settings: Settings) -> str:
    at = timer.due_at.astimezone(settings.zone)
    whom = names.get(timer.unit_id or "") or str((timer.content or {}).get("person", ""))
    return f"{at.month}月{at.day}日{at:%H:%M} {whom}"


async def _backup(conn: Connection, settings: Settings, now: datetime) -> Check:
    last, begun = await audit.latest(conn, audit.BACKUP), await audit.begun(conn)
    cure = (
        "马上做一份：systemctl start zhibu-backup，或 zhibu backup --to 目录；每晚的定时任务用 "
        "systemctl list-timers zhibu-backup.timer 和 journalctl -u zhibu-backup 查。"
    )
    if last is None:
        well = begun is None or now - begun < BACKED_UP
        return Check("备份", well, "还没有备份过", cure)
    at, details = last
    said = f"上次做成在{at.astimezone(settings.zone):%Y-%m-%d %H:%M}，{details.get('to', '')}"
    if now - at < BACKED_UP:
        return Check("备份", True, said)
    return Check("备份", False, f"{said}，已过去{(now - at).days}天", cure)
