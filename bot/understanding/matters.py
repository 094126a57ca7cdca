"""Which kinds named in a text were held, and which are only spoken of: 研究主题党日方案, 党费收缴情况."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.date_found import Found
from bot.understanding.kinds import Mention
from bot.understanding.pieces import Piece
from bot.understanding.tagger import Tagged

# Words after a kind that make it a matter spoken of: 主题党日方案, 党费收缴情况.
_MATTER = re.compile(
    r"(?:的|活动|工作|会议|收缴|缴纳)*(?:方案|计划|安排|事宜|事项|筹备|准备工作|筹划|制度|流程|人选|整改|"
    r"议程|台账|记录本|成果|通知|要求"
    r"|精神|问题|片|专题片|基地|录像|开展情况|召开情况|情况(?![:是])|质量|品牌|经费|预案|清单|考核|检查|督查|"
    r"标准|公示|管理|"
    r"使用|核定|基数|的事"
    r"|和.{1,8}的事|的(?:提议|决议|意见|建议|决定|报告)|的(?:提议|决议|意见|建议|决定|报告)|的?(?:信息|简报|稿))"
)
# 支委会后接着开了党员大会: what came before only tells when.
_AFTERWARDS = re.compile(r"(?:结束|开完)?(?:之|以)?后(?=[^,。;]{0,6}(?:开|召|上了|举行|进行|又|接着))")
# Words before it in its clause that do the same: 研究11月主题党日.
_ABOUT = re.compile(
    r"(?:为(?:了)?(?:开好|召开好|做好|筹备|迎接)|研究(?!生)|讨论(?!室)|部署|安排|布置|审议|商议|商量|商讨|通报|总结(?!表彰|大会)|汇报|学习(?!角|室|园地|强国)|传达|听取|策划|谋划|落实|推进|"
    r"关于|围绕|做好|确定"
    r"|制定|拟定|选举|产生|推选|说的?是|讲的?是|写的?是|表决"
    r"|通过(?!腾讯|线上|视频|钉钉|网络|云|微信|召开|集中|学习|观看|参观|组织|[^,。;!?\n]{0,6}(?:形式|方式|平台))"
    r"|(?:议题|内容|(?<!为)主题(?!党日)|题目|标题|议程|课题)[:是为]*)[^,。;!?\n]{0,40}$"
)
_OPENED = re.compile(
    r"(?:这是|就是|算|作为|当作?)(?:我们|本月|这个月|这次|一次|的)*$|(?:开|召开|上|听|讲|举行|举办|组织|"
    r"开展|进行|搞|(?<!通)过|参加|完成|收|交|缴|(?<!通)报|送)(?:了|过|完)(?:(?!研究|讨论|学习|传达|审议|听取|部署|"
    r"商量|会)[^,。;!?\n]){0,8}$"
)
# 经支委会研究: who decided it, not what was held.
_BY = re.compile(r"(?:经过?|提交|报请?|由)(?:[^,。;!?\n]{0,6}支部|党支部)?$")
_THEMED = re.compile(r"的主题$")  # 题为《…》的主题党课
_DECIDES = re.compile(r"(?:会议)?(?:集体)?(?:研究|讨论|审议|同意|决定|通过|提名|批准|推荐|审查|表决)(?!了)")
# 会议明确：6月29日召开党员大会: what is still to come.
_RULED = re.compile(r"(?:明确|决定|要求|强调|指出|提出|商定|确定)[:,]?[^。;!?\n]*$")
# 本月中旬安排民主评议: a plan, not a matter
_SET = re.compile(r"^[^,]{0,8}[旬底初末月周日号天一二三四五六]安排$")
_TO_OPEN = re.compile(r"(?:研究|讨论|部署|安排|商量|筹备)(?:召|开|组|举)[^了]*$")
_LISTED = re.compile(r"[、和并,]\s*(?:还|又|再|同时|顺便)?(?:开|召开|上|举行|组织|听)$")
_PAID = re.compile(r"[^,。;!?\n]{0,8}?(?:收(?!支|入)|交|缴)")
_COLLECTED = re.compile(r"[: ]*(?:已经?|都|也|一共|共)*(?:收(?![缴取支入])|交齐)")
_LATER = re.compile(r"又|接着|随后|然后")
_TELLS = re.compile(r"\d{1,2}[月日号]|开了?|召开|昨|上了")
_LEARNED = re.compile(r"了|《|“|[^,。;!?\n]{2,}精神")
_CLAUSE = re.compile(r"[,。;!?\n]")
# 题目叫缅怀先烈还有党员大会是十号开的: told without marks, something else begins here when its day or numbers follow.
_NEXT = re.compile(r"(?:还有|然后|另外|接着|完了|再就是|再有|其次)(?:呢|就是|是|啊|那个|我们|我|支部|的)*$")
# 学习安全生产条例接着老裘上党课, 然后下午开的党小组会: the verb stands in the name, or right before it.
_THEN = re.compile(r"(?:然后|接着|随后|完了)[^,。;!?\n■]{0,8}$")
_THEN_HELD = re.compile(r"(?:然后|接着|随后|完了)[^,。;!?\n■]{0,8}(?:开的|开了|上的|上了)$")
_TOLD = re.compile(r"(?:是|也|都|在|啊|嘛|呢|那个|我们)*(?:开了|开的|上了|搞了|应到|实到|来了|到了|收了)")
SENTENCE = re.compile(r"[。;!?\n]")


def heads_of(
    flat: str, mentions: Sequence[Mention], sums: Sequence[Piece], told: Sequence[Found | Piece | Tagged]
) -> list[Mention]:
    """The mentions that are activities, not matters that an activity was about. told: days, counts and topics, behind
    which a clause begins anew."""
    ends = [one.end for one in told]
    heads = []
    for mention in mentions:
        earlier = [o for o in mentions if o.end <= mention.start]
        afresh = max((end for end in ends if end <= mention.start), default=0)
        if _begins(flat, mention, [one.start for one in told]):
            heads.append(mention)
            continue
        if not _is_matter(flat, mention, earlier, afresh):
            heads.append(mention)
    if not heads:  # 党费收缴情况: nothing else can be meant, unless it was talked about (研究党费收缴)
        free = [m for m in mentions if not _decides(flat, m)] or mentions  # 经支委会研究，决定召开党员大会
        return [m for m in free if not _ABOUT.search(_clause_before(flat, m.start))][:1]
    remitted = [m for m in heads if m.kinds == ("dues_remitted",)]
    if remitted:  # 党费上缴：7月份党费1150元
        heads = [
            m
            for m in heads
            if flat[m.start : m.end] != "党费" or _COLLECTED.match(flat, m.end) or not _samesentence(flat, m, remitted)
        ]
    if len(heads) > 1:
        heads = [m for m in heads if flat[m.start : m.end] != "党费" or _dues_told(flat, m, sums)]
    return heads


def _begins(flat: str, mention: Mention, told: Sequence[int]) -> bool:
    """Whether something else begins with a kind: after 还有 or 然后, with its day or numbers right behind it."""
    then = _THEN if flat.startswith(("开", "上党"), mention.start) else _THEN_HELD
    if then.search(flat, max(0, mention.start - 14), mention.start) and not _MATTER.match(flat, mention.end):
        return True
    if not _NEXT.search(flat, max(0, mention.start - 10), mention.start):
        return False
    behind = any(mention.end <= start <= mention.end + 2 for start in told)
    return (behind or bool(_TOLD.match(flat, mention.end))) and not _MATTER.match(flat, mention.end)


def _samesentence(flat: str, mention: Mention, others: Sequence[Mention]) -> bool:
    start, end = sentence(flat, mention)
    return any(start <= o.start < end for o in others)


def _is_matter(flat: str, mention: Mention, earlier: Sequence[Mention], afresh: int) -> bool:
    """Whether a kind is only spoken of (研究主题党日方案), not reported. afresh: where the last day or count before it
    ends, with which a new activity begins."""
    before = _clause_before(flat, mention.start)
    if earlier and flat[earlier[-1].end : mention.start].strip() == "+":
        return False
    if before.endswith("代表") or (earlier and re.search(r"(?:跟着|随着?)$", before)):
        return True  # 民主评议也是跟着组织生活会开的
    if (
        earlier
        and mention.kinds == ("collective_study",)
        and _LEARNED.match(flat, mention.end)
        and not _LATER.search(flat, earlier[-1].end, mention.start)
    ):
        return True  # 廉政学习，集体学习了…: what was done, not what was held
    if _decides(flat, mention):
        return True
    if (
        earlier
        and _RULED.search(flat, earlier[0].end, mention.start)
        and not _sentence_break(flat, earlier[-1], mention)
    ):
        return True
    before = before[max(0, len(before) - (mention.start - afresh)) :] if afresh else before
    before = _THEMED.sub("", before)
    if _named_outright(flat, mention, before, earlier):
        return False
    if _MATTER.match(flat, mention.end) or _AFTERWARDS.match(flat, mention.end):
        return True
    if _LISTED.search(before) or _SET.search(before):
        return False
    if _ABOUT.search(before):
        return True
    if not earlier or earlier[-1].kinds != ("information_submitted",):
        return False
    if flat[earlier[-1].end : earlier[-1].end + 1] == ":":
        return True
    between = flat[earlier[-1].end : mention.start]  # 报了两条信息，分别是支委会和主题党日的
    return not re.search(r"[。\n]", between) and not _TELLS.search(between)


def _named_outright(flat: str, mention: Mention, before: str, earlier: Sequence[Mention]) -> bool:
    """线上学习（集中学习）, 关于支委会：11.11上午, 召开党员大会: a name that its clause opens with or is about."""
    if before.endswith("(") or (before.endswith("关于") and flat[mention.end : mention.end + 1] == ":"):
        return True
    opens = before.endswith(("召开", "主题开展")) and all(o.kinds != ("information_submitted",) for o in earlier)
    return (opens or bool(_OPENED.search(before))) and not _TO_OPEN.search(before)


def _decides(flat: str, mention: Mention) -> bool:
    return bool(_BY.search(_clause_before(flat, mention.start)) and _DECIDES.match(flat, mention.end))


def _sentence_break(flat: str, one: Mention, other: Mention) -> bool:
    """Whether what was ruled ended before the other."""
    ruled = [m.start() for m in re.finditer(r"明确|决定|要求|强调|指出|提出|商定|确定", flat[: other.start])]
    return bool(ruled) and bool(SENTENCE.search(flat, ruled[-1], other.start))


def _dues_told(flat: str, mention: Mention, sums: Sequence[Piece]) -> bool:
    """Whether a bare 党费 beside other activities is reported: with a sum, or as paid."""
    near = any(mention.end <= s.start <= mention.end + 40 for s in sums)
    return near or bool(_PAID.match(flat, mention.end))


def sentence(flat: str, mention: Mention) -> tuple[int, int]:
    """Where the sentence that names a kind begins and ends."""
    start = max((m.end() for m in SENTENCE.finditer(flat, 0, mention.start)), default=0)
    found = SENTENCE.search(flat, mention.end)
    return start, found.start() if found else len(flat)


def _clause_before(flat: str, end: int) -> str:
    return _CLAUSE.split(flat[max(0, end - 60) : end])[-1]
