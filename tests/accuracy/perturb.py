"""Changes to a message that people's fingers, phones and habits make."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from zlib import crc32

KINDS = ("主题党日", "支部党员大会", "党员大会", "支委会", "党小组会", "组织生活会", "民主评议党员")


def no_punctuation(text: str) -> str:
    return re.sub(r"[，。；！、,;! ]+", "", text)


@cache
def _traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")


def traditional(text: str) -> str:
    return str(_traditional().convert(text))


def _kind_in(text: str) -> str | None:
    return next((kind for kind in KINDS if kind in text), None)


@cache
def _sounds() -> dict[str, list[str]]:
    from pypinyin import lazy_pinyin

    common = (
        "主题当日支部委员会党小组大惠慧指之只值织植制质元原圆源缘园远达打答得晓笑消族足祖阻注住助体提替踢日入如"
        "荣议意义易益医依组租辞部步布簿"
    )
    table: dict[str, list[str]] = {}
    for char in common:
        table.setdefault(lazy_pinyin(char)[0], []).append(char)
    return table


def one_wrong(text: str) -> str:
    """A homophone for one character of the kind's name."""
    from pypinyin import lazy_pinyin

    kind = _kind_in(text)
    if kind is None:
        return text
    pick = random.Random(crc32(text.encode()))
    places = list(range(len(kind)))
    pick.shuffle(places)
    for i in places:
        others = [c for c in _sounds().get(lazy_pinyin(kind[i])[0], []) if c != kind[i]]
        if others:
            return text.replace(kind, kind[:i] + pick.choice(others) + kind[i + 1 :], 1)
    return text


def one_dropped(text: str) -> str:
    """One character of the kind's name left out, in names of four and more."""
    kind = _kind_in(text)
    if kind is None or len(kind) < 4:
        return text
    i = 1 + crc32(text.encode()) % (len(kind) - 1)
    return text.replace(kind, kind[:i] + kind[i + 1 :], 1)


def pinyin(text: str) -> str:
    """The kind's name in letters."""
    from pypinyin import lazy_pinyin

    kind = _kind_in(text)
    return text.replace(kind, "".join(lazy_pinyin(kind)), 1) if kind else text


def shuffled(text: str) -> str:
    """The clauses of each sentence in another order."""
    sentences = re.split(r"([。；\n])", text)
    pick = random.Random(crc32(text.encode()))
    for i in range(0, len(sentences), 2):
        clauses = re.split(r"[，,]", sentences[i])
        pick.shuffle(clauses)
        sentences[i] = "，".join(clauses)
    return "".join(sentences)


PERTURBATIONS: dict[str, Callable[[str], str]] = {
    "no punctuation": no_punctuation,
    "traditional": traditional,
    "one wrong character": one_wrong,
    "one dropped": one_dropped,
    "pinyin": pinyin,
    "shuffled clauses": shuffled,
}
