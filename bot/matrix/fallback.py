"""The fallback key: a last key that the server gives out when the one-time keys are used up, as they are after a day
away, so that new devices can still reach us. nio knows nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nio.crypto import Olm

ALGORITHM = "signed_curve25519"
_TELLS = ("device_unused_fallback_key_types", "org.matrix.msc2732.device_unused_fallback_key_types")


def used(told: Mapping[str, Any]) -> bool | None:
    """Whether a sync says that the server has no fresh fallback key of ours; None when it says nothing of them."""
    lists = [told[name] for name in _TELLS if isinstance(told.get(name), list)]
    return None if not lists else not any(ALGORITHM in types for types in lists)


def make(olm: Olm) -> dict[str, Any]:
    """A fresh one, saved before anybody can use it, as the body of an upload. The one before still opens what was
    begun with it."""
    account = olm.account._account  # nio has no door to it
    if not account.fallback_key:  # else one was made and its upload failed: it is as good as new
        account.generate_fallback_key()
        olm.save_account()
    keys = {}
    for key_id, key in account.fallback_key.items():
        value = {"key": key.to_base64(), "fallback": True}
        signature = olm.sign_json(value)
        keys[f"{ALGORITHM}:{key_id}"] = {
            **value,
            "signatures": {olm.user_id: {f"ed25519:{olm.device_id}": signature}},
        }
    return {"fallback_keys": keys}


def published(olm: Olm) -> None:
    """The server has it."""
    olm.account._account.mark_keys_as_published()
    olm.save_account()
