"""Digest authentication (RFC 7616 as RFC 8760 puts it into SIP): challenges, checks, and a client's answers.

Secrets are never seen here, only HA1, the hash of name, realm and secret. A nonce carries its time and is bound to its
source by a keyed hash, so that challenging a stranger costs no memory. Known and unknown accounts get the same answers.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.sip.grammar import GrammarError, parse_uri, quote, unquote, uris_equal

__all__ = [
    "Account",
    "Algorithm",
    "Challenge",
    "DigestGuard",
    "Outcome",
    "Verdict",
    "authorization",
    "compute_ha1",
    "read_challenge",
]

# Long enough for one registration and its retries, short enough to make a stolen nonce useless.
NONCE_LIFE_MS = 300_000
# One entry per nonce in use; 10,000 phones of which each holds two.
NONCES_MAX = 20_000
# Ten wrong answers in five minutes from one address for one account, then none is looked at until the window ends.
FAILURES_MAX = 10
FAILURE_WINDOW_MS = 300_000
FAILURE_ENTRIES_MAX = 10_000

_MAC_DIGITS = 32
_NONCE = re.compile(r"([0-9a-f]{1,16})\.([0-9a-f]{1,16})\.([0-9a-f]{32})", re.ASCII)
_NC = re.compile(r"[0-9a-fA-F]{8}", re.ASCII)
_PAIR = re.compile(r'\s*+([A-Za-z0-9\-]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^\s,"]*+)\s*+(?:,|$)', re.DOTALL)


class Algorithm(StrEnum):
    """The hash that an account uses; MD5 only for devices that know no other."""

    SHA256 = "SHA-256"
    MD5 = "MD5"


@dataclass(frozen=True, slots=True)
class Account:
    """A name and the hash of its secret, in hexadecimal digits."""

    username: str
    ha1: str
    algorithm: Algorithm = Algorithm.SHA256


class Outcome(StrEnum):
    """How a check ended. `STALE` asks for the same secret again over a new nonce."""

    ACCEPTED = "accepted"
    STALE = "stale"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, and the account's name once it is accepted."""

    outcome: Outcome
    username: str = ""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A server's challenge, as a client reads it."""

    realm: str
    nonce: str
    algorithm: Algorithm
    opaque: str = ""
    stale: bool = False


def _digest(algorithm: Algorithm, text: str) -> str:
    octets = text.encode("utf-8", "surrogateescape")
    return (hashlib.md5(octets) if algorithm is Algorithm.MD5 else hashlib.sha256(octets)).hexdigest()


def compute_ha1(algorithm: Algorithm, username: str, realm: str, secret: str) -> str:
    """Return what is stored in place of a secret (RFC 7616 §3.4.2)."""
    return _digest(algorithm, f"{username}:{realm}:{secret}")


def _answer(account: Account, method: str, uri: str, nonce: str, nc: str, cnonce: str) -> str:
    ha2 = _digest(account.algorithm, f"{method}:{uri}")
    return _digest(account.algorithm, f"{account.ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}")


def _fields(text: str) -> dict[str, str]:
    """Read `Digest name=value, …`. Raises GrammarError for another scheme or a malformed list."""
    scheme, _, rest = text.strip().partition(" ")
    if scheme.lower() != "digest":
        raise GrammarError("not digest")
    fields: dict[str, str] = {}
    at = 0
    while at < len(rest):
        found = _PAIR.match(rest, at)
        if found is None or found[1].lower() in fields:
            raise GrammarError("malformed credentials")
        fields[found[1].lower()] = unquote(found[2])
        at = found.end()
    return fields


def _same_uri(given: str, uri: str) -> bool:
    """Devices write the same URI in different ways; what it means must agree (RFC 7616 §3.4.6)."""
    try:
        return given == uri or uris_equal(parse_uri(given), parse_uri(uri))
    except GrammarError:
        return False


