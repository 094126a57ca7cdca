"""What an activity was about, by patterns alone: behind who spoke, behind a label within a flow of words, by verbs."""

from __future__ import annotations

import pytest

from bot.understanding.masking import mask
from bot.understanding.people import find_people
from bot.understanding.text import clean
from bot.understanding.titles import find_titles
from bot.understanding.topics import find_topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("请佟老来讲老城故事，二十个老同志", ["老城故事"]),
        ("支书讲医保新政策，来了八个", ["医保新政策"]),
        ("所长翟刚讲禁毒故事 21人", ["禁毒故事"]),
        ("王书记讲了话", []),
        ("主讲人刘教授题目从档案看初心时间", ["从档案看初心"]),
        ("六个新党员听的题目不忘来时路", ["不忘来时路"]),
        ("主题党日在图书馆", []),
        ("李强领着讨论安全生产隐患排查", ["讨论安全生产隐患排查"]),
        ("专题学习粮食安全，9人", ["学习粮食安全"]),
    ],
)
def test_what_it_was_about(text: str, topics: list[str]) -> None:
    cleaned = clean(text)
    people = find_people(mask(cleaned.flat), cleaned.shown)
    spoke = [p.end for p in people if p.slot == "speaker"]
    cuts = [(p.start, p.end) for p in people]
    found = find_topics(cleaned.flat, 0, len(cleaned.flat), cuts, [], spoke)
    assert [cleaned.words(t.start, t.end) for t in found if t.strength > 1] == topics


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("《健康报》6月28日登了我们的事迹，标题《高原上的白衣党员》", ("高原上的白衣党员",)),
        ("投给《先锋》杂志的，题目是《把支部建到产业链上》", ("把支部建到产业链上",)),
        ("上报信息标题春耕地头党旗飘三月十一日交", ("春耕地头党旗飘",)),
        ("上报信息《春耕》《秋收》两条", ("春耕", "秋收")),
    ],
)
def test_what_was_written(text: str, titles: tuple[str, ...]) -> None:
    cleaned = clean(text)
    assert [p.value for p in find_titles(cleaned.flat, cleaned.shown, None)] == [titles]
