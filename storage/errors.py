"""What went wrong with the database, in a sentence for the person who runs it."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, TimeoutError

_CURES: tuple[tuple[tuple[str, ...], str, bool], ...] = (
    (("database is locked", "database table is locked"), "数据库正被另一个程序占用。请关闭它，或稍后再试。", True),
    (("database or disk is full", "no space left"), "磁盘已满，未能写入。请清出空间，之后会自动继续。", True),
    (("readonly database",), "数据库文件只读。请检查文件及所在目录的权限。", False),
    (("unable to open database",), "打不开数据库文件。请检查路径，并确认目录可写。", False),
    (("file is not a database", "malformed"), "数据库文件已损坏，或不是数据库。请用备份恢复。", False),
    (("disk i/o error",), "磁盘读写出错。请检查磁盘。", True),
    (
        ("password authentication failed", 'role "', 'database "'),
        "数据库拒绝登录。请检查用户名、密码和库名。",
        False,
    ),
    (("connection", "connect call failed"), "连不上数据库。请检查数据库是否在运行、地址是否正确。", True),
    (("could not serialize", "deadlock detected"), "数据库写入冲突，请重试。", True),
)


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
    said = str(cause).lower()
    for signs, sentence, temporary in _CURES:
        if any(sign in said for sign in signs):
            return DatabaseError(f"{sentence}（{getattr(cause, 'sqlite_errorname', cause)}）", temporary)
    return DatabaseError(f"连不上数据库。（{cause}）", temporary=True) if isinstance(cause, OSError) else None
