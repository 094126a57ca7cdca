"""The year's outcome through the worker and a record on disk: chained, once each, by the right role only."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.commands.chat import open_local
from bot.demo.local import LocalTalk
from bot.demo.points import SETTLED
from bot.demo.transcript import Said
from storage import drafts, faults, papers, units
from storage.database import Database
from tests.settled import settled

DECEMBER = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
LATER = datetime.fromisoformat("2026-12-14T10:00:00+08:00")


class Year:
    """The demo's branch and those over it, in December."""

    def __init__(self, database: Database, talk: LocalTalk) -> None:
        self.database, self.talk = database, talk

    async def say(self, who: str, *lines: str) -> list[str]:
        """Somebody's words; all that is said after the last of them."""
        await self.talk.speak_as(who)
        answers: list[str] = []
        for line in lines:
            answers = await self.talk.say(Said(0, line))
        return answers

    async def assessed(self) -> None:
        """Rated by itself and by its assessor."""
        await self.say("li", "自评 量化考核", "全部认可", "其余满分", "好")
        await self.say("wang", "考评 机关第一支部 量化考核", "全部认可", "其余同自评", "好")

    async def papers(self) -> list[papers.PaperRow]:
        """All papers of the branch."""
        async with self.database.look() as conn:
            return await papers.current(conn, ["first"])


@pytest.fixture
async def year(tmp_path: Path) -> Any:
    database, talk = await open_local(tmp_path, DECEMBER, rulebooks=settled(), points=SETTLED)
    await talk.open()
    yield Year(database, talk)
    await database.close()


async def test_every_step_is_a_paper_in_the_units_chain(year: Year) -> None:
    await year.assessed()
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    await year.say("li", "异议 （三）1 少算一次", "好")
    await year.say("wang", "答复 机关第一支部 异议1 不采纳，理由：记录里没有", "好")
    await year.talk.set_now(LATER)
    await year.say("chen", "批准 机关第一支部 量化考核，依据：会议纪要", "好")
    found = await year.papers()
    assert [p.subject for p in found] == ["sheet", "sheet", "outcome", "objection", "answer", "approval"]
    outcome = found[2].body
    assert (outcome["total"][:6], outcome["edition"], outcome["until"]) == ("87.472", 1, "2026-12-11")  # unrounded
    assert [(column, points[:5]) for column, points in outcome["columns"]] == [("self", "87.47"), ("assessor", "87.47")]
    assert not any(isinstance(value, float) for value in json.loads(json.dumps(outcome)).values())
    async with year.database.look() as conn:
        assert await faults.verify(conn, "first") == []


async def test_an_objection_that_is_right_takes_the_outcome_back_and_the_next_is_a_new_edition(year: Year) -> None:
    await year.assessed()
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    await year.say("li", "异议 （三）1 少算一次", "好")
    await year.say("wang", "异议1 采纳，理由：确实少算", "好")
    await year.say("wang", "重新考评 机关第一支部 量化考核，理由：异议采纳", "好")
    await year.say("wang", "考评 机关第一支部 量化考核", "（三）1 打7分，理由：补算一次", "好")
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    outcomes = [p for p in await year.papers() if p.subject == "outcome"]
    assert [(p.body["edition"], p.stands) for p in outcomes] == [(1, False), (2, True)]
    assert outcomes[1].body["why"] == "采纳异议1：确实少算"
    sheets = [p for p in await year.papers() if p.subject == "sheet" and p.body["side"] == "assessor"]
    assert [p.stands for p in sheets] == [False, True]


@pytest.mark.parametrize("who", ["li", "zhao", "wang"])
async def test_only_an_administrator_approves(year: Year, who: str) -> None:
    await year.assessed()
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    await year.talk.set_now(LATER)
    await year.say(who, "批准 机关第一支部 量化考核，依据：会议纪要", "好")
    assert "approval" not in [p.subject for p in await year.papers()]


async def test_who_rated_does_not_approve_it_too(year: Year) -> None:
    await year.assessed()
    async with year.database.turn() as conn:
        await conn.execute(text("INSERT INTO posts SELECT unit_id, person, 'administrator', since, until, origin "
                                "FROM posts WHERE person = '@wang:local'"))  # fmt: skip
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    await year.talk.set_now(LATER)
    (answer,) = await year.say("wang", "批准 机关第一支部 量化考核，依据：会议纪要")
    assert "要由别的管理员批准" in answer


async def test_nothing_counts_twice_when_two_assessors_close_the_same_sheet(year: Year) -> None:
    """The draft is the office's: the second goes on with what the first gave, and finds it closed afterwards."""
    async with year.database.turn() as conn:
        await conn.execute(text("INSERT INTO people (id, name) VALUES ('@sun:local', '孙丽')"))
        await conn.execute(text("INSERT INTO posts SELECT unit_id, '@sun:local', role, since, until, origin "
                                "FROM posts WHERE person = '@wang:local'"))  # fmt: skip
    await year.say("li", "自评 量化考核", "全部认可", "其余满分", "好")
    await year.say("wang", "考评 机关第一支部 量化考核", "全部认可", "2分")
    (opened,) = await year.say("sun", "考评 机关第一支部 量化考核")
    assert "2/22" in opened
    await year.say("sun", "其余同自评", "好")
    answers = await year.say("wang", "其余满分", "好")
    assert "已由孙丽" in (await year.say("wang", "考评 机关第一支部 量化考核"))[0], answers
    sheets = [p for p in await year.papers() if p.subject == "sheet" and p.body["side"] == "assessor"]
    assert len(sheets) == 1
    async with year.database.look() as conn:
        assert await drafts.load(conn, ["first"], "@wang:local") == []


