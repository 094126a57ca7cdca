"""How long to wait after a failure: 1 second doubling to 5 minutes, spread so that many clients don't come at once.

Nobody there is asked again at least every minute: it costs nothing, and people wait for the answer.
"""

from __future__ import annotations

import asyncio
import random

FIRST = 1.0
LONGEST = 300.0
AWAY = 60.0


class Backoff:
    """Counts failures in a row."""

    _spread = random.SystemRandom()

    def __init__(self) -> None:
        self.failures = 0

    def succeeded(self) -> None:
        """Start over."""
        self.failures = 0

    def failed(self, asked: float | None = None, *, longest: float = LONGEST) -> float:
        """Seconds to wait now: what the server asked for, or longer and longer, between half and all of the step."""
        step: float = min(FIRST * 2 ** min(self.failures, 16), longest)
        self.failures += 1
        if asked is not None:
            return asked + self._spread.uniform(0, 0.1)
        return max(FIRST, step * self._spread.uniform(0.5, 1.0))

    async def rest(self, seconds: float) -> None:
        """Wait: the one place where the link sleeps."""
        await asyncio.sleep(seconds)
