"""Ratings in the pure engine: whatever is said, no sheet holds points outside a clause or off its step, and none is
submitted without a summary and a yes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bot.dialogue.context import Assessed, Context, Paper
from bot.dialogue.engine import step
from bot.dialogue.session import Session, dump, restore
from bot.dialogue.turn import ClosePaper, KeepDraft, Put, Record, Say, Turn
from bot.events import Inbound, Kind
from rubrics import Activity, Facts, Rubric, items, load_activities, load_catalog
from tests.dialogue.town import BRANCH

NOW = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
BOOK = load_catalog()["health-branches.example-points"]
STEPPED = load_catalog()["shaoxing-2018"]
DONE = tuple(Activity(n, "first", "committee_meeting", date(2026, n, 5)) for n in range(1, 12))


@dataclass
class Office:
    """A branch in December and whoever rates it; papers and drafts are kept as the worker would."""

    book: Rubric = BOOK
    assesses: bool = False
    session: Session = field(default_factory=Session)
    papers: list[Paper] = field(default_factory=list)
    drafts: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    count: int = 0

    def say(self, text: str) -> Turn:
        """The turn a text leads to, kept."""
        self.count += 1
        message = Inbound(f"$e{self.count}", "!r", "@p:x", NOW, Kind.TEXT, text)
        turn = step(restore(dump(self.session)), message, self.context())
        self.session = turn.session
        for effect in turn.effects:
            match effect:
                case KeepDraft(unit, rubric, side, _, body):
                    self.drafts.pop((unit, rubric, side), None)
                    if body is not None:
                        self.drafts[unit, rubric, side] = body
                case Put(unit, "sheet", on, body):
                    self.papers.append(as_paper(len(self.papers) + 1, unit, on, body))
                case ClosePaper(number, reason):
                    self.papers[number - 1] = replace(self.papers[number - 1], stands=False, reason=reason)
        return turn

    def context(self) -> Context:
        """What the worker would load."""
        facts = Facts(BRANCH, DONE)
        papers = tuple(self.papers)
        base = Context(NOW, "@p:x", "李明", load_activities(), drafts=self.drafts)
        if self.assesses:
            return replace(base, assessed=(Assessed(BRANCH, (self.book,), papers, facts),))
        return replace(
            base, units=(BRANCH,), facts={"first": facts}, rubrics={"first": (self.book,)},
            papers={"first": papers}, offices=frozenset({"first"}),
        )  # fmt: skip


def as_paper(number: int, unit: str, on: date, body: Any) -> Paper:
    """A submitted sheet as it would be loaded."""
    points = {j["clause"]: Decimal(j["points"] or int(bool(j["met"]))) for j in body["judgements"]}
    return Paper(
        number, unit, body["rubric"], body["side"], body["year"], body["period"], on, "李明", "@p:x", None,
        dict(body["activities"]), points,
    )  # fmt: skip


def check(office: Office, turn: Turn) -> None:
    """Every sheet put on record keeps to the rulebook, clause by clause."""
    found = {i.id: i for i in items(office.book, Facts(BRANCH, DONE), NOW.date(), 2026)}
    for effect in turn.effects:
        if not isinstance(effect, Put) or effect.subject != "sheet":
            continue
        assert {j["clause"] for j in effect.body["judgements"]} == set(found), "a clause was left out"
        for judgement in effect.body["judgements"]:
            item = found[judgement["clause"]]
            assert (judgement["points"] is None) != (judgement["met"] is None)
            if judgement["points"] is not None:
                points = Decimal(judgement["points"])
                assert 0 <= points <= item.maximum
                assert not item.refuses(points)
                assert item.step is None or points % item.step == 0


CLAUSES = tuple(clause.clause for book in (BOOK, STEPPED) for clause, _ in book.clauses())
AMOUNTS = ("0", "1", "2", "3", "0.5", "0.3", "2.5分", "三分半", "-1", "99", "1.005", "4分，理由：有记录", "有",
           "没有，还没做", "有，已报", "1/3", "NaN", "1e3")  # fmt: skip
WISHES = ("自评", "试自评", "全部认可", "其余同自评", "好", "不", "算了", "跳过", "上一步", "提交", "提交自评", "积分",
          "单位", "考评 机关第一支部", "完成考评", "退回自评 重来", "为什么 三会一课", "继续自评", "月报",
          "11月5日开了支委会")  # fmt: skip


class Rating(RuleBasedStateMachine):
    """One person who rates, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(BOOK)

    def _say(self, text: str) -> None:
        ending = self.office.session.pending
        turn = self.office.say(text)
        check(self.office, turn)
        said = [e.text for e in turn.effects if isinstance(e, Say)]
        assert said
        assert all(text.strip() for text in said)
        if any(isinstance(e, Put) for e in turn.effects):
            assert ending is not None, "submitted without a summary"
            assert text in ("好", "1", "提交自评", "完成考评")

    @rule(text=st.sampled_from(WISHES) | st.sampled_from(AMOUNTS))
    def word(self, text: str) -> None:
        self._say(text)

    @rule(clause=st.sampled_from(CLAUSES), amount=st.sampled_from(AMOUNTS))
    def clause(self, clause: str, amount: str) -> None:
        self._say(f"{clause} 打{amount}")

    @rule(amount=st.sampled_from(("0", "1", "2", "有", "没有", "5")), times=st.integers(3, 30))
    def go_through(self, amount: str, times: int) -> None:
        for _ in range(times):
            self._say(amount)