async def test_what_stands_fixed_takes_no_finding_result_or_return(year: Year) -> None:
    await year.assessed()
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    for line in ("考评 机关第一支部 量化考核", "退回 #1 人数不对", "重新考评 机关第一支部 量化考核，理由：打错"):
        (answer,) = await year.say("wang", line)
        assert "理由" in answer
        assert "回“好”" not in answer
    subjects = [(p.subject, p.stands) for p in await year.papers()]
    assert subjects == [("sheet", True), ("sheet", True), ("outcome", True)]


async def test_many_units_are_told_of_once(year: Year) -> None:
    await year.assessed()
    await year.say("zhao", "自评 量化考核", "全部认可", "其余满分", "好")
    await year.say("wang", "考评 机关第二支部 量化考核", "全部认可", "其余同自评", "好")
    await year.say("chen", "考核进度")
    answers = await year.say("wang", "公示 量化考核", "好")
    to_chen = [answer for answer in answers if answer.startswith("[chen]")]
    assert len(to_chen) == 1
    assert "机关第一支部、机关第二支部" in to_chen[0]
    assert len([a for a in answers if a.startswith(("[li]", "[zhao]"))]) == 2
    assert not any("机关第二支部" in a for a in answers if a.startswith("[li]"))


async def test_a_score_that_changed_before_the_yes_is_not_made_known(year: Year) -> None:
    await year.assessed()
    await year.say("wang", "公示 机关第一支部 量化考核")
    async with year.database.turn() as conn:
        body = {"name": "x", "value": "1", "note": "", "year": 2026}
        await papers.record(conn, "first", "result", DECEMBER.date(), body, by="@wang:local", source_event=None,
                            at=DECEMBER)  # fmt: skip
        finding = {"kind": "falsification", "clause": "（三）1", "times": 1, "points": None, "numbers": [1],
                   "note": "", "year": 2026, "rubric": None}  # fmt: skip
        await papers.record(conn, "first", "finding", DECEMBER.date(), finding, by="@wang:local", source_event=None,
                            at=DECEMBER)  # fmt: skip
        (sheet,) = [p for p in await papers.current(conn, ["first"]) if p.body.get("side") == "assessor"]
        await papers.close(conn, sheet.number, by="@wang:local", source_event=None, at=DECEMBER, reason="再看")
    answers = await year.say("wang", "好")
    assert "还没有考评完" in answers[0]
    assert "outcome" not in [p.subject for p in await year.papers()]


@pytest.fixture
async def trial(tmp_path: Path) -> Any:
    """The same on example points."""
    database, talk = await open_local(tmp_path, DECEMBER, rulebooks=settled())
    await talk.open()
    yield Year(database, talk)
    await database.close()


async def test_what_rests_on_example_points_is_rated_as_a_trial_and_goes_no_further(trial: Year) -> None:
    asked = await trial.say("li", "自评 量化考核", "全部认可", "其余满分")
    assert "示例分值只供试评" in asked[-1]
    await trial.say("li", "好")
    await trial.say("wang", "考评 机关第一支部 量化考核", "全部认可", "其余同自评", "好")
    (answer,) = await trial.say("wang", "公示 机关第一支部 量化考核")
    assert "只能试评，不能公示。请管理员先放入正式的评分表" in answer
    assert [p.subject for p in await trial.papers()] == ["sheet", "sheet"]


async def test_the_official_points_dont_make_a_trial_official(trial: Year) -> None:
    """The figures were given on the example's maxima; they are to be given again."""
    await trial.assessed()
    async with trial.database.turn() as conn:
        books = [{"id": "qianjiang-2017", "points": SETTLED}]
        await units.change_setting(conn, "first", "rulebooks", books, by="test", at=DECEMBER)
    (answer,) = await trial.say("wang", "公示 机关第一支部 量化考核")
    assert "自评、考评是按示例分值打的" in answer
    await trial.say("wang", "重新考评 机关第一支部 量化考核，理由：分值换了", "好")
    await trial.say("wang", "考评 机关第一支部 量化考核", "退回自评 请按正式分值重报", "好")
    await trial.say("li", "自评 量化考核", "全部认可", "其余满分", "好")
    await trial.say("wang", "考评 机关第一支部 量化考核", "全部认可", "其余同自评", "好")
    (asked,) = await trial.say("wang", "公示 机关第一支部 量化考核")
    assert asked.startswith("要公示1份年度结果吗？")


async def test_an_outcome_made_on_example_points_before_is_not_approved(year: Year) -> None:
    await year.assessed()
    await year.say("wang", "公示 机关第一支部 量化考核", "好")
    async with year.database.turn() as conn:
        (outcome,) = [p for p in await papers.current(conn, ["first"]) if p.subject == "outcome"]
        await papers.close(conn, outcome.number, by="@wang:local", source_event=None, at=DECEMBER, reason="换")
        body = {**outcome.body, "example": True, "edition": 2}
        await papers.record(
            conn, "first", "outcome", outcome.on, body, by="@wang:local", source_event=None, at=DECEMBER
        )
    await year.talk.set_now(LATER)
    (answer,) = await year.say("chen", "批准 机关第一支部 量化考核，依据：会议纪要")
    assert "只能试评，不能批准" in answer
