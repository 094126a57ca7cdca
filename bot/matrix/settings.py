"""What the link to a homeserver needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """An account and the folder that keeps its login, keys and lock (made 0700 when missing).

    password: needed for the first login only; None afterwards. invite_users, invite_servers: whose invitations are
    accepted, as full Matrix ids and server names with * and ?; both empty: nobody's.
    """

    homeserver: str
    user_id: str
    password: str | None
    folder: Path
    device_name: str = "支部"
    invite_users: tuple[str, ...] = ()
    invite_servers: tuple[str, ...] = ()

    def may_invite(self, user_id: str) -> bool:
        """Whether an invitation from this person is accepted."""
        server = user_id.partition(":")[2]
        return any(fnmatchcase(user_id, known) for known in self.invite_users) or any(
            fnmatchcase(server, known) for known in self.invite_servers
        )
