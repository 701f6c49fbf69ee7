"""The keys that clients send: only their SHA-256 is kept, and it is compared in constant time.

A key is 32 random bytes, so no slow hash is needed: nobody guesses one, and a hash tells nothing of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from pathlib import Path
from typing import Any

from ocrect import writers
from ocrect.errors import DamagedInputError, SettingsError

PREFIX = "ocrect_"
FILE = "keys.json"
_MOST_NAME = 64


class Keys:
    """The keys of one service's folder, by name; a change of the file counts from the next request on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._read: tuple[int, dict[str, Any]] = (-1, {})

    def known(self) -> dict[str, Any]:
        """Names, and for each its ``sha256`` and when it was ``made`` (seconds since 1970).

        Raises:
            DamagedInputError: the file is none of ours.
        """
        try:
            changed = self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._read[0]:
            try:
                found = json.loads(self.path.read_text(encoding="utf-8"))
                hashes = {name: bytes.fromhex(key["sha256"]) for name, key in found.items()}
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise DamagedInputError(f"{self.path} holds no keys: {error!r}", hint="Remove it, and make new keys.") from None
            self._read = (changed, {name: {**found[name], "hash": hashes[name]} for name in found})
        return self._read[1]

    def owner(self, key: str) -> str:
        """The name of a key; empty if it is unknown. All keys are compared, so that the time tells nothing."""
        given = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        fitting = [name for name, known in self.known().items() if hmac.compare_digest(known["hash"], given)]
        return fitting[0] if fitting else ""

    def add(self, name: str) -> str:
        """Make a key: this is the only time that it is seen.

        Raises:
            SettingsError: the name is taken, or no name.
        """
        if not 0 < len(name) <= _MOST_NAME or not name.isprintable():
            raise SettingsError(f"{name!r} is no name for a key", hint=f"Give up to {_MOST_NAME} printable characters.")
        if name in self.known():
            raise SettingsError(f"there is a key named {name!r}", hint="Choose another name, or revoke that one.")
        key = PREFIX + secrets.token_urlsafe(32)
        made = {"sha256": hashlib.sha256(key.encode()).hexdigest(), "made": round(time.time())}
        self._keep({**self.known(), name: made})
        return key

    def revoke(self, name: str) -> None:
        """Forget a key.

        Raises:
            SettingsError: there is none of that name.
        """
        if name not in self.known():
            raise SettingsError(f"there is no key named {name!r}", hint=f"Keys: {', '.join(self.known()) or 'none'}.")
        self._keep({other: key for other, key in self.known().items() if other != name})

    def _keep(self, keys: dict[str, Any]) -> None:
        shown = {name: {"sha256": key["sha256"], "made": key["made"]} for name, key in keys.items()}
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        writers.save(lambda out: out.write(json.dumps(shown, indent=2).encode()), self.path, force=True)
        self.path.chmod(0o600)
