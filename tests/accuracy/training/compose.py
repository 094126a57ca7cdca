"""Made-up messages with the places of their values, from the sentence patterns that lie here and chance."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Segment = tuple[str, str]  # words and the slot they are a value of, "" for none; topic:m, a meeting's (see tagger.py)
Words = list[Segment]
Message = tuple[str, list[tuple[str, str, int]]]  # its text; slot, words and the letters that stand before them
SORTS = {"meeting": 36, "day": 28, "study": 8, "lecture": 18, "service": 10}  # what is reported, by how often
FILES = tuple(Path(__file__).with_name(f"{name}.yaml") for name in ("phrases", "patterns", "prose", "spoken"))
_GAP = re.compile(r"\{(?:(?P<slot>[\w:]+)=)?(?P<of>\w+)\}")


@cache
def phrases() -> dict[str, Any]:
    return {key: value for file in FILES for key, value in yaml.safe_load(file.read_text("utf-8")).items()}


def chinese(value: int) -> str:
    """A number below a hundred as it is said."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(value, 10)
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")


class Pen:
    """Writes one message. voice: dictated, so that marks are missing."""

    def __init__(self, pick: random.Random) -> None:
        self.pick = pick
        self.voice = pick.random() < 0.25
        month, day = pick.randint(1, 12), pick.randint(1, 28)
        came = pick.choice([3, 4, 5, 5, 7, 8, 9, 12, 15, 18, 20, 22, 24, 26, 30, 31, 34, 38, 42, 50, 60, 78])
        away = pick.choice([0, 0, 1, 1, 2, 3]) if came > 3 else 0
        marks = [("", "")] if self.voice else [("“", "”"), ("《", "》"), ('"', '"'), ("「", "」"), ("", ""), ("", "")]
        left, right = pick.choice(marks)
        self.gap = pick.choice(
            ["", "", " "] if self.voice else ["，", "，", " ", "，", ",", "。", "；", "\n", "、", ""]
        )
        self.fixed = {
            "m": str(month), "d": str(day), "mm": f"{month:02d}", "dd": f"{day:02d}", "cm": chinese(month),
            "cd": chinese(day), "E": self._number(came), "N": self._number(came - away), "V": self._number(away or 1),
            "G": self._number(pick.randint(1, 4)), "u": pick.choice(["人", "人", "名", "个", ""]),
            "g": pick.choice(["", " "] if self.voice else ["，", "", " ", "、", "，"]), "lq": left,
            "rq": right, "nl": self.gap,
        }  # fmt: skip

    def _number(self, value: int) -> str:
        return chinese(value) if self.pick.random() < 0.25 else str(value)

    def chance(self, share: float) -> bool:
        return self.pick.random() < share

    def one(self, of: str) -> Words:
        """One of the phrases of a sort, its gaps filled in."""
        return self.fill(str(self.pick.choice(phrases()[of])))

    def fill(self, pattern: str) -> Words:
        result: Words = []
        at = 0
        for gap in _GAP.finditer(pattern):
            result.append((pattern[at : gap.start()], ""))
            inner = [(self.fixed[gap["of"]], "")] if gap["of"] in self.fixed else self.one(gap["of"])
            result += [("".join(words for words, _ in inner), gap["slot"])] if gap["slot"] else inner
            at = gap.end()
        return [*result, (pattern[at:], "")]

    def join(self, parts: Sequence[Words], gap: str) -> Words:
        """Parts side by side, now and then with another gap between them."""
        result: Words = []
        for i, part in enumerate(parts):
            if i:
                result.append((gap if self.chance(0.85) else self.pick.choice(["，", " ", ""]), ""))
            result += part
        return result

    def sort(self) -> str:
        return self.pick.choices(list(SORTS), weights=list(SORTS.values()))[0]


def about(pen: Pen, sort: str) -> Words:
    return pen.one("day_topic" if sort == "service" else f"{sort}_topic")


