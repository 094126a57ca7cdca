"""Kinds of activity in a text: by name, by the ways people say them, by pinyin and homophones, by one edit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.numbers import WHOLE
from bot.understanding.sounds import close_names, spelled
from rubrics.activities import Activities

Names = tuple[tuple[str, tuple[str, ...]], ...]

# Ways of saying a kind that no list of names can hold: words between verb and object.
_N = rf"(?:{WHOLE}|第{WHOLE})?"
_SAID: dict[str, str] = {
    "dues_remitted": (
        r"(?:上缴|上交|汇缴|上解|解缴|划转|汇)了?[^,。;!?\n]{0,14}?党费(?!收缴)"
        r"|党费(?:[^,。;!?\n]|(?<=\d),(?=\d)){0,20}?(?:上缴|上交|汇缴|上解|解缴|划转|(?:汇|转|交|缴|划|打)(?:到|给|至|"
        r"往)(?:了)?(?:机关|上级|党委|工委|总支|县|市|区|局|街道|镇|乡|集团|党总支|组织部))"
        r"|(?:交|缴|汇|转|划)(?:到|给|至|往)了?(?:上级|机关党委|党委|工委|党工委|党总支|总支|组织部|财政|"
        r"账户)|(?:交|缴)上去了?|上缴了?|上交了?"
        r"|(?:向|给|往)(?:上级|机关党委|党委|工委|党总支)[^,。;!?\n]{0,8}?(?:交|缴|汇)了?[^,。;!?\n]{0,12}?党费"
    ),
    "dues_collected": (
        r"(?:补?收|补?交|补?缴|预缴|预交|预收|收缴|收取|收齐|交齐|缴纳|代收)(?:了|齐|完|"
        r"好)*[^,。;!?\n]{0,14}?党费(?:收缴)?|党费"
    ),
    "information_submitted": (
        rf"(?:报送|上报|报|投稿|投|发布|发|交|写|推送|刊发|采用|录用|提交|送)(?:了|过|"
        rf"出)?[^,。;!?\n]{{0,8}}?{_N}(?:条|篇|期|则|份|个)?"
        r"(?:党建|工作|动态|支部|宣传|政务|活动)*(?:信息稿|信息|简报|稿件|稿子|通讯稿|动态|新闻稿)(?:员会)?"
        rf"|信息(?:已经?|还没有?|没有?|还未|都|也|还)*(?:报|发|交|投|送)(?:了|过|出)?{WHOLE}?(?:条|篇)?|"
        rf"(?<!党建)信息{WHOLE}(?:条|篇)|(?:信息|稿件|稿子|宣传稿|通讯稿|新闻稿)[^,。;!?\n]{{0,10}}?(?:报|发|"
        rf"投|交|送|采用|录用|刊登|刊发)了?|(?:(?<=[,。;\n ])|^)(?:党建)?信息(?=:)|"
        rf"{WHOLE}(?:条|篇)(?:党建)?信息"
    ),
    "heart_to_heart_talk": (
        r"谈了?(?:一?次|个)?心(?!得|理|情|谈话)(?:谈话)?|谈过心|交心谈心|谈了话|谈话(?:了|过)|谈了谈心"
    ),
    "committee_meeting": r"支委(?:们)?(?:扩大)?(?:会议?|碰头会|开会|开了?个?会)|开了?(?:一次|次|个)?支委(?!员)",
    "group_meeting": (
        rf"(?:第?{WHOLE}(?:个)?)?党?小组(?:会议?|学习会|学习|开会|开了(?:个|一次)?会|活动|集中学习|"
        rf"召开了?(?:会议)?|组织(?:了)?(?:学习|开会)|都?开了)"
        rf"|第{WHOLE}(?:党)?小组(?!长)|第?[一二三四五六](?:小)?组(?=昨|今|前天|上周|\d|学习|开会|开了|召开|都|组织|在)"
    ),
    "themed_party_day": r"(?:支部)?主题党日(?:活动)?|党员?(?:固定)?活动日|(?:固定|统一)党日",
    "member_assembly": r"(?:支部|全体)*党员(?:大会|会议|会)(?!议?室)|支部大会",
    "party_lecture": r"(?:专题|微|书记)*党课",
}
# Words that name two kinds at once: who says them is asked.
_EITHER: dict[str, tuple[str, ...]] = {
    r"支部会议?(?!室)|支部(?:开会|开了个?会|开了一次会)": ("committee_meeting", "member_assembly"),
    r"三会一课(?!.{0,3}(?:多少|几分|只|得|还))": (
        "member_assembly",
        "committee_meeting",
        "group_meeting",
        "party_lecture",
    ),
}


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
    ways = [(re.compile(said), (kind,)) for kind, said in _SAID.items() if kind in known]
    return ways + [(re.compile(said), kinds) for said, kinds in _EITHER.items() if set(kinds) <= known]


def find_kinds(flat: str, activities: Activities, guess: bool = True) -> list[Mention]:
    """All mentions of kinds, in order, not overlapping. guess: also by likeness, where no name fits."""
    names = names_of(activities)
    pattern, owner = _pattern(names)
    found = [Mention(m.start(), m.end(), kinds) for said, kinds in _said(names) for m in said.finditer(flat)]
    found += [Mention(m.start(), m.end(), (owner[m[0]],)) for m in pattern.finditer(flat)]
    found += [Mention(start, end, (kind,)) for start, end, kind in spelled(flat, names)]
    if "党费" not in flat:
        found = [m for m in found if m.kinds != ("dues_remitted",)]
    result = _apart(found)
    if not result and guess:
        result = _apart([Mention(s, e, kinds, sure) for s, e, kinds, sure in close_names(flat, names)])
    return result


def _apart(found: list[Mention]) -> list[Mention]:
    """The longest first, then whatever doesn't overlap; questions (several kinds) last. In order of place."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda m: (len(m.kinds), -(m.end - m.start), m.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda m: m.start)