class DigestGuard:
    """The server's side for one realm. `lookup` finds an account by name; `secret` keys the nonces."""

    def __init__(self, realm: str, secret: bytes, lookup: Callable[[str], Account | None]) -> None:
        self.realm = realm
        self._secret = secret
        self._lookup = lookup
        self._serial = 0
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._floor = 0
        self._failures: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    def challenge(self, username: str, host: str, now: int, *, stale: bool = False) -> str:
        """Return the value of a WWW-Authenticate header for whoever says to be `username`."""
        self._serial += 1
        issued = f"{now:x}.{self._serial:x}"
        nonce = f"{issued}.{self._mac(issued, host)}"
        account = self._lookup(username)
        algorithm = account.algorithm if account else Algorithm.SHA256
        ending = ", stale=true" if stale else ""
        return f'Digest realm={quote(self.realm)}, nonce="{nonce}", algorithm={algorithm}, qop="auth"{ending}'

    def check(self, text: str, method: str, uri: str, host: str, now: int) -> Verdict:
        """Judge an Authorization header; `uri` is the request's own."""
        try:
            fields = _fields(text)
        except GrammarError:
            return Verdict(Outcome.REFUSED)
        username = fields.get("username", "")
        if self._blocked(username, host, now):
            return Verdict(Outcome.REFUSED)
        nonce = fields.get("nonce", "")
        issued = self._issued(nonce, host, now)
        if not self._matches(fields, method, uri):
            self._note_failure(username, host, now)
            return Verdict(Outcome.REFUSED)
        if issued is None or not self._count(nonce, issued, int(fields["nc"], 16), now):
            return Verdict(Outcome.STALE)
        self._failures.pop((host, username), None)
        return Verdict(Outcome.ACCEPTED, username)

    def _matches(self, fields: Mapping[str, str], method: str, uri: str) -> bool:
        username = fields.get("username", "")
        account = self._lookup(username)
        known = account is not None
        # A decoy costs an unknown name the same work, so that the time of the answer tells nothing.
        account = account or Account(username, self._mac("decoy", username) * 2)
        algorithm = fields.get("algorithm", Algorithm.MD5).upper()
        well_formed = (
            _NC.fullmatch(fields.get("nc", "")) is not None
            and fields.get("cnonce", "") != ""
            and fields.get("qop", "").lower() == "auth"
            and fields.get("realm") == self.realm
            and _same_uri(fields.get("uri", ""), uri)
            and algorithm == account.algorithm
        )
        # What was signed is the URI as the device wrote it; that it means the request's own was checked above.
        given_uri, nonce = fields.get("uri", ""), fields.get("nonce", "")
        wanted = _answer(account, method, given_uri, nonce, fields.get("nc", ""), fields.get("cnonce", ""))
        given = fields.get("response", "").lower().encode("utf-8", "surrogateescape")
        return hmac.compare_digest(wanted.encode(), given) and known and well_formed

    def _mac(self, text: str, host: str) -> str:
        key = f"{text}|{host}".encode("utf-8", "surrogateescape")
        return hmac.new(self._secret, key, hashlib.sha256).hexdigest()[:_MAC_DIGITS]

    def _issued(self, nonce: str, host: str, now: int) -> int | None:
        """Return when we issued a nonce to this host, None if we did not or if it is too old."""
        found = _NONCE.fullmatch(nonce)
        if found is None:
            return None
        genuine = hmac.compare_digest(self._mac(f"{found[1]}.{found[2]}", host), found[3])
        issued = int(found[1], 16)
        fresh = self._floor <= issued and issued <= now <= issued + NONCE_LIFE_MS
        return issued if genuine and fresh else None

    def _count(self, nonce: str, issued: int, nc: int, now: int) -> bool:
        """Note a use of a nonce; False if this count or a later one was used before (a replay)."""
        _, last = self._counts.get(nonce, (issued, 0))
        if nc <= last:
            return False
        self._counts[nonce] = (issued, nc)
        while True:
            oldest, (born, _) = next(iter(self._counts.items()))
            if len(self._counts) <= NONCES_MAX and now <= born + NONCE_LIFE_MS:
                return True
            del self._counts[oldest]
            # Forgotten nonces must not become fresh again: whatever is as old is refused from now on.
            self._floor = max(self._floor, born + 1)

    def _blocked(self, username: str, host: str, now: int) -> bool:
        count, since = self._failures.get((host, username), (0, now))
        return count >= FAILURES_MAX and now < since + FAILURE_WINDOW_MS

    def _note_failure(self, username: str, host: str, now: int) -> None:
        count, since = self._failures.pop((host, username), (0, now))
        if now >= since + FAILURE_WINDOW_MS:
            count, since = 0, now
        self._failures[(host, username)] = (count + 1, since)
        if len(self._failures) > FAILURE_ENTRIES_MAX:
            self._failures.popitem(last=False)


def read_challenge(values: list[str]) -> Challenge | None:
    """Return the strongest challenge that a client can answer, None if there is none (RFC 8760 §2.4)."""
    found = [challenge for value in values if (challenge := _challenge(value)) is not None]
    return min(found, key=lambda challenge: challenge.algorithm is Algorithm.MD5, default=None)


def _challenge(text: str) -> Challenge | None:
    try:
        fields = _fields(text)
        algorithm = Algorithm(fields.get("algorithm", Algorithm.MD5).upper())
    except ValueError:
        return None
    offered = [name.strip().lower() for name in fields.get("qop", "").split(",")]
    if "auth" not in offered or "nonce" not in fields or "realm" not in fields:
        return None
    stale = fields.get("stale", "").lower() == "true"
    return Challenge(fields["realm"], fields["nonce"], algorithm, fields.get("opaque", ""), stale)


def authorization(challenge: Challenge, account: Account, method: str, uri: str, cnonce: str, nc: int) -> str:
    """Return the Authorization header that answers a challenge; the account's HA1 must be of its algorithm."""
    count = f"{nc:08x}"
    response = _answer(account, method, uri, challenge.nonce, count, cnonce)
    opaque = f", opaque={quote(challenge.opaque)}" if challenge.opaque else ""
    return (
        f"Digest username={quote(account.username)}, realm={quote(challenge.realm)}, nonce={quote(challenge.nonce)}, "
        f'uri={quote(uri)}, response="{response}", algorithm={account.algorithm}, cnonce={quote(cnonce)}, '
        f"qop=auth, nc={count}{opaque}"
    )
