"""What the bot counts about itself while it runs, as Prometheus has it; numbers only, never words or names."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from bot.clockwatch import ClockWatch
from storage.levels import Levels

_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300)
_MOST = 10_000  # messages remembered until they are answered
_LEVELS = {
    "waiting": ("zhibu_inbox_waiting", "Messages to be answered"),
    "unreadable": ("zhibu_inbox_unreadable", "Messages of the last seven days whose keys have not come"),
    "unsent": ("zhibu_outbox_unsent", "Messages to be sent"),
    "oldest_unsent": ("zhibu_outbox_oldest_seconds", "Age of the oldest message to be sent"),
    "set_aside": ("zhibu_outbox_set_aside", "Messages that the homeserver refused for good"),
    "uncertain": ("zhibu_outbox_uncertain", "Messages unsent in the backup this record was restored from"),
    "late_reminders": ("zhibu_reminders_late", "Reminders due for over ten minutes"),
    "backup_age": ("zhibu_backup_age_seconds", "Since the last backup, or since the record was begun without one"),
    "withheld": ("zhibu_keys_withheld", "Room keys refused to us in the last seven days"),
}


class Meters:
    """Counters of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter("zhibu_turns", "Messages dealt with, by outcome", ["outcome"], registry=self.registry)
        self.answers = Histogram(
            "zhibu_answer_seconds", "From a message's arrival to its first answer in the room",
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._levels = {name: Gauge(*shown, registry=self.registry) for name, shown in _LEVELS.items()}
        self._sync_age = Gauge("zhibu_sync_age_seconds", "Since the last answer to a sync", registry=self.registry)
        self._sync_age.set_function(lambda: self.sync_age if self.sync_age is not None else float("nan"))
        self._ahead = Gauge("zhibu_clock_ahead_seconds", "Our clock before the homeserver's", registry=self.registry)
        self._held = Gauge("zhibu_reminders_held", "1 while the clock is doubtful", registry=self.registry)
        ProcessCollector(registry=self.registry)
        self._heard: OrderedDict[str, float] = OrderedDict()
        self._synced: float | None = None

    def follow(self, watch: ClockWatch) -> None:
        """Tell of the clock, too."""
        self._ahead.set_function(lambda: watch.ahead if watch.ahead is not None else float("nan"))
        self._held.set_function(lambda: float(watch.doubtful))

    def synced(self, events: Iterable[str]) -> None:
        """A sync has been stored, with these events in it."""
        self._synced = time.monotonic()
        for event_id in events:
            self._heard[event_id] = self._synced
        while len(self._heard) > _MOST:
            self._heard.popitem(last=False)

    def turned(self, event_id: str, outcome: str) -> None:
        """A message has been dealt with. outcome: a code; only answered ones are still waited for."""
        self.turns.labels(outcome).inc()
        if outcome not in ("answered", "failed"):
            self._heard.pop(event_id, None)

    def sent(self, cause: str) -> None:
        """An answer to something stands in its room."""
        begun = self._heard.pop(cause, None)
        if begun is not None:
            self.answers.observe(time.monotonic() - begun)

    @property
    def sync_age(self) -> float | None:
        """Seconds since the last sync was stored; None before the first."""
        return None if self._synced is None else time.monotonic() - self._synced

    def exposition(self, levels: Levels) -> bytes:
        """Everything, as Prometheus scrapes it. levels: what the record says now."""
        for name, gauge in self._levels.items():
            gauge.set(getattr(levels, name))
        return generate_latest(self.registry)
