"""Why a fact that a clause selects does not count: codes for programs, words for people."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "withdrawn": "已撤回",
    "returned": "已退回，改正后再计",
    "outside_window": "不在考核期内",
    "after_as_of": "晚于计分日",
    "after_assessment": "考核后发生",
    "false_entry": "认定为虚假",
    "capped": "已封顶",
    "period_limit": "本期次数已满",
    "same_project": "同一项目已按最高计",
    "level_unknown": "级别不在规则内",
    "lacks_slot": "缺少必填内容",
    "lacks_evidence": "缺少佐证",
    "low_turnout": "到会率不足",
    "too_short": "时长不足",
    "own_level": "本级活动，这一条按支部计",
    "not_owed": "这一期不要求",
    "group_unknown": "没有说明是哪个党小组",
    "too_late": "超过期限",
    "other_day": "不是规定的日子",
    "no_occasion": "没有对应的事项",
    "below": "未达到标准",
    "out_of_range": "分数超出规定范围",
    "wrong_step": "分数不合规定的档次",
    "other_month": "不是年终的评分",
    "superseded": "有更晚的评分",
    "lower_column": "以上级评分为准",
}
