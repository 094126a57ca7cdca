"""Files to and from the homeserver's media store, encrypted where the room is; never more in memory than allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.exceptions import EncryptionError

from bot.events import Attachment
from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, MediaRefused, Unreachable
from bot.matrix.wire import failure

_SECONDS = 300.0
_CHUNK = 64 * 1024


async def upload(client: GuardedClient, data: bytes, name: str, mimetype: str, *, encrypted: bool) -> dict[str, Any]:
    """The content fields that an event needs to carry these bytes: url, or file with its keys.

    Raises CallFailed or Unreachable.
    """
    keys: dict[str, Any] = {}
    if encrypted:
        data, keys = await asyncio.to_thread(encrypt_attachment, data)
        name, mimetype = "", "application/octet-stream"  # the server has no need to know
    query = f"?{urlencode({'filename': name})}" if name else ""
    told = await _post(client, f"/_matrix/media/v3/upload{query}", data, mimetype)
    url = str(told["content_uri"])
    return {"file": {**keys, "url": url}} if encrypted else {"url": url}


async def _post(client: GuardedClient, path: str, data: bytes, mimetype: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": mimetype}
    try:
        async with client.wire.session.post(
            client.wire.homeserver + path, data=data, headers=headers, timeout=aiohttp.ClientTimeout(total=_SECONDS)
        ) as answer:
            told: dict[str, Any] = await answer.json() if answer.content_type == "application/json" else {}
            if answer.status != 200:
                raise failure(answer.status, answer.headers, told)
            return told
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


async def download(client: GuardedClient, attachment: Attachment, limit: int) -> bytes:
    """The file's bytes, decrypted. limit: bytes; held against what the sender says, what the server says, and what
    comes. Raises MediaRefused (too large, gone, damaged), Unreachable for what is worth another try."""
    if attachment.size is not None and attachment.size > limit:
        raise _too_large(limit)
    server, _, media = attachment.url.removeprefix("mxc://").partition("/")
    path = f"/_matrix/client/v1/media/download/{quote(server, safe='')}/{quote(media, safe='')}"
    data = await _get(client, path, limit)
    if attachment.keys is None:
        return data
    try:
        secret, digest = attachment.keys["key"]["k"], attachment.keys["hashes"]["sha256"]
        return await asyncio.to_thread(decrypt_attachment, data, secret, digest, attachment.keys["iv"])
    except (EncryptionError, KeyError, TypeError, ValueError) as error:
        raise MediaRefused("文件解密失败：内容已损坏或密钥不对") from error


async def _get(client: GuardedClient, path: str, limit: int) -> bytes:
    headers = {"Authorization": f"Bearer {client.access_token}"}
    try:
        async with client.wire.session.get(
            client.wire.homeserver + path, headers=headers, timeout=aiohttp.ClientTimeout(total=_SECONDS)
        ) as answer:
            if answer.status != 200:
                raise failure(answer.status, answer.headers, {})
            if answer.content_length is not None and answer.content_length > limit:
                raise _too_large(limit)
            data = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK):
                data += chunk
                if len(data) > limit:
                    raise _too_large(limit)
            return bytes(data)
    except CallFailed as error:
        if error.passing:
            raise Unreachable(str(error)) from error
        raise MediaRefused("服务器上已没有这个文件，或不允许读取") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def _too_large(limit: int) -> MediaRefused:
    return MediaRefused(f"文件超过 {limit / 1_000_000:g} MB 的上限", too_large=True)


def event_fields(fields: Mapping[str, Any], name: str, mimetype: str, size: int) -> dict[str, Any]:
    """The content of a message that shows an uploaded file, by its type."""
    family = mimetype.partition("/")[0]
    msgtype = f"m.{family}" if family in ("image", "audio", "video") else "m.file"
    return {"msgtype": msgtype, "body": name, "filename": name, "info": {"mimetype": mimetype, "size": size}, **fields}
