"""What a backup says of itself: when, of which bot, where each chain ended, and the hash of every part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from rubrics.strict_yaml import FileError
from storage.chain import Head

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """at: of the view of the record; schema: its revision; heads: the end of every unit's chain; rows: in each table;
    parts: sha256 by name, all but the manifest itself; lost: files of records that were missing or damaged already."""

    at: datetime
    user_id: str
    homeserver: str
    schema: str
    heads: tuple[Head, ...]
    rows: Mapping[str, int]
    parts: Mapping[str, str]
    lost: tuple[str, ...] = ()

    def text(self) -> str:
        """As it is written."""
        plain = {"format": FORMAT, **asdict(self), "at": self.at.isoformat()}
        return json.dumps(plain, ensure_ascii=False, indent=1)

    @classmethod
    def read(cls, text: str, name: str) -> Manifest:
        """A manifest's text. Raises FileError for what is none, or was written by a newer release."""
        try:
            told = json.loads(text)
            if told.pop("format") != FORMAT:
                raise FileError([f"{name}：这份备份由更新的版本做成。请升级本程序后再恢复。"])
            heads = tuple(Head(**head) for head in told.pop("heads"))
            at, lost = datetime.fromisoformat(told.pop("at")), tuple(told.pop("lost"))
            return cls(**told, at=at, heads=heads, lost=lost)
        except FileError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError):
            raise FileError([f"{name}：清单读不懂，这份备份已损坏。请换一份。"]) from None


def fingerprint(heads: Sequence[Head]) -> str:
    """One hash over the ends of all chains: whoever wrote it down can tell later whether any of them was cut."""
    ends = sorted((head.unit_id, head.position, head.hash) for head in heads)
    return sha256(json.dumps(ends, ensure_ascii=False).encode()).hexdigest()
