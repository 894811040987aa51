"""Session descriptions: what is offered, what is chosen, what is answered (RFC 3264)."""

import pytest

from contactcenter.sip.sdp import (
    MEDIA_MAX,
    PCMA,
    PCMU,
    SDP_BYTES_MAX,
    Direction,
    LocalAudio,
    SdpError,
    build_answer,
    build_offer,
    choose_audio,
    parse_sdp,
    routable,
)

OURS = LocalAudio("192.0.2.1", 30_000, 7)
HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"


def offer(media: str, head: str = HEAD) -> bytes:
    return (head + media).replace("|", "\r\n").encode()


def answered(media: str, local: LocalAudio = OURS) -> list[str]:
    """Return the media lines of our answer."""
    session = parse_sdp(offer(media))
    chosen = choose_audio(session)
    assert chosen is not None
    return build_answer(session, chosen, local).decode().split("\r\n")[5:-1]


def test_one_codec_is_answered_in_the_callers_order() -> None:
    lines = answered("m=audio 4000 RTP/AVP 9 8 0 96|a=rtpmap:96 telephone-event/8000|a=ptime:30|")
    assert lines == [
        "m=audio 30000 RTP/AVP 8 96",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:96 telephone-event/8000",
        "a=fmtp:96 0-15",
        "a=ptime:30",
        "a=sendrecv",
    ]


def test_other_streams_are_refused_in_their_place() -> None:
    lines = answered("m=video 5000 RTP/AVP 31|m=audio 4000 RTP/AVP 0|m=audio 4002 RTP/AVP 0|m=image 0 udptl t38|")
    assert [line for line in lines if line.startswith("m=")] == [
        "m=video 0 RTP/AVP 31",
        "m=audio 30000 RTP/AVP 0",
        "m=audio 0 RTP/AVP 0",
        "m=image 0 udptl t38",
    ]


@pytest.mark.parametrize(
    "media",
    [
        "",
        "m=audio 4000 RTP/AVP 9|",
        "m=audio 0 RTP/AVP 0|",
        "m=audio 4000 RTP/SAVP 0|",
        "m=video 4000 RTP/AVP 0|",
        "m=audio 4000 RTP/AVP 0|a=rtpmap:0 OPUS/48000|",
        "m=audio 4000 RTP/AVP x 9999|",
    ],
)
def test_nothing_in_common(media: str) -> None:
    assert choose_audio(parse_sdp(offer(media))) is None


def test_a_codec_under_a_number_of_its_own() -> None:
    chosen = choose_audio(parse_sdp(offer("m=audio 4000 RTP/AVP 97|a=rtpmap:97 PCMU/8000/1|a=rtpmap:x y|a=ptime:0|")))
    assert chosen is not None and (chosen.codec, chosen.payload_type, chosen.ptime_ms) == (PCMU, 97, 20)
    assert chosen.telephone_event is None
    session = parse_sdp(offer("m=audio 4000 RTP/AVP 0 8|"))
    preferred = choose_audio(session, (PCMA,))
    assert preferred is not None and preferred.codec is PCMA


@pytest.mark.parametrize(
    ("theirs", "wanted", "ours"),
    [
        ("sendrecv", Direction.SENDRECV, "sendrecv"),
        ("sendonly", Direction.SENDRECV, "recvonly"),
        ("recvonly", Direction.SENDRECV, "sendonly"),
        ("inactive", Direction.SENDRECV, "inactive"),
        ("sendrecv", Direction.SENDONLY, "sendonly"),
        ("sendonly", Direction.SENDONLY, "inactive"),
    ],
)
def test_directions(theirs: str, wanted: Direction, ours: str) -> None:
    lines = answered(f"m=audio 4000 RTP/AVP 0|a={theirs}|", LocalAudio("::1", 9, 1, direction=wanted))
    assert lines[-1] == f"a={ours}"


def test_a_direction_for_the_whole_session() -> None:
    chosen = choose_audio(parse_sdp(offer("a=inactive|m=audio 4000 RTP/AVP 0|")))
    assert chosen is not None and chosen.direction is Direction.INACTIVE
    assert not chosen.direction.sends and not chosen.direction.receives


@pytest.mark.parametrize(("attribute", "direction"), [("", Direction.SENDONLY), ("a=inactive|", Direction.INACTIVE)])
def test_hold_by_address(attribute: str, direction: Direction) -> None:
    chosen = choose_audio(parse_sdp(offer(f"m=audio 4000 RTP/AVP 0|c=IN IP4 0.0.0.0|{attribute}")))
    assert chosen is not None and (chosen.host, chosen.direction) == ("0.0.0.0", direction)


def test_each_stream_may_have_its_address() -> None:
    head = "v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=5 6\r\n"
    session = parse_sdp(offer("m=audio 4000/2 RTP/AVP 0|c=IN IP6 2001:db8::1/127|m=video 1 RTP/AVP 31|", head))
    assert [media.host for media in session.media] == ["2001:db8::1", ""]
    chosen = choose_audio(session)
    assert chosen is not None
    assert b"\r\nt=5 6\r\n" in build_answer(session, chosen, OURS)


def test_our_offer_is_what_we_read() -> None:
    session = parse_sdp(build_offer(LocalAudio("2001:db8::1", 30_000, 7, 2), (PCMA, PCMU)))
    chosen = choose_audio(session)
    assert chosen is not None
    assert (chosen.host, chosen.port, chosen.codec, chosen.telephone_event) == ("2001:db8::1", 30_000, PCMA, 101)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x=0\r\n",
        b"v=0\r\n" + b"a=x\r\n" * 600,
        b"v=0\r\na=" + b"x" * SDP_BYTES_MAX,
        b"v=0\r\nm=audio 1 RTP/AVP\r\n",
        b"v=0\r\nm=audio x RTP/AVP 0\r\n",
        b"v=0\r\nm=audio 70000 RTP/AVP 0\r\n",
        b"v=0\r\nc=IN IP4\r\n",
        b"v=0\r\nc=IN ATM x\r\n",
        b"v=0\r\n" + b"m=audio 1 RTP/AVP 0\r\n" * (MEDIA_MAX + 1),
    ],
)
def test_what_cannot_be_read(body: bytes) -> None:
    with pytest.raises(SdpError):
        parse_sdp(body)


def test_a_line_of_no_grammar_is_skipped() -> None:
    assert parse_sdp(b"v=0\nm =video 3227 RTP/AVP 31\nnonsense\nb=AS:64\n").media == ()


@pytest.mark.parametrize(
    ("host", "loopback", "good"),
    [
        ("192.0.2.1", False, True),
        ("2001:db8::1", False, True),
        ("127.0.0.1", False, False),
        ("127.0.0.1", True, True),
        ("::ffff:127.0.0.1", False, False),
        ("0.0.0.0", True, False),
        ("255.255.255.255", True, False),
        ("224.0.0.1", True, False),
        ("169.254.169.254", True, False),
        ("name.example", True, False),
    ],
)
def test_where_sound_may_go(host: str, loopback: bool, good: bool) -> None:
    assert routable(host, loopback=loopback) is good
