"""Why the machine refuses a file or an address, in Chinese."""

from __future__ import annotations

import errno

_WORDS = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "路径里有一段不是目录",
    errno.EEXIST: "已经有同名的文件",
    errno.ENOTEMPTY: "目录里还有东西",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EROFS: "那里是只读的",
    errno.ENAMETOOLONG: "名字太长",
    errno.EADDRINUSE: "已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def os_words(error: OSError) -> str:
    """What it says of itself; the machine's own words where we have none."""
    return _WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
