"""Who may speak for which unit, as what, and since when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import people, posts, units
from storage.upsert import put_over

ROLES = ("secretary", "reporter", "assessor", "administrator")
FROM_FILE, BY_CODE, BY_OFFICE = "file", "code", "office"

_HELD = and_(posts.c.since <= bindparam("day"), or_(posts.c.until.is_(None), posts.c.until > bindparam("day")))
# What somebody holds in a unit closed in an earlier year is over; in its last year there may be something to put right.
_THERE = exists().where(
    units.c.id == posts.c.unit_id, or_(units.c.closed_on.is_(None), units.c.closed_on >= bindparam("year"))
)
_PERSON = select(people).where(people.c.id == bindparam("person"))
_UNITS_OF = (
    select(posts.c.unit_id)
    .where(posts.c.person == bindparam("person"), posts.c.role.in_(bindparam("roles", expanding=True)), _HELD, _THERE)
    .distinct()
    .order_by(posts.c.unit_id)
)
_POSTS = (
    select(posts, people.c.name)
    .join(people, people.c.id == posts.c.person)
    .where(_HELD)
    .order_by(posts.c.unit_id, posts.c.role, posts.c.person)
)
_POSTS_OF = _POSTS.where(posts.c.person == bindparam("person"), _THERE)
_PEOPLE_OF = _POSTS.where(posts.c.unit_id == bindparam("unit"))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known. id: the Matrix id; name: as it is shown."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a unit. since: the first day; until: the first day no longer, None while it lasts; origin: file (given
    and taken by the units file) | code | office (given, or ended, by somebody: the file no longer takes it or gives it
    back)."""

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
    """The units in which a person has one of these roles on a day; not those below them, nor those closed in an earlier
    year."""
    which = {"person": person_id, "roles": list(roles), "day": on, "year": date(on.year, 1, 1)}
    return list(await conn.scalars(_UNITS_OF, which))


async def posts_of(conn: AsyncConnection, person_id: str, on: date) -> list[Post]:
    """All roles of a person on a day, but those in units closed in an earlier year."""
    which = {"person": person_id, "day": on, "year": date(on.year, 1, 1)}
    return [_post(row) for row in await conn.execute(_POSTS_OF, which)]


def held_in(posts: Iterable[Post], roles: Collection[str]) -> list[str]:
    """The units in which posts are of one of these roles, each once, by id."""
    return sorted({post.unit_id for post in posts if post.role in roles})


async def people_of(conn: AsyncConnection, unit_id: str, on: date) -> list[Post]:
    """Everybody with a role in a unit on a day."""
    return [_post(row) for row in await conn.execute(_PEOPLE_OF, {"unit": unit_id, "day": on})]


async def everybody(conn: AsyncConnection, on: date) -> list[Post]:
    """All roles in all units on a day."""
    return [_post(row) for row in await conn.execute(_POSTS, {"day": on})]


async def ended_in_office(conn: AsyncConnection, on: date) -> dict[tuple[str, str, str], date]:
    """Unit, person and role of what was ended in office rather than by the units file, and since when."""
    asked = select(posts).where(posts.c.origin == BY_OFFICE, posts.c.until <= on).order_by(posts.c.until)
    return {(row.unit_id, row.person, row.role): row.until for row in await conn.execute(asked)}


async def know(conn: AsyncConnection, person_id: str, name: str) -> None:
    """Somebody is known by a name from now on."""
    await put_over(conn, people, [{"id": person_id, "name": name}])


async def appoint(conn: AsyncConnection, unit_id: str, person_id: str, role: str, since: date, origin: str) -> None:
    """Give somebody known a role from a day on; one who has it keeps it as it is."""
    if any(post.role == role and post.unit_id == unit_id for post in await posts_of(conn, person_id, since)):
        return
    post = {"unit_id": unit_id, "person": person_id, "role": role, "since": since, "until": None, "origin": origin}
    await put_over(conn, posts, [post])


async def dismiss(conn: AsyncConnection, unit_id: str, person_id: str, role: str, until: date) -> bool:
    """End somebody's role with the day before; False when they don't have it. The units file won't give it back."""
    here = (posts.c.unit_id == unit_id, posts.c.person == person_id, posts.c.role == role)
    lasting = or_(posts.c.until.is_(None), posts.c.until > until)
    ended = await conn.execute(update(posts).where(*here, lasting).values(until=until, origin=BY_OFFICE))
    return ended.rowcount > 0


def _post(row: Row[Any]) -> Post:
    return Post(row.unit_id, row.person, row.name, row.role, row.since, row.until, row.origin)