def fields(pen: Pen) -> Words:
    """Facts side by side, in any order: the commonest way on a phone."""
    sort = pen.sort()
    kind = [*pen.one("held_before"), *pen.one(sort), *pen.one("held_behind")]
    parts = [kind, pen.one("date"), about(pen, sort)]
    chances = {"came": 0.85, "placed": 0.5, "presided": 0.2, "spoke": 0.85 * (sort == "lecture"), "how_long": 0.12,
               "chatter": 0.2}  # fmt: skip
    parts += [pen.one(of) for of, share in chances.items() if pen.chance(share)]
    fixed = 2 if pen.chance(0.7) else 0
    head, rest = parts[:fixed], parts[fixed:]
    pen.pick.shuffle(head)
    pen.pick.shuffle(rest)
    return pen.join([*head, *rest], pen.gap)


def told(pen: Pen) -> Words:
    """A sentence: when, where, what was held, about what, who came."""
    sort = pen.sort()
    where = pen.one("where") if pen.chance(0.55) else []
    who, when, kind = pen.one("whoever"), pen.one("date"), pen.one(sort)
    held = pen.pick.choice(
        [
            "{when}{who}{where}{held}",
            "{who}{when}{where}{held}",
            "{kind}{when}{where}{end}",
            "{kind}是{when}{where}{end}",
        ]
    )
    places = {"when": when, "who": who, "where": where, "kind": kind, "held": [*pen.one("held"), *kind],
              "end": pen.one("held_at_end")}  # fmt: skip
    begin = [
        segment
        for name in re.findall(r"\{(\w+)\}|(是)", held)
        for segment in (places[name[0]] if name[0] else [("是", "")])
    ]
    parts = [begin, about(pen, sort)]
    rest = [pen.one("came")] if pen.chance(0.85) else []
    rest += [pen.one(of) for of, share in {"presided": 0.2, "chatter": 0.2}.items() if pen.chance(share)]
    if sort == "lecture":
        parts, rest = ([begin, pen.one("lectured_by")], rest) if pen.chance(0.4) else (parts, [pen.one("spoke"), *rest])
    pen.pick.shuffle(rest)
    return pen.join(parts + rest, pen.gap if pen.voice else pen.pick.choice(["，", " ", "，", "。"]))


def loose(pen: Pen) -> Words:
    """Words without a kind, as people answer or put a card right."""
    sort = pen.sort()
    parts = [about(pen, sort)] if pen.chance(0.8) else []
    chances = {"came": 0.5, "placed": 0.3, "date": 0.4, "kindless": 0.3, "spoke": 0.6 * (sort == "lecture")}
    parts += [pen.one(of) for of, share in chances.items() if pen.chance(share)]
    if not parts or pen.chance(0.1):
        parts.append(pen.one("presided"))
    pen.pick.shuffle(parts)
    return pen.join(parts, pen.gap)


def form(pen: Pen) -> Words:
    """A form filled in: label and value, line by line."""
    sort = pen.sort()
    pen.fixed["kind"] = "".join(words for words, _ in pen.one(sort))
    pen.fixed["colon"] = pen.pick.choice(phrases()["colon"])
    lines = [pen.one(of) for of in ("form_date", "form_place", f"form_{sort}", "form_came")]
    if pen.chance(0.5):
        lines.append(pen.one("form_host"))
    if sort == "lecture":
        lines.append(pen.one("form_speaker"))
    if pen.chance(0.4):
        pen.pick.shuffle(lines)
    return pen.join([pen.one("form_head"), *lines], pen.pick.choice(["\n", "；", "，", "\n", " "]))


def gathering(pen: Pen) -> Words:
    """One gathering of several kinds, a topic for each."""
    head, *topics = (pen.fill(pattern) for pattern in pen.pick.choice(phrases()["gathered"]))
    begin = [head, pen.one("date")]
    pen.pick.shuffle(begin)
    body = [pen.one("came"), *([pen.one("placed")] if pen.chance(0.5) else [])]
    pen.pick.shuffle(body)
    return pen.join([*begin, *body, *topics], pen.gap)