class SteppedRating(Rating):
    """The same under a rulebook with steps, for an assessor (its branches don't rate themselves)."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(STEPPED, assesses=True)
        self.office.say("考评 机关第一支部")


TestRating = Rating.TestCase
TestRating.settings = settings(max_examples=6, stateful_step_count=10, deadline=None)
TestSteppedRating = SteppedRating.TestCase
TestSteppedRating.settings = settings(max_examples=3, stateful_step_count=8, deadline=None)


def rate_all(office: Office, start: str) -> Turn:
    """Everything rated at its most, up to the summary."""
    turn = office.say(start)
    for _ in range(200):
        seat_asked = office.session.rating.asked if office.session.rating else ""
        if office.session.pending is not None:
            return turn
        if not seat_asked:
            turn = office.say("全部认可")
            continue
        item = next(i for i in items(office.book, Facts(BRANCH, DONE), NOW.date(), 2026) if i.id == seat_asked)
        turn = office.say("有" if item.kind == "attested" else f"{item.most:f}分")
    raise AssertionError("the rating does not come to its end")


def test_a_rating_comes_to_its_end_and_is_submitted_once() -> None:
    office = Office()
    rate_all(office, "自评")
    assert not office.papers
    turn = office.say("好")
    check(office, turn)
    assert [e.kind for e in turn.effects if isinstance(e, Record)] == ["self_evaluation"]
    (paper,) = office.papers
    assert (paper.side, paper.period) == ("self", "2026-12")
    assert set(paper.activities) == {a.number for a in DONE}
    assert office.drafts == {}
    office.say("自评")
    office.say("好")
    assert len(office.papers) == 1


def test_an_assessor_closes_once_under_a_rulebook_with_steps() -> None:
    office = Office(STEPPED, assesses=True)
    rate_all(office, "考评 机关第一支部")
    check(office, office.say("好"))
    (paper,) = office.papers
    assert paper.side == "assessor"
    office.say("考评 机关第一支部")
    office.say("好")
    assert len(office.papers) == 1


def test_a_rating_begun_under_another_version_of_the_rulebook_is_begun_anew() -> None:
    office = Office()
    office.say("自评")
    office.say("全部认可")
    office.drafts["first", BOOK.key, "self"]["hash"] = "another"
    (said,) = [e.text for e in office.say("自评").effects if isinstance(e, Say)]
    assert "改过" in said
    assert office.drafts["first", BOOK.key, "self"]["entries"] == {}
