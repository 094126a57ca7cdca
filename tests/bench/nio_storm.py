"""What a storm of reminders is held against: plain nio, durable in nothing, sends the same words to as many rooms."""

import asyncio
import logging
import sys

from nio import AsyncClient, AsyncClientConfig

AT_ONCE = 8
logging.getLogger("nio").setLevel(logging.CRITICAL)


async def main(homeserver: str, user_id: str, password: str, folder: str, content: str) -> None:
    """Join where invited; then every line on standard input is a storm, answered with how many sends failed."""
    client = AsyncClient(homeserver, user_id, store_path=folder, config=AsyncClientConfig(encryption_enabled=True))
    words = {"msgtype": "m.text", "body": content, "format": "org.matrix.custom.html", "formatted_body": content}
    await client.login(password)
    await client.sync(full_state=True)
    for room_id in list(client.invited_rooms):
        await client.join(room_id)
    await client.sync(full_state=True)
    await client.keys_upload()
    await client.keys_query()
    waiting: asyncio.Queue[str] = asyncio.Queue()
    failed = 0

    async def send() -> None:
        nonlocal failed
        while not waiting.empty():
            answer = await client.room_send(
                waiting.get_nowait(), "m.room.message", words, ignore_unverified_devices=True
            )
            failed += not hasattr(answer, "event_id")

    waiting.put_nowait(min(client.rooms))  # the first word to somebody needs a one-time key of theirs
    await send()
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        failed = 0
        for room_id in client.rooms:
            waiting.put_nowait(room_id)
        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        print(f"failed {failed}", flush=True)
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
