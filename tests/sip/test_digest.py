"""Digest: the RFC's own example, and everything that must not be let in."""

import pytest

from contactcenter.sip.digest import (
    FAILURE_WINDOW_MS,
    FAILURES_MAX,
    NONCE_LIFE_MS,
    NONCES_MAX,
    Account,
    Algorithm,
    Challenge,
    DigestGuard,
    Outcome,
    authorization,
    compute_ha1,
    read_challenge,
)
from tests.sip.wire import REALM, account

HOST, URI = "192.0.2.30", "sip:centre.example"
KNOWN = {"ann": account("ann"), "old": account("old", Algorithm.MD5)}


@pytest.fixture
def guard() -> DigestGuard:
    return DigestGuard(REALM, b"key", KNOWN.get)


def sign(guard: DigestGuard, name: str = "ann", now: int = 1_000, nc: int = 1, uri: str = URI) -> str:
    """Answer a fresh challenge for an account."""
    challenge = read_challenge([guard.challenge(name, HOST, now)])
    assert challenge is not None
    return authorization(challenge, KNOWN[name], "REGISTER", uri, "cnonce", nc)


def check(guard: DigestGuard, text: str, now: int = 1_000, host: str = HOST, method: str = "REGISTER") -> Outcome:
    return guard.check(text, method, URI, host, now).outcome


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        (Algorithm.MD5, "8ca523f5e9506fed4657c9700eebdbec"),
        (Algorithm.SHA256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: Algorithm, response: str) -> None:
    realm, nonce = "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    mufasa = Account("Mufasa", compute_ha1(algorithm, "Mufasa", realm, "Circle of Life"), algorithm)
    challenge = Challenge(realm, nonce, algorithm, "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    text = authorization(challenge, mufasa, "GET", "/dir/index.html", cnonce, 1)
    assert f'response="{response}"' in text and 'opaque="FQhe/' in text


@pytest.mark.parametrize("name", ["ann", "old"])
def test_the_right_secret_is_accepted_once(guard: DigestGuard, name: str) -> None:
    text = sign(guard, name)
    assert guard.check(text, "REGISTER", URI, HOST, 1_000).username == name
    assert check(guard, text) is Outcome.STALE


def test_a_nonce_may_be_used_again_with_a_higher_count(guard: DigestGuard) -> None:
    challenge = read_challenge([guard.challenge("ann", HOST, 1_000)])
    assert challenge is not None
    uses = [authorization(challenge, KNOWN["ann"], "REGISTER", URI, "c", nc) for nc in (2, 3, 1)]
    assert [check(guard, use) for use in uses] == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.STALE]


def test_a_nonce_is_bound_to_its_source_and_time(guard: DigestGuard) -> None:
    text = sign(guard)
    assert check(guard, text, host="203.0.113.66") is Outcome.STALE
    assert check(guard, text, now=1_001 + NONCE_LIFE_MS) is Outcome.STALE
    assert check(guard, text, now=999) is Outcome.STALE
    assert check(guard, text.replace('nonce="', 'nonce="0')) is Outcome.REFUSED


def test_a_made_up_nonce_is_stale_at_best(guard: DigestGuard) -> None:
    for nonce in ("made up", f"1.1.{'0' * 32}"):
        text = authorization(Challenge(REALM, nonce, Algorithm.SHA256), KNOWN["ann"], "REGISTER", URI, "c", 1)
        assert check(guard, text) is Outcome.STALE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Digest ", "Basic "),
        ('username="ann"', 'username="bob"'),
        ('username="ann"', 'username="old"'),
        ('response="', 'response="0'),
        ("qop=auth", "qop=auth-int"),
        ("nc=00000001", "nc=1"),
        ('cnonce="cnonce"', 'cnonce=""'),
        (f'realm="{REALM}"', 'realm="other"'),
        (f'uri="{URI}"', 'uri="sip:other"'),
        (f'uri="{URI}"', 'uri="nonsense"'),
        ("algorithm=SHA-256", "algorithm=MD5"),
        ("algorithm=SHA-256", "algorithm=SHA-256, algorithm=MD5"),
        ("algorithm=SHA-256, ", ""),
        ("Digest ", "Digest ;"),
    ],
)
def test_anything_else_is_refused(guard: DigestGuard, old: str, new: str) -> None:
    text = sign(guard)
    assert old in text
    assert check(guard, text.replace(old, new)) is Outcome.REFUSED


def test_another_method_is_refused(guard: DigestGuard) -> None:
    assert check(guard, sign(guard), method="INVITE") is Outcome.REFUSED


def test_the_same_uri_in_other_words_is_accepted(guard: DigestGuard) -> None:
    assert check(guard, sign(guard, uri="sip:CENTRE.example;x=1")) is Outcome.ACCEPTED


def test_guessing_is_stopped_for_a_while(guard: DigestGuard) -> None:
    wrong = sign(guard).replace('response="', 'response="0')
    for _ in range(FAILURES_MAX):
        assert check(guard, wrong) is Outcome.REFUSED
    assert check(guard, sign(guard)) is Outcome.REFUSED
    # Another source, and another account, are not punished for it.
    assert check(guard, sign(guard, "old")) is Outcome.ACCEPTED
    later = 1_000 + FAILURE_WINDOW_MS
    assert check(guard, wrong, now=later) is Outcome.REFUSED
    assert check(guard, sign(guard, now=later), now=later) is Outcome.ACCEPTED


def test_memory_is_bounded_and_what_is_forgotten_stays_used(
    guard: DigestGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert NONCES_MAX > 2
    monkeypatch.setattr("contactcenter.sip.digest.NONCES_MAX", 2)
    monkeypatch.setattr("contactcenter.sip.digest.FAILURE_ENTRIES_MAX", 2)
    texts = [sign(guard, now=1_000 + step) for step in range(4)]
    assert [check(guard, text, now=1_010) for text in texts] == [Outcome.ACCEPTED] * 4
    assert len(guard._counts) == 2
    assert check(guard, texts[0], now=1_010) is Outcome.STALE
    for name in ("x", "y", "z"):
        check(guard, texts[0].replace('"ann"', f'"{name}"'))
    assert len(guard._failures) == 2


def test_a_client_takes_the_strongest_challenge() -> None:
    md5 = 'Digest realm="r", nonce="1", qop="auth,auth-int", stale=TRUE'
    sha = 'Digest realm="r", nonce="2", algorithm=SHA-256, qop="auth", opaque="o"'
    chosen = read_challenge([md5, sha])
    assert chosen == Challenge("r", "2", Algorithm.SHA256, "o")
    assert read_challenge([md5]) == Challenge("r", "1", Algorithm.MD5, stale=True)
    unknown = 'Digest realm="r", nonce="1", algorithm=SHA-512, qop="auth"'
    assert read_challenge([unknown, "Basic x", 'Digest realm="r", qop="auth"', 'Digest nonce="1", realm="r"']) is None
