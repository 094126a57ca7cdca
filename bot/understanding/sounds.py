"""Names as they sound: pinyin typed in letters, homophones, and names with one character wrong, missing or too many."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

Names = tuple[tuple[str, tuple[str, ...]], ...]

_LETTERS = re.compile(r"[a-z]{4}")
_MIXED = re.compile(r"(?<=[\u4e00-\u9fff])[a-z]{2,16}|[a-z]{2,16}(?=[\u4e00-\u9fff])")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FOLD = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("l", "n"))
# Real words one character away from a name.
_OTHER_WORDS = re.compile(
    r"动员大会|[团会社全职党]员代表大会|[团会社队]员大会|党委会|常委会|工委会|团支委会?|团支部大会|"
    r"工会小组会|党委扩大会|团小组会|团日活动|主题团日|团课"
    r"|[村居业]委会|党员大楼|居民小组会|村民小组会|党组会|主题班会|党员会议室|支部委员(?!会)|领导节日|民主评议政风"
)
_GUESS_RANGE = 300  # characters of a message that are compared with names


@cache
def syllable(char: str) -> str:
    """A character's first reading without its tone; the character itself when it has none."""
    from pypinyin.pinyin_dict import pinyin_dict  # lazy: a quarter of a second

    reading = pinyin_dict.get(ord(char), char).split(",")[0]
    plain = unicodedata.normalize("NFD", reading)
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ü", "v")


@cache
def _folded(char: str) -> str:
    sound = syllable(char)
    for long, short in _FOLD:
        if sound.startswith(long) or (sound.endswith(long) and len(long) > 1):
            sound = sound.replace(long, short, 1)
    return sound


@lru_cache(maxsize=8)
def _letters(names: Names) -> tuple[re.Pattern[str], dict[str, str]]:
    owner: dict[str, str] = {"ztdr": "themed_party_day", "zwh": "committee_meeting"}
    for kind, several in names:
        for name in several:
            spelling = "".join(syllable(c) for c in name)
            if len(spelling) >= 6:
                owner.setdefault(spelling, kind)
    listed = sorted((o for o in owner if o.isascii()), key=len, reverse=True)
    return re.compile(
        r"(?<![a-z])(?:" + "|".join(" ?'?".join(o) if len(o) < 5 else o for o in listed) + r")(?![a-z])"
    ), owner


def spelled(flat: str, names: Names) -> list[tuple[int, int, str]]:
    """Names typed in pinyin letters: zhiweihui, zhutidangri."""
    if not _LETTERS.search(flat):
        return [] if not _MIXED.search(flat) else _mixed(flat, _letters(names)[1])
    joined = re.sub(r"(?<=[a-z])[ '](?=[a-z])", "", flat)
    pattern, owner = _letters(names)
    result = []
    for match in pattern.finditer(joined):
        kind = owner[match[0].replace(" ", "").replace("'", "")]
        start, end = _place(flat, match.start(), match.end())
        result.append((start, end, kind))
    return result + _mixed(flat, owner)


def _mixed(flat: str, owner: dict[str, str]) -> list[tuple[int, int, str]]:
    """Names typed half in letters: dangyuan大会, 志愿fuwu."""
    result = []
    for run in _MIXED.finditer(flat):
        before = re.search(r"[\u4e00-\u9fff]{0,4}$", flat[: run.start()])
        after = re.match(r"[\u4e00-\u9fff]{0,4}", flat[run.end() :])
        left, right = (found[0] if found else "" for found in (before, after))
        spans = [
            (i, j) for i in range(len(left) + 1) for j in range(len(right) + 1)
            if "".join(map(syllable, left[len(left) - i :])) + run[0] + "".join(map(syllable, right[:j])) in owner
        ]  # fmt: skip
        for i, j in sorted(spans, key=lambda s: -sum(s))[:1]:
            spelling = "".join(map(syllable, left[len(left) - i :])) + run[0] + "".join(map(syllable, right[:j]))
            result.append((run.start() - i, run.end() + j, owner[spelling]))
    return result


def _place(flat: str, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of the joined letters stands in the text it was joined from."""
    kept = [i for i, c in enumerate(flat) if not (c in " '" and 0 < i < len(flat) - 1 and flat[i - 1].isascii()
            and flat[i - 1].isalpha() and flat[i + 1].isascii() and flat[i + 1].isalpha())]  # fmt: skip
    return kept[start], kept[end - 1] + 1


@lru_cache(maxsize=8)
def _tables(names: Names) -> tuple[dict[str, str], dict[str, str], dict[str, str], tuple[int, ...]]:
    """By sound; by sound with one character open; by sound with one character left out; the lengths of names."""
    same: dict[str, str] = {}
    wild: dict[str, str] = {}
    short: dict[str, str] = {}
    for kind, several in names:
        for name in several:
            if not _HAN.fullmatch(name) or len(name) < 3:
                continue
            sounds = [_folded(c) for c in name]
            same.setdefault(" ".join(sounds), kind)
            if len(name) < 4:
                continue
            for i in range(len(name)):
                _claim(wild, " ".join([*sounds[:i], "*", *sounds[i + 1 :]]), kind)
                if i > 0 or len(name) > 4:
                    _claim(short, " ".join(sounds[:i] + sounds[i + 1 :]), kind)
    lengths = tuple(sorted({len(name) for _, several in names for name in several if len(name) >= 3}, reverse=True))
    return same, wild, short, lengths


def _claim(table: dict[str, str], key: str, kind: str) -> None:
    """Enter a key; one that two kinds claim belongs to neither."""
    table[key] = kind if table.get(key, kind) == kind else ""


def close_names(flat: str, names: Names, exactly: bool = False) -> list[tuple[int, int, tuple[str, ...], bool]]:
    """Stretches that sound like a name (三会一刻), or are one character away from one of four or more (not exactly)."""
    same, wild, short, lengths = _tables(names)
    barred = [m.span() for m in _OTHER_WORDS.finditer(flat)]
    result: list[tuple[int, int, tuple[str, ...], bool]] = []
    for run in _HAN.finditer(flat[:_GUESS_RANGE]):
        sounds = [_folded(c) for c in run[0]]
        base = run.start()
        for length in lengths:
            for i in range(len(sounds) - length + 2):
                window = sounds[i : i + length]
                kind = same.get(" ".join(window), "") if exactly else _fits(window, length, same, wild, short)
                span = (base + i, base + i + len(window) - (len(window) == length and kind.startswith("-")))
                kind = kind.removeprefix("-")
                if kind and not any(span[0] < b and a < span[1] for a, b in barred):
                    result.append((*span, (kind,), True))
    return result


def _fits(window: list[str], length: int, same: dict[str, str], wild: dict[str, str], short: dict[str, str]) -> str:
    """The kind a window of sounds is, a leading "-" when its last character is not part of it; "" for none."""
    if len(window) == length:
        key = " ".join(window)
        if key in same:
            return same[key]
        if length >= 4:
            for i in range(length):
                kind = wild.get(" ".join([*window[:i], "*", *window[i + 1 :]]))
                if kind:
                    return kind
    if length >= 4:
        kind = short.get(" ".join(window[: length - 1]))
        if kind and len(window) >= length - 1:
            return f"-{kind}"
    return ""
