"""Headcounts that can be: no more away, on the committee or in the groups than there are members."""

from __future__ import annotations

from typing import Protocol


class Counts(Protocol):
    """The figures of a headcount that are held against each other."""

    @property
    def full(self) -> int: ...

    @property
    def probationary(self) -> int: ...

    @property
    def floating(self) -> int: ...

    @property
    def on_leave(self) -> int: ...

    @property
    def committee(self) -> int: ...

    @property
    def groups(self) -> tuple[int, ...]: ...


def headcount_fault(count: Counts) -> str | None:
    """away | committee | groups: which of the figures is more than there can be; None when all can be."""
    members = count.full + count.probationary
    if count.floating + count.on_leave > members:
        return "away"
    if count.committee > count.full:
        return "committee"
    return "groups" if sum(count.groups) > members else None


def refuse_impossible(count: Counts) -> None:
    """Raises ValueError with what is more than there can be."""
    members = count.full + count.probationary
    match headcount_fault(count):
        case "away":
            raise ValueError(f"流动和长期请假共{count.floating + count.on_leave}人，超过党员总数{members}人。")
        case "committee":
            raise ValueError(f"委员{count.committee}人，超过正式党员{count.full}人。")
        case "groups":
            raise ValueError(f"各党小组共{sum(count.groups)}人，超过党员总数{members}人。")
