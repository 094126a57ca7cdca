"""Who may speak for which unit, as what, and since when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import people, posts

ROLES = ("secretary", "reporter", "assessor", "administrator")
FROM_FILE = "file"


_HELD = and_(posts.c.since <= bindparam("day"), or_(posts.c.until.is_(None), posts.c.until > bindparam("day")))
_PERSON = select(people).where(people.c.id == bindparam("person"))
_UNITS_OF = (
    select(posts.c.unit_id)
    .where(posts.c.person == bindparam("person"), posts.c.role.in_(bindparam("roles", expanding=True)), _HELD)
    .distinct()
    .order_by(posts.c.unit_id)
)
_POSTS = (
    select(posts, people.c.name)
    .join(people, people.c.id == posts.c.person)
    .where(_HELD)
    .order_by(posts.c.unit_id, posts.c.role, posts.c.person)
)
_POSTS_OF = _POSTS.where(posts.c.person == bindparam("person"))
_PEOPLE_OF = _POSTS.where(posts.c.unit_id == bindparam("unit"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known. id: the Matrix id; name: as it is shown."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a unit. since: the first day; until: the first day no longer, None while it lasts; origin: file (given
    and taken by the units file) or how it was given otherwise."""

    unit_id: str
    person: str
    name: str
    role: str
    since: date
    until: date | None = None
    origin: str = FROM_FILE


async def person(conn: AsyncConnection, person_id: str) -> Person | None:
    """One person; None for somebody unknown."""
    found = (await conn.execute(_PERSON, {"person": person_id})).first()
    return Person(found.id, found.name) if found else None


async def units_of(conn: AsyncConnection, person_id: str, roles: Collection[str], on: date) -> list[str]:
    """The units in which a person has one of these roles on a day; not those below them."""
    return list(await conn.scalars(_UNITS_OF, {"person": person_id, "roles": list(roles), "day": on}))


async def posts_of(conn: AsyncConnection, person_id: str, on: date) -> list[Post]:
    """All roles of a person on a day."""
    return [_post(row) for row in await conn.execute(_POSTS_OF, {"person": person_id, "day": on})]


async def people_of(conn: AsyncConnection, unit_id: str, on: date) -> list[Post]:
    """Everybody with a role in a unit on a day."""
    return [_post(row) for row in await conn.execute(_PEOPLE_OF, {"unit": unit_id, "day": on})]


async def everybody(conn: AsyncConnection, on: date) -> list[Post]:
    """All roles in all units on a day."""
    return [_post(row) for row in await conn.execute(_POSTS, {"day": on})]


def _post(row: Row[Any]) -> Post:
    return Post(row.unit_id, row.person, row.name, row.role, row.since, row.until, row.origin)
