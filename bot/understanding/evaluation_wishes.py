"""Wishes about ratings: 自评, 试自评, 全部认可, 提交自评; 单位, 考评 机关第一支部, 退回 #128 …, 完成考评, 评分表."""

from __future__ import annotations

_ABOUT = r"(?P<argument>[^,。;!?\n]{0,40}?)"
_WHY = r"[ ,:]*(?:理由|原因|因为)?[是为: ]*(?P<argument>.{0,400})"

# name and pattern, as in commands.py; a reason may be longer than a wish, and may hold any words
EVALUATION_WISHES: tuple[tuple[str, str], ...] = (
    ("trial", rf"(?:先)?(?:试|模拟|试着|预)(?:一下|做|着)? ?自评(?:一下|看看)? ?{_ABOUT}|自评试算 ?{_ABOUT}"),
    (
        "evaluate",
        r"(?:(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:份)?(?:的)?|年终|年底|年末|半年|支部|做|填|写|来|接着|继续|"
        rf"开始|进行|回到)*自评(?:表)?(?:了|去)? ?{_ABOUT}",
    ),
    ("accept_all", r"(?:全部|都|全|其余|剩下的?|其他)(?:的)?(?:都)?(?:认可|同意|同自评|按自评|照自评|按记录|没问题)"),
    ("submit", r"(?:正式)?提交(?:自评|考评)(?:表)?"),
    (
        "units",
        r"(?:我(?:的|负责的?|考评的)|所有|全部|查看)?(?:单位|被考评单位|考评单位)(?:列表|清单|情况|状态)? ?"
        r"(?P<argument>(?:待报|已报|待考评|已考评|考评中|已退回|公示中|异议|待批准|待定论|已定论)?)",
    ),
    ("finish", r"(?:完成|结束|提交|办结)考评"),
    ("return_sheet", rf"(?:把)?(?:退回|打回)(?:本次|这次|这份)?自评(?:表)?{_WHY}"),
    (
        "return_record",
        rf"(?:把)?(?:退回|打回)(?:记录|这条)? ?# ?(?P<number>\d{{1,9}})(?:号|条)?{_WHY}|"
        rf"(?:把)? ?# ?(?P<number>\d{{1,9}})(?:号|条)? ?(?:退回|打回){_WHY}",
    ),
    (
        "finding",
        r"(?:登记)?(?P<argument>(?:查出|通报批评|批评|违规|违纪|弄虚作假|虚假|造假|底线|扣分|一票否决)(?:问题)?.{0,400})",
    ),
    ("result", r"(?:登记)?(?:外来|外部)?结果[ ,:]+(?P<argument>.{2,120})"),
    ("score_sheet", rf"(?:导出|发|要|下载|生成)?(?:一份|我们?的?)?(?:评分表|得分表|考核表|积分表) ?{_ABOUT}"),
    ("assess", r"(?:开始|进入|打开|继续|去)?考评(?!员|表|办法|结果) ?(?P<argument>[^,。;!?\n]{2,40})"),
)
WITH_REASONS = frozenset({"return_sheet", "return_record", "finding", "result"})
