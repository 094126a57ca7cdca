"""Whatever is said in whatever order: never a traceback, never a record without its author's yes, never an answer
missing or doubled."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.dialogue.completing import complete
from bot.dialogue.form import question
from bot.dialogue.turn import Amend, Attach, Record, Say, Turn, Waive, Withdraw
from bot.events import Attachment, Kind
from bot.reminders.plan import coming
from bot.understanding.commands import find_command
from tests.dialogue.town import Town

REPORTS = (
    "11月5号下午在三楼会议室开了支委会 应到5人实到5人 研究11月主题党日方案",
    "11月6日主题党日，义务植树，应到24人实到22人",
    "11月5日开支委会，应到5人实到5人，研究党员发展。11月6日主题党日，义务植树，应到24人实到22人",
    "11月13日下午2点开党员大会并上党课，应到24人实到23人，党课由李明讲《学习党章》",
    "11月10日收了11月党费，24人，合计1200元",
    "11月18日报送党建信息2条：《支部开展义务植树》《青年党员讲党课》",
    "2月30日开了支委会", "11月28日开了支委会", "12月5日支委会", "支委会实到7人", "开会，应到5人", "周五，学雷锋",
)  # fmt: skip
WISHES = (
    "好", "对", "1", "2", "不对", "算了", "收到", "上一步", "跳过", "帮助", "月报", "10月", "积分", "积分 明细",
    "为什么 三会一课", "等次", "还差什么", "记录", "改日期", "改第2项", "改 #1 实到4人", "撤回 #1", "撤回 #99",
    "和上个月一样", "把11月5日的支委会人数改成6人", "提醒", "没开", "下周五开党员大会", "这个月交了多少党费",
    "日历", "提醒发到这里", "明天再说", "关闭提前一周的提醒", "恢复所有提醒", "本月不适用",
    "支委会本月不适用，委员外出", "党小组会不适用", "委员都在外地", "撤回 #1001",
    "不要附件", "先放着", "#1", "复制稿", "复制稿 #1", "已录平台 #1", "清除 #1 写错了",
)  # fmt: skip
PIECES = ("实到4人", "5人", "三楼", "周五", "研究党员发展", "11月6日", "1200元", "李书记主讲", "支委会", "你好", "???")


class Talk(RuleBasedStateMachine):
    """One secretary, one room."""

    def __init__(self) -> None:
        super().__init__()
        self.town = Town()

    @rule(text=st.sampled_from(REPORTS + WISHES + PIECES) | st.text(max_size=40))
    def text(self, text: str) -> None:
        card = self.town.session.card
        pending = self.town.session.pending
        withdrawing = self.town.session.pending is not None and self.town.session.pending.what == "withdraw"
        turn = self.town.say(text)
        self._said_once(turn)
        made = [e for e in turn.effects if isinstance(e, Record | Amend)]
        if made:
            command = find_command(text)
            assert command is not None, f"recorded on {text!r}"
            assert command.name == "yes", f"recorded on {text!r}"
            assert card is not None, "recorded what was never shown"
        if any(isinstance(e, Withdraw) for e in turn.effects):
            assert withdrawing, "withdrawn without a question"
        if any(isinstance(e, Waive) for e in turn.effects):
            assert pending is not None, "waived without a question"
            assert pending.what == "waive_sure"
            assert text in ("好", "对", "1")

    @rule()
    def reminder(self) -> None:
        """The bot reminds of something before the next message."""
        charge = self.town._context(self.town.event(Kind.TEXT)).charges["first"]
        found = coming(charge, self.town.now.date(), 30)
        self.town.reminded = tuple(d.key for d in found if d.open)

    @rule(key=st.sampled_from(("👍", "👎", "⏰", "❤️")))
    def reaction(self, key: str) -> None:
        card = self.town.session.card
        turn = self.town.hear(self.town.event(Kind.REACTION, key=key, target="$card"))
        if any(isinstance(e, Record | Amend) for e in turn.effects):
            assert key == "👍"
            assert card is not None

    @rule(back=st.integers(0, 5), text=st.sampled_from(REPORTS + PIECES))
    def edit(self, back: int, text: str) -> None:
        target = f"$e{max(1, self.town.count - back)}"
        turn = self.town.hear(self.town.event(Kind.EDIT, text, target=target))
        assert not any(isinstance(e, Record | Amend | Withdraw) for e in turn.effects)

    @rule(back=st.integers(0, 5))
    def delete(self, back: int) -> None:
        target = f"$e{max(1, self.town.count - back)}"
        told = [a.number for a in self.town.activities if a.source == target]
        turn = self.town.hear(self.town.event(Kind.REDACTION, target=target))
        assert {e.number for e in turn.effects if isinstance(e, Withdraw)} <= set(told)

    @rule(
        name=st.sampled_from(("a.jpg", "b.jpg", "签到表.jpg", "机密文件.pdf", "a.heic")),
        words=st.sampled_from(("", "", "", "好", "签到表", "附到 #1", "#99", *REPORTS)),
        back=st.none() | st.integers(0, 5),
    )
    def photo(self, name: str, words: str, back: int | None) -> None:
        sent = Attachment("mxc://x/y", name, "application/octet-stream", 10)
        reply = None if back is None else f"$e{max(1, self.town.count - back)}"
        event = self.town.event(Kind.FILE, words, attachment=sent, reply_to=reply)
        withdrawn = {a.number for a in self.town.activities if a.withdrawn_on}
        turn = self.town.hear(event)
        self._said_once(turn)
        assert not any(isinstance(e, Record | Amend | Withdraw) for e in turn.effects)
        attached = {e.number for e in turn.effects if isinstance(e, Attach)}
        assert attached <= {a.number for a in self.town.activities} - withdrawn
        refused = name in ("机密文件.pdf", "a.heic")
        assert refused == (event.event_id not in self._events_held()), "kept, or said why not"

    def _events_held(self) -> set[str]:
        """The messages of files that are somewhere; one sent twice is there once."""
        session = self.town.session
        everywhere = [*session.files, *(f for card in session.cards for f in card.files)]
        everywhere += [file for files in self.town.files.values() for file in files]
        digests = {file.sha256 for file in everywhere}
        return {f"$e{n}" for n in range(1, self.town.count + 1) if self.town.sent.get(f"$e{n}") in digests}

    @invariant()
    def no_record_has_a_file_twice(self) -> None:
        for files in self.town.files.values():
            assert len({file.sha256 for file in files}) == len(files)

    @rule(kind=st.sampled_from((Kind.LOCATION, Kind.UNREADABLE, Kind.OTHER)))
    def something_else(self, kind: Kind) -> None:
        turn = self.town.hear(self.town.event(kind))
        self._said_once(turn)
        assert not any(isinstance(e, Record | Amend | Withdraw) for e in turn.effects)

    def _said_once(self, turn: Turn) -> None:
        said = [e.text for e in turn.effects if isinstance(e, Say)]
        assert said, "no answer"
        assert all(text.strip() for text in said)
        assert len(set(said)) == len(said), "answered twice"
        for card in turn.session.cards:
            assert card.parts, "a card of no kind"
        if turn.session.card is not None:
            context = self.town._context(self.town.event(Kind.TEXT))
            question(complete(turn.session.card, context), context)


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
