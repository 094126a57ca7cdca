"""Which of the kinds named side by side were held, and which only say what another activity or paper was about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.dates import Found
from bot.understanding.kinds import Mention
from bot.understanding.matters import sentence

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
_AND = re.compile(r"(?:活动)?(?:和|与|暨|、|及|加|\+|跟)")


def firm_heads(flat: str, heads: list[Mention], days: list[Found], open_kind: str | None) -> list[Mention]:
    """Without the names that only say what another activity was about."""
    if not heads:
        return []
    firm = [h for h in heads if _is_firm(h)]
    if not firm and open_kind is None:
        return heads
    if open_kind is None:
        firm = _without_matter_of_papers(flat, heads, firm, days)
        heads = [h for h in heads if h in firm or not _is_firm(h)]
    claimed = _claims(flat, heads, days)
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
        alone = alone or (mine is not None and all(claimed.get(f) is not mine for f in firm))
        told = open_kind is None and ((own_day and not beside) or alone)
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
        right = [d for d in behind if d.start <= head.end + 2]
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


def _held_with(flat: str, head: Mention, firm: Sequence[Mention]) -> bool:
    """Whether a kind is named side by side with one that was surely held, both at once."""
    for one in firm:
        first, second = sorted((one, head), key=lambda m: m.start)
        if one is not head and _AND.fullmatch(flat, first.end, second.start) and _BOTH.match(flat, second.end):
            return True
    return False


def _is_firm(mention: Mention) -> bool:
    return any(kind in FIRM for kind in mention.kinds)
