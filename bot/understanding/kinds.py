"""Kinds of activity in a text: by name, by the ways people say them, by pinyin and homophones, by one edit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.kind_words import AGAIN, ALONE_ONLY, EITHER, SAID
from bot.understanding.sounds import close_names, spelled
from bot.understanding.text import clean
from rubrics.activities import Activities

# 中共云溪镇机关支部委员会: who did it; 会议简报：: the heading of what is told; 退党费: nothing that was collected.
_NO_MEETING = re.compile(
    r"退(?:回|还|了)*党费[^,。;!?\n]{0,3}$|中共[^,。;!?\n]{0,14}支部委员会$|(?:会议|活动|工作|党日)简报$"
)
_LECTURES = {"committee_secretary_lecture", "leader_lecture", "grassroots_lecture"}
Names = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A kind named in a text. kinds: one id, or those that are in question; sure: by its name, not by a likeness."""

    start: int
    end: int
    kinds: tuple[str, ...]
    sure: bool = True


def names_of(activities: Activities) -> Names:
    """Ids with all their names, as a key for what is made of them once."""
    return tuple((kind.id, (kind.name, *kind.names)) for kind in activities.kinds.values())


@lru_cache(maxsize=8)
def _pattern(names: Names) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern over all names, longest first, and which kind a name is."""
    owner = {name.lower(): kind for kind, several in names for name in several}
    listed = sorted(owner, key=len, reverse=True)
    return re.compile("|".join(re.escape(name) for name in listed)), owner


@lru_cache(maxsize=8)
def _said(names: Names) -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
    known = {kind for kind, _ in names}
    ways = [(re.compile(said), (kind,)) for kind, said in SAID.items() if kind in known]
    return ways + [(re.compile(said), kinds) for said, kinds in EITHER.items() if set(kinds) <= known]


def find_kinds(flat: str, activities: Activities, guess: bool = True) -> list[Mention]:
    """All mentions of kinds, in order, not overlapping. guess: also by likeness, where no name fits."""
    names = names_of(activities)
    pattern, owner = _pattern(names)
    found = [Mention(m.start(), m.end(), kinds) for said, kinds in _said(names) for m in said.finditer(flat)]
    found += [Mention(m.start(), m.end(), (owner[m[0]],)) for m in pattern.finditer(flat)]
    if "党费" not in flat:
        found = [m for m in found if m.kinds != ("dues_remitted",)]
    found += [Mention(start, end, (kind,)) for start, end, kind in spelled(flat, names)]
    found += [Mention(s, e, kinds) for s, e, kinds, _ in close_names(flat, names, exactly=True)]
    found = [m for m in found if not _NO_MEETING.search(flat[max(0, m.start - 16) : m.end])]
    if any(m.kinds == ("member_assembly",) for m in found):
        found += [Mention(m.start(), m.end(), ("member_assembly",)) for m in AGAIN.finditer(flat)]
    if len({m.kinds for m in found if len(m.kinds) == 1}) > 1:  # 三会一课：支委会3号，小组会4号: a heading
        found = [m for m in found if len(m.kinds) < 3]
    sure = {m.kinds[0] for m in found if len(m.kinds) == 1}
    found = [m for m in found if len(m.kinds) != 2 or not sure & {*m.kinds}]  # 支部会议记录：会议名称：支委会
    if sure & _LECTURES:  # 邀请党委书记讲党课，党课题目是…
        found = [m for m in found if flat[m.start : m.end] != "党课"]
    result = _apart(found or _alone(flat, activities))
    if not result and guess:
        result = _apart(
            [Mention(s, e, kinds, sure) for s, e, kinds, sure in close_names(flat, names) if flat[e - 1] != "室"]
        )
    return result


def _alone(flat: str, activities: Activities) -> list[Mention]:
    known = [(kind, said) for kind, said in ALONE_ONLY.items() if kind in activities.kinds]
    return [Mention(m.start(), m.end(), (kind,)) for kind, said in known for m in re.finditer(said, flat)]


def _apart(found: list[Mention]) -> list[Mention]:
    """The longest first, then whatever doesn't overlap; questions (several kinds) last. In order of place."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda m: (len(m.kinds), -(m.end - m.start), m.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda m: m.start)


# 这次其实算…活动: what may stand around a kind's name when nothing else is said.
_BEFORE = re.compile(
    r"^(?:[那这](?:个|次|条|回|场)?)?(?:其实|应该|实际上?)*(?:就?是|算是?|属于|改成|改为|换成|记成|叫)?(?:一[次个])?"
)
_AFTER = re.compile(r"(?:活动|会议)?(?:的|吧|啊|呀|哦|呢|了|才对)*[\W_]*$")


def only_kind(text: str, activities: Activities) -> tuple[str, bool] | None:
    """The kind that words name when they say nothing else, and whether they say that it is it (这是主题党日, and not
    just 主题党日); None for anything else."""
    flat = clean(text).flat.strip()
    if len(flat) > 30:
        return None
    _, owner = _pattern(names_of(activities))
    lead = _BEFORE.match(flat)
    bare = flat[lead.end() :] if lead is not None else flat
    kind = owner.get(bare.rstrip("。.!！ ")) or owner.get(_AFTER.sub("", bare, count=1))
    return None if kind is None else (kind, len(bare) < len(flat))
