"""No datagram makes an endpoint raise, whatever is in it, and whatever was said before."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.sip.digest import authorization, read_challenge
from contactcenter.sip.events import CallAnswered, InviteReceived
from contactcenter.sip.grammar import (
    Address,
    GrammarError,
    parse_name_addr,
    parse_params,
    parse_uri,
    parse_via,
    split_list,
)
from contactcenter.sip.sdp import SdpError, choose_audio, parse_sdp
from tests.sip.wire import CALLER, CENTRE, OFFER, PHONE, Wire, account, centre, order, phone

FOLDER = Path(__file__).parent / "torture"
SEEDS = sorted(path.read_bytes() for path in FOLDER.glob("rfc*/*"))
SPICES = [
    *(b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b";", b",", b"<", b">", b'"', b"\\", b"@", b"%", b":", b"=", b" "),
    *(b"\xff", b"\xc3", b"z9hG4bK", b"tag=", b"99999999999", b"-1", b"SIP/2.0", b"Contact: *", b";lr", b"[", b"]"),
]


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A message of the RFCs with some bytes cut, doubled, replaced or spiced."""
    octets = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(octets)))
        end = draw(st.integers(start, min(len(octets), start + 40)))
        middle = draw(st.sampled_from([b"", octets[start:end] * 2, *SPICES]) | st.binary(max_size=8))
        octets = octets[:start] + middle + octets[end:]
    return octets


@settings(max_examples=400, deadline=None)
@given(st.lists(mutants(), min_size=1, max_size=4))
def test_a_broken_message_never_raises(datagrams: list[bytes]) -> None:
    end = centre(trusts=lambda source: True)
    for serial, datagram in enumerate(datagrams):
        end.receive(datagram, CALLER, 1_000 + serial)
        for event in end.take_events():
            if isinstance(event, InviteReceived):
                end.accept(event.call, OFFER, 1_000 + serial)
    end.expire(2_000_000)
    for reply, _ in end.take_datagrams():
        head = reply.partition(b"\r\n\r\n")[0]
        assert head.count(b"\n") == head.count(b"\r") == head.count(b"\r\n")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_noise_never_raises(noise: bytes) -> None:
    end = centre()
    end.receive(noise, CALLER, 1_000)
    assert all(reply.startswith(b"SIP/2.0 ") for reply, _ in end.take_datagrams())


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 7), st.integers(0, 600), st.integers(0, 40), st.sampled_from(SPICES) | st.binary(max_size=6))
def test_a_live_call_survives_broken_answers(nth: int, start: int, cut: int, spice: bytes) -> None:
    """One datagram of a whole call is broken; the others are as they should be, and nothing raises or leaks."""
    wire = Wire(centre=centre(), phone=phone(PHONE))
    end, far = wire.ends[CENTRE], wire.ends[PHONE]
    seen = 0
    take = far.take_datagrams

    def breaking() -> list[tuple[bytes, Address]]:
        nonlocal seen
        out = []
        for datagram, target in take():
            seen += 1
            out.append((datagram[:start] + spice + datagram[start + cut :] if seen == nth else datagram, target))
        return out

    far.take_datagrams = breaking  # type: ignore[method-assign]
    ours = end.invite(order("sip:ann@192.0.2.30", PHONE), wire.now)
    wire.run(100)
    for event in wire.told("phone"):
        if isinstance(event, InviteReceived):
            far.ring(event.call, wire.now)
            far.accept(event.call, OFFER, wire.now)
    wire.run(2_000)
    if any(isinstance(event, CallAnswered) for event in wire.told("centre")):
        end.bye(ours, wire.now)
    else:
        end.cancel(ours, wire.now)
    wire.run(300_000)
    assert end._element.calls == {} or end.snapshot(ours) is not None
    assert len(end._element.transactions) == 0


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r'"?[a-z<>";=,@:%\[\]\\? ]{0,60}'))
def test_parsers_return_or_say_that_they_cannot(text: str) -> None:
    for parser in (parse_uri, parse_name_addr, parse_via, parse_params, split_list):
        try:
            parser(text)
        except GrammarError:
            continue


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(OFFER)), st.integers(0, 30), st.binary(max_size=20))
def test_broken_session_descriptions_never_raise_anything_else(start: int, cut: int, noise: bytes) -> None:
    try:
        session = parse_sdp(OFFER[:start] + noise + OFFER[start + cut :])
    except SdpError:
        return
    choose_audio(session)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_broken_credentials_are_refused(noise: str) -> None:
    end = centre()
    guard = end._element.guard
    challenge = read_challenge([guard.challenge("ann", "192.0.2.30", 1_000)])
    assert challenge is not None
    good = authorization(challenge, account("ann"), "REGISTER", "sip:x", "cn", 1)
    for text in (
        noise,
        f"Digest {noise}",
        good + noise,
        good[: len(noise)],
        good.replace("nc=00000001", f"nc={noise}"),
    ):
        if text.strip() != good:
            guard.check(text, "REGISTER", "sip:x", "192.0.2.30", 1_000)
    assert read_challenge([noise, f"Digest {noise}"]) is None or noise
