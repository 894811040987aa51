"""The vault over the journal's rows: keys become durable in the very commit that carries what they seal.

A person's id, address key and data key are chance, tied to the address by one row alone; without that row nothing that
is left, the domain's secret included, leads from the journal back to the number. It must never hand out a key.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contactcenter.model.entry import Entry
from contactcenter.model.facts import PersonErased
from contactcenter.model.ids import PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.runtime.ports import Address, EngineFigures, KeyChanges, KeyRow, KeyRows, StoreUnusable

__all__ = ["PersonVault"]

FORMAT = b"\x01"  # AES-256-GCM, the person's id as associated data: FORMAT, nonce, ciphertext, tag
NONCE_BYTES = 12  # NIST SP 800-38D §8.2.2: random 96 bits, far below 2^32 boxes per person
KEY_BYTES = 32
ID_BYTES = 10  # 80 bits of chance: no two persons of a domain will ever share an id
PERSONS_MAX = 16_384  # keys at hand, ~1 kB each: more persons than call in a busy hour

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(OrderedDict[Key, Value], Generic[Key, Value]):
    """What was used last, so much of it and no more."""

    def keep(self, key: Key, value: Value) -> None:
        """Put a value in front and drop what was not used for longest."""
        self[key] = value
        self.move_to_end(key)
        if len(self) > PERSONS_MAX:
            self.popitem(last=False)


class PersonVault:
    """Seals, opens and forgets for one domain; the event loop's thread calls it, the journal's thread boards it."""

    def __init__(self, store: KeyRows, secret: bytes) -> None:
        """Work on a journal that is open. Raises StoreUnusable when its keys were wrapped with another secret."""
        self._store = store
        self._lookup_key = hmac.digest(secret, b"lookup", "sha256")
        self._wrapping = AESGCM(hmac.digest(secret, b"wrapping", "sha256"))
        self._fingerprint = hmac.digest(secret, b"fingerprint", "sha256")
        self._keys: Recent[PersonId, AESGCM] = Recent()
        self._people: Recent[bytes, KeyRow] = Recent()
        self._new: dict[PersonId | bytes, KeyRow] = {}  # by person, and by lookup where there is an address
        self._leaving: set[PersonId] = set()
        self._lock = threading.Lock()  # guards _new and _leaving, which the journal's thread sees too
        self._counts = {"vault_keys_made_total": 0, "vault_keys_destroyed_total": 0, "vault_boxes_unread_total": 0}
        self._check_secret()
        store.join_commits(self)

    # --- ports.Vault

    def address(self, text: str) -> Address:
        """Seal a normalised outside address under its person, who is new when the address is (or was erased)."""
        lookup = hmac.digest(self._lookup_key, text.encode(errors="replace"), "sha256")
        row = self._people.get(lookup) or self._at(lookup)
        if row is None:
            row = self._admit(PersonId(f"p{secrets.token_hex(ID_BYTES)}"), lookup, secrets.token_hex(ID_BYTES))
        self._people.keep(lookup, row)
        return Address(row.person, row.address_key, self.seal(row.person, text))

    def seal(self, person: PersonId, text: str) -> Sealed:
        """Seal a text; one for an erased person is sealed with a key that is thrown away at once."""
        key = self._key_of(person)
        if key is None:
            key = AESGCM(secrets.token_bytes(KEY_BYTES)) if self._is_erased(person) else self._make_key(person)
        nonce = os.urandom(NONCE_BYTES)
        return Sealed(person, FORMAT + nonce + key.encrypt(nonce, text.encode(errors="replace"), person.encode()))

    def open(self, box: Sealed) -> str | None:
        """Return the text of a box, or None when its person was erased or the box is not one of ours."""
        key = self._key_of(box.person)
        nonce, sealed = box.box[1 : 1 + NONCE_BYTES], box.box[1 + NONCE_BYTES :]
        try:
            if key and box.box.startswith(FORMAT):
                return key.decrypt(nonce, sealed, box.person.encode()).decode()
        except (InvalidTag, ValueError):
            pass
        self._counts["vault_boxes_unread_total"] += 1
        return None

    def destroy(self, person: PersonId) -> None:
        """Forget a person at once, and in the file with the next commit; asking again does no harm."""
        with self._lock:
            self._leaving.add(person)
            self._drop_new(person)
        self._keys.pop(person, None)
        for lookup in [lookup for lookup, row in self._people.items() if row.person == person]:
            del self._people[lookup]
        self._counts["vault_keys_destroyed_total"] += 1
        self._store.erase(lambda: self._left(person))

    # --- beside the port

    async def settle(self) -> None:
        """Return once every key given out until now is durable; for boxes that leave the engine unjournaled."""
        with self._lock:
            waiting = bool(self._new)
        if waiting:
            await self._store.settle()

    def board(self, entries: Sequence[Entry]) -> tuple[KeyChanges, Callable[[], None]]:
        """Return the keys that are new, and the persons who leave: those in whose erasure `entries` result too.

        They leave first, for a new person may have the address of one who is on the way out.
        """
        erased = [fact.person for entry in entries for fact in entry.facts if isinstance(fact, PersonErased)]
        with self._lock:
            rows = tuple(row for name, row in self._new.items() if name == row.person)
            leaving = list(self._leaving)

        def kept() -> None:
            with self._lock:
                for row in rows:
                    self._drop_new(row.person)

        return KeyChanges(self._fingerprint, tuple(dict.fromkeys((*erased, *leaving))), rows), kept

    def figures(self) -> EngineFigures:
        """Return how many keys were made and destroyed, and how many boxes could not be opened."""
        return EngineFigures(gauges={"vault_keys_at_hand": len(self._keys)}, counters=dict(self._counts))

    # --- inside

    def _check_secret(self) -> None:
        known = self._store.fingerprint()
        if known is not None and known != self._fingerprint:
            raise StoreUnusable(
                "the keys of this domain were wrapped with another secret than the one in its file; "
                "restore that file from the backup that belongs to this journal"
            )

    def _key_of(self, person: PersonId) -> AESGCM | None:
        key = self._keys.get(person)
        if key is None and (row := self._of(person)):
            key = AESGCM(self._wrapping.decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], person.encode()))
        if key:
            self._keys.keep(person, key)
        return key

    def _of(self, person: PersonId) -> KeyRow | None:
        with self._lock:
            row = self._new.get(person)
        return self._staying(row or self._store.key_of(person))

    def _at(self, lookup: bytes) -> KeyRow | None:
        with self._lock:
            row = self._new.get(lookup)
        return self._staying(row or self._store.key_at(lookup))

    def _staying(self, row: KeyRow | None) -> KeyRow | None:
        with self._lock:
            return None if row and row.person in self._leaving else row

    def _admit(self, person: PersonId, lookup: bytes | None, address_key: str) -> KeyRow:
        key, nonce = secrets.token_bytes(KEY_BYTES), os.urandom(NONCE_BYTES)
        row = KeyRow(person, lookup, address_key, nonce + self._wrapping.encrypt(nonce, key, person.encode()))
        with self._lock:
            self._new.update({name: row for name in (person, lookup) if name is not None})
        self._keys.keep(person, AESGCM(key))
        self._counts["vault_keys_made_total"] += 1
        return row

    def _drop_new(self, person: PersonId) -> None:
        row = self._new.pop(person, None)
        if row and row.lookup:
            self._new.pop(row.lookup, None)

    def _make_key(self, person: PersonId) -> AESGCM:
        self._admit(person, None, "")
        return self._keys[person]

    def _is_erased(self, person: PersonId) -> bool:
        with self._lock:
            leaving = person in self._leaving
        return leaving or self._store.is_erased(person)

    def _left(self, person: PersonId) -> None:
        with self._lock:
            self._leaving.discard(person)
