"""What a caller hears who presses a wrong key or none, and who waits: each prompt is a tone of its own."""

from __future__ import annotations

from pathlib import Path

import msgspec

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.model import facts
from contactcenter.model.config import CenterConfig
from contactcenter.model.flow import Branch, MenuNode
from contactcenter.model.words import ContactOutcome
from tests.adapters.telephony.hotline import MENU_HZ, MUSIC_HZ, Hotline, heard
from tests.adapters.telephony.phones import until
from tests.stories.centre import small_config

WRONG_HZ, SILENCE_HZ, SORRY_HZ, FIRST_HZ, SECOND_HZ = 850, 950, 1_050, 1_300, 1_500


def impatient(branch: Branch) -> Branch:
    if not isinstance(branch.node, MenuNode):
        return branch
    return msgspec.structs.replace(branch, node=msgspec.structs.replace(branch.node, silence_ms=300))


def impatient_config() -> CenterConfig:
    """The small centre, whose menu takes 300 ms without a key for silence."""
    config = small_config()
    flows = (msgspec.structs.replace(flow, nodes=tuple(map(impatient, flow.nodes))) for flow in config.flows)
    return msgspec.structs.replace(config, flows=tuple(flows))


async def with_tones(hotline: Hotline, **tones_hz: int) -> Hotline:
    """Start a hotline some of whose prompts are tones that last."""
    hotline.tones_hz = tones_hz
    return await hotline.start()


async def test_a_wrong_key_and_silence_lead_to_the_menu_again_and_then_otherwise(
    tmp_path: Path, callers: PhoneBank
) -> None:
    tones = {"menu_wrong_key": WRONG_HZ, "menu_silence": SILENCE_HZ, "all_full": SORRY_HZ}
    hotline = await with_tones(Hotline(tmp_path, impatient_config()), **tones)
    call = callers.dial("95598", hotline.address, "+861012345678")
    await heard(call.rtp.heard_hz, MENU_HZ)
    call.press("9")
    await heard(call.rtp.heard_hz, WRONG_HZ)
    await heard(call.rtp.heard_hz, MENU_HZ)
    await heard(call.rtp.heard_hz, SILENCE_HZ)
    await heard(call.rtp.heard_hz, MENU_HZ)
    await heard(call.rtp.heard_hz, SORRY_HZ)
    await until(call.ended.is_set, "the caller is freed")
    ended = await hotline.happened(facts.ContactEnded)
    assert ended.outcome is ContactOutcome.CLOSED
    assert not hotline.found(facts.ChoiceMade) and not hotline.found(facts.VisitOpened)
    await hotline.stop()


async def test_callers_hear_their_place_and_hear_it_again_when_it_is_better(tmp_path: Path, callers: PhoneBank) -> None:
    hotline = await with_tones(
        Hotline(tmp_path, small_config(announce_every_ms=4_000)), number_1=FIRST_HZ, number_2=SECOND_HZ
    )
    first = callers.dial("200", hotline.address, "+861012345678")
    await hotline.happened(facts.VisitOpened)
    second = callers.dial("200", hotline.address, "+861012345679")
    await heard(second.rtp.heard_hz, SECOND_HZ)
    await heard(second.rtp.heard_hz, MUSIC_HZ)
    await heard(first.rtp.heard_hz, FIRST_HZ)  # at the latest when it is told again
    first.hang_up()
    await heard(second.rtp.heard_hz, FIRST_HZ)
    second.hang_up()
    await hotline.stop()
