"""The titles of what was written: in 《》, numbered, or behind a label."""

from __future__ import annotations

import re

from bot.understanding.pieces import Piece

_TITLE = re.compile(r"《([^《》\n]{1,120})》")
_LABEL = re.compile(
    r"(?:(?:信息|稿件|简报)(?:[\d一二两三四五]{1,2}[条篇])?(?=[:])|标题|题目|题为|名为|名称|标题分别|"
    r"分别)(?:分别)?(?:是|为|叫|:|：)* ?"
)
_PAPER = re.compile(r"(?:[日晚周早]报|时报|青年报|杂志|周刊)$")  # where it was printed
_PRINTED = re.compile(
    r"(?:杂志|报社|\d{1,2}月\d{1,2}[日号]|第?\d{1,2}版)*(?:刊发|刊登|登[了载]|杂志|发表了)"
)  # 《先锋》杂志
_LATER = re.compile(r" (?=\d{1,2}[月号.]|[昨今前][天日]|刚|已)")
_NUMBERED = re.compile(r"[①②③④⑤⑥](?P<x>[^①②③④⑤⑥,。;\n]{2,60})")


def _bare(title: str) -> str:
    """A title without the marks around it; those that belong to it stay: “红色代办员”上门记."""
    title = title.strip(" ，,。;；")
    inner = title[1:-1]
    if title[:1] + title[-1:] in ("“”", "《》") and title[0] not in inner and title[-1] not in inner:
        return inner.strip()
    return title if title.count("“") == title.count("”") else title.strip(" 《》“”")


def find_titles(flat: str, shown: str, count: int | None) -> list[Piece]:
    """Titles in 《》, else what follows 标题, one for each piece that was counted."""
    listed = list(_NUMBERED.finditer(flat))
    if len(listed) > 1 and count in (None, len(listed)):  # ①护理党员夜查房 ②一针一线暖人心
        titles = tuple(_bare(_LATER.split(shown[m.start("x") : m.end("x")])[0]) for m in listed)
        return [Piece("titles", titles, listed[0].start(), listed[-1].end())]
    marked = [m for m in _TITLE.finditer(flat) if not _PAPER.search(m[1])]
    marked = [m for m in marked if len(marked) == 1 or not _PRINTED.match(flat, m.end())]
    if marked:
        titles = tuple(shown[m.start(1) : m.end(1)].strip() for m in marked)
        return [Piece("titles", titles, marked[0].start(), marked[-1].end())]
    label = _LABEL.search(flat)
    if label is None:
        return []
    end = len(flat)
    stop = re.search(
        r"[。!?\n]|(?=[一二三四五六七八九十]{1,3}月[一二三四五六七八九十廿]{1,3}[日号]?)"
        r"|[, ](?=\d{1,2}[月号.]|[昨今前][天日]|刚|已|都|[一二两三\d]条|共|报|发|上周|周[一二三四五六日])",
        flat[label.end() :],
    )
    if stop:
        end = label.end() + stop.start()
    rest = shown[label.end() : end].strip(' “”"')
    parts = [p.strip(' “”"') for p in re.split(r"[;；]|[”\"][、,，和及]?[“\"]", rest)] if rest else []
    if len(parts) == 1 and count and count > 1:
        parts = [p.strip() for p in re.split(r"[、,，]|和(?=我|支部|党)", rest)]
    parts = [p for p in parts if p]
    if not parts or (count and len(parts) != count):
        return []
    return [Piece("titles", tuple(parts), label.end(), end)]
