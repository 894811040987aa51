"""The four machines, table by table: what is sent, when, and when it stops (RFC 3261 §17, RFC 6026)."""

import pytest

from contactcenter.sip.grammar import Address
from contactcenter.sip.message import Request, Response, copy_headers
from contactcenter.sip.transaction import (
    MACHINES,
    Input,
    Kind,
    State,
    TimerSettings,
    Transaction,
    Transactions,
    server_key,
)

FAR, STREAM = Address("192.0.2.9", 5060), Address("192.0.2.9", 5060, "TCP")


def request(method: str = "INVITE", branch: str = "z9hG4bKa", to_tag: str = "") -> Request:
    return Request(
        method,
        "sip:100@192.0.2.1",
        {
            "via": [f"SIP/2.0/UDP 192.0.2.9{f';branch={branch}' if branch else ''}"],
            "from": ["<sip:a@b>;tag=1"],
            "to": [f"<sip:c@d>{f';tag={to_tag}' if to_tag else ''}"],
            "call-id": ["id"],
            "cseq": [f"1 {method}"],
            "max-forwards": ["70"],
            "route": ["<sip:proxy;lr>"],
        },
    )


def answer(asked: Request, status: int) -> Response:
    return Response(status, "x", copy_headers(asked, ("via", "from", "to", "call-id", "cseq")))


