"""Makes enrolment codes and the hashes that are kept of them: chance and slow arithmetic, at the edge."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import date, datetime, time, timedelta, tzinfo

from bot.dialogue.enrolling import REFUSED
from bot.understanding.codes import ALPHABET, DAYS, LENGTH
from storage import audit, codes
from storage.database import Connection

GUESSES = 5  # wrong codes a person may send in an hour
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# 40 bits, good for days: a hash that takes 10 ms makes them safe in a stolen database, salted or not.
_SALT = b"zhibu enrolment"


def new_code() -> str:
    """A code of chance with a letter and a digit in it, as it is hashed: ABCD2345."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isalpha() and not code.isdigit():
            return code


async def hashed(code: str) -> str:
    """What is kept of a code; others have their turn meanwhile."""
    key = await asyncio.to_thread(hashlib.scrypt, code.encode(), salt=_SALT, n=2**12, r=8, p=1, dklen=32)
    return key.hex()


async def give_out(
    conn: Connection,
    unit_id: str,
    role: str,
    *,
    by: str,
    at: datetime,
    last: date,
    zone: tzinfo,
    replaces: str | None = None,
) -> tuple[int, str]:
    """A new code for a role in a unit: its number, and the code, which is not kept. last: the last day it is good, in a
    zone. at: UTC."""
    code = new_code()
    expires_at = datetime.combine(last + DAY, time(), zone)
    number = await codes.make(
        conn, await hashed(code), unit_id, role, by=by, at=at, expires_at=expires_at, replaces=replaces
    )
    told = {"number": number, "role": role, "last": last.isoformat(), **({"replaces": replaces} if replaces else {})}
    await audit.note(conn, by, "code", unit_id, told, at)
    return number, code


def last_day(at: datetime, zone: tzinfo, days: int = DAYS) -> date:
    """The last day on which a code made at a moment is good."""
    return at.astimezone(zone).date() + DAY * days


async def locked_out(conn: Connection, person: str, at: datetime) -> bool:
    """Whether somebody has guessed too often; at: UTC, the machine's own."""
    return await audit.count(conn, person, audit.REFUSED + REFUSED, at - HOUR) >= GUESSES
