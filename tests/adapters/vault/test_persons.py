"""What is sealed can be read while its person is known, survives a crash with its entry, and is gone after erasure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contactcenter.adapters.vault import persons as vault_of_persons
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import ErasureAsked
from contactcenter.model.facts import PersonErased
from contactcenter.model.ids import PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.runtime.ports import StoreUnusable
from tests.adapters.journal.entries import entries
from tests.adapters.stores import STORES, store_of
from tests.adapters.stores import Store as Place

SECRET = bytes(range(32))
NUMBER = "+4930123456"


class House:
    """A journal with its vault, which can be left as a crash leaves it and taken up again."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.start()

    def start(self, secret: bytes = SECRET) -> None:
        self.journal = self.place.journal()
        self.epoch = self.journal.open_epoch()
        self.vault = PersonVault(self.journal, secret)

    def restart(self, secret: bytes = SECRET) -> None:
        self.journal.close()
        self.start(secret)

    async def commit(self) -> None:
        following = self.journal.head() + 1
        await self.journal.append(entries(following, following, self.epoch))

    def column(self, name: str) -> list[object]:
        return self.place.column(name)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    house = House(store_of(request, tmp_path))
    yield house
    house.journal.close()


def test_a_sealed_text_can_be_opened(store: House) -> None:
    box = store.vault.seal(PersonId("visitor"), "Zoë 王")
    assert box.person == "visitor" and "Zoë".encode() not in box.box
    assert store.vault.open(box) == "Zoë 王"


def test_one_address_is_one_person_with_one_key_and_never_the_same_box(store: House) -> None:
    first, second = store.vault.address(NUMBER), store.vault.address(NUMBER)
    assert (first.person, first.key) == (second.person, second.key)
    assert first.sealed != second.sealed
    assert store.vault.open(first.sealed) == store.vault.open(second.sealed) == NUMBER


def test_other_addresses_are_other_persons(store: House) -> None:
    first, second = store.vault.address(NUMBER), store.vault.address("+4930123457")
    assert first.person != second.person and first.key != second.key


async def test_a_person_is_known_again_after_a_restart(store: House) -> None:
    known = store.vault.address(NUMBER)
    await store.commit()
    store.restart()
    again = store.vault.address(NUMBER)
    assert (again.person, again.key) == (known.person, known.key)
    assert store.vault.open(known.sealed) == NUMBER


async def test_a_key_is_durable_with_the_batch_and_not_before(store: House) -> None:
    store.vault.address(NUMBER)
    assert store.column("person") == []
    await store.commit()
    assert len(store.column("person")) == 1
    commits = store.journal.figures().histograms["journal_commit_seconds"][-1][1]
    assert commits == 1, "no commit of its own"


async def test_keys_whose_batch_was_lost_leave_nothing_behind(store: House) -> None:
    lost = store.vault.address(NUMBER)
    store.restart()
    assert store.vault.open(lost.sealed) is None
    assert store.vault.address(NUMBER).person != lost.person


async def test_keys_can_be_settled_without_an_entry(store: House) -> None:
    known = store.vault.address(NUMBER)
    await store.vault.settle()
    await store.vault.settle()
    assert store.column("person") == [known.person]
    assert store.journal.figures().histograms["journal_commit_seconds"][-1][1] == 1, "nothing new, no commit"


async def test_an_erased_person_can_be_read_nowhere_at_once(store: House) -> None:
    known = store.vault.address(NUMBER)
    await store.commit()
    store.vault.destroy(known.person)
    assert store.vault.open(known.sealed) is None
    await store.vault.settle()
    store.restart()
    assert store.vault.open(known.sealed) is None


async def test_the_same_number_is_a_new_person_after_erasure(store: House) -> None:
    erased = store.vault.address(NUMBER)
    await store.commit()
    store.vault.destroy(erased.person)
    fresh = store.vault.address(NUMBER)
    assert fresh.person != erased.person and fresh.key != erased.key
    await store.commit()
    store.restart()
    assert store.vault.open(fresh.sealed) == NUMBER
    assert store.vault.open(erased.sealed) is None
    assert store.vault.address(NUMBER).person == fresh.person


async def test_the_entry_that_states_an_erasure_destroys_the_key_in_its_own_commit(store: House) -> None:
    known = store.vault.address(NUMBER)
    await store.commit()
    position = Position(store.epoch, 2)
    erasure = Entry(position, 0, "1.0", ErasureAsked(known.person), (PersonErased(known.person),))
    await store.journal.append([erasure])
    store.restart()  # the engine died before it carried out the command to destroy the key
    assert store.vault.open(known.sealed) is None
    assert store.column("person") == []


async def test_what_comes_late_for_an_erased_person_is_born_unreadable(store: House) -> None:
    known = store.vault.address(NUMBER)
    await store.commit()
    store.vault.destroy(known.person)
    for _ in range(2):
        late = store.vault.seal(known.person, "a last word")
        assert store.vault.open(late) is None
        await store.commit()
        store.restart()
    assert store.column("person") == []


async def test_erasing_twice_or_a_stranger_does_no_harm(store: House) -> None:
    known = store.vault.address(NUMBER)
    other = store.vault.address("+4930123457")
    for person in (known.person, known.person, PersonId("nobody")):
        store.vault.destroy(person)
    await store.commit()
    assert store.vault.open(other.sealed) == "+4930123457"
    assert store.column("person") == [other.person]


@pytest.mark.parametrize("box", [b"", b"\x01", b"\x01" + bytes(40), b"\x02" + bytes(40)])
def test_a_box_that_is_none_is_counted_and_stays_closed(store: House, box: bytes) -> None:
    known = store.vault.address(NUMBER)
    assert store.vault.open(Sealed(known.person, box)) is None
    assert store.vault.figures().counters["vault_boxes_unread_total"] == 1


def test_a_box_of_one_person_cannot_pass_as_anothers(store: House) -> None:
    first, second = store.vault.address(NUMBER), store.vault.address("+4930123457")
    assert store.vault.open(Sealed(second.person, first.sealed.box)) is None


async def test_another_secret_is_refused_before_anything_is_sealed_with_it(store: House) -> None:
    store.vault.address(NUMBER)
    await store.commit()
    with pytest.raises(StoreUnusable, match="another secret"):
        store.restart(bytes(32))


async def test_persons_beyond_the_cache_are_found_in_the_file(store: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_of_persons, "PERSONS_MAX", 3)
    people = [store.vault.address(f"+4930{number}") for number in range(10)]
    assert [store.vault.open(known.sealed) for known in people] == [f"+4930{number}" for number in range(10)]
    await store.commit()
    assert [store.vault.address(f"+4930{number}").person for number in range(10)] == [one.person for one in people]
    assert store.vault.figures().gauges["vault_keys_at_hand"] == 3
