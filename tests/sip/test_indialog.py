"""Within a call: changes that cross or cannot be carried, refreshes, and how it ends when nobody answers."""

from contactcenter.sip.events import (
    InviteReceived,
    ReinviteAnswered,
    ReinviteCancelled,
    ReinviteReceived,
    RequestAnswered,
)
from contactcenter.sip.message import Response, parse_message
from tests.sip.wire import (
    CALLER,
    CENTRE,
    OFFER,
    Wire,
    centre,
    order,
    phone,
    talking,
    within,
)


def test_a_second_change_while_one_waits_is_put_off() -> None:
    wire, mine, _ = talking()
    within(wire, mine, "INVITE", 1, OFFER)
    within(wire, mine, "INVITE", 2, OFFER)
    assert wire.seen == ["centre>100/INVITE", "centre>500/INVITE"]


def test_a_change_that_cannot_be_read_or_carried_is_refused() -> None:
    wire, mine, _ = talking()
    within(wire, mine, "INVITE", 1, b"nonsense")
    within(wire, mine, "INVITE", 2, OFFER.replace(b"RTP/AVP 0 8 101", b"RTP/AVP 9"))
    assert wire.seen == ["centre>400/INVITE", "centre>488/INVITE"]
    assert wire.told("centre") == []


def test_a_change_is_withdrawn() -> None:
    wire, mine, ours = talking()
    within(wire, mine, "INVITE", 1, OFFER)
    dialog = wire.ends[CALLER]._element.calls[mine].dialog
    assert dialog is not None
    cancel = dialog.request("CANCEL", "SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKhand1", cseq=dialog.local_cseq)
    wire.ends[CENTRE].receive(cancel.encode(), CALLER, wire.now)
    wire.collect()
    asked, withdrawn = wire.told("centre")
    assert isinstance(asked, ReinviteReceived) and withdrawn == ReinviteCancelled(ours)
    assert wire.seen == ["centre>100/INVITE", "centre>200/CANCEL", "centre>487/INVITE"]


def test_an_info_that_says_nothing_is_taken() -> None:
    wire, mine, _ = talking()
    within(wire, mine, "INFO", 1)
    assert wire.seen == ["centre>200/INFO"] and wire.told("centre") == []


def test_a_bye_that_nobody_answers_ends_the_call_all_the_same() -> None:
    wire, _, ours = talking()
    wire.verdict = lambda line: []
    assert wire.ends[CENTRE].bye(ours, wire.now)
    wire.run(33_000)
    assert wire.told("centre") == [RequestAnswered(ours, 0, "BYE", 408, None)]
    assert not wire.ends[CENTRE].bye(ours, wire.now)


def test_a_session_that_is_refreshed_goes_on_and_one_without_timer_for_ever() -> None:
    wire = Wire(centre=centre(), caller=phone(CALLER))
    timer = (("Session-Expires", "90"),)
    mine = wire.ends[CALLER].invite(order("sip:100@192.0.2.1", CENTRE, headers=timer), wire.now)
    wire.run(100)
    (event,) = wire.told("centre")
    assert isinstance(event, InviteReceived)
    wire.ends[CENTRE].accept(event.call, OFFER, wire.now)
    wire.run(80_000)
    wire.told("centre")
    within(wire, mine, "INVITE", 1, OFFER)
    assert wire.ends[CENTRE].accept(event.call, OFFER, wire.now)
    dialog = wire.ends[CALLER]._element.calls[mine].dialog
    assert dialog is not None
    ack = dialog.request("ACK", "SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKack", cseq=dialog.local_cseq)
    wire.ends[CENTRE].receive(ack.encode(), CALLER, wire.now)
    wire.run(200_000)
    assert [type(told) for told in wire.told("centre")] == [ReinviteReceived]
    assert wire.ends[CENTRE].snapshot(event.call) is not None


def test_a_call_that_ended_does_not_wait_for_the_ack_of_its_change() -> None:
    wire, mine, ours = talking()
    within(wire, mine, "INVITE", 1, OFFER)
    assert wire.ends[CENTRE].accept(ours, OFFER, wire.now) and wire.ends[CENTRE].bye(ours, wire.now)
    wire.verdict = lambda line: []
    wire.run(40_000)
    asked, over = wire.told("centre")
    assert isinstance(asked, ReinviteReceived) and over == RequestAnswered(ours, 0, "BYE", 408, None)


def test_a_provisional_answer_to_a_bye_is_waited_out() -> None:
    wire, _, ours = talking()
    wire.verdict = lambda line: []
    wire.ends[CENTRE].bye(ours, wire.now)
    ((datagram, _),) = wire.ends[CENTRE].take_datagrams()
    asked = parse_message(datagram)
    headers = {name: asked.values(name) for name in ("via", "from", "to", "call-id", "cseq")}
    for status, told in ((100, 0), (200, 1)):
        wire.ends[CENTRE].receive(Response(status, "x", headers).encode(), CALLER, wire.now)
        assert len(wire.ends[CENTRE].take_events()) == told


def test_a_late_copy_of_an_answer_is_acknowledged_while_the_call_is_up() -> None:
    wire, _, _ = talking()
    caller = wire.ends[CALLER]
    ((number, call),) = caller._element.calls.items()
    _, invite = call.placed
    answer = caller._element.reply(invite.request, 200, headers={"Contact": "<sip:100@192.0.2.1>"})
    answer.headers["to"] = [f"<sip:100@192.0.2.1>;tag={call.answered_tag}"]
    assert number
    ours = phone(CALLER, owns_call_id=lambda call_id: True)
    ours._element.dialogs, ours._element.calls = caller._element.dialogs, caller._element.calls
    ours.receive(answer.encode(), CENTRE, wire.now)
    ((datagram, target),) = ours.take_datagrams()
    assert datagram.startswith(b"ACK ") and target == CENTRE


def test_a_change_answered_twice_is_acknowledged_twice_and_told_once() -> None:
    wire, _, ours = talking()
    wire.verdict = lambda line: [10, 20] if "200/INVITE" in line else [10]
    assert wire.ends[CENTRE].reinvite(ours, OFFER, wire.now)
    wire.run(50)
    (asked,) = wire.told("caller")
    assert isinstance(asked, ReinviteReceived) and wire.ends[CALLER].accept(asked.call, OFFER, wire.now)
    wire.run(100)
    assert [type(told) for told in wire.told("centre")] == [ReinviteAnswered]
    assert len(wire.lines("centre>ACK")) == 2


def test_an_old_answer_of_a_changed_session_is_not_acknowledged_with_the_new_ack() -> None:
    wire, mine, _ = talking()
    caller = wire.ends[CALLER]
    call = caller._element.calls[mine]
    assert caller.reinvite(mine, OFFER, wire.now)
    wire.run(50)
    (asked,) = wire.told("centre")
    assert isinstance(asked, ReinviteReceived) and wire.ends[CENTRE].accept(asked.call, OFFER, wire.now)
    wire.run(50)
    wire.seen.clear()
    _, invite = call.placed
    late = caller._element.reply(invite.request, 200)
    late.headers["to"] = [f"<sip:100@192.0.2.1>;tag={call.answered_tag}"]
    caller.receive(late.encode(), CENTRE, wire.now)
    wire.collect()
    assert wire.seen == []
