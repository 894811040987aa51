"""The endpoint at its edges: what belongs to no call, what comes late, and what nobody may do."""

import pytest

from contactcenter.sip.element import STRANGER_SOURCES_MAX, EndpointSettings
from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import (
    CallFailed,
    InviteReceived,
    RequestAnswered,
)
from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Response, parse_message
from contactcenter.sip.outgoing import RequestOrder
from tests.sip.wire import (
    CALLER,
    CENTRE,
    OFFER,
    PHONE,
    STRANGER,
    account,
    centre,
    lines,
    order,
    phone,
    statuses,
)


def test_keep_alives_are_nothing() -> None:
    end = centre()
    for datagram in (b"\r\n\r\n", b"\x00", b"", b"   "):
        end.receive(datagram, CALLER, 0)
    assert end.take_datagrams() == [] and end.counters == {} and end.deadline() is None
    assert end.address == CENTRE


def test_an_ack_to_nothing_and_a_broken_ack_are_not_answered() -> None:
    end = centre()
    end.receive(lines("ACK"), CALLER, 0)
    end.receive(lines("ACK", CSeq="9 BYE"), CALLER, 0)
    assert end.take_datagrams() == []


def test_a_cancel_to_nothing_is_481() -> None:
    end = centre()
    end.receive(lines("CANCEL"), CALLER, 0)
    assert statuses(end) == [481]


def test_a_cancel_from_elsewhere_is_481() -> None:
    end = centre()
    end.receive(lines("INVITE"), CALLER, 0)
    cancel = lines("CANCEL", Via="SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKINVITE")
    end.take_datagrams()
    end.receive(cancel, STRANGER, 0)
    assert statuses(end) == [481]
    end.receive(cancel, CALLER, 0)
    assert statuses(end) == [200, 487]


def test_a_cancel_after_the_answer_changes_nothing() -> None:
    end = centre()
    end.receive(lines("INVITE"), CALLER, 0)
    (event,) = end.take_events()
    assert isinstance(event, InviteReceived) and end.accept(event.call, OFFER, 0)
    end.take_datagrams()
    end.receive(lines("CANCEL", Via="SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKINVITE"), CALLER, 0)
    assert statuses(end) == [200] and end.take_events() == []


@pytest.mark.parametrize("method", ["INVITE", "BYE", "INFO", "OPTIONS", "REGISTER"])
def test_a_dialog_nobody_knows_is_481(method: str) -> None:
    end = centre()
    end.receive(lines(method, To="<sip:100@192.0.2.1>;tag=gone"), CALLER, 0)
    assert statuses(end) == [481]


def test_a_bye_and_an_info_outside_of_dialogs() -> None:
    end = centre()
    for method in ("BYE", "INFO"):
        end.receive(lines(method), CALLER, 0)
    assert statuses(end) == [481, 403]


def test_the_same_call_on_two_ways_is_one() -> None:
    end = centre()
    end.receive(lines("INVITE"), CALLER, 0)
    end.receive(lines("INVITE", Via="SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKsecond"), CALLER, 0)
    assert statuses(end) == [100, 482]
    assert len(end.take_events()) == 1


def test_no_phone_registers_where_phones_are_not() -> None:
    end = centre(admits_phones=lambda source: False)
    end.receive(lines("REGISTER"), STRANGER, 0)
    assert statuses(end) == [403]


def test_who_is_no_registrar_says_so() -> None:
    end = phone(PHONE)
    end.receive(lines("REGISTER"), CALLER, 0)
    assert statuses(end) == [403]
    end.receive(lines("REGISTER", To="<tel:1>", Via="SIP/2.0/UDP h;branch=z9hG4bKtel"), CALLER, 0)
    end.receive(lines("REGISTER", Contact="<tel:1>", Via="SIP/2.0/UDP h;branch=z9hG4bKcontact"), CALLER, 0)
    assert statuses(end) == [400, 400]


def test_the_real_source_is_noted_in_the_via() -> None:
    end = centre()
    via = "SIP/2.0/UDP inside.example:5070;branch=z9hG4bKnat;rport, SIP/2.0/UDP first.example"
    end.receive(lines("OPTIONS", Via=via), CALLER, 0)
    ((datagram, target),) = end.take_datagrams()
    noted = (
        "SIP/2.0/UDP inside.example:5070;branch=z9hG4bKnat;received=192.0.2.20;rport=5060, SIP/2.0/UDP first.example"
    )
    assert parse_message(datagram).values("via") == [noted] and target == CALLER


def test_a_source_that_is_as_it_says_is_left_alone() -> None:
    end = centre()
    end.receive(lines("OPTIONS"), CALLER, 0)
    ((datagram, _),) = end.take_datagrams()
    assert parse_message(datagram).values("via") == ["SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKOPTIONS"]


def test_too_many_strangers_at_once_get_no_larger_replies(monkeypatch: pytest.MonkeyPatch) -> None:
    assert STRANGER_SOURCES_MAX > 3
    monkeypatch.setattr("contactcenter.sip.element.STRANGER_SOURCES_MAX", 3)
    end = centre()
    for last in range(6):
        end.receive(lines("OPTIONS", Contact=""), Address(f"203.0.113.{last}", 5060), 0)
    assert len(end.take_datagrams()) == 3 and end.counters["reply_withheld"] == 3
    end.receive(lines("OPTIONS"), Address("203.0.113.9", 5060), 1_000)
    assert len(end.take_datagrams()) == 1


