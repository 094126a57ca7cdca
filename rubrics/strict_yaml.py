"""YAML as it was written: every scalar a string, no duplicate keys, every key with its line.

PyYAML alone reads 3:7 as 187, 0.3 as a binary float, no as false, and keeps the last of two equal keys in silence.
Here the models decide what a string means, and every complaint can name file, line and key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from rubrics.yaml_slips import forbidden, meant, no_text, slip, unseen

Key = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class FileError(ValueError):
    """A file that can't be used. problems: one sentence each, with file, line, key and cure."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content (dicts, lists, strings; an empty value is None) and the line of every key and item."""

    name: str
    data: Any
    lines: dict[Key, int] = field(repr=False)

    def line(self, key: Key) -> int:
        """The line of a key, or of the nearest key around it."""
        while key not in self.lines and key:
            key = key[:-1]
        return self.lines.get(key, 1)

    def where(self, key: Key) -> str:
        """The place of a key, in words."""
        return f"第{self.line(key)}行"

    def problem(self, key: Key, what: str) -> str:
        """A sentence about one key, with its place."""
        named = ".".join(str(part) for part in key) or "（整个文件）"
        return f"{self.name} {self.where(key)} {named}：{what}"


def load(path: Path) -> Document:
    """Read a file. Raises FileError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise FileError([f"{path}：文件太大，超过{_LARGEST // 1_000_000}MB。请检查是不是选错了文件。"])
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileError([f"{path}：没有这个文件。请检查路径。"]) from None
    except IsADirectoryError:
        raise FileError([f"{path}：这是一个目录，请给出文件。"]) from None
    except PermissionError:
        raise FileError([f"{path}：没有读取权限。请检查文件权限。"]) from None
    except UnicodeDecodeError:
        with path.open("rb") as file:
            raise FileError([f"{path}：{no_text(file.read(8))}"]) from None
    return parse(text, str(path))


def parse(text: str, name: str = "输入") -> Document:
    """Read YAML text. Raises FileError."""
    reading = _Reading(name, {}, [])
    try:
        events = yaml.parse(text, Loader=_LOADER)
        data = reading.document(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, said = slip(str(error.problem), text, mark.line + 1 if mark else 1)
        raise FileError([f"{name} 第{line}行：{said}"]) from None
    except yaml.YAMLError:
        line, said = forbidden(text)
        raise FileError([f"{name} 第{line}行：{said}"]) from None
    if reading.problems:
        raise FileError(reading.problems)
    return Document(name, data, reading.lines)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is built in
_LARGEST = 20_000_000  # bytes; the facts of a year are a hundredth of it
_SHOWN = 60  # characters of a wrong value that are worth repeating
_MANY = 20  # mistakes of one file that are worth telling at once
_DEEPEST = 50  # levels; more is a mistake, and would break the parser's own recursion


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


@dataclass(slots=True)
class _Reading:
    """Events to plain values. Nothing is resolved: every scalar stays the words that were written."""

    name: str
    lines: dict[Key, int]
    problems: list[str]
    stuck: bool = False

    def document(self, events: Iterator[yaml.Event]) -> Any:
        """The only document of a stream; None when it is empty."""
        data = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "一个文件只能有一份内容，请删去多余的“---”。")
                    return None
                data = self.value(next(events), events, ())
                if self.problems:
                    return None
        return data

    def _refuse(self, event: yaml.Event, what: str, *, stuck: bool = True) -> None:
        """Note a mistake. stuck: what follows can't be read any more, or needn't be."""
        self.stuck = self.stuck or stuck or len(self.problems) + 1 >= _MANY
        self.problems.append(f"{self.name} 第{_line(event)}行：{what}")

    def value(self, event: yaml.Event, events: Iterator[yaml.Event], key: Key) -> Any:
        """One value. After a structure that can't be read nothing more is, since its place is lost."""
        self.lines.setdefault(key, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor:
                self._refuse(event, "不支持引用（& 和 *）。请写出内容。")
            return event.value if event.value or event.style in ("'", '"', "|", ">") else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "不支持引用（& 和 *）。请写出内容。")
        elif len(key) > _DEEPEST:
            self._refuse(event, "嵌套过深。请减少层次。")
        elif isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, key)
        elif isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, key)
        return None

    def _sequence(self, events: Iterator[yaml.Event], key: Key) -> list[Any]:
        result: list[Any] = []
        while not self.stuck and not isinstance(event := next(events), yaml.SequenceEndEvent):
            result.append(self.value(event, events, (*key, len(result))))
        return result

    def _mapping(self, events: Iterator[yaml.Event], key: Key) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not self.stuck and not isinstance(left := next(events), yaml.MappingEndEvent):
            if not isinstance(left, yaml.ScalarEvent):
                self._refuse(left, "键必须是一个词。")
                break
            inner = (*key, left.value)
            if left.value in result:
                self._refuse(left, f"键“{left.value}”写了两次。请留一个。", stuck=False)
            self.lines.setdefault(inner, _line(left))
            value = self.value(next(events), events, inner)
            result.setdefault(left.value, value)
        return result


