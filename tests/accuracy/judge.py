"""Judges an answer against a label, as FORMAT.md says."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.understanding.text import simplified

LEADING = re.compile(
    r"^(?:(?:学习传达|传达学习|学习贯彻|专题研究|讨论通过|学习|传达|研究|讨论|审议|听取|通过|观看|参观|商量|"
    r"部署|围绕|关于)(?:了|的是)?"
    r"|(?:主题|议题|题目|内容)(?:是|为)?)+"
)
HOURS_IN = {"party_lecture", "collective_study", "volunteer_service"}
TITLES = re.compile(
    r"党支部|党小组|支部|党总支|党委|机关|书记|副|委员|同志|主任|局长|处长|科长|教授|老师|组长|部长|经理|"
    r"院长|校长|所长|站长|队长|会长|镇长|乡长|秘书长|党校|第一|宣讲员|讲师|组织|宣传|纪检|指导员"
)
NOT_JUDGED = {"group", "months", "name"}


@dataclass
class Tally:
    """Counts by what and outcome; misses: one line for each outcome that isn't right."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, what: str, outcome: str, line: str = "") -> None:
        self.counts.setdefault(what, Counter())[outcome] += 1
        if outcome != "right" and line:
            self.lines.append(f"{outcome:6} {what}: {line}")


def plain(value: Any, inside: bool) -> str:
    text = simplified(unicodedata.normalize("NFKC", str(value)))
    return re.sub(r"[\s\W_]+", "", text) if inside else re.sub(r"^[\s\W_]+|[\s\W_]+$", "", text)


def months_of(value: Any) -> tuple[str, ...]:
    """The months of a period of dues, in any notation."""
    if isinstance(value, list | tuple):
        return tuple(sorted(value))
    if "/" in str(value):
        first, last = (int(p[:4]) * 12 + int(p[5:]) - 1 for p in str(value).split("/"))
        return tuple(f"{i // 12}-{i % 12 + 1:02d}" for i in range(first, last + 1))
    return tuple(sorted(str(value).split(",")))


def equal(slot: str, got: Any, want: Any) -> bool:
    if want is None or got is None:
        return got is want
    if slot == "titles":
        return sorted(plain(t, True) for t in got) == sorted(plain(t, True) for t in want)
    if slot == "topic":
        a, b = (LEADING.sub("", plain(v, True)) or plain(v, True) for v in (got, want))
        short, long = sorted((a, b), key=len)
        return a == b or (short in long and len(long) - len(short) <= len(long) / 3)
    if slot == "place":
        return plain(got, True) == plain(want, True)
    if slot in ("speaker", "host"):
        a, b = plain(got, True), plain(want, True)
        short, long = sorted((a, b), key=len)
        return a == b or (short in long and not TITLES.sub("", long.replace(short, "", 1)))
    if slot == "period" and re.match(r"\d{4}", str(want)):
        return months_of(got) == months_of(want)
    if isinstance(want, int | float) and isinstance(got, int | float):
        return abs(got - want) < 1e-6
    return bool(got == want)


def asks(slot: str, asked: set[str]) -> bool:
    return any(part in asked for part in slot.split("|"))


def follows(slot: str, value: Any, got: dict[str, Any], want: dict[str, Any], kind: str | None) -> bool:
    """Whether a value that isn't in the label follows from what is."""
    n = {k: v for k, v in want.items() if isinstance(v, int)}
    away = n.get("leave", 0) + n.get("absent", 0)
    if slot == "present" and "expected" in n and value == n["expected"] - away:
        return True
    if slot in ("absent", "leave") and {"expected", "present"} <= n.keys():
        return bool(value == n["expected"] - n["present"] - (away))
    if slot == "expected" and "present" in n and value == n["present"] + away:
        return True
    if slot == "period" and want.get("time"):
        return True
    if slot == "count" and isinstance(want.get("titles"), list) and value == len(want["titles"]):
        return True
    if slot == "date_end" and value == want.get("date"):
        return True
    return slot == "present" and kind == "heart_to_heart_talk" and value == want.get("count")


