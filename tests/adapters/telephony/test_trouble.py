"""What goes wrong on the line: no room, no prompt, no sound, no way; nobody hangs in the air for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.testphone.rtp_line import tone_samples
from contactcenter.model import commands, facts
from contactcenter.model.commands import Command
from contactcenter.model.ids import LegId, RecordingId, StationId
from contactcenter.model.words import LegRole
from contactcenter.sip.call import InviteOrder
from contactcenter.sip.grammar import make_uri
from contactcenter.sip.sdp import LocalAudio, build_offer
from tests.adapters.telephony.hotline import AGENT_HZ, CALLER_HZ, TRUNK_HOST, Hotline
from tests.adapters.telephony.phones import until
from tests.adapters.telephony.programs import caller_by_sipp
from tests.real.children import Children

NUMBER = "+861012345678"
CALLER = Manner(sound=tone_samples(CALLER_HZ))
AGENT = Manner(answer_after_ms=50, sound=tone_samples(AGENT_HZ))
NOBODY = LegId("nobody")


async def test_when_ports_run_out_callers_get_503_and_agents_are_not_stuck(
    tmp_path: Path, callers: PhoneBank, desk: PhoneBank, free_port: Callable[..., int]
) -> None:
    low = (free_port(8) + 1) // 2 * 2
    hotline = await Hotline(tmp_path, port_low=low, port_high=low + 3).start()
    await hotline.desk(desk, "anna-phone", AGENT)
    first, second = (callers.dial("200", hotline.address, NUMBER, CALLER) for _ in range(2))
    await until(lambda: first.answered.is_set() and second.answered.is_set(), "two fill it up")
    third = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(third.ended.is_set, "the third is refused")
    assert third.status == 503
    await hotline.sign_in("anna")
    failed = await hotline.happened(facts.AgentLegDown)
    assert failed.status == 503
    first.hang_up()
    second.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
    await hotline.stop()


async def test_beyond_the_limit_callers_get_503(tmp_path: Path, callers: PhoneBank) -> None:
    rules = AdmissionRules((TrunkRule("carrier", (f"{TRUNK_HOST}/32",), calls_max=1),))
    hotline = await Hotline(tmp_path, rules=rules).start()
    first = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(first.answered.is_set, "the first is served")
    second = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(second.ended.is_set, "the second is refused")
    assert second.status == 503
    first.hang_up()
    await hotline.happened(facts.CustomerLeft)
    third = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(third.answered.is_set, "there is room again")
    await hotline.stop()


async def test_a_prompt_that_is_not_there_does_not_stop_the_call(hotline: Hotline, callers: PhoneBank) -> None:
    (hotline.folder / "prompts/en/goodbye.wav").unlink()
    (hotline.folder / "prompts/en/info_outage.wav").unlink()
    call = callers.dial("95598", hotline.address, NUMBER, CALLER)
    await hotline.happened(facts.PlayIssued)
    call.press("2")
    await hotline.happened(facts.ChoiceMade, key="2")
    await until(call.ended.is_set, "the flow has come to its end")


async def test_a_caller_whose_sound_stops_is_let_go(tmp_path: Path, callers: PhoneBank) -> None:
    hotline = await Hotline(tmp_path, rtp_timeout_ms=400).start()
    call = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(lambda: call.rtp.packets_said > 10, "the caller is heard")
    call.rtp.mute(silent=True)
    await until(call.ended.is_set, "the call is ended")
    left = await hotline.happened(facts.CustomerLeft)
    assert not left.failed
    await hotline.stop()


async def test_a_caller_who_never_speaks_may_listen(tmp_path: Path, callers: PhoneBank) -> None:
    hotline = await Hotline(tmp_path, rtp_timeout_ms=200).start()
    call = callers.dial("200", hotline.address, NUMBER, CALLER)
    call.rtp.mute(silent=True)
    await until(lambda: call.rtp.packets_heard > 60, "music for more than a second")
    assert not call.ended.is_set()
    call.hang_up()
    await hotline.stop()


async def test_sipp_leaves_the_offer_to_us(
    hotline: Hotline, children: Children, sipp: str, free_port: Callable[..., int]
) -> None:
    media = free_port(4)
    caller = caller_by_sipp(children, sipp, hotline.address, TRUNK_HOST, "200", "offers_late.xml", media=media)
    await hotline.happened(facts.VisitOpened)
    await until(lambda: not caller.is_alive(), "the caller is done")
    assert caller.wait() == 0, caller.text()


def invite(callers: PhoneBank, hotline: Hotline, body: bytes) -> int:
    """Place a call with a body of our choice."""
    target = str(make_uri("200", hotline.address.host, hotline.address.port))
    call = callers._endpoint.invite(
        InviteOrder(target, hotline.address, f"sip:{NUMBER}@{TRUNK_HOST}", "odd", "tag", "z9hG4bKodd", body=body),
        callers._transport.now(),
    )
    callers._transport.drain()
    return call


async def test_a_late_offer_without_an_answer_ends_the_call(hotline: Hotline, callers: PhoneBank) -> None:
    invite(callers, hotline, b"")
    left = await hotline.happened(facts.CustomerLeft)
    assert not left.failed
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")


@pytest.mark.parametrize("host", ["224.0.0.1", "255.255.255.255", "169.254.169.254"])
async def test_sound_is_not_sent_wherever_somebody_says(hotline: Hotline, callers: PhoneBank, host: str) -> None:
    invite(callers, hotline, build_offer(LocalAudio(host, 4_000, 1)))
    await until(lambda: bool(hotline.telephony.figures().counters.get("telephony_call_refused_488")), "the refusal")
    assert hotline.found(facts.ContactArrived) == []


async def test_a_release_that_overtakes_its_promise_wins(hotline: Hotline, desk: PhoneBank) -> None:
    leg, recording = LegId("L9.9.9"), RecordingId("R9")
    hotline.telephony.carry_out(commands.HangUpLeg(leg))
    hotline.telephony.carry_out(commands.DialStation(leg, StationId("anna-phone"), None, NOBODY, None))
    hotline.telephony.carry_out(commands.StopRecording(recording))
    hotline.telephony.carry_out(commands.StartRecording(recording, NOBODY, NOBODY, "x.wav"))
    assert hotline.telephony.legs_held() == () and desk.calls == {}
    assert hotline.engine.rejected["RecordingFailed"] == 1


async def test_a_station_that_is_nowhere_fails_at_once(hotline: Hotline) -> None:
    hotline.telephony.carry_out(commands.DialStation(LegId("L9"), StationId("anna-phone"), None, NOBODY, None))
    await until(lambda: hotline.engine.rejected.get("LegFailed") == 1, "the failure is told")
    assert hotline.telephony.legs_held() == ()


async def test_commands_for_legs_that_are_gone_are_counted(hotline: Hotline) -> None:
    late: list[Command] = [
        commands.AnswerLeg(NOBODY),
        commands.RejectLeg(NOBODY, 404),
        commands.Bridge(NOBODY, NOBODY),
        commands.Confer((NOBODY, NOBODY, NOBODY)),
        commands.Unbridge(NOBODY, NOBODY),
        commands.StopPlay(NOBODY),
        commands.ReleaseDialog(NOBODY, None),
    ]
    for command in late:
        hotline.telephony.carry_out(command)
    counters = hotline.telephony.figures().counters
    assert {name for name in counters if name.startswith("telephony_late_")} == {
        "telephony_late_answer",
        "telephony_late_reject",
        "telephony_late_bridge",
        "telephony_late_confer",
        "telephony_late_stop_play",
    }


async def test_an_agents_keys_mean_nothing_to_the_flow(hotline: Hotline, callers: PhoneBank, desk: PhoneBank) -> None:
    await hotline.desk(desk, "anna-phone", AGENT)
    await hotline.sign_in("anna")
    call = callers.dial("200", hotline.address, NUMBER, CALLER)
    await hotline.happened(facts.TalkStarted)
    (agent,) = desk.calls.values()
    agent.press("5")
    await until(lambda: agent.rtp.packets_said > 40, "the key is through")
    assert "KeyPressed" not in hotline.engine.rejected
    assert hotline.found(facts.LegOpened, role=LegRole.AGENT)
    call.hang_up()


async def test_a_call_that_the_centre_cannot_take_is_refused_and_not_left_ringing(
    hotline: Hotline, callers: PhoneBank
) -> None:
    hotline.telephony._board.post = lambda event: False
    call = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(call.ended.is_set, "the caller is told")
    assert call.status == 480
    assert hotline.telephony.legs_held() == ()


async def test_a_call_that_we_fail_at_is_refused_and_the_next_one_is_served(
    hotline: Hotline, callers: PhoneBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(event: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(hotline.telephony._signalling, "event", fail)
        failed = callers.dial("200", hotline.address, NUMBER, CALLER)
        await until(failed.ended.is_set, "the call is refused")
    assert failed.status == 500
    assert [type(fault) for fault in hotline.faults] == [ZeroDivisionError]
    hotline.faults.clear()
    served = callers.dial("200", hotline.address, NUMBER, CALLER)
    await until(served.answered.is_set, "the next call is answered")
    served.hang_up()
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
