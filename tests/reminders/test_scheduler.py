"""The clock that calls the tick."""

from __future__ import annotations

from bot.reminders.tick import schedule


async def test_the_scheduler_drops_no_late_call_and_runs_one_at_a_time() -> None:
    """APScheduler's own grace time is one second, after which a job is dropped in silence."""

    async def work() -> None:
        return

    scheduler = schedule(work)
    scheduler.start(paused=True)
    (job,) = scheduler.get_jobs()
    assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
    scheduler.shutdown(wait=False)