def judge_message(label: dict[str, Any], answer: dict[str, Any], tally: Tally) -> None:
    expect, text = label["expect"], label["text"]
    intents = {expect["intent"], *label.get("accept_intent", []), *expect.get("accept_intent", [])}
    tally.add(
        "intent",
        "right" if answer["intent"] in intents else "wrong",
        f"{answer['intent']} not {expect['intent']}: {text}",
    )
    if expect["intent"] in ("question", "withdrawal", "small_talk"):
        return
    asked = {a["slot"] for a in answer["ask"]}
    doubted = {a["slot"] for a in answer["ask"] if a["why"] != "missing"}
    to_ask = expect.get("ask", [])
    pairs, extra = _match(expect["activities"], answer["activities"])
    for want, got in pairs:
        _kind(want, got, asked, to_ask, text, tally)
        if expect["intent"] != "not_done" and got is not None:
            _slots(want, got, asked, doubted, to_ask, text, tally)
        elif expect["intent"] != "not_done":
            for slot in want["slots"]:
                tally.add(f"slot {slot}", "missed", f"no activity: {text}")
    for got in extra:
        tally.add("kind", "wrong", f"extra {got['kind']}: {text}")


def _match(wanted: list[dict[str, Any]], given: list[dict[str, Any]]) -> tuple[list[tuple[Any, Any]], list[Any]]:
    left = list(given)
    pairs: list[tuple[Any, Any]] = []
    rest = []
    for want in wanted:
        fits = {want["kind"], *want.get("accept", {}).get("kind", [])}
        found = next((g for g in left if g["kind"] in fits), None)
        if found is not None:
            left.remove(found)
            pairs.append((want, found))
        else:
            rest.append(want)
    for want in rest:
        pairs.append((want, left.pop(0) if left else None))
    return pairs, left


def _kind(want: Any, got: Any, asked: set[str], to_ask: list[str], text: str, tally: Tally) -> None:
    name = f"kind {want['kind']}"
    fits = {want["kind"], *want.get("accept", {}).get("kind", [])}
    if got is None:
        outcome = "missed"
    elif any(asks(s, {"kind"}) for s in to_ask):
        outcome = "right" if "kind" in asked else "wrong"
    elif got["kind"] in fits:
        outcome = "asked" if "kind" in asked and want["kind"] is not None else "right"
    else:
        outcome = "asked" if "kind" in asked else "missed" if got["kind"] is None else "wrong"
    for what in ("kind", name):
        tally.add(what, outcome, f"{got and got['kind']}: {text}" if what == "kind" else "")


def _slots(want: Any, got: Any, asked: set[str], doubted: set[str], to_ask: list[str], text: str, tally: Tally) -> None:
    accept = want.get("accept", {})
    given = dict(got["slots"])
    here = {part for s in to_ask for part in s.split("|")} - {"kind"}
    for slot in [*want["slots"], *[s for s in to_ask if s != "kind" and not set(s.split("|")) & set(want["slots"])]]:
        parts = slot.split("|")
        values = [want["slots"].get(slot), *accept.get(slot, [])]
        label = [s for s in to_ask if slot in s.split("|") or s == slot]
        if label:
            outcome = "right" if asks(label[0], doubted) else "wrong" if any(p in given for p in parts) else "missed"
        elif slot in doubted:
            outcome = "asked"
        elif slot not in given:
            ok = None in values or (
                slot == "period" and equal("time", given.get("time"), want["slots"].get("time")) and "time" in given
            )
            ok = ok or (slot == "present" and follows("present", 0, given, given, None))
            outcome = "right" if ok else "missed"
        else:
            outcome = "right" if any(equal(slot, given[slot], v) for v in values if v is not None) else "wrong"
        tally.add(f"slot {slot}", outcome, f"{given.get(slot)!r} not {want['slots'].get(slot)!r}: {text}")
    for slot, value in given.items():
        if slot in want["slots"] or slot in here or slot in NOT_JUDGED or slot in doubted:
            continue
        if slot == "hours" and want["kind"] not in HOURS_IN:
            continue
        if any(equal(slot, value, v) for v in accept.get(slot, []) if v is not None):
            continue
        if not follows(slot, value, given, want["slots"], want["kind"]):
            tally.add(f"slot {slot}", "wrong", f"{value!r} not stated: {text}")


def judge_dates(label: dict[str, Any], answer: list[dict[str, Any]], tally: Tally) -> None:
    got = [(d["from"], d["to"]) for d in answer]
    got = list(dict.fromkeys(got))
    wanted = [[(d["from"], d["to"]) for d in one] for one in [label["expect"], *label.get("accept", [])]]
    if label.get("loose"):
        whole = wanted[0]
        ok = bool(got) and all(any(a >= f and b <= t for f, t in whole) for a, b in got)
    else:
        ok = got in wanted
    part = all(d in wanted[0] for d in got) and len(got) < len(wanted[0])
    outcome = "right" if ok else "missed" if part else "wrong"
    tally.add("date phrase", outcome, f"{got} not {wanted[0]}: {label['text']} ({label['now'][:10]})")
