"""SIP URIs: read, written, escaped and compared as RFC 3261 §19.1 shows."""

import pytest

from contactcenter.sip.uri import GrammarError, Uri, make_uri, parse_uri, unescape, uris_equal


@pytest.mark.parametrize(
    "text",
    [
        "sip:alice@atlanta.com",
        "sip:alice:secretword@atlanta.com;transport=tcp",
        "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
        "sip:+1-212-555-1212:1234@gateway.com;user=phone",
        "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
        "sip:alice;day=tuesday@atlanta.com",
        "sip:[2001:db8::1]:5070;lr",
        "tel:+861012345678",
        "urn:service:sos",
    ],
)
def test_what_is_read_is_written_back(text: str) -> None:
    assert str(parse_uri(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "alice", "sip:", "sip:a b@c", "sip:a@b;x y", "sip:a@b:70000", "sip:a%2@b", "sip:@", "tel:", "sip:2001:db8::1"],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(GrammarError):
        parse_uri(text)


def test_parts_are_told_apart() -> None:
    uri = parse_uri("sip:%61lice:pw@Host.Example:5070;Transport=TCP;lr?Subject=x")
    assert uri == Uri("sip", "%61lice:pw", "host.example", 5070, ";Transport=TCP;lr", "?Subject=x")
    assert uri.user_text == "alice"
    assert (uri.param("transport"), uri.param("lr"), uri.param("maddr")) == ("TCP", "", None)
    assert parse_uri("sip:host").user_text == ""


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
        ("sip:alice@atlanta.com?subject=a&priority=b", "sip:alice@atlanta.com?priority=b&subject=a"),
        ("sip:x@[2001:db8::1]", "sip:x@[2001:DB8:0::1]"),
    ],
)
def test_equal_uris(left: str, right: str) -> None:
    assert uris_equal(parse_uri(left), parse_uri(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("SIP:ALICE@AtLanTa.CoM", "sip:alice@AtLanTa.CoM"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:alice@atlanta.com", "sip:alice@atlanta.com?subject=x"),
        ("sip:bob@192.0.2.4", "sip:bob@phone21.boxesbybob.com"),
        ("sip:x@a", "sips:x@a"),
        ("tel:1", "tel:2"),
        ("sip:%00@a", "sip:%00%00@a"),
    ],
)
def test_unequal_uris(left: str, right: str) -> None:
    assert not uris_equal(parse_uri(left), parse_uri(right))


def test_octets_that_are_no_text_are_kept_apart() -> None:
    assert unescape("%C3%A4%ff%7f%41") == "ä\udcff\x7fA"
    assert unescape("%fe") != unescape("%ff")


def test_any_text_makes_a_user_part() -> None:
    evil = 'x@y>\r\nVia: "z";a?b=ä'
    made = parse_uri(str(make_uri(evil, "192.0.2.1", 5060)))
    assert made.user_text == evil and made.host == "192.0.2.1"
    assert str(make_uri("", "2001:db8::1")) == "sip:[2001:db8::1]"
