"""`make accuracy`: per slot and per kind right, asked, missed and wrong, for what is tuned on, next and measured."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.understanding.answer_json import SLOTS, as_json, dates_json
from bot.understanding.dates import find_dates
from bot.understanding.read import read
from rubrics.activities import load_activities
from tests.accuracy.judge import Tally, judge_dates, judge_message
from tests.accuracy.perturb import PERTURBATIONS

HERE = Path(__file__).parent
OUTCOMES = ("right", "asked", "missed", "wrong")


def load(half: str, what: str) -> list[dict[str, Any]]:
    """The labels of a half: messages or dates, from one file or several (messages.jsonl, messages2.jsonl), in their
    order."""
    return [
        {**json.loads(line), "set": path.stem.partition("_")[2]}
        for path in sorted((HERE / half).glob(f"{what}*.jsonl"), key=lambda path: (len(path.stem), path.stem))
        for line in path.read_text("utf-8").split("\n")
        if line.strip()
    ]


def answer(text: str, now: str) -> dict[str, Any]:
    kinds = load_activities()
    reading = read(text, datetime.fromisoformat(now), kinds=kinds)
    return as_json(reading, kinds, (*SLOTS, "guests"))


def measure(messages: list[dict[str, Any]], change: Any = None) -> Tally:
    tally = Tally()
    for label in messages:
        text = change(label["text"]) if change else label["text"]
        judge_message({**label, "text": text}, answer(text, label["now"]), tally)
    return tally


def measure_dates(labels: list[dict[str, Any]]) -> Tally:
    tally = Tally()
    for label in labels:
        judge_dates(label, dates_json(find_dates(label["text"], datetime.fromisoformat(label["now"]))), tally)
    return tally


def summed(tally: Tally, prefix: str) -> dict[str, int]:
    rows = [c for what, c in tally.counts.items() if what.startswith(prefix)]
    return {o: sum(row[o] for row in rows) for o in OUTCOMES}


def row(name: str, counts: dict[str, int]) -> str:
    total = sum(counts.values()) or 1
    figures = "".join(f"{counts.get(o, 0):8}" for o in OUTCOMES)
    return f"{name:42}{figures}{counts.get('right', 0) / total:9.1%}{counts.get('wrong', 0) / total:9.2%}"


def show(title: str, tally: Tally, detail: bool) -> None:
    print(f"\n{title}\n{'':42}" + "".join(f"{o:>8}" for o in OUTCOMES) + f"{'right':>9}{'wrong':>9}")
    for what in sorted(w for w in tally.counts if w.startswith(("slot", "kind "))):
        print(row(what, dict(tally.counts[what])))
    for name, prefix in (("all slots", "slot "), ("all kinds", "kind "), ("intents", "intent"), ("dates", "date ")):
        if any(w.startswith(prefix) for w in tally.counts):
            print(row(name, summed(tally, prefix)))
    if detail:
        print("\n".join(tally.lines))


def main() -> None:
    detail = "-v" in sys.argv
    only = [a for a in sys.argv[1:] if not a.startswith("-")]
    for half in ("tune", "next", "measured"):
        if only and half not in only:
            continue
        messages, dates = load(half, "messages"), load(half, "dates")
        # What isn't tuned on shows figures only, set by set: whoever reads its errors tunes on it.
        for name in sorted({label["set"] for label in messages}):
            mine = [label for label in messages if label["set"] == name]
            show(f"{half} {name}: {len(mine)} messages", measure(mine), detail and half == "tune")
        for name in sorted({label["set"] for label in dates}):
            mine = [label for label in dates if label["set"] == name]
            show(f"{half} {name}: {len(mine)} date phrases", measure_dates(mine), detail and half == "tune")
        print(f"\n{half}: what a perturbation loses (slots right, wrong; kinds right)")
        base = measure(messages)
        for name, change in (("as written", None), *PERTURBATIONS.items()):
            tally = measure(messages, change) if change else base
            slots, kinds = summed(tally, "slot "), summed(tally, "kind ")
            total, all_kinds = sum(slots.values()) or 1, sum(kinds.values()) or 1
            print(
                f"{name:24}{slots['right'] / total:8.1%}{slots['wrong'] / total:8.2%}{kinds['right'] / all_kinds:8.1%}"
            )


if __name__ == "__main__":
    main()
