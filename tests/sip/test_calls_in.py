"""Calls that come in, told as ladders: a caller, the centre, and what the network does between them."""

import pytest

from contactcenter.sip.endpoint import Endpoint
from contactcenter.sip.events import (
    AckTimedOut,
    ByeReceived,
    CallAnswered,
    CallConfirmed,
    CallFailed,
    CallProgress,
    DigitRelayed,
    InviteCancelled,
    InviteReceived,
    ReinviteAnswered,
    ReinviteReceived,
    RequestAnswered,
    SessionExpired,
)
from contactcenter.sip.message import Request
from contactcenter.sip.sdp import Direction, LocalAudio, build_answer, build_offer
from tests.sip.wire import ANSWER_HOST, CALLER, CENTRE, LATENCY_MS, OFFER, STRANGER, Verdict, Wire, centre, order, phone


class Ladder:
    """A caller at a trunk address and the centre."""

    def __init__(self, **changes: object) -> None:
        self.wire = Wire(centre=centre(**changes), caller=phone(CALLER))
        self.centre: Endpoint = self.wire.ends[CENTRE]
        self.caller: Endpoint = self.wire.ends[CALLER]

    def dial(self, body: bytes = OFFER, **changes: object) -> tuple[int, InviteReceived]:
        """Place a call; return its number at the caller, and what the centre heard of it."""
        mine = self.caller.invite(order("sip:100@192.0.2.1", CENTRE, body=body, **changes), self.wire.now)
        self.wire.run(100)
        (event,) = self.wire.told("centre")
        assert isinstance(event, InviteReceived)
        return mine, event

    def answer(self, event: InviteReceived) -> None:
        assert event.offer is not None and event.audio is not None
        assert self.centre.accept(event.call, build_answer(event.offer, event.audio, ANSWER_HOST), self.wire.now)

    def talk(self) -> tuple[int, InviteReceived]:
        """Place a call and answer it."""
        mine, event = self.dial()
        self.answer(event)
        self.wire.run(100)
        assert self.wire.told("centre") == [CallConfirmed(event.call, None)]
        assert isinstance(self.wire.told("caller")[-1], CallAnswered)
        return mine, event

    def done(self) -> None:
        """Nothing is left once every timer has run."""
        self.wire.run(200_000)
        assert self.centre.deadline() is None and self.caller.deadline() is None


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


def first(words: str) -> object:
    """Return a verdict that loses the first datagram whose line is `words`."""
    lost: list[str] = []

    def verdict(line: str) -> Verdict:
        if line == words and not lost:
            lost.append(line)
            return []
        return [LATENCY_MS]

    return verdict


