"""Which 党小组 a text names."""

from __future__ import annotations

import re

from bot.understanding.numbers import integer

# 周三组织, 第三组织, 分三小组讨论: no group.
GROUP = re.compile(
    r"第([一二三四五六七八九十\d]{1,3})(?:个)?(?:党小组|小组|组(?!织))"
    r"|(?<![周期拜月第分成共各有])([一二三四五六七八九])(?:党小组|小组|组(?!织))"
)
_BARE = re.compile(
    r"(?:是|就是|我们|咱们|由)*(?:第)?([一二三四五六七八九十\d]{1,3})(?:个)?(?:党小组|小组|组)(?:开|会|开会)?的?[。!.]?"
)


def number_of(match: re.Match[str]) -> int | None:
    """Which group a match of GROUP is."""
    return integer(match[1] or match[2])


def bare_group(flat: str) -> int | None:
    """The group that a text names and nothing else: 第二组, 二组, 2小组; None for another text."""
    match = _BARE.fullmatch(flat)
    return integer(match[1]) if match else None
