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
        r"|党费(?:(?!然后|之后|随后|接着|另外|再|又)[^,。;!?\n]|(?<=\d),(?=\d)){0,20}?(?:上缴|上交|汇缴|上解|解缴|"
        r"划转|(?:汇|转|交|缴|划|打)(?:到|给|至|"
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
        rf"(?<!党建)信息 ?{WHOLE} ?(?:条|篇)|(?:信息|稿件|稿子|宣传稿|通讯稿|新闻稿)[^,。;!?\n]{{0,10}}?(?:报|发|"
        rf"投|交|送|采用|录用|刊登|刊发)了?|(?:(?<=[,。;\n ])|^)(?:党建)?信息(?=:)|"
        rf"{WHOLE}(?:条|篇)(?:党建)?信息"
    ),
    "heart_to_heart_talk": (
        r"谈了?(?:一?次|个)?心(?!得|理|情|谈话)(?:谈话)?|谈过心|交心谈心|谈了话|谈话(?:了|过)|谈了谈心"
    ),
    "committee_meeting": r"(?:开会|开了?个?会)了?[ ,]*支委(?!员)|支委(?:们)?(?:扩大)?(?:会议?|碰头会|开会|"
    r"开了?个?会)|开了?(?:一次|次|个)?支委(?!员)",
    "group_meeting": (
        rf"(?:第?{WHOLE}(?:个)?)?党?小组(?:会议?|学习会|学习|开会|开了(?:个|一次)?会|活动|集中学习|"
        rf"召开了?(?:会议)?|组织(?:了)?(?:学习|开会)|都?开了)"
        rf"|第{WHOLE}(?:党)?小组(?!长)|第?[一二三四五六](?:小)?组(?=昨|今|前天|上周|\d|学习|开会|开了|召开|都|组织|在)"
    ),
    "themed_party_day": r"(?:支部)?主题党日(?:活动)?|党员?(?:固定)?活动日|(?:固定|统一)党日",
    "member_assembly": r"支部(?:自己)?开大会|(?:支部|全体)*党员(?:大会|会议|会)(?!议?室)|支部大会",
    "party_lecture": r"(?:专题|微|书记)*党[课刻]|上当课",
    "leader_in_branch_life": r"以普通党员(?:的)?身份参加[^,。;!?\n]{0,10}组织生活|双重组织生活",
    "leader_briefing": r"(?:在)?党员大会上?(?:听取|通报)(?:了)?[^,。;!?\n]{0,8}工作(?:情况|通报)?",
    "center_group_study": r"中心组(?:理论|专题|集体|集中)*学习会?",
    "party_staff_training": r"党务干部(?:去|参加|外出)?(?:了)?(?:集中)?(?:培训|轮训)",
    "new_secretary_training": r"新任(?:党?支部|党组织)?(?:书记|负责人)(?:参加)?(?:了)?培训",
    "base_visit": r"(?:到|去|赴|在)?[^,。;!?\n]{0,6}基地(?:开展|进行|参加)?(?:了)?现场教学|参观(?:了)"
    r"?[^,。;!?\n]{0,6}教育基地",
    "mass_work_report": r"听取(?:了)?(?:工会|共青团|妇联|群团|工青妇|团委|、|和)+(?:的)?(?:工作)?汇报",
    "superior_report": r"向(?:上级|机关)(?:党委|党组织|党工委|党总支)?(?:书面|专题)?(?:汇报|报告)(?:了)?(?:工作)?",
    "discipline_secretary_attendance": r"纪委书记列席(?:了)?[^,。;!?\n]{0,8}",
    "excellence_selection": r"(?:优秀(?:共产)?党员|先进党支部|优秀党务工作者)(?:评选|评比|表彰大会)|两优一先",
    "secretary_vacancy": r"书记(?:调走|离任|退休)了?[^。;!?\n]{0,8}(?:空着|空缺|没补)",
    "by_election": r"补选(?:了)?(?:支部|党支部|支委|党总支)?(?:一名|1名|两名)?[^,。;!?\n]{0,4}委员",
    "term_change_approved": r"(?:批复)?同意(?:我们)?(?:支部)?(?:延期|提前)换届",
    "recreation": r"职工(?:运动会|趣味运动会|文艺汇演|歌咏比赛|拔河比赛|篮球赛|乒乓球赛|羽毛球赛|健步走|联欢会)",
    "commendation": r"(?:受到|获得?|得到)(?:了)?[^,。;!?\n]{0,6}(?:发文)?表彰|被[^,。;!?\n]{1,8}(?:通报)?表彰",
    "pioneer_commendation": r"(?:被)?命名为?[^,。;!?\n]{0,8}先锋(?:岗|标兵)",
    "experience_promoted": r"经验(?:做法)?被?[^,。;!?\n]{0,8}推广",
    "grassroots_lecture": r"(?:县|乡|镇|街道|区)(?:乡)?(?:党工?委)?书记(?:到|来|下)[^,。;!?\n]{0,6}(?:授课|讲课)",
    "absentee_briefing": r"(?:(?<=[,。; ])|^)补学(?=[:,了])|给?[^,。;!?\n]{0,4}(?:缺席|请假|未到|没来)(?:的)"
    r"?[^,。;!?\n]{0,6}(?:党员|同志|人)"
    r"?(?:补学|补课|传达(?:了)?(?:会议)?(?:精神|内容)?)",
    "party_affairs_meeting": r"(?:综合性?|定期|专题)?议党会议?",
}
# What an assembly is called once it was named: 大会表决接收2人.
_AGAIN = re.compile(r"(?<=[,。;! \n])大会(?=表决|研究|讨论|审议|通过|应到|实到|\d|议题|主题|选举|听取)")
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
    if "党费" not in flat:
        found = [m for m in found if m.kinds != ("dues_remitted",)]
    found += [Mention(start, end, (kind,)) for start, end, kind in spelled(flat, names)]
    found += [Mention(s, e, kinds) for s, e, kinds, _ in close_names(flat, names, exactly=True)]
    if any(m.kinds == ("member_assembly",) for m in found):
        found += [Mention(m.start(), m.end(), ("member_assembly",)) for m in _AGAIN.finditer(flat)]
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
