"""Which kinds in a message are activities of their own, which words belong to which, and which share a gathering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.dates import Found
from bot.understanding.kinds import Mention
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
# Words after a kind that make it a matter spoken of: 主题党日方案, 党费收缴情况.
_MATTER = re.compile(
    r"(?:的|活动|工作|会议|收缴|缴纳)*(?:方案|计划|安排|事宜|事项|筹备|准备工作|筹划|制度|流程|人选|整改|"
    r"议程|台账|记录本|通知|要求"
    r"|精神|问题|开展情况|召开情况|情况(?![:是])|质量|品牌|经费|预案|清单|考核|检查|督查|标准|公示|管理|"
    r"使用|核定|基数|的事"
    r"|和.{1,8}的事|的(?:提议|决议|意见|建议|决定|报告)|的(?:提议|决议|意见|建议|决定|报告)|的?(?:信息|简报|稿))"
)
# 支委会后接着开了党员大会: what came before only tells when.
_AFTERWARDS = re.compile(r"(?:结束|开完)?(?:之|以)?后(?=[^,。;]{0,6}(?:开|召|上了|举行|进行|又|接着))")
# Words before it in its clause that do the same: 研究11月主题党日.
_ABOUT = re.compile(
    r"(?:研究|讨论|部署|安排|布置|审议|商议|商量|商讨|通报|总结|汇报|学习|传达|听取|策划|谋划|落实|推进|"
    r"关于|围绕|做好|确定"
    r"|制定|拟定|选举|产生|推选|说的?是|讲的?是|写的?是|表决"
    r"|通过(?!腾讯|线上|视频|钉钉|网络|云|微信|召开|集中|学习|观看|参观|组织|[^,。;!?\n]{0,6}(?:形式|方式|平台))"
    r"|(?:议题|内容|主题(?!党日)|题目|标题|议程|课题)[:是为]*)[^,。;!?\n]{0,40}$"
)
_OPENED = re.compile(
    r"(?:这是|就是|算|作为|当作?)(?:我们|本月|这个月|这次|一次|的)*$|(?:开|召开|上|听|讲|举行|举办|组织|"
    r"开展|进行|搞|(?<!通)过|参加|完成|收|交|缴|报|送)(?:了|过|完)(?:(?!研究|讨论|学习|传达|审议|听取|部署|"
    r"商量|会)[^,。;!?\n]){0,8}$"
)
_TO_OPEN = re.compile(r"(?:研究|讨论|部署|安排|商量|筹备)(?:召|开|组|举)[^了]*$")
_LISTED = re.compile(r"[、和并,]\s*(?:还|又|再|同时|顺便)?(?:开|召开|上|举行|组织|听)$")
_PAID = re.compile(r"[^,。;!?\n]{0,8}?(?:收(?!支|入)|交|缴)")
_JOIN = re.compile(
    r"^(?:活动|会议)?\W*(?:和|与|、|及|以及|暨|加|\+|并|兼|同时|一起|结合|套开|连|跟|同|套)?[^。;!?\n]{0,12}$"
)
_TOGETHER = re.compile(
    r"一起(?:开|办|过|搞|召|进|举)|一并|合并|套开|套着|同时|同场|结合|连着|放在一起|合在一起|会上|活动(?:中|"
    r"上)|期间|其中|现场"
    r"|随后|接着|紧接着|之后|然后|会后|会前|并(?:开|召|上|组|举|进|听|由)|顺便|还(?:上|开|听|邀|请)|当天|"
    r"合开|一块|顺带|接下来"
)
_AGAIN = re.compile(r"^\W*(?:又|还|当天|同一?天|同日|随后|接着|之后|然后|会后|上午|下午|晚上|另|再|并|同时)")
_CLAUSE = re.compile(r"[,。;!?\n]")
_BREAK = re.compile(r"[,。;!? \n]")
_SENTENCE = re.compile(r"[。;!?\n]")
_GROUP = re.compile(r"第([一二三四五六七八九十\d]+)(?:个)?(?:党)?小组|(?<![周期拜月第])([一二三四五六七八九])组")
_TELLS = re.compile(r"\d{1,2}[月日号]|开了?|召开|昨|上了")


@dataclass(slots=True)
class Part:
    """One activity's stretch of the text. head: its mention (None: only values); anchors: all places its kind is
    named at; same_as: index of the part it shares a gathering with; follows: it took place on the day of that part."""

    head: Mention | None
    start: int
    end: int
    anchors: list[Mention]
    same_as: int | None = None
    follows: int | None = None


def split(
    flat: str,
    mentions: Sequence[Mention],
    dates: Sequence[Found],
    counts: Sequence[Piece],
    sums: Sequence[Piece],
    times: Sequence[Piece],
    open_kind: str | None = None,
) -> list[Part]:
    """The activities of a text, in order, with the stretch of each. open_kind: of the form that is being filled in."""
    days = [d for d in dates if d.grain in ("day", "range", "days")]
    heads = _told_apart(_distinct(flat, _firm(flat, _heads(flat, mentions, sums), days, open_kind), days), counts)
    if not heads:
        return [Part(None, 0, len(flat), [])]
    parts: list[Part] = []
    leading = any(d.start < heads[0][0].start for d in days)
    for head, anchors in heads:
        start = _boundary(flat, parts[-1], head, days, counts, leading) if parts else 0
        if parts:
            parts[-1].end = start
        parts.append(Part(head, start, len(flat), [head, *anchors]))
    for i in range(1, len(parts)):
        _relate(flat, parts, i, days, counts, times)
    return parts


def _heads(flat: str, mentions: Sequence[Mention], sums: Sequence[Piece]) -> list[Mention]:
    """The mentions that are activities, not matters that an activity was about."""
    heads = [m for m in mentions if not _is_matter(flat, m, [o for o in mentions if o.end <= m.start])]
    if not heads:  # 党费收缴情况: nothing else can be meant, unless it was talked about (研究党费收缴)
        return [m for m in mentions if not _ABOUT.search(_clause_before(flat, m.start))][:1]
    if len(heads) > 1:
        heads = [m for m in heads if flat[m.start : m.end] != "党费" or _dues_told(flat, m, sums)]
    return heads


def _is_matter(flat: str, mention: Mention, earlier: Sequence[Mention]) -> bool:
    """Whether a kind is only spoken of (研究主题党日方案), not reported."""
    before = _clause_before(flat, mention.start)
    if _OPENED.search(before) and not _TO_OPEN.search(before):
        return False
    if _MATTER.match(flat, mention.end) or _AFTERWARDS.match(flat, mention.end):
        return True
    if _LISTED.search(before):
        return False
    if _ABOUT.search(before):
        return True
    if not earlier or earlier[-1].kinds != ("information_submitted",):
        return False
    if flat[earlier[-1].end : earlier[-1].end + 1] == ":":
        return True
    between = flat[earlier[-1].end : mention.start]  # 报了两条信息，分别是支委会和主题党日的
    return not re.search(r"[。\n]", between) and not _TELLS.search(between)


def _dues_told(flat: str, mention: Mention, sums: Sequence[Piece]) -> bool:
    """Whether a bare 党费 beside other activities is reported: with a sum, or as paid."""
    near = any(mention.end <= s.start <= mention.end + 40 for s in sums)
    return near or bool(_PAID.match(flat, mention.end))


def _firm(flat: str, heads: list[Mention], days: list[Found], open_kind: str | None) -> list[Mention]:
    """Without the names that only say what another activity was about."""
    firm = [h for h in heads if _is_firm(h)]
    if not firm and open_kind is None:
        return heads
    kept = []
    for head in heads:
        start, end = _sentence(flat, head)
        own_day = any(start <= d.start < end for d in days)
        beside = any(start <= f.start < end for f in firm)
        clause = flat.rfind(",", 0, head.start) + 1
        ends = (flat + ",").find(",", head.end)
        alone = not any(clause <= f.start < ends for f in firm) and any(clause <= d.start < head.end for d in days)
        alone = alone and any(not clause <= d.start < ends for d in days)
        if _is_firm(head) or open_kind in head.kinds or (open_kind is None and ((own_day and not beside) or alone)):
            kept.append(head)
    return kept


def _is_firm(mention: Mention) -> bool:
    return any(kind in FIRM for kind in mention.kinds)


def _sentence(flat: str, mention: Mention) -> tuple[int, int]:
    start = max((m.end() for m in _SENTENCE.finditer(flat, 0, mention.start)), default=0)
    found = _SENTENCE.search(flat, mention.end)
    return start, found.start() if found else len(flat)


def _clause_before(flat: str, end: int) -> str:
    return _CLAUSE.split(flat[max(0, end - 60) : end])[-1]


def _distinct(flat: str, heads: list[Mention], days: list[Found]) -> list[tuple[Mention, list[Mention]]]:
    """Heads with repeated mentions of the same activity put to the first."""
    result: list[tuple[Mention, list[Mention]]] = []
    for head in heads:
        same = next((r for r in reversed(result) if r[0].kinds == head.kinds), None)
        if same is None or _another(flat, same, head, days, same is result[-1]):
            result.append((head, []))
        else:
            same[1].append(head)
    return result


def _told_apart(
    heads: list[tuple[Mention, list[Mention]]], counts: Sequence[Piece]
) -> list[tuple[Mention, list[Mention]]]:
    """先开支委会后开党员大会，支委会5人参加，党员大会22人参加: kinds listed first and then told one by one begin where
    each is told."""
    if len(heads) < 2 or not all(again for _, again in heads):
        return heads
    told = sorted(((again[0], first) for first, again in heads), key=lambda pair: pair[0].start)
    ends = [nxt.start for nxt, _ in told[1:]] + [10**9]
    if not all(_counted(counts, mention.end, end) for (mention, _), end in zip(told, ends, strict=True)):
        return heads
    return [(mention, [first]) for mention, first in told]


def _another(
    flat: str, same: tuple[Mention, list[Mention]], head: Mention, days: list[Found], just_before: bool
) -> bool:
    """Whether a kind named again is another activity: of another group, or with a day of its own after one that
    has its day."""
    groups = [_GROUP.search(flat, max(0, m.start - 4), m.end) for m in (same[0], head)]
    if groups[0] and groups[1] and groups[0].groups() != groups[1].groups():
        return True
    last = same[1][-1] if same[1] else same[0]
    behind = any(head.end <= d.start <= head.end + 3 for d in days)
    between = [d for d in days if last.end <= d.start < head.start]
    own = [d for d in between if d.start <= last.end + 3]  # 第二小组11月4日开了党小组会: its own day, told behind it
    first = any(d.start < same[0].start or same[0].end <= d.start <= same[0].end + 3 for d in days)
    return just_before and first and (behind or len(between) > len(own))


def _boundary(flat: str, before: Part, head: Mention, days: list[Found], counts: Sequence[Piece], leading: bool) -> int:
    """Where the words of the next activity begin: its clause, or the day told just before it."""
    low = max((a.end for a in before.anchors if a.end <= head.start), default=0)
    cuts = [low, *(m.end() for m in _BREAK.finditer(flat, low, head.start))]
    if not leading:
        return cuts[-1] if len(cuts) > 1 else head.start
    for i in range(len(cuts) - 1, max(-1, len(cuts) - 4), -1):
        end = cuts[i + 1] if i + 1 < len(cuts) else head.start
        inside = [d for d in days if cuts[i] <= d.start < end]
        if inside:
            told_before = _counted(counts, cuts[i], inside[-1].start) or i == 0
            return inside[-1].start if told_before else cuts[i]
        if _counted(counts, cuts[i], end) or (cuts[i] > low and flat[cuts[i] - 1] in "。;!?\n"):
            break
    return cuts[-1] if len(cuts) > 1 else head.start


def _counted(counts: Sequence[Piece], start: int, end: int) -> bool:
    return any(start <= c.start < end for c in counts)


def _relate(
    flat: str, parts: list[Part], i: int, days: list[Found], counts: Sequence[Piece], times: Sequence[Piece]
) -> None:
    """Whether an activity shares a gathering, or only the day, with the one before it."""
    this, before = parts[i], parts[i - 1]
    assert this.head is not None, "only a text without any head is a part without one"
    assert before.head is not None, "only a text without any head is a part without one"
    own_day = any(this.start <= d.start < this.end for d in days)
    if own_day and i == len(parts) - 1 and not any(d.start < this.start for d in days):
        own_day = False  # one day after all the names: 支委会和党课都是11月5日
    if own_day:
        return
    last = max((a.end for a in before.anchors if a.end <= this.head.start), default=0)
    between = flat[last : this.head.start]
    alone = this.head.kinds[0] in ALONE or before.head.kinds[0] in ALONE
    tight = len(between) <= 6 and bool(_JOIN.match(between))
    told_so = tight or bool(_TOGETHER.search(between)) or bool(_TOGETHER.search(flat, this.head.end, this.end))
    # Who came is told once: it was one gathering, unless the committee met, or the hour differs.
    committee = {this.head.kinds[0], before.head.kinds[0]} & {"committee_meeting"}
    both_timed = _counted(times, before.start, before.end) and _counted(times, this.start, this.end)
    together = told_so or not (committee or both_timed or "\n" in between)
    both_counted = _counted(counts, before.start, before.end) and _counted(counts, this.start, this.end)
    root = before.same_as if before.same_as is not None else i - 1
    if together and not alone and not both_counted:
        this.same_as = root
    elif ("。" not in between and "\n" not in between) or _AGAIN.match(flat[this.start : this.start + 6]):
        this.follows = root
