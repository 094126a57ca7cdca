"""Whatever several people say in several rooms in whatever order: no traceback, no record without its author's yes to
what was shown, no answer missing or doubled, nothing of another branch, no reminder twice, and chains that verify."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bot.demo.samples import sample
from bot.events import Attachment, Kind
from bot.reminders.plan import STAGES
from bot.understanding.commands import find_command
from tests.dialogue.crowd import CHEN, LI, MEMBERS, STRANGER, SUN, WANG, ZHAO, Change, Crowd, Heard

EXAMPLES = int(os.environ.get("ZHIBU_CROWD_EXAMPLES", "16"))  # thousands, by hand, after a change to the dialogue
OURS, THEIRS = ("青松", "机关第一支部"), ("红梅", "机关第二支部")  # in what each branch says; nobody else is to read it
REPORTS = (
    "11月5号下午在三楼会议室开了支委会 应到5人实到5人 研究{}方案",
    "11月6日主题党日，{}植树，应到{}人实到{}人",
    "11月5日开支委会，应到5人实到5人，研究{}。11月6日主题党日，{}植树，应到6人实到6人",
    "11月13日下午2点开党员大会并上党课，应到6人实到6人，党课由李明讲《学习{}》",
    "11月10日收了11月党费，24人，合计1200元", "11月18日报送党建信息2条：《{}开展义务植树》《青年讲党课》",
    "2月30日开了支委会", "11月28日开了支委会，研究{}", "12月5日支委会", "支委会实到7人", "开会，应到5人",
    "昨天上午谈心谈话，3人", "上周三党小组会，第一小组，学{}，应到8人实到8人", "10月30日组织生活会 应到24实到24",
    "周五，{}学雷锋", "张三身份证号330102199003071234", "昨天主题党日{}",
)  # fmt: skip
WISHES = (
    "好", "好", "好", "好", "对", "1", "2", "不对", "算了", "收到", "上一步", "跳过", "不记", "帮助", "月报", "10月",
    "积分", "积分 明细", "为什么 三会一课", "等次", "还差什么", "记录", "改日期", "改第2项", "改 #1 实到4人", "改 #2",
    "撤回 #1", "撤回 #2", "撤回 #3", "撤回 #99", "和上个月一样", "支委会和上个月一样", "把11月5日的支委会人数改成4人",
    "提醒", "没开", "下周五开党员大会", "这个月交了多少党费", "明天再说", "关闭提前一周的提醒", "恢复所有提醒",
    "支委会本月不适用，委员外出", "不要附件", "先放着", "#1", "#2", "附到 #1", "复制稿", "复制稿 #1", "已录平台 #1",
    "自评", "1.5", "提交", "结束自评", "日历", "评分表", "清除 #1 写错了", "年度图", "为什么 #1", "我的码",
    "提醒发到这里", "都没有", "8人→7人", "支委会多久开一次", "二组", "上个月", "三个小组都开了",
)  # fmt: skip
PIECES = ("实到4人", "5人", "三楼", "周五", "研究{}", "11月6日", "1200元", "李书记主讲", "支委会", "你好", "???")
TEXTS = st.sampled_from(REPORTS) | st.sampled_from(WISHES) | st.sampled_from(PIECES)
SPEAKERS = st.sampled_from(
    (("!li", LI), ("!li", LI), ("!group", LI), ("!group", LI), ("!group", SUN), ("!group", SUN), ("!sun", SUN),
     ("!zhao", ZHAO), ("!zhao", ZHAO), ("!group", WANG), ("!group", STRANGER), ("!chen", CHEN))
)  # fmt: skip
FILES = st.sampled_from(("a.jpg", "b.jpg", "签到表.jpg", "机密文件.pdf", "a.heic", "会议记录.pdf"))
BACK = st.integers(0, 4)
MOST_TOLD = len(STAGES) + 1  # a deadline with a day of its own has its last day too
AGAIN = ("⏰", "明天再说")


class Talk(RuleBasedStateMachine):
    """Two branches, five rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.crowd = self.loop.run(Crowd.gather())
        self.reminded: set[tuple[str, date]] = set()  # whom, on which day
        self.named: Counter[str] = Counter()  # how often each deadline was spoken of
        self.put_off = 0

    def teardown(self) -> None:
        """What is on record at the end holds together."""
        try:
            assert self.loop.run(self.crowd.faults()) == []
        finally:
            self.loop.run(self.crowd.part())
            self.loop.close()

    @rule(who=SPEAKERS, text=TEXTS, mention=st.integers(0, 3), reply=st.none() | st.none() | BACK)
    def text(self, who: tuple[str, str], text: str, mention: int, reply: int | None) -> None:
        named = mention > 0  # in a group room, most often
        answered = None if reply is None else self._ours(who[0], reply)
        heard = self._hear(who, Kind.TEXT, self._own(who[1], text), mentions_me=named, reply_to=answered)
        if who[0] != "!group" or (named and who[1] in (LI, SUN)):
            assert heard.answers, "no answer"
        if who[0] == "!group" and (who[1] in (WANG, STRANGER) or not (named or answered)):
            assert not heard.answers, "talked over people"

    @rule(who=SPEAKERS)
    def yes(self, who: tuple[str, str]) -> None:
        self._hear(who, Kind.TEXT, "好", mentions_me=True)

    @rule(who=SPEAKERS, key=st.sampled_from(("👍", "👍", "👎", "⏰", "❤️")), back=BACK)
    def reaction(self, who: tuple[str, str], key: str, back: int) -> None:
        target = self._ours(who[0], back)
        if target is not None:
            self._hear(who, Kind.REACTION, key=key, target=target)

    @rule(who=SPEAKERS, text=TEXTS, back=BACK, whose=st.sampled_from((None, None, None, LI, SUN)))
    def edit(self, who: tuple[str, str], text: str, back: int, whose: str | None) -> None:
        """Of one's own message; or, which the server does not stop, of another's."""
        target = self._mine((who[0], whose or who[1]), back)
        if target is not None:
            heard = self._hear(who, Kind.EDIT, self._own(who[1], text), target=target)
            assert not heard.changes, "an edit changed the record by itself"

    @rule(who=SPEAKERS, back=BACK)
    def delete(self, who: tuple[str, str], back: int) -> None:
        target = self._mine(who, back)
        if target is not None:
            self._hear(who, Kind.REDACTION, target=target)

    @rule(
        who=SPEAKERS,
        name=FILES,
        words=st.sampled_from(("", "", "", "好", "签到表", "附到 #1", "#99", *REPORTS)),
        back=st.none() | BACK,
        ours=st.booleans(),
    )
    def file(self, who: tuple[str, str], name: str, words: str, back: int | None, ours: bool) -> None:
        data = sample(name)
        sent = Attachment(f"mxc://local/{name}", name, data.mimetype, len(data.data))
        reply = None if back is None else self._ours(who[0], back) if ours else self._mine(who, back)
        words = self._own(who[1], words)
        heard = self._hear(who, Kind.FILE, words, attachment=sent, reply_to=reply, mentions_me=True)
        if who[0] != "!group" or who[1] in (LI, SUN):
            assert heard.answers, "no answer"

    @rule(who=SPEAKERS, kind=st.sampled_from((Kind.LOCATION, Kind.OTHER, Kind.STICKER)))
    def something_else(self, who: tuple[str, str], kind: Kind) -> None:
        heard = self._hear(who, kind, mentions_me=True)
        assert not heard.changes

    @rule()
    def restart(self) -> None:
        self.crowd.restart()

    @rule(hours=st.sampled_from((1, 20, 24 * 6, 24 * 13)), down=st.booleans())
    def later(self, hours: int, down: bool) -> None:
        """Time goes by with the bot's clock ticking, or with the bot down until then."""
        until = self.crowd.now + timedelta(hours=hours)
        while not down and (moment := self._next_morning()) < until:
            self.crowd.now = moment
            self._tick()
        self.crowd.now = until
        self._tick()

    def _next_morning(self) -> datetime:
        morning = self.crowd.now.replace(hour=9, minute=0, second=30)
        return morning if morning > self.crowd.now else morning + timedelta(days=1)

    def _tick(self) -> None:
        """What is said by itself is heard by those it is about, in waking hours, once a day; and of one deadline no
        oftener than it has stages, but for those who asked for it again."""
        for row in self.loop.run(self.crowd.tick()):
            about = row.about or {}
            whom = str(about.get("remind") or about.get("digest"))
            assert time(8) <= self.crowd.now.time() < time(20), "reminded at night"
            assert (whom, self.crowd.now.date()) not in self.reminded, "reminded twice in a day"
            self.reminded.add((whom, self.crowd.now.date()))
            self._keeps_apart(row.room_id, str(row.content))
            self.named.update(f"{whom} {key}" for key in about.get("keys", ()))
            assert max(self.named.values(), default=0) <= MOST_TOLD + self.put_off, "reminded of the same again"

    def _hear(self, who: tuple[str, str], kind: Kind, body: str = "", **more: Any) -> Heard:
        """One message, and what holds of every message."""
        heard = self.loop.run(self.crowd.hear(*who, kind, body, **more))
        self.put_off += body in AGAIN or more.get("key") in AGAIN
        assert heard.outcome != "failed", "a traceback"
        said = [str(row.content["body"]) for row in heard.answers]
        assert all(text.strip() for text in said)
        assert len(set(said)) == len(said), "answered twice"
        for row in (*heard.answers, *heard.elsewhere):
            self._keeps_apart(row.room_id, str(row.content))
        for change in heard.changes:
            self._meant(heard, who, kind, body or str(more.get("key", "")), change)
        return heard

    def _keeps_apart(self, room: str, words: str) -> None:
        """Nobody reads what is another branch's."""
        hidden = {"!zhao": OURS, "!li": THEIRS, "!sun": THEIRS, "!group": THEIRS}.get(room, ())
        assert not [word for word in hidden if word in words], f"{room} reads {words}"

    def _meant(self, heard: Heard, who: tuple[str, str], kind: Kind, words: str, change: Change) -> None:
        """A change of the record is its author's, of the own branch, and was shown and said yes to."""
        room, person = who
        assert change.by == person
        if change.action == "purge":
            assert person == CHEN
            return
        assert person in MEMBERS[change.unit], f"{person} changed what is of {change.unit}"
        if change.subject != "activity" or change.action == "withdraw":
            return
        if change.action == "amend" and not self._says_other(change):
            return  # a file, or that it was entered elsewhere
        command = find_command(words)
        said_yes = kind is Kind.TEXT and command is not None and command.name == "yes"
        assert said_yes or (kind is Kind.REACTION and words == "👍"), f"{change.action} on {words!r}"
        card = heard.before.card
        assert card is not None, "recorded what was no card"
        causes = {f"$e{n}" for n in range(1, self.crowd.count)}
        shown = [row for row in self.crowd.said[room] if (row.about or {}).get("card") == card.id]
        assert [row for row in shown if row.cause in causes], "recorded what was never shown"

    def _says_other(self, change: Change) -> bool:
        before = self.loop.run(self.crowd.told(change.number, change.version - 1))
        same = ("kind", "slots", "period")
        return before is None or change.said is None or any(before[key] != change.said[key] for key in same)

    def _own(self, person: str, text: str) -> str:
        """Words as the person's own branch says them."""
        return text.replace("到{}人", "到6人").replace("{}", "红梅" if person == ZHAO else "青松")

    def _ours(self, room: str, back: int) -> str | None:
        said = self.crowd.said.get(room, [])
        return said[-1 - back].event_id if len(said) > back else None

    def _mine(self, who: tuple[str, str], back: int) -> str | None:
        mine = self.crowd.mine.get(who, [])
        return mine[-1 - back] if len(mine) > back else None


TestTalk = Talk.TestCase
TestTalk.settings = settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None, derandomize=EXAMPLES < 100)
