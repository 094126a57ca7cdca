"""A rating as far as it has come: what was given to each clause, in which steps, under which rulebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from bot.events import Kept
from rubrics import Item

COMPUTED = "*"  # stands among the skipped for the computed clauses together


@dataclass(frozen=True, slots=True)
class Entry:
    """What a clause was given. met: the yes or no to a fact; computed: what the record said then, None where it says
    nothing: when that changes, the entry no longer holds."""

    points: Decimal | None = None
    met: bool | None = None
    note: str = ""
    computed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A rating under way. hash: of the rulebook it was begun under; period: the month or year it is due in; entries: by
    clause; steps: the clauses given at once, oldest first (上一步); skipped: left for later; files: sent with it,
    whoever of the unit sent them."""

    hash: str
    period: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    steps: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[str, ...] = ()
    files: tuple[Kept, ...] = ()

    def give(self, given: Mapping[str, Entry]) -> Draft:
        """With more clauses rated, as one step."""
        skipped = tuple(clause for clause in self.skipped if clause not in given)
        return replace(self, entries={**self.entries, **given}, steps=(*self.steps, tuple(given)), skipped=skipped)

    def skip(self, clause: str) -> Draft:
        """With a clause left for later."""
        return replace(self, skipped=(*self.skipped, clause), steps=(*self.steps, (clause,)))

    def back(self) -> Draft:
        """Without the last step: what it gave or skipped is asked again."""
        gone = self.steps[-1]
        left = {clause: entry for clause, entry in self.entries.items() if clause not in gone}
        skipped = tuple(clause for clause in self.skipped if clause not in gone)
        return replace(self, entries=left, steps=self.steps[:-1], skipped=skipped)


def standing(item: Item, draft: Draft) -> Entry | None:
    """What a clause was given, while that still holds: within what may be given, and by the same record."""
    entry = draft.entries.get(item.id)
    if entry is None or entry.computed != item.computed:
        return None
    if entry.met is not None:
        return entry if item.kind == "attested" else None
    return entry if entry.points is not None and not item.refuses(entry.points) else None


def points(item: Item, entry: Entry) -> Decimal:
    """What an entry comes to."""
    if entry.met is not None:
        return item.met if entry.met else item.unmet
    assert entry.points is not None, "an entry is points or an attestation"
    return entry.points


def as_before(found: Sequence[Item], points: Mapping[str, Decimal], notes: Mapping[str, str]) -> dict[str, Entry]:
    """What an earlier sheet gave, as entries that can still be given; a computed clause only where that was the
    record's own figure or has a reason."""
    given = {}
    for item in found:
        own, note = points.get(item.id), notes.get(item.id, "")
        if own is None:
            continue
        if item.plain and item.kind == "attested":
            given[item.id] = Entry(met=bool(own), note=note)
        elif not item.refuses(own) and (own == item.computed or item.computed is None or note):
            given[item.id] = Entry(own, note=note, computed=item.computed)
    return given


def judgements(found: Sequence[Item], draft: Draft) -> list[dict[str, Any]]:
    """The ratings that hold, as a submitted sheet keeps them: points, or met where a yes or no is all there is."""
    made = []
    for item in found:
        entry = standing(item, draft)
        if entry is None:
            continue
        plain = item.plain and entry.met is not None
        given = None if plain else f"{points(item, entry):f}"
        made.append({"clause": item.id, "points": given, "met": entry.met if plain else None, "note": entry.note})
    return made


def to_json(draft: Draft) -> dict[str, Any]:
    """A draft as the record keeps it."""
    entries = {
        clause: {"points": _text(e.points), "met": e.met, "note": e.note, "computed": _text(e.computed)}
        for clause, e in draft.entries.items()
    }
    return {
        "hash": draft.hash,
        "period": draft.period,
        "entries": entries,
        "steps": [list(step) for step in draft.steps],
        "skipped": list(draft.skipped),
        "files": [asdict(file) for file in draft.files],
    }


def from_json(body: Mapping[str, Any]) -> Draft:
    """A draft out of the record."""
    entries = {
        clause: Entry(_points(e["points"]), e["met"], e["note"], _points(e["computed"]))
        for clause, e in body["entries"].items()
    }
    steps = tuple(tuple(step) for step in body["steps"])
    files = tuple(Kept(**file) for file in body.get("files", ()))
    return Draft(body["hash"], body["period"], entries, steps, tuple(body["skipped"]), files)


def _text(points: Decimal | None) -> str | None:
    return None if points is None else f"{points:f}"


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
