"""The words headers are made of, each from the examples of the RFC and from those who bend them."""

import pytest

from contactcenter.sip.grammar import (
    Address,
    CSeq,
    GrammarError,
    NameAddr,
    Via,
    format_params,
    is_token,
    parse_address_list,
    parse_cseq,
    parse_name_addr,
    parse_number,
    parse_params,
    parse_tokens,
    parse_uri,
    parse_via,
    quote,
    scrub,
    split_list,
    unquote,
)


@pytest.mark.parametrize(
    ("text", "display", "uri", "tag"),
    [
        ('"A. G. Bell" <sip:agb@bell.example> ;tag=a48s', "A. G. Bell", "sip:agb@bell.example", "a48s"),
        ("sip:+12125551212@phone2net.example;tag=887s", "", "sip:+12125551212@phone2net.example", "887s"),
        (
            "Anonymous <sip:c8oqz84zk7z@privacy.example>;tag=hyh8",
            "Anonymous",
            "sip:c8oqz84zk7z@privacy.example",
            "hyh8",
        ),
        ("caller<sip:caller@example.com>;tag=323", "caller", "sip:caller@example.com", "323"),
        (r'"quote \" and \\ slash"<sip:a@b>', 'quote " and \\ slash', "sip:a@b", None),
        ("<sip:a@b;lr>  ;  TAG  =  x ; flag", "", "sip:a@b;lr", "x"),
        ('"Bücher" <sip:a@b>', "Bücher", "sip:a@b", None),
    ],
)
def test_addresses(text: str, display: str, uri: str, tag: str | None) -> None:
    entry = parse_name_addr(text)
    assert (entry.display, str(entry.uri), entry.param("tag")) == (display, uri, tag)


@pytest.mark.parametrize(
    "text",
    [
        '"Mr. J. User <sip:j.user@example.com>',
        "Bell, Alexander <sip:a.g.bell@example.com>",
        '"Watson" < sip:t.watson@example.org >',
        "sip:user@example.com?Route=x",
        "<sip:a@b",
        "sip:a@b;;",
        "<sip:a@b>;=x",
        "<sip:a@b> tail",
        "",
    ],
)
def test_broken_addresses(text: str) -> None:
    with pytest.raises(GrammarError):
        parse_name_addr(text)


def test_an_address_is_written_so_that_nothing_escapes_its_quotes() -> None:
    entry = NameAddr('Eve" <sip:x@y>\r\n', parse_uri("sip:e@x"), (("tag", "1"), ("flag", None), ("name", 'a "b"')))
    text = str(entry)
    assert text == '"Eve\\" <sip:x@y>  " <sip:e@x>;tag=1;flag;name="a \\"b\\""'
    again = parse_name_addr(text)
    assert again.display == 'Eve" <sip:x@y>  ' and again.param("name") == 'a "b"'
    assert again.param("flag") == ""


def test_via() -> None:
    via = parse_via("SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1")
    assert via == Via(
        "2.0",
        "UDP",
        "first.example.com",
        4000,
        (("ttl", "16"), ("maddr", "224.2.0.1"), ("branch", "z9hG4bKa7c6a8dlze.1")),
    )
    assert via.branch == "z9hG4bKa7c6a8dlze.1"
    assert parse_via("sip/2.0/tcp [2001:db8::1]").branch == ""
    assert str(parse_via("SIP/2.0/UDP h:1;rport")) == "SIP/2.0/UDP h:1;rport"


@pytest.mark.parametrize(
    "text", ["", "SIP/2.0/UDP", "HTTP/2.0/UDP h", "SIP/2.0/UDP h:99999", "SIP/2.0/UDP h;;", "SIP/2.0 UDP h"]
)
def test_broken_via(text: str) -> None:
    with pytest.raises(GrammarError):
        parse_via(text)


def test_numbers() -> None:
    assert parse_cseq("0009 INVITE") == CSeq(9, "INVITE")
    assert parse_number("0068") == 68
    for text in ("2147483648 INVITE", "36893488147419103232 REGISTER", "-1 BYE", "1", "x BYE", "1 BY E"):
        with pytest.raises(GrammarError):
            parse_cseq(text)
    for text in ("", "-1", "1.0", "99999999999", "²"):
        with pytest.raises(GrammarError):
            parse_number(text)


def test_lists_are_split_outside_of_quotes_and_brackets() -> None:
    assert split_list('"a,b" <sip:x@y;p=1,2>, <sip:z> ,c') == ['"a,b" <sip:x@y;p=1,2>', "<sip:z>", "c"]
    assert split_list(" one ") == ["one"] and split_list("a>,b") == ["a>", "b"]
    assert [str(entry.uri) for entry in parse_address_list(["<sip:a>,<sip:b>", "sip:c"])] == ["sip:a", "sip:b", "sip:c"]
    for text in ('"a,', "<sip:a,b"):
        with pytest.raises(GrammarError):
            split_list(text)


def test_token_lists() -> None:
    assert parse_tokens(["100rel, timer", "", "path"]) == ["100rel", "timer", "path"]
    with pytest.raises(GrammarError):
        parse_tokens(["a b"])
    assert is_token("a-b.c!%*_+`'~") and not is_token("a b") and not is_token("")


def test_params_keep_their_order_and_quotes() -> None:
    params = parse_params(';a;b=1;c="x;y" ; d = [::1]')
    assert params == (("a", None), ("b", "1"), ("c", "x;y"), ("d", "[::1]"))
    assert parse_params(format_params(params)) == params


def test_quotes() -> None:
    assert unquote(quote('a"b\\c')) == 'a"b\\c'
    assert unquote("plain") == "plain" and unquote('"') == '"'
    assert scrub("a\r\nb\x00c\td") == "a  b c\td"


def test_addresses_know_whether_they_repeat() -> None:
    assert not Address("h", 1).reliable
    assert Address("h", 1, "WSS").reliable
