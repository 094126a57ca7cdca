"""What a units file may say: the models, with every value checked on its own."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from bot.locale import LANGUAGES
from rubrics import load_activities
from rubrics.fields import Count, Day, Strict, Text
from rubrics.headcounts import refuse_impossible

ROLES = {
    "书记": "secretary",
    "报送人": "reporter",
    "考评员": "assessor",
    "管理员": "administrator",
}
ROLE_NAMES = {role: name for name, role in ROLES.items()}
HOLIDAYS = {"提前": "earlier", "顺延": "later", "不变": "stay"}
_COUNTS = {
    "full": "正式",
    "probationary": "预备",
    "floating": "流动",
    "on_leave": "长期请假",
    "committee": "委员",
    "支委": "委员",
    "groups": "党小组",
    "activists": "积极分子",
}
WEEKDAYS = "一二三四五六日"
WEEKS = {"第一个": 1, "第二个": 2, "第三个": 3, "第四个": 4, "最后一个": -1}
_BY_WEEK = re.compile(rf"每月({'|'.join(WEEKS)})(?:周|星期|礼拜)([{WEEKDAYS}天])")
_BY_DAY = re.compile(r"每月([0-9]{1,2})[日号]")
_DIGITS = str.maketrans("1234", "一二三四")
_HOURS = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?:[-–—~～]+|至|到)([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MATRIX_ID = re.compile(r"@[\x21-\x39\x3b-\x7e]+:[A-Za-z0-9.\-\[\]:]+")
_UNIT_ID = re.compile(r"[\w.\-]{1,64}")


def _unit_id(value: Any) -> Any:
    if isinstance(value, str) and not _UNIT_ID.fullmatch(value):
        raise ValueError("编号只能用字母、数字、汉字、点和短横，至多64个，如 jiguan-1。")
    return value


def matrix_id(value: Any) -> Any:
    """A Matrix id as it is; other text raises ValueError with what to write."""
    if isinstance(value, str) and not _MATRIX_ID.fullmatch(value):
        raise ValueError("不是 Matrix 账号，应如 @li:example.org（YAML 里要加引号）。")
    return value


def _role(value: Any) -> Any:
    known = ROLES.get(value, value) if isinstance(value, str) else None
    if known not in ROLES.values():
        raise ValueError(f"不认识这个职务，只能是：{'、'.join(f'{name}（{role}）' for name, role in ROLES.items())}。")
    return known


def _sizes(value: Any) -> Any:
    """Sizes of the groups; a plain number says how many groups there are, of unknown size (0)."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return [0] * min(int(value), 1000)
    if isinstance(value, str):
        raise ValueError("应为各组人数的列表，如 [8, 8, 7]，或组数，如 3。")
    return [] if value is None else value


def read_party_day(value: Any) -> Any:
    """每月第一个周五 or 每月10日 as a rule. Raises ValueError with what to write."""
    if not isinstance(value, str):
        return value
    value = "".join(value.split())
    if found := _BY_WEEK.fullmatch(value.translate(_DIGITS)):
        return {"week": WEEKS[found[1]], "weekday": WEEKDAYS.index(found[2].replace("天", "日")) + 1}
    if (found := _BY_DAY.fullmatch(value)) and 1 <= int(found[1]) <= 31:
        return {"day": int(found[1])}
    raise ValueError("应如“每月第一个周五”“每月最后一个周五”或“每月10日”。")


def read_hours(value: Any) -> Any:
    """20:00-08:00 as from and to. Raises ValueError with what to write."""
    if not isinstance(value, str):
        return value
    found = _HOURS.fullmatch("".join(value.split()).replace("：", ":"))
    start, end = (f"{found[1]:0>2}:{found[2]}", f"{found[3]:0>2}:{found[4]}") if found else ("", "")
    if start == end:
        raise ValueError("应为不打扰的时段，如 20:00-08:00。")
    return {"from": start, "to": end}


def _month_day(value: Any) -> Any:
    return None if value in ("不设", "无") else value


def read_zone(value: Any) -> Any:
    """A time zone's name as it is. Raises ValueError with what to write."""
    try:
        return ZoneInfo(value).key if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("不认识这个时区，应如 Asia/Shanghai。") from None


def _book(value: Any) -> Any:
    return {"id": value} if isinstance(value, str) else value


def _holidays(value: Any) -> Any:
    if isinstance(value, str) and value not in (*HOLIDAYS, *HOLIDAYS.values()):
        raise ValueError("应为：提前、顺延或不变。")
    return HOLIDAYS.get(value, value) if isinstance(value, str) else value


