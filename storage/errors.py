"""What went wrong with the database, in a sentence for the person who runs it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, TimeoutError

# SQLite tells what is wrong in words, PostgreSQL by an SQLSTATE, a code whose first two letters are a class.
_WORDS: tuple[tuple[tuple[str, ...], str, bool], ...] = (
    (("database is locked", "database table is locked"), "数据库正被另一个程序占用。请关闭它，或稍后再试。", True),
    (("database or disk is full", "no space left"), "磁盘已满，未能写入。请清出空间，之后会自动继续。", True),
    (("readonly database",), "数据库文件只读。请检查文件及所在目录的权限。", False),
    (("unable to open database",), "打不开数据库文件。请检查路径，并确认目录可写。", False),
    (("file is not a database", "malformed"), "数据库文件已损坏，或不是数据库。请用备份恢复。", False),
    (("disk i/o error",), "磁盘读写出错。请检查磁盘。", True),
    (
        ("connection", "connect call failed", "another operation"),
        "连不上数据库。请检查数据库是否在运行、地址是否正确。",
        True,
    ),
)
_CODES: dict[str, tuple[str, bool]] = {
    "08": ("数据库的连接断了。请检查数据库是否在运行；恢复后会自动继续。", True),
    "25006": ("连到的数据库只读，可能是备机。请改正数据库地址。", False),
    "25P03": ("数据库的连接断了：等得太久。会自动再试。", True),
    "28": ("数据库拒绝登录。请检查用户名、密码，以及数据库的 pg_hba.conf。", False),
    "3D000": ("数据库服务器上没有这个库。请先建库，或改正库名。", False),
    "40": ("数据库写入冲突，会自动再试。", True),
    "42501": ("数据库用户权限不够。请让它做这个库的主人（OWNER）。", False),
    "53100": ("数据库所在的磁盘已满，未能写入。请清出空间，之后会自动继续。", True),
    "53300": ("数据库的连接数已满。请调大 max_connections，或减少程序。", True),
    "53": ("数据库资源不足。请检查数据库服务器的内存和磁盘。", True),
    "55P03": ("数据库正被另一个程序占用。请关闭它，或稍后再试。", True),
    "57": ("数据库正在停机、启动，或中断了操作；恢复后会自动继续。", True),
    "58P01": ("数据库的文件不见了。请用备份恢复。", False),
    "58": ("数据库服务器的磁盘读写出错。请检查磁盘。", True),
    "XX001": ("数据库文件已损坏。请用备份恢复。", False),
    "XX002": ("数据库的索引已损坏。请重建索引（REINDEX），或用备份恢复。", False),
}


class DatabaseError(Exception):
    """The record can't be used. temporary: the same may succeed later (locked, disk full, server away)."""

    def __init__(self, sentence: str, temporary: bool = False) -> None:
        super().__init__(sentence)
        self.temporary = temporary


def explain(error: Exception) -> DatabaseError | None:
    """A driver's error as one for people; None for a mistake of our own, which must keep its traceback."""
    if isinstance(error, TimeoutError):
        return DatabaseError("数据库太忙，等待超时。请稍后再试。", temporary=True)
    cause: BaseException = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = str(getattr(cause, "sqlstate", None) or "")
    if code:
        cause = cause.__cause__ or cause  # the driver's own, without SQLAlchemy's name for it
        found = _CODES.get(code) or _CODES.get(code[:2])
        return DatabaseError(f"{found[0]}（{cause}）", found[1]) if found else None
    said = str(cause).lower()
    for signs, sentence, temporary in _WORDS:
        if any(sign in said for sign in signs):
            return DatabaseError(f"{sentence}（{getattr(cause, 'sqlite_errorname', cause)}）", temporary)
    return DatabaseError(f"连不上数据库。（{cause}）", temporary=True) if isinstance(cause, OSError) else None
