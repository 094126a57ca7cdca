"""Mistakes of YAML itself and of files that are none: the line to look at, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

# What the parser says of a mistake, and what it mostly comes from: the line named is where it could not go on.
_SLIPS = (
    ("mapping values are not allowed", "多了一个冒号，或上面一行的冒号后面没有空格、用了全角的“：”。"),
    ("tab character", "这里用了制表符。缩进请用空格。"),
    ("could not find expected ':'", "这里或上一行少了冒号，或用了全角的“：”。请写 键: 值。"),
    ("did not find expected key", "这里的缩进和上面没有对齐。同一级的键要从同一列开始。"),
    ("did not find expected '-' indicator", "这里的缩进和上面的列表没有对齐。同一级的“- ”要从同一列开始。"),
    ("did not find expected ',' or '}'", "花括号里少了逗号，或没有用 } 收尾（可能在上面几行）。"),
    ("did not find expected ',' or ']'", "方括号里少了逗号，或没有用 ] 收尾（可能在上面几行）。"),
    ("unexpected end of stream", "引号没有成对（可能在上面几行）。"),
    ("cannot start any token", "值不能以这个符号开头。请给整个值加上引号。"),
)
# What pasting leaves at the beginning of a line, where the parser stumbles on it only later.
_PASTED = (
    (re.compile(r"^ *\t"), "这里用了制表符。缩进请用空格。"),
    (re.compile(r"^\s*[^\S \t\r\n]"), "这一行的缩进里有全角空格，或网页带来的空格。缩进请用普通空格。"),
    (re.compile(r"^ *[–—－•·] "), "列表每一行要以英文短横线加空格“- ”开头，请改写。"),
)
_UNSEEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\u3000\ufeff]")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_NEAR = 2  # lines above the one named where what it stumbled on may stand


def slip(problem: str, text: str, line: int) -> tuple[int, str]:
    """The line to look at, from 1, and what is wrong there, in a sentence with what to do."""
    rows = text.splitlines()
    for number in range(min(line, len(rows)), max(0, line - 1 - _NEAR), -1):
        for pattern, said in _PASTED:
            if pattern.match(rows[number - 1]):
                return number, f"YAML 写法有误：{said}"
    for words, said in _SLIPS:
        if words in problem:
            return line, f"YAML 写法有误：{said}"
    return line, f"YAML 写法有误（{problem}）。请检查缩进、冒号后的空格和引号。"


def forbidden(text: str) -> tuple[int, str]:
    """The line of the first character that YAML can't hold, and its code."""
    match = _FORBIDDEN.search(text)
    if match is None:
        return 1, "含有不能使用的字符。请删去后重试。"
    line = text.count("\n", 0, match.start()) + 1
    return line, f"含有不能使用的字符（U+{ord(match[0]):04X}）。请删去后重试。"


def no_text(head: bytes) -> str:
    """What a file that can't be read as text is, by its first bytes."""
    if head.startswith(_ARCHIVES):
        return "这是 Excel、Word 或压缩文件，不是文本。请把内容写进文本文件（.yaml）。"
    return "不是 UTF-8 编码。请另存为 UTF-8。"


def unseen(value: str) -> str:
    """A hint where a wrong value holds what nobody can see."""
    return "里面有看不见的字符或特殊空格，请删去重打。" if _UNSEEN.search(value) else ""


def meant(key: str, known: Iterable[str]) -> str:
    """A hint at the key that somebody may have meant."""
    near = get_close_matches(key.lower(), known, 1, 0.75)
    return f"是不是 {near[0]}？" if near else ""