def test_who_vouched_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contactcenter.sip.element.VOUCHED_MAX", 2)
    element = centre()._element
    for host in ("a", "b", "b", "c"):
        element.vouch(host)
    assert list(element._vouched) == ["b", "c"]


def test_verbs_for_calls_that_are_not_there_do_nothing() -> None:
    end = centre()
    assert not end.ring(9, 0) and not end.accept(9, OFFER, 0) and not end.reject(9, 486, 0)
    assert not end.cancel(9, 0) and not end.bye(9, 0) and not end.reinvite(9, OFFER, 0)


def test_verbs_that_come_too_late_do_nothing() -> None:
    end = centre()
    end.receive(lines("INVITE"), CALLER, 0)
    (event,) = end.take_events()
    assert isinstance(event, InviteReceived) and not end.bye(event.call, 0)
    assert end.accept(event.call, OFFER, 0)
    assert not end.ring(event.call, 0) and not end.accept(event.call, OFFER, 0)
    assert not end.reject(event.call, 486, 0) and not end.reinvite(event.call, OFFER, 0)


def test_a_broken_answer_in_a_response_is_counted() -> None:
    end = centre()
    number = end.invite(order("sip:ann@192.0.2.30", PHONE), 0)
    invite = end._element.calls[number].invite
    assert invite is not None
    reply = end._element.reply(invite.request, 183, tag="x", body=b"nonsense")
    end.receive(reply.encode(), PHONE, 1)
    assert end.counters["bad_sdp"] == 1
    assert len(end.take_events()) == 1


def test_a_response_to_nothing_is_counted() -> None:
    end = centre()
    end.receive(b"SIP/2.0 200 OK\r\n" + lines("BYE").partition(b"\r\n")[2], CALLER, 0)
    assert end.counters["stray_response"] == 1


def test_a_request_that_nobody_answers_is_told_as_408() -> None:
    end = phone(PHONE)
    asked = RequestOrder("OPTIONS", "sip:192.0.2.1", CENTRE, "sip:ann@192.0.2.1", "id", 1)
    number = end.request(asked, 0)
    end.expire(32_000)
    assert end.take_events() == [RequestAnswered(0, number, "OPTIONS", 408, None)]


def test_provisional_answers_to_other_requests_are_waited_out() -> None:
    end = phone(PHONE)
    asked = RequestOrder("OPTIONS", "sip:192.0.2.1", CENTRE, "sip:ann@192.0.2.1", "id", 1)
    end.request(asked, 0)
    ((datagram, _),) = end.take_datagrams()
    message = parse_message(datagram)
    for status in (100, 404):
        headers = {name: message.values(name) for name in ("via", "from", "to", "call-id", "cseq")}
        end.receive(Response(status, "x", headers).encode(), CENTRE, 10)
    assert [type(event) for event in end.take_events()] == [RequestAnswered]


def test_an_answer_that_names_an_unusable_route_is_dropped() -> None:
    end = centre()
    number = end.invite(order("sip:ann@192.0.2.30", PHONE), 0)
    invite = end._element.calls[number].invite
    assert invite is not None
    reply = end._element.reply(invite.request, 200, tag="x", headers={"Record-Route": "<tel:1>"})
    for at in (1, 500):
        end.receive(reply.encode(), PHONE, at)
    assert end.counters["dropped_malformed"] == 2
    assert end.take_events() == [CallFailed(number, 500)]


def test_an_endpoint_that_knows_nobody_challenges_everybody() -> None:
    end = centre(accounts=lambda name: None, trusts=lambda source: False)
    end.receive(lines("INVITE"), CALLER, 0)
    end.receive(lines("REGISTER"), CALLER, 0)
    assert statuses(end) == [401, 401] and end.take_events() == []
    bare = Endpoint(EndpointSettings(CENTRE), lambda: "t")
    bare.receive(lines("INVITE"), CALLER, 0)
    assert statuses(bare) == [401]


def test_a_session_timer_of_a_caller_without_the_extension_is_not_required_of_it() -> None:
    end = centre()
    end.receive(lines("INVITE", Session_Expires="1800"), CALLER, 0)
    (event,) = end.take_events()
    assert isinstance(event, InviteReceived) and end.accept(event.call, OFFER, 0)
    answer = parse_message(end.take_datagrams()[-1][0])
    assert answer.first("session-expires") == "1800;refresher=uac" and answer.first("require") is None


def test_a_withdrawn_call_answers_no_challenge_and_fails_once() -> None:
    end = phone(PHONE)
    number = end.invite(order("sip:100@192.0.2.1", CENTRE, credentials=lambda realm, _: account("ann")), 0)
    _, invite = end._element.calls[number].placed
    end.cancel(number, 0)
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'}
    end.receive(end._element.reply(invite.request, 401, tag="x", headers=challenge).encode(), CENTRE, 1)
    assert end.take_events() == [CallFailed(number, 401)]
    assert not end.bye(number, 2) and end._element.calls == {}