def test_a_call_is_answered_and_the_centre_hangs_up(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    assert (event.called, event.calling, event.account, event.source) == ("100", "+15550100", "", CALLER)
    assert ladder.centre.bye(event.call, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [ByeReceived(mine)]
    assert ladder.wire.told("centre") == [RequestAnswered(event.call, 0, "BYE", 200, None)]
    assert ladder.wire.seen == [
        "caller>INVITE",
        "centre>100/INVITE",
        "centre>200/INVITE",
        "caller>ACK",
        "centre>BYE",
        "caller>200/BYE",
    ]
    ladder.done()


def test_ringing_is_heard_by_the_caller(ladder: Ladder) -> None:
    mine, event = ladder.dial()
    assert ladder.centre.ring(event.call, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [CallProgress(mine, 180, None)]


def test_the_caller_hangs_up_after_the_answer(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    assert ladder.caller.bye(mine, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("centre") == [ByeReceived(event.call)]
    assert not ladder.centre.bye(event.call, ladder.wire.now)
    ladder.done()


def test_both_sides_hang_up_at_once(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    ladder.caller.bye(mine, ladder.wire.now)
    ladder.centre.bye(event.call, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.lines("200/BYE") == ["centre>200/BYE", "caller>200/BYE"]
    assert ladder.wire.told("centre") == []
    ladder.done()


def test_the_caller_hangs_up_before_any_answer(ladder: Ladder) -> None:
    mine, event = ladder.dial()
    assert ladder.caller.cancel(mine, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("centre") == [InviteCancelled(event.call)]
    assert ladder.wire.told("caller") == [CallFailed(mine, 487)]
    assert not ladder.centre.accept(event.call, OFFER, ladder.wire.now)
    assert ladder.wire.seen[2:] == ["caller>CANCEL", "centre>200/CANCEL", "centre>487/INVITE", "caller>ACK"]
    ladder.done()


def test_a_cancel_crosses_the_answer(ladder: Ladder) -> None:
    mine, event = ladder.dial()
    ladder.caller.cancel(mine, ladder.wire.now)
    ladder.answer(event)
    ladder.wire.run(200)
    # The 200 was first: the caller must take it, acknowledge it and hang up.
    assert ladder.wire.told("caller") == [CallFailed(mine, 487), RequestAnswered(mine, 0, "BYE", 200, None)]
    assert ladder.wire.told("centre") == [CallConfirmed(event.call, None), ByeReceived(event.call)]
    ladder.done()


def test_a_cancel_before_the_100_waits_for_it(ladder: Ladder) -> None:
    mine = ladder.caller.invite(order("sip:100@192.0.2.1", CENTRE), ladder.wire.now)
    assert ladder.caller.cancel(mine, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.seen[:3] == ["caller>INVITE", "centre>100/INVITE", "caller>CANCEL"]
    assert ladder.wire.told("caller") == [CallFailed(mine, 487)]


def test_a_refused_call_is_refused_once(ladder: Ladder) -> None:
    mine, event = ladder.dial()
    assert ladder.centre.reject(event.call, 404, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [CallFailed(mine, 404)]
    assert not ladder.centre.reject(event.call, 404, ladder.wire.now)
    ladder.done()


@pytest.mark.parametrize(
    "lost", ["caller>INVITE", "centre>100/INVITE", "centre>200/INVITE", "caller>ACK", "centre>BYE", "caller>200/BYE"]
)
def test_any_one_datagram_may_be_lost(ladder: Ladder, lost: str) -> None:
    ladder.wire.verdict = first(lost)  # type: ignore[assignment]
    mine = ladder.caller.invite(order("sip:100@192.0.2.1", CENTRE), ladder.wire.now)
    ladder.wire.run(700)
    (event,) = ladder.wire.told("centre")
    assert isinstance(event, InviteReceived)
    ladder.answer(event)
    ladder.wire.run(1_000)
    assert ladder.wire.told("centre") == [CallConfirmed(event.call, None)]
    ladder.centre.bye(event.call, ladder.wire.now)
    ladder.wire.run(1_000)
    assert ladder.wire.told("centre") == [RequestAnswered(event.call, 0, "BYE", 200, None)]
    assert [type(told) for told in ladder.wire.told("caller")] == [CallAnswered, ByeReceived]
    assert mine
    ladder.done()


def test_doubled_and_overtaking_datagrams_change_nothing(ladder: Ladder) -> None:
    ladder.wire.verdict = lambda line: [30, 5, 70]
    mine, event = ladder.talk()
    ladder.caller.bye(mine, ladder.wire.now)
    ladder.wire.run(300)
    assert ladder.wire.told("centre") == [ByeReceived(event.call)]
    ladder.done()


def test_an_answer_nobody_acknowledges_ends_in_a_bye(ladder: Ladder) -> None:
    _, event = ladder.dial()
    ladder.wire.verdict = lambda line: [] if line.startswith("caller>") else [LATENCY_MS]
    ladder.answer(event)
    ladder.wire.run(32_100)
    assert ladder.wire.told("centre") == [AckTimedOut(event.call)]
    # 0, 0.5, 1.5, 3.5, then every 4 s up to 31.5 s.
    assert len(ladder.wire.lines("centre>200/INVITE")) == 11
    assert ladder.wire.lines("centre>BYE")
    ladder.done()


def test_a_hang_up_before_the_ack_waits_for_it(ladder: Ladder) -> None:
    _, event = ladder.dial()
    ladder.answer(event)
    assert ladder.centre.bye(event.call, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.seen[2:] == ["centre>200/INVITE", "caller>ACK", "centre>BYE", "caller>200/BYE"]
    assert ladder.wire.told("centre") == [RequestAnswered(event.call, 0, "BYE", 200, None)]


def test_an_invite_without_an_offer_gets_ours(ladder: Ladder) -> None:
    _, event = ladder.dial(body=b"")
    assert event.offer is None
    assert ladder.centre.accept(event.call, build_offer(ANSWER_HOST), ladder.wire.now)
    ladder.wire.run(100)
    # This caller sends no answer in its ACK; the owner learns that nothing can be heard.
    assert ladder.wire.told("centre") == [CallConfirmed(event.call, None)]


def test_an_offer_without_a_codec_of_ours_is_refused(ladder: Ladder) -> None:
    video = b"v=0\r\no=- 1 1 IN IP4 192.0.2.20\r\ns=-\r\nc=IN IP4 192.0.2.20\r\nt=0 0\r\nm=audio 4000 RTP/AVP 9\r\n"
    mine = ladder.caller.invite(order("sip:100@192.0.2.1", CENTRE, body=video), ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("centre") == []
    assert ladder.wire.told("caller") == [CallFailed(mine, 488)]
    ladder.done()


def test_a_body_that_is_no_session_is_refused(ladder: Ladder) -> None:
    mine = ladder.caller.invite(order("sip:100@192.0.2.1", CENTRE, body=b"nonsense"), ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [CallFailed(mine, 400)]


def test_the_caller_puts_the_call_on_hold_and_takes_it_back(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    held = LocalAudio("192.0.2.20", 40_000, 1, 2, Direction.SENDONLY)
    assert ladder.caller.reinvite(mine, build_offer(held), ladder.wire.now)
    ladder.wire.run(100)
    (asked,) = ladder.wire.told("centre")
    assert isinstance(asked, ReinviteReceived) and asked.offer is not None and asked.audio is not None
    assert asked.audio.direction is Direction.SENDONLY
    body = build_answer(asked.offer, asked.audio, ANSWER_HOST)
    assert b"a=recvonly" in body
    assert ladder.centre.accept(event.call, body, ladder.wire.now)
    ladder.wire.run(100)
    (answered,) = ladder.wire.told("caller")
    assert isinstance(answered, ReinviteAnswered) and answered.status == 200
    assert ladder.caller.reinvite(mine, OFFER, ladder.wire.now)


def test_both_sides_change_the_session_at_once(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    assert ladder.caller.reinvite(mine, OFFER, ladder.wire.now)
    assert ladder.centre.reinvite(event.call, OFFER, ladder.wire.now)
    assert not ladder.centre.reinvite(event.call, OFFER, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [ReinviteAnswered(mine, 491, None)]
    assert ladder.wire.told("centre") == [ReinviteAnswered(event.call, 491, None)]


def test_a_change_that_is_refused_leaves_the_call(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    ladder.caller.reinvite(mine, OFFER, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.centre.reject(event.call, 488, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [ReinviteAnswered(mine, 488, None)]
    assert ladder.caller.bye(mine, ladder.wire.now)


def test_a_change_that_times_out_ends_the_call(ladder: Ladder) -> None:
    mine, _ = ladder.talk()
    ladder.wire.verdict = lambda line: [] if line.startswith("centre>") else [LATENCY_MS]
    ladder.caller.reinvite(mine, OFFER, ladder.wire.now)
    ladder.wire.run(33_000)
    assert ladder.wire.told("caller") == [ReinviteAnswered(mine, 408, None)]
    assert ladder.wire.lines("caller>BYE")


def test_a_hang_up_while_a_change_waits_ends_both(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    ladder.caller.reinvite(mine, OFFER, ladder.wire.now)
    ladder.wire.run(100)
    ladder.wire.told("centre")
    ladder.caller.bye(mine, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("centre") == [ByeReceived(event.call)]
    assert ladder.wire.lines("centre>487/INVITE")
    ladder.done()


def test_keys_come_by_info(ladder: Ladder) -> None:
    mine, event = ladder.talk()
    dialog = ladder.caller._element.calls[mine].dialog
    assert dialog is not None
    bodies = [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n"),
        ("application/dtmf-relay", b"Signal= 11\r\n"),
        ("application/dtmf", b"*"),
        ("application/dtmf-relay", b"Signal=?\r\n"),
        ("application/dtmf-relay", b"no signal"),
    ]
    for serial, (kind, body) in enumerate(bodies):
        request: Request = dialog.request("INFO", f"SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKinfo{serial}", body=body)
        request.add("content-type", kind)
        ladder.centre.receive(request.encode(), CALLER, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("centre") == [
        DigitRelayed(event.call, "5", 160),
        DigitRelayed(event.call, "#", 100),
        DigitRelayed(event.call, "*", 100),
    ]


def test_nobody_else_may_end_a_call_or_change_it(ladder: Ladder) -> None:
    mine, _ = ladder.talk()
    dialog = ladder.caller._element.calls[mine].dialog
    assert dialog is not None
    for method in ("BYE", "INVITE", "INFO"):
        forged = dialog.request(method, f"SIP/2.0/UDP 203.0.113.66;branch=z9hG4bKforged{method}")
        ladder.centre.receive(forged.encode(), STRANGER, ladder.wire.now)
    ladder.wire.run(10)
    assert ladder.wire.lines("403/") == ["centre>403/BYE", "centre>403/INVITE", "centre>403/INFO"]
    assert ladder.wire.told("centre") == []


def test_a_number_out_of_order_is_refused(ladder: Ladder) -> None:
    mine, _ = ladder.talk()
    dialog = ladder.caller._element.calls[mine].dialog
    assert dialog is not None
    for serial, cseq in enumerate((9, 8)):
        asked = dialog.request("OPTIONS", f"SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKopt{serial}", cseq=cseq)
        ladder.centre.receive(asked.encode(), CALLER, ladder.wire.now)
    ladder.wire.run(10)
    assert ladder.wire.lines("/OPTIONS") == ["centre>200/OPTIONS", "centre>500/OPTIONS"]


def test_a_session_that_is_not_refreshed_ends() -> None:
    ladder = Ladder()
    _, event = ladder.dial(headers=(("Session-Expires", "90"), ("Supported", "timer")))
    ladder.answer(event)
    ladder.wire.run(89_000)
    assert ladder.wire.told("centre") == [CallConfirmed(event.call, None)]
    ladder.wire.run(1_200)
    assert ladder.wire.told("centre")[0] == SessionExpired(event.call)
    ladder.done()


def test_a_session_timer_that_is_too_short_is_refused(ladder: Ladder) -> None:
    mine = ladder.caller.invite(
        order("sip:100@192.0.2.1", CENTRE, headers=(("Session-Expires", "30"),)), ladder.wire.now
    )
    ladder.wire.run(100)
    assert ladder.wire.told("caller") == [CallFailed(mine, 422)]


def test_an_asserted_identity_counts_from_a_trunk(ladder: Ladder) -> None:
    _, event = ladder.dial(headers=(("P-Asserted-Identity", '"Ann" <sip:+15550199@x.example>, <tel:+15550199>'),))
    assert (event.calling, event.display) == ("+15550199", "Ann")


def test_control_characters_in_a_name_do_not_pass(ladder: Ladder) -> None:
    _, event = ladder.dial(display='Eve\r\nVia: x\x07"\\')
    assert event.display == 'Eve  Via: x "\\'


def test_a_call_from_elsewhere_is_refused_and_not_withdrawn(ladder: Ladder) -> None:
    mine, event = ladder.dial()
    assert not ladder.centre.cancel(event.call, ladder.wire.now)
    assert ladder.centre.reject(event.call, 480, ladder.wire.now)
    ladder.wire.run(100)
    assert ladder.wire.told("caller")[-1] == CallFailed(mine, 480)
    ladder.done()