def notice(pen: Pen) -> Words:
    """As an office writes for the website: the facts, with an opening before them and narrative around."""
    sort = pen.sort()
    facts = {"day": ["notice_day", "notice_at"], "service": ["notice_day", "notice_at"], "lecture": ["notice_lecture"],
             "study": ["notice_study"], "meeting": ["notice_meeting"]}[sort]  # fmt: skip
    if sort == "meeting" and pen.chance(0.4):
        facts = ["notice_opened", "notice_at_meeting"]
    facts += ["notice_came"] + (["notice_host"] if sort != "lecture" and pen.chance(0.5) else [])
    result = pen.one("openings")
    for i, fact in enumerate(facts):
        result += pen.one(fact)
        if i and pen.chance(0.5):
            result += pen.one("narrative")
    for _ in range(pen.pick.randint(0, 3)):
        result += pen.one("narrative")
    return result


def spoken(pen: Pen) -> Words:
    """Dictated: whole clauses one after the other, no mark between them."""
    sort = pen.sort()
    pen.fixed["kind"] = "".join(words for words, _ in pen.one(sort))
    pen.fixed |= {"g": "", "lq": "", "rq": ""}
    rest = [pen.one(f"spoken_{sort}")]
    rest += [pen.one(of) for of, share in {"spoken_came": 0.9, "spoken_host": 0.12}.items() if pen.chance(share)]
    pen.pick.shuffle(rest)
    return [*pen.one("spoken_head"), *pen.one("then"), *(segment for part in rest for segment in part)]


def noted(pen: Pen) -> Words:
    """A line in a notebook: facts with a stroke between them."""
    sort = pen.sort()
    parts = [pen.one(sort), pen.one("date"), pen.one("came"), about(pen, sort)]
    chances = {"somewhere_noted": 0.6, "spoke": 0.8 * (sort == "lecture"), "how_long": 0.1}
    parts += [pen.one(of) for of, share in chances.items() if pen.chance(share)]
    first, rest = parts[0], parts[1:]
    pen.pick.shuffle(rest)
    return pen.join([first, *rest], pen.pick.choice(["/", " / ", "—", "|", " ", "；"]))


def minuted(pen: Pen) -> Words:
    """The minutes of an office: who held what where, who came, what was resolved."""
    sort = pen.sort()
    pen.fixed["kind"] = "".join(words for words, _ in pen.one(sort))
    body = [[*pen.one("came"), ("，", "")], pen.one(f"minuted_{sort}")]
    narrative = pen.one("narrative") if pen.chance(0.4) else []
    return [*pen.one("minuted"), *(segment for part in body for segment in part), *narrative]


def two(pen: Pen) -> Words:
    """Two activities, one after the other."""
    first, second = (fields(Pen(pen.pick)) if pen.chance(0.5) else told(Pen(pen.pick)) for _ in range(2))
    return [*first, *pen.one("between_two"), *second]


def other(pen: Pen) -> Words:
    """Dues, information, plans, questions and talk: mostly none of the values."""
    return pen.one("other")


WRITERS = {
    fields: 26, told: 20, notice: 16, spoken: 22, noted: 5, minuted: 8, form: 6, two: 14, other: 8, gathering: 7,
    loose: 9,
}  # fmt: skip


def compose(number: int, seed: int) -> list[Message]:
    """Messages; the same seed gives the same ones."""
    pick = random.Random(seed)
    result = []
    for _ in range(number):
        writer = pick.choices(list(WRITERS), weights=list(WRITERS.values()))[0]
        text, values = "", []
        for words, slot in writer(Pen(pick)):
            if slot:
                values.append((slot, words, len(letters(text))))
            text += words
        result.append((text, values))
    return result


def letters(text: str) -> str:
    """A text without marks and spaces."""
    return "".join(c for c in text if c.isalnum())