class Layer:
    """A transaction layer with its clock and what it sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Address]] = []
        self.layer = Transactions(TimerSettings(), self.sent)
        self.now = 0

    def words(self) -> list[str]:
        """Return and forget the first words of what was sent."""
        out = [datagram.split(b"\r\n")[0].decode() for datagram, _ in self.sent]
        self.sent.clear()
        return [line.split()[0] if line.startswith(("INVITE", "OPTIONS", "ACK")) else line.split()[1] for line in out]

    def times(self, until: int) -> list[int]:
        """Let time pass; return when something was sent."""
        times = []
        while (at := self.layer.deadline()) is not None and at <= until:
            self.layer.expire(at)
            times += [at] * len(self.sent)
            self.sent.clear()
        return times


@pytest.fixture
def layer() -> Layer:
    return Layer()


def client(layer: Layer, method: str = "INVITE", address: Address = FAR) -> Transaction:
    made = layer.layer.open_client(request(method), address, 0)
    assert layer.words() == [method]
    return made


def server(layer: Layer, method: str = "INVITE", address: Address = FAR) -> Transaction:
    return layer.layer.open_server(request(method), address)


def test_every_state_of_every_machine_is_reached_or_ends() -> None:
    for kind, machine in MACHINES.items():
        targets = {step[0] for entries in machine.values() for step in entries.values()}
        assert State.TERMINATED in targets, kind
        assert set(machine) <= targets | {State.CALLING, State.TRYING, State.PROCEEDING}


def test_an_invite_is_repeated_with_doubling_pauses_until_timer_b(layer: Layer) -> None:
    client(layer)
    assert layer.times(31_999) == [500, 1_500, 3_500, 7_500, 15_500, 31_500]
    assert [lost.key.method for lost in layer.layer.expire(32_000)] == ["INVITE"]
    assert len(layer.layer) == 0


def test_a_provisional_answer_stops_the_repeating(layer: Layer) -> None:
    made = client(layer)
    assert layer.layer.receive(answer(made.request, 180), 100) == (made, True)
    assert layer.times(60_000) == [] and made.state is State.PROCEEDING


def test_a_refusal_is_acknowledged_each_time_and_passed_once(layer: Layer) -> None:
    made = client(layer)
    refusal = answer(made.request, 486)
    assert layer.layer.receive(refusal, 100) == (made, True)
    assert layer.layer.receive(refusal, 200) == (made, False)
    assert layer.sent[0] == layer.sent[1]
    ack = layer.sent[0][0].decode()
    assert "CSeq: 1 ACK" in ack and "Route: <sip:proxy;lr>" in ack and "z9hG4bKa" in ack
    assert layer.words() == ["ACK", "ACK"]
    layer.layer.expire(32_100)
    assert len(layer.layer) == 0


def test_every_2xx_is_passed_until_timer_m(layer: Layer) -> None:
    made = client(layer)
    for at in (100, 600):
        assert layer.layer.receive(answer(made.request, 200), at) == (made, True)
    assert layer.layer.receive(answer(made.request, 486), 700) == (made, False)
    layer.layer.expire(32_100)
    assert layer.layer.receive(answer(made.request, 200), 32_200) == (None, False)


def test_another_request_is_repeated_with_capped_pauses_until_timer_f(layer: Layer) -> None:
    client(layer, "OPTIONS")
    assert layer.times(31_999) == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]
    assert len(layer.layer.expire(32_000)) == 1


def test_a_provisional_answer_slows_another_request_down(layer: Layer) -> None:
    made = client(layer, "OPTIONS")
    assert layer.layer.receive(answer(made.request, 100), 100) == (made, True)
    assert layer.times(10_000) == [500, 4_500, 8_500]
    assert layer.layer.receive(answer(made.request, 404), 10_000) == (made, True)
    assert layer.layer.receive(answer(made.request, 404), 10_001) == (made, False)
    layer.layer.expire(15_000)
    assert len(layer.layer) == 0


def test_an_unanswered_invite_repeats_its_last_answer(layer: Layer) -> None:
    made = server(layer)
    assert layer.layer.absorb(request(), 0) and layer.words() == []
    layer.layer.respond(made, answer(made.request, 100), 0)
    assert layer.layer.absorb(request(), 10) and layer.words() == ["100", "100"]


def test_a_refused_invite_repeats_until_the_ack(layer: Layer) -> None:
    made = server(layer)
    layer.layer.respond(made, answer(made.request, 486), 0)
    layer.sent.clear()
    assert layer.times(10_000) == [500, 1_500, 3_500, 7_500]
    assert layer.layer.absorb(request("ACK"), 10_000) and made.state is State.CONFIRMED
    assert layer.times(14_999) == [] and layer.layer.absorb(request(), 14_999)
    layer.layer.expire(15_000)
    assert len(layer.layer) == 0


def test_a_refusal_that_nobody_acknowledges_ends(layer: Layer) -> None:
    made = server(layer)
    layer.layer.respond(made, answer(made.request, 486), 0)
    assert layer.layer.expire(32_000) == [] and len(layer.layer) == 0


def test_an_accepted_invite_absorbs_copies_and_leaves_the_ack_to_its_owner(layer: Layer) -> None:
    made = server(layer)
    layer.layer.respond(made, answer(made.request, 200), 0)
    layer.layer.respond(made, answer(made.request, 200), 500)
    layer.layer.respond(made, answer(made.request, 486), 600)
    assert layer.words() == ["200", "200"]
    assert layer.layer.absorb(request(), 700) and layer.words() == []
    assert not layer.layer.absorb(request("ACK"), 800)
    layer.layer.expire(32_000)
    assert len(layer.layer) == 0


def test_another_request_is_answered_again_from_memory(layer: Layer) -> None:
    made = server(layer, "OPTIONS")
    assert layer.layer.absorb(request("OPTIONS"), 0) and layer.words() == []
    layer.layer.respond(made, answer(made.request, 100), 0)
    layer.layer.respond(made, answer(made.request, 200), 0)
    assert layer.layer.absorb(request("OPTIONS"), 31_999) and layer.words() == ["100", "200", "200"]
    layer.layer.expire(32_000)
    assert not layer.layer.absorb(request("OPTIONS"), 32_000)


@pytest.mark.parametrize(("method", "waits"), [("INVITE", 0), ("OPTIONS", 0)])
def test_a_reliable_transport_repeats_nothing_and_does_not_linger(layer: Layer, method: str, waits: int) -> None:
    made = client(layer, method, STREAM)
    assert layer.times(31_999) == []
    layer.layer.receive(answer(made.request, 486), 31_999)
    assert len(layer.layer) == waits
    taken = server(layer, method, STREAM)
    layer.layer.respond(taken, answer(taken.request, 486), 0)
    if method == "INVITE":
        layer.layer.absorb(request("ACK"), 100)
    assert len(layer.layer) == 0


def test_requests_of_the_old_kind_are_told_apart_by_what_they_say() -> None:
    old = request(branch="")
    assert server_key(old) == server_key(request("ACK", branch=""))
    other = request(branch="")
    other.headers["call-id"] = ["other"]
    assert server_key(old) != server_key(other)
    assert server_key(request(branch="z9hG4bK")) != server_key(request(branch="z9hG4bKa"))


def test_a_request_that_comes_on_two_ways_is_merged(layer: Layer) -> None:
    server(layer)
    assert layer.layer.is_merged(request(branch="z9hG4bKother"))
    second = layer.layer.open_server(request(branch="z9hG4bKother"), FAR)
    layer.layer.respond(second, answer(second.request, 482), 0)
    layer.layer.expire(40_000)
    assert layer.layer.is_merged(request(branch="z9hG4bKthird"))
    within = layer.layer.open_server(request("OPTIONS", to_tag="x"), FAR)
    assert within.merge_key == ()


def test_an_adopted_invite_waits_for_its_answer(layer: Layer) -> None:
    made = layer.layer.adopt_client(request(), FAR)
    assert layer.sent == [] and layer.layer.receive(answer(made.request, 487), 0) == (made, True)
    other = layer.layer.adopt_client(request(branch="z9hG4bKb"), FAR)
    layer.layer.forget(other)
    assert layer.layer.receive(answer(other.request, 200), 0) == (None, False)


def test_a_stray_input_changes_nothing(layer: Layer) -> None:
    made = server(layer, "OPTIONS")
    assert Input.TIMER_G not in MACHINES[Kind.REQUEST_SERVER][made.state]
    layer.layer._step(made, Input.TIMER_G, 0)
    assert made.state is State.TRYING and made.open