UnitId = Annotated[str, BeforeValidator(_unit_id)]
MonthDay = Annotated[Annotated[Count, Field(ge=1, le=31)] | None, BeforeValidator(_month_day)]
Sizes = Annotated[tuple[Count, ...], BeforeValidator(_sizes)]


class CountModel(Strict):
    """Dated headcounts, by their Chinese names; the English ones are taken too."""

    since: Day
    full: Count = Field(alias="正式")
    probationary: Count = Field(0, alias="预备")
    floating: Count = Field(0, alias="流动")
    on_leave: Count = Field(0, alias="长期请假")
    committee: Count = Field(0, alias="委员")
    groups: Sizes = Field((), alias="党小组")
    activists: Count = Field(0, alias="积极分子")

    @model_validator(mode="before")
    @classmethod
    def _one_name_each(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        twice = [f"{name}和{_COUNTS[name]}" for name in data if _COUNTS.get(name) in data]
        if twice:
            raise ValueError(f"{twice[0]}是同一项，请留一个。")
        return {_COUNTS.get(name, name): value for name, value in data.items()}

    @model_validator(mode="after")
    def _possible(self) -> CountModel:
        refuse_impossible(self)
        return self


class BookModel(Strict):
    """A rulebook that applies. points: which score sheet is laid over it."""

    id: Text
    points: Text | None = None


class PersonModel(Strict):
    """Somebody with a role in the unit. bodies: the assessing bodies of the rulebooks for whom an assessor rates; none:
    whatever is nobody's."""

    id: Annotated[str, BeforeValidator(matrix_id)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    roles: Annotated[tuple[Annotated[str, BeforeValidator(_role)], ...], Field(min_length=1)]
    bodies: tuple[Text, ...] = ()

    @field_validator("roles")
    @classmethod
    def _once(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(roles)) < len(roles):
            raise ValueError("同一职务写了两次，请留一个。")
        return roles

    @field_validator("bodies")
    @classmethod
    def _of_an_assessor(cls, bodies: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if bodies and "assessor" not in info.data.get("roles", ()):
            raise ValueError("bodies（代表哪个考核单位评）只写在考评员名下。请删去，或在 roles 里加上考评员。")
        return bodies


class UnitModel(Strict):
    """One unit and those below it. parent: only at the top, for a unit under one already on record."""

    id: UnitId
    name: Annotated[str, Field(min_length=1, max_length=60)]
    parent: UnitId | None = None
    founded_on: Day | None = None
    closed_on: Day | None = None
    merged_into: UnitId | None = None
    attributes: dict[str, Text | None] = Field(default_factory=dict)
    headcounts: tuple[CountModel, ...] = ()
    rulebooks: tuple[Annotated[BookModel, BeforeValidator(_book)], ...] | None = None
    language: Literal[LANGUAGES] | None = None  # type: ignore[valid-type]  # what bot.locale has
    time_zone: Annotated[str, BeforeValidator(read_zone)] | None = None
    party_day: Annotated[dict[str, int], BeforeValidator(read_party_day)] | None = None
    quiet_hours: Annotated[dict[str, str], BeforeValidator(read_hours)] | None = None
    deadlines: dict[str, MonthDay] | None = None  # a kind with None: the parent's doesn't hold here
    holidays: Annotated[Literal["earlier", "later", "stay"], BeforeValidator(_holidays)] | None = None
    people: tuple[PersonModel, ...] = ()
    children: tuple[UnitModel, ...] = ()

    @field_validator("deadlines")
    @classmethod
    def _kinds(cls, days: dict[str, int | None] | None) -> dict[str, int | None] | None:
        if days is None:
            return None
        kinds = load_activities()
        found = {name: kinds.named(name) for name in days}
        unknown = [name for name, kind in found.items() if kind is None]
        if unknown:
            raise ValueError(f"没有这种活动：{'、'.join(unknown)}。应如 信息报送、党费收缴。")
        named = {kind.id: days[name] for name, kind in found.items() if kind is not None}
        if len(named) < len(days):
            raise ValueError("同一种活动写了两次，请留一个。")
        return named

    @field_validator("closed_on")
    @classmethod
    def _after(cls, day: date | None, info: ValidationInfo) -> date | None:
        founded = info.data.get("founded_on")
        if day is not None and founded is not None and day <= founded:
            raise ValueError(f"撤销日期应在成立日期 {founded} 之后。")
        return day


class UnitsModel(Strict):
    """A whole file."""

    units: Annotated[tuple[UnitModel, ...], Field(min_length=1)]
