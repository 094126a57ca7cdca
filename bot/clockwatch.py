"""The machine's clock, held against the homeserver's and against the seconds that pass: what the bot says of itself
goes by it, and said a day early it can't be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import steady as machine_steady

log = structlog.get_logger(__name__)

APART = timedelta(minutes=5)  # between two machines that keep time by the network it is well under a second
SETTLED = 3600.0  # seconds after which a clock that was set counts as right, if nobody has set it again


class ClockWatch:
    """clock: gives UTC now; server: the homeserver's clock at a moment of steady, None while it is not known; steady:
    seconds that nobody can set. To be looked at every few seconds."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        server: Callable[[float], datetime | None],
        steady: Callable[[], float] = machine_steady,
    ) -> None:
        self._clock, self._server, self._steady = clock, server, steady
        self._last = (clock(), steady())
        self._apart = self._set = False
        self._shift = timedelta()
        self._set_at = 0.0

    @property
    def ahead(self) -> float | None:
        """Seconds by which our clock is before the homeserver's (negative: behind); None while that is not known."""
        theirs = self._server(self._steady())
        return None if theirs is None else (self._clock() - theirs).total_seconds()

    @property
    def doubtful(self) -> bool:
        """Whether to say nothing by it: it is five minutes or more from the homeserver's, or was set by as much within
        the last hour, and neither the homeserver nor its being set back shows that this was right."""
        return self._apart or self._set

    def look(self) -> bool:
        """Compare; whether the clock was set since the last look."""
        was = self.doubtful
        now, at = self._clock(), self._steady()
        jump = (now - self._last[0]) - timedelta(seconds=at - self._last[1])
        self._last = (now, at)
        ahead = self.ahead
        before, self._apart = self._apart, ahead is not None and abs(ahead) > APART.total_seconds()
        jumped = abs(jump) > APART
        if jumped:
            log.warning("clock_set", seconds=round(jump.total_seconds()))
            self._shift += jump
            mended = before and not self._apart  # the homeserver shows that it was wrong and is right
            self._set, self._set_at = not mended and abs(self._shift) > APART, at
        elif self._set and at - self._set_at > SETTLED:
            self._set = False
        if not self._set:
            self._shift = timedelta()
        if self.doubtful != was:
            log.warning("clock_doubtful" if self.doubtful else "clock_right", ahead=ahead and round(ahead))
        return jumped
