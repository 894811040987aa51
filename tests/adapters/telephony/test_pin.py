"""The PIN for modes on a real line: keys over RTP, compared at the edge, and never written down anywhere."""

from __future__ import annotations

from pathlib import Path

from contactcenter.adapters.telephony.pin import Pin
from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.model import facts
from contactcenter.model.words import ModeSource
from tests.adapters.telephony.hotline import MENU_HZ, Hotline, heard
from tests.adapters.telephony.phones import until
from tests.stories.test_modes_by_telephone import config_with_number

ASK_HZ, WRONG_HZ, DONE_HZ = 850, 950, 1_050
PIN = "48151623"


def test_only_a_hash_is_held_and_no_pin_is_nobodys() -> None:
    pin = Pin(bytes(32), PIN)
    assert pin.is_right(PIN) and not pin.is_right(PIN[:-1]) and not pin.is_right("")
    assert PIN not in repr(vars(pin)) and not Pin(bytes(32)).is_right("")


def written(folder: Path) -> list[Path]:
    """Return the files in which the PIN stands."""
    return [path for path in folder.rglob("*") if path.is_file() and PIN.encode() in path.read_bytes()]


async def test_a_call_with_the_pin_switches_and_the_pin_is_nowhere(tmp_path: Path, callers: PhoneBank) -> None:
    hotline = Hotline(tmp_path, config_with_number(), pin=PIN)
    hotline.tones_hz = {"mode_enter_pin": ASK_HZ, "mode_wrong_pin": WRONG_HZ, "mode_menu": MENU_HZ} | {
        "mode_switched": DONE_HZ
    }
    await hotline.start()
    call = callers.dial("900", hotline.address, "+861012345678")
    await heard(call.rtp.heard_hz, ASK_HZ)
    call.press("999999#")
    await heard(call.rtp.heard_hz, WRONG_HZ)
    call.press(f"{PIN}#")
    await heard(call.rtp.heard_hz, MENU_HZ)
    call.press("1")
    changed = await hotline.happened(facts.ModeChanged)
    assert (changed.mode, changed.source) == ("storm", ModeSource.TELEPHONE) and changed.by
    assert [fact.right for fact in hotline.found(facts.PinTried)] == [False, True]
    await until(call.ended.is_set, "the caller is let go")
    await hotline.stop()
    assert not written(tmp_path)
    assert PIN not in repr(hotline.facts) and PIN not in repr(hotline.commands)
