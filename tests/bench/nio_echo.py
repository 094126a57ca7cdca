"""What the benchmark is held against: an echo bot as nio's documentation would have it, durable in nothing."""

import asyncio
import sys

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, RoomMessageText


async def main(homeserver: str, user_id: str, password: str, folder: str) -> None:
    """Join every room, answer every message with itself."""
    client = AsyncClient(homeserver, user_id, store_path=folder, config=AsyncClientConfig(encryption_enabled=True))

    async def echo(room, event) -> None:  # type: ignore[no-untyped-def]
        if event.sender != client.user_id:
            answer = {"msgtype": "m.notice", "body": event.body}
            await client.room_send(room.room_id, "m.room.message", answer, ignore_unverified_devices=True)

    async def join(room, _) -> None:  # type: ignore[no-untyped-def]
        await client.join(room.room_id)

    client.add_event_callback(echo, RoomMessageText)
    client.add_event_callback(join, InviteMemberEvent)
    await client.login(password)
    await client.sync_forever(30000, full_state=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
