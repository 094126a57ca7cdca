"""The homeserver, and how our account, device and clock stand with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

from bot.checks.check import Check
from bot.clockwatch import APART
from bot.matrix.errors import SignInFailed
from bot.matrix.standing import Standing, look
from bot.settings import Settings

SKEW = 60.0  # seconds; dates are read by the homeserver's clock, reminders by ours
FEW_KEYS = 5
_SIGNED = {
    "unsigned": ("没有交叉签名：有些客户端不会把密钥给它", "重新启动机器人，它会补签。"),
    "no_device": ("服务器上没有它的密钥", "停掉机器人，删除 {login}，确认密码文件还在，再启动。"),
    "no_identity": ("账号还没有交叉签名身份", "确认密码文件还在，重新启动机器人，它会建立。"),
    "other_identity": (
        "账号的交叉签名身份在别处被重置过，与 {seeds} 不符",
        "用备份里的 signing.json 换回；换不回就停机删除 {login} 和 {seeds}，在服务器上重置身份后再启动。",
    ),
}


async def server(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Check]:
    """Whether it answers, and all that can be asked of it in our name."""
    try:
        found = await look(settings.homeserver, settings.user_id, settings.data / "matrix", clock)
    except SignInFailed as error:
        yield Check("登录", False, str(error), "从备份恢复，或删除它后重新登录。")
        return
    named = f"（进程 {found.process}）" if found.process else ""
    stands = found.process is None
    running = "没有在运行" if stands else f"在运行{named}"
    yield Check("机器人", True, running, "启动：systemctl start zhibu，或 zhibu run。" if stands else "")
    if found.trouble:
        cure = "检查 homeserver 地址、网络和证书，确认服务器在运行。"
        yield Check("服务器", False, f"{settings.homeserver} {found.trouble}", cure)
        return
    yield Check("服务器", True, f"{settings.homeserver} 有应答")
    yield _clock(found)
    for check in _device(found, settings):
        yield check


def _clock(found: Standing) -> Check:
    if found.served_at is None or found.asked_at is None:
        return Check("时钟", True, "服务器没有说时间，没法比")
    ahead = (found.asked_at - found.served_at).total_seconds()
    if abs(ahead) <= SKEW:
        return Check("时钟", True, "与服务器一致")
    said = f"比服务器{'快' if ahead > 0 else '慢'}{_spoken(abs(ahead))}"
    if abs(ahead) > APART.total_seconds():
        said += "，校准以前机器人不发提醒"
    return Check("时钟", False, said, "校准两边的时钟：timedatectl set-ntp true。")


def _spoken(seconds: float) -> str:
    if seconds < 3600:
        return f"{seconds // 60:g}分钟"
    return f"{seconds // 3600:g}小时" if seconds < 86400 * 2 else f"{seconds // 86400:g}天"


def _device(found: Standing, settings: Settings) -> Iterator[Check]:
    folder = settings.data / "matrix"
    named = {"login": folder / "login.json", "seeds": folder / "signing.json"}
    if found.login == "none":
        yield Check("登录", False, "还没有登录过", "确认密码文件在，启动 zhibu run，它会登录并签名。")
        return
    if found.login == "ended":
        cure = f"账号若还在：停掉机器人，删除 {named['login']}，确认密码文件还在，再启动。"
        yield Check("登录", False, f"{settings.user_id} 的登录已失效（{found.why}）", cure)
        return
    yield Check("登录", True, f"{settings.user_id} 有效")
    if found.signed == "signed":
        yield Check("设备", True, f"{found.device} 已交叉签名")
    else:
        said, cure = _SIGNED[found.signed]
        yield Check("设备", False, f"{found.device} {said.format(**named)}", cure.format(**named))
    keys = found.one_time_keys or 0
    cure = "" if keys >= FEW_KEYS else "确认机器人在运行，它会自动补上；不补就重新启动，再看日志里的 upkeep_failed。"
    yield Check("密钥", keys >= FEW_KEYS, f"服务器上还有{keys}把一次性密钥", cure)
