"""Where stations ring: phones that register, move, leave, and are remembered across a restart."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from contactcenter.adapters.telephony.phone_bindings import PhoneBindings
from contactcenter.adapters.telephony.stations import PhoneTarget, open_dialog, read_target, seal_dialog, station_person
from contactcenter.adapters.testphone.phone_bank import PhoneBank, RegistrationFailed
from contactcenter.model import events, facts
from contactcenter.model.ids import StationId
from contactcenter.sip.dialog import DialogSnapshot
from tests.adapters.telephony.hotline import SECRETS, TRUNK_HOST, Hotline
from tests.adapters.telephony.phones import until

ANNA = StationId("anna-phone")


async def test_a_phone_registers_moves_and_leaves(hotline: Hotline, desk: PhoneBank) -> None:
    line = await desk.register(ANNA, SECRETS[ANNA], hotline.address)
    first = await hotline.happened(facts.StationChanged, station=ANNA)
    assert (
        first.target is not None
        and hotline.vault.open(first.target)
        == msgspec.json.encode(PhoneTarget(f"sip:{ANNA}@127.0.0.1:{desk.port}", "127.0.0.1", desk.port)).decode()
    )
    other = await PhoneBank().start()
    moved = await other.register(ANNA, SECRETS[ANNA], hotline.address)
    await until(lambda: len(hotline.found(facts.StationChanged)) == 2, "the newer phone is told")
    await other.unregister(moved)
    await until(lambda: len(hotline.found(facts.StationChanged)) == 3, "the older phone is told again")
    await desk.unregister(line)
    await hotline.happened(facts.StationChanged, target=None)
    await other.stop()


async def test_a_wrong_secret_and_a_stranger_do_not_register(hotline: Hotline, desk: PhoneBank) -> None:
    for name in (ANNA, "nobody"):
        with pytest.raises(RegistrationFailed, match="401"):
            await desk.register(name, "wrong", hotline.address)
    assert hotline.found(facts.StationChanged) == []


async def test_a_remembered_phone_that_never_comes_back_runs_out(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contactcenter.adapters.telephony.phone_bindings.RESTORED_MS", 200)
    target = PhoneTarget("sip:anna@127.0.0.1:9", "127.0.0.1", 9)
    sealed = hotline.vault.seal(station_person(ANNA), msgspec.json.encode(target).decode())
    hotline.engine.post(events.PhoneBound(ANNA, sealed))
    hotline.telephony.restore_phone(ANNA, sealed)
    gone = await hotline.happened(facts.StationChanged, target=None)
    assert gone.station == ANNA


async def test_what_is_no_target_is_not_taken_up(hotline: Hotline) -> None:
    broken = hotline.vault.seal(station_person(ANNA), '["no uri","h",1]')
    hotline.telephony.restore_phone(ANNA, broken)
    bindings: PhoneBindings = hotline.telephony._phones
    assert bindings._told == {}


@pytest.mark.parametrize("text", [None, "", "{}", '["nonsense","h",1]', '["sip:a@b","h","x"]'])
def test_targets_that_cannot_be_read(text: str | None) -> None:
    assert read_target(text) is None


def test_a_dialog_comes_back_as_it_was() -> None:
    held = DialogSnapshot("id", "a", "b", "<sip:x>", "<sip:y>", "sip:z", ("<sip:r;lr>",), 1, 2, "192.0.2.1", 5060)
    assert open_dialog(seal_dialog(held)) == held
    strange = replace(held, remote_uri='"\udcff\u5f20" <sip:x@127.0.0.1>')
    assert open_dialog(seal_dialog(strange)) == strange, "a name that is no UTF-8 stays as it came"
    assert open_dialog("{}") is None


@pytest.mark.parametrize("caller", ["anonymous", ""])
async def test_a_caller_without_a_number_is_served(hotline: Hotline, caller: str) -> None:
    callers = await PhoneBank(TRUNK_HOST).start()
    call = callers.dial("200", hotline.address, caller)
    await until(call.answered.is_set, "the answer")
    arrived = await hotline.happened(facts.ContactArrived)
    assert arrived.address is None and arrived.person is None
    call.hang_up()
    await callers.stop()
