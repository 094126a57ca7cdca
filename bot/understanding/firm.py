"""Which of the kinds named side by side were held, and which only say what another activity or paper was about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.dates import Found
from bot.understanding.kinds import Mention
from bot.understanding.matters import sentence
from bot.understanding.numbers import WHOLE
from bot.understanding.pieces import Piece

DUTIES = frozenset({"dues_collected", "dues_remitted", "information_submitted"})
ALONE = DUTIES | {"heart_to_heart_talk"}  # never part of a gathering
# Kinds that people report by name; any other name, beside one of these, says what the activity was about (主题党日
# 志愿服务).
FIRM = DUTIES | {
    "themed_party_day",
    "member_assembly",
    "committee_meeting",
    "group_meeting",
    "party_lecture",
    "organizational_life_meeting",
    "democratic_life_meeting",
    "democratic_appraisal",
}
# What is a paper that came, went or was put up: what it names was not held.
PAPERS = frozenset({
    "supervision_notice", "supervision_reply", "election_reminder", "election_request", "term_change_approved",
    "rectification_plan", "leader_endorsement", "commendation", "experience_promoted", "superior_report",
    "ledger_self_check", "ledger_spot_check", "self_evaluation", "secretary_vacancy", "committee_vacancy",
})  # fmt: skip
_HELD = re.compile(r"召开|开了|举行|开的|上了|搞了|实到|到会|应到")
# 主题党日和志愿服务一起搞的: both were held.
_BOTH = re.compile(r"(?:一起|合并|同时|一块|二合一|合在一起|连着|一并)")
# 廉政学习+警示教育: two names added up are both held.
_PLUS = re.compile(r"(?:活动|教育|学习|\([^()\n]{1,12}\)| )*\+[^,。;!?\n]{0,2}")
# 大扫除算志愿服务, 又搞了志愿服务, 又把组织关系排查了一遍: said to be one, or to have been held as well.
_COUNTED_AS = re.compile(r"(?:算(?:作|是|成|我们|一次)*|列入|计入|纳入|记作|就叫|归到?|当作?)$")
_ALSO = re.compile(
    r"(?:又|还|再|顺便|顺带|顺道|接着|随后|然后|完了|最后|会后|之后)(?:一起|集中|组织|到|去|在)?[^,。;!?\n■]{0,9}(?:搞|做|"
    r"开展|进行|办|上)了?(?:一次|一场|个|[一二两三半]个?半?小时的?)?$"
)
_TALKED_WITH = re.compile(rf"(?:{WHOLE}|俩|仨)(?:人次|个|名|位|人|对)|谈完|谈[了过]?[:,]?{WHOLE}|完成|结束|(?:谈|搞)了")
_BEFORE_IT = re.compile(r"会前|会议前|开会前|召开前")  # what an organizational life meeting is made ready with
_STOP = re.compile(r"[,。;!?\n]")
_AND = re.compile(r"(?:活动)?(?:和|与|暨|、|及|加|\+|跟)")


def firm_heads(
    flat: str, heads: list[Mention], days: list[Found], counts: Sequence[Piece], open_kind: str | None
) -> list[Mention]:
    """Without the names that only say what another activity was about. counts: who came, and where that is told."""
    if not heads:
        return []
    firm = [h for h in heads if _is_firm(h)]
    if not firm and open_kind is None:
        return heads
    if open_kind is None:
        firm = _without_matter_of_papers(flat, heads, firm, days)
        heads = [h for h in heads if h in firm or not _is_firm(h)]
    claimed = _claims(flat, heads, days)
    first = [f for i, f in enumerate(firm) if all(f.kinds != o.kinds for o in firm[:i])]
    kept = []
    for head in heads:
        start, end = sentence(flat, head)
        own_day = any(start <= d.start < end for d in days)
        beside = any(start <= f.start < end for f in firm)
        clause = flat.rfind(",", 0, head.start) + 1
        ends = (flat + ",").find(",", head.end)
        alone = not any(clause <= f.start < ends for f in firm) and any(clause <= d.start < head.end for d in days)
        alone = alone and any(not clause <= d.start < ends for d in days)
        mine = claimed.get(head)
        alone = alone or (mine is not None and all(claimed.get(f) is not mine for f in first))
        said = _said_held(flat, head) or _counted_apart(flat, head, heads, counts)
        told = open_kind is None and ((own_day and not beside) or alone or said)
        if told or _is_firm(head) or open_kind in head.kinds or _held_with(flat, head, firm):
            kept.append(head)
    return kept


def _claims(flat: str, heads: Sequence[Mention], days: Sequence[Found]) -> dict[Mention, Found]:
    """The day that each name would have if all were activities: told right behind it, or last before it."""
    result = {}
    leading = bool(days) and days[0].start < heads[0].start
    for i, head in enumerate(heads):
        end = heads[i + 1].start if i + 1 < len(heads) else len(flat)
        behind = [d for d in days if head.end <= d.start < end]
        before = [d for d in days if d.start < head.start]
        right = [d for d in behind if d.start <= head.end + 2 and "、" not in flat[head.end : d.start]]
        mine = right[:1] or (before[-1:] if leading else behind[:1] or before[-1:])
        if mine:
            result[head] = mine[0]
    return result


def _without_matter_of_papers(
    flat: str, heads: Sequence[Mention], firm: list[Mention], days: Sequence[Found]
) -> list[Mention]:
    """Without what a paper is about: 换届提醒函：本届支委会…, 督办单，就主题党日开展不规范问题…"""
    papers = [h for h in heads if any(kind in PAPERS for kind in h.kinds)]
    kept = []
    for one in firm:
        start, end = sentence(flat, one)
        first = any(start <= p.start < one.start for p in papers)
        told = any(start <= d.start < one.start and not any(d.start < p.start for p in papers) for d in days)
        if (
            not first
            or told
            or any(d for d in days if one.end <= d.start <= one.end + 2)
            or _HELD.search(flat, max(start, one.start - 6), min(end, one.end + 12))
        ):
            kept.append(one)
    return kept


def _said_held(flat: str, head: Mention) -> bool:
    """Whether words say of a name itself that it was held: with whom one talked, 算志愿服务, 又搞了志愿服务."""
    clause = max((flat.rfind(stop, 0, head.start) for stop in ",。;!?\n"), default=-1) + 1
    if "heart_to_heart_talk" in head.kinds:
        ends = min((i for i in (flat.find(stop, head.end) for stop in "。;!?\n") if i >= 0), default=len(flat))
        if _BEFORE_IT.search(flat, max((flat.rfind(s, 0, head.start) for s in "。;!?\n"), default=-1) + 1, head.start):
            return False
        return bool(_TALKED_WITH.search(flat, clause, min(ends, head.end + 12)))
    return bool(_COUNTED_AS.search(flat, clause, head.start) or _ALSO.search(flat, clause, head.start))


def _counted_apart(flat: str, head: Mention, heads: Sequence[Mention], counts: Sequence[Piece]) -> bool:
    """Whether who came is told both of a name and of the one beside it, with no mark between them: 组织生活会十个人到了
    下午志愿服务去北门八个人 are two gatherings."""
    i = heads.index(head)
    for first, second in ((i - 1, i), (i, i + 1)):
        if first < 0 or second >= len(heads) or _STOP.search(flat, heads[first].start, heads[second].start):
            continue
        ends = [h.start for h in heads[second + 1 :]][:1] or [len(flat)]
        both = any(heads[first].end <= c.start < heads[second].start for c in counts) and any(
            heads[second].end <= c.start < ends[0] for c in counts
        )
        if both and heads[first].kinds != heads[second].kinds:
            return True
    return False


def _held_with(flat: str, head: Mention, firm: Sequence[Mention]) -> bool:
    """Whether a kind is named side by side with one that was surely held, both at once."""
    for one in firm:
        first, second = sorted((one, head), key=lambda m: m.start)
        if one is head:
            continue
        if _AND.fullmatch(flat, first.end, second.start) and _BOTH.match(flat, second.end):
            return True
        if _PLUS.fullmatch(flat, first.end, second.start):
            return True
    return False


def _is_firm(mention: Mention) -> bool:
    return any(kind in FIRM for kind in mention.kinds)
