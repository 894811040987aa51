"""The bindings table: what RFC 3261 §10.3 lets a REGISTER do, and for how long."""

import pytest

from contactcenter.sip.grammar import Address, NameAddr, parse_name_addr
from contactcenter.sip.registrar import Binding, Change, Registrar, RegistrarLimits, RegistrationRefused, Wish

SOURCE, ELSEWHERE = Address("192.0.2.30", 5060), Address("192.0.2.31", 5060)
LIMITS = RegistrarLimits(contacts_max=2)


def contacts(*texts: str) -> list[NameAddr]:
    return [parse_name_addr(text) for text in texts]


def wish(*texts: str, call_id: str = "a", cseq: int = 1, expires: str | None = None, source: Address = SOURCE) -> Wish:
    return Wish(contacts(*texts), call_id, cseq, source, expires)


@pytest.fixture
def registrar() -> Registrar:
    return Registrar(LIMITS)


def held(registrar: Registrar, now: int = 0) -> list[tuple[str, int]]:
    return [(binding.contact, binding.expires_at) for binding in registrar.bindings("ann", now)]


def test_a_lifetime_is_the_contacts_own_then_the_headers_then_ours(registrar: Registrar) -> None:
    registrar.register("ann", wish("<sip:a>;expires=90", "sip:b", expires="120"), 0)
    assert held(registrar) == [("sip:b", 120_000), ("sip:a", 90_000)]
    registrar.register("ann", wish("sip:a", call_id="z"), 0)
    assert held(registrar)[0] == ("sip:a", 600_000)
    registrar.register("ann", wish("sip:a", cseq=2, expires="4294967295"), 0)
    assert held(registrar)[0] == ("sip:a", 3_600_000)
    registrar.register("ann", wish("<sip:a>;expires=soon", cseq=3), 0)
    assert held(registrar)[0] == ("sip:a", 600_000)


def test_too_short_is_refused_and_changes_nothing(registrar: Registrar) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        registrar.register("ann", wish("sip:a", "<sip:b>;expires=59"), 0)
    assert refused.value.status == 423
    assert held(registrar) == []


def test_zero_removes_one_and_a_star_removes_all(registrar: Registrar) -> None:
    registrar.register("ann", wish("sip:a", "sip:b"), 0)
    (gone,) = registrar.register("ann", wish("<sip:a>;expires=0", cseq=2), 0)
    assert (gone.change, gone.binding.contact) == (Change.REMOVED, "sip:a")
    assert registrar.register("ann", wish("<sip:never>;expires=0", cseq=3), 0) == []
    (last,) = registrar.register("ann", Wish([], "a", 4, SOURCE, "0", remove_all=True), 0)
    assert last.binding.contact == "sip:b" and held(registrar) == []


@pytest.mark.parametrize(("texts", "expires"), [((), "60"), ((), None), (("sip:a",), "0")])
def test_a_star_stands_alone_and_with_zero(registrar: Registrar, texts: tuple[str, ...], expires: str | None) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        registrar.register("ann", Wish(contacts(*texts), "a", 1, SOURCE, expires, remove_all=True), 0)
    assert refused.value.status == 400


def test_an_older_request_changes_nothing(registrar: Registrar) -> None:
    registrar.register("ann", wish("sip:a", cseq=5), 0)
    for cseq in (5, 4):
        with pytest.raises(RegistrationRefused) as refused:
            registrar.register("ann", wish("sip:new", "sip:a", cseq=cseq), 0)
        assert refused.value.status == 500
    assert held(registrar) == [("sip:a", 600_000)]
    assert registrar.register("ann", wish("sip:a", call_id="restarted", cseq=1), 0) == []


def test_a_phone_that_moves_is_told(registrar: Registrar) -> None:
    registrar.register("ann", wish("sip:a"), 0)
    (moved,) = registrar.register("ann", wish("sip:a", cseq=2, source=ELSEWHERE), 0)
    assert (moved.change, moved.binding.source) == (Change.MOVED, ELSEWHERE)


def test_the_contact_not_refreshed_longest_makes_room(registrar: Registrar) -> None:
    changes = registrar.register("ann", wish("sip:a", "sip:b", "sip:c"), 0)
    assert [(change.change, change.binding.contact) for change in changes] == [
        (Change.ADDED, "sip:a"),
        (Change.ADDED, "sip:b"),
        (Change.ADDED, "sip:c"),
        (Change.REMOVED, "sip:a"),
    ]
    assert [contact for contact, _ in held(registrar)] == ["sip:c", "sip:b"]


def test_a_foreign_scheme_is_no_contact(registrar: Registrar) -> None:
    with pytest.raises(RegistrationRefused):
        registrar.register("ann", wish("<mailto:a@b>"), 0)


def test_bindings_run_out_in_time(registrar: Registrar) -> None:
    registrar.register("ann", wish("<sip:a>;expires=60"), 0)
    registrar.register("ann", wish("<sip:b>;expires=120", cseq=2), 0)
    assert registrar.deadline() == 60_000
    assert registrar.expire(59_999) == []
    (first,) = registrar.expire(60_000)
    assert (first.change, first.binding.contact) == (Change.EXPIRED, "sip:a")
    assert held(registrar, 119_999) == [("sip:b", 120_000)]
    assert held(registrar, 120_000) == []
    assert len(registrar.expire(200_000)) == 1 and registrar.deadline() is None


def test_a_stale_deadline_expires_nothing(registrar: Registrar) -> None:
    registrar.register("ann", wish("<sip:a>;expires=60"), 0)
    registrar.register("ann", wish("<sip:a>;expires=60", cseq=2), 30_000)
    assert registrar.expire(60_000) == []
    assert len(registrar.expire(90_000)) == 1


def test_restored_bindings_do_not_double(registrar: Registrar) -> None:
    registrar.restore(Binding("ann", "sip:a", (), "", 0, SOURCE, 5_000))
    registrar.restore(Binding("ann", "sip:a", (), "", 0, ELSEWHERE, 9_000))
    assert held(registrar) == [("sip:a", 5_000)]
    assert len(registrar.remove("ann")) == 1 and registrar.remove("ann") == []
    assert registrar.expire(10_000) == []