_WHAT = {
    "missing": "缺少这一项，请补上。",
    "extra_forbidden": "不认识这个键，请检查拼写或删去。",
    "decimal_parsing": "应为数字，如 0.4。",
    "int_parsing": "应为整数，如 12。",
    "bool_parsing": "应为 true 或 false。",
    "date_from_datetime_parsing": "应为日期，如 2026-12-31。",
    "date_parsing": "应为日期，如 2026-12-31。",
    "string_pattern_mismatch": "写法不对，请核对格式。",
    "string_too_short": "不能为空。",
    "greater_than_equal": "不能小于{ge}。",
    "greater_than": "应大于{gt}。",
    "less_than_equal": "不能大于{le}。",
    "tuple_type": "应为列表（每行以“- ”开头）。",
    "too_long": "至多{max_length}项。",
    "model_type": "应为键值（键: 值）。",
    "model_attributes_type": "应为键值（键: 值）。",
    "dict_attributes_type": "应为键值（键: 值）。",
    "decimal_type": "应为数字，如 0.4。",
    "int_type": "应为整数，如 12。",
    "bool_type": "应为 true 或 false。",
    "date_type": "应为日期，如 2026-12-31。",
    "list_type": "应为列表（每行以“- ”开头）。",
    "dict_type": "应为键值（键: 值）。",
    "string_type": "应为文字。",
    "string_too_long": "太长，至多{max_length}字。",
    "too_short": "至少要有{min_length}项。",
    "less_than": "应小于{lt}。",
    "enum": "只能是 {expected} 之一。",
    "literal_error": "只能是 {expected} 之一。",
    "value_error": "{error}",
}


def fit(document: Document, model: type[Model]) -> Model:
    """A document as a model (which forbids unknown keys). Raises FileError naming file, line, key and cure."""
    try:
        return model.model_validate(document.data if document.data is not None else {})
    except ValidationError as error:
        found = error.errors()
        inner = [entry["loc"] for entry in found]
        problems = []
        for entry in found:
            if entry["type"] == "too_short" and any(_within(loc, entry["loc"]) for loc in inner):
                continue  # pydantic counts only the items without a mistake, and those are named already
            context = {**entry.get("ctx", {})}
            if "expected" in context:
                context["expected"] = (
                    str(context["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
                )
            what = _WHAT[entry["type"]].format(**context) if entry["type"] in _WHAT else entry["msg"]
            if entry["type"] == "extra_forbidden":
                what += meant(str(entry["loc"][-1]), keys(model))
            got = entry.get("input")
            what += unseen(got) if isinstance(got, str) else ""
            said = f"（写的是“{got if len(got) <= _SHOWN else got[:_SHOWN] + '…'}”）" if isinstance(got, str) else ""
            problems.append(document.problem(tuple(entry["loc"]), f"{what}{said}"))
        raise FileError(problems) from None


@lru_cache(maxsize=16)
def keys(model: type[BaseModel]) -> frozenset[str]:
    """Every key that a model and those within it know."""
    seen: set[type[BaseModel]] = set()
    names: set[str] = set()
    waiting: list[Any] = [model]
    while waiting:
        asked = waiting.pop()
        waiting += get_args(asked)
        if isinstance(asked, type) and issubclass(asked, BaseModel) and asked not in seen:
            seen.add(asked)
            names |= {info.alias or name for name, info in asked.model_fields.items()}
            waiting += [info.annotation for info in asked.model_fields.values()]
    return frozenset(names)


def _within(inner: Key, outer: Key) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer
