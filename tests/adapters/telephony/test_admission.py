"""Who gets in, how many, and what the edge answers to the others."""

from __future__ import annotations

import pytest

from contactcenter.adapters.telephony.admission import Admission, AdmissionRules, TrunkRule
from contactcenter.adapters.telephony.leg_media import sound_host
from contactcenter.adapters.telephony.prompts import files_of
from contactcenter.adapters.telephony.stations import ConfigView, LegNames, locate
from contactcenter.model.config import StationConfig
from contactcenter.model.ids import LegId, StationId
from contactcenter.sip.events import InviteReceived
from contactcenter.sip.grammar import Address
from tests.stories.centre import small_config

CARRIER = Address("192.0.2.7", 5060)
RULES = AdmissionRules((TrunkRule("carrier", ("192.0.2.0/28", "2001:db8::/64"), calls_per_s=2, calls_max=3),))


def admission(rules: AdmissionRules = RULES, stalled: bool = False) -> Admission:
    return Admission(rules, {"95598": "95598"}.get, lambda: stalled)


def invite(called: str = "95598", source: Address = CARRIER, account: str = "") -> InviteReceived:
    return InviteReceived(1, called, "+861012345678", "", account, source, "id", None, None)


@pytest.mark.parametrize(
    ("host", "trusted"),
    [("192.0.2.7", True), ("192.0.2.16", False), ("2001:db8::1", True), ("203.0.113.1", False), ("::1", False)],
)
def test_trunks_are_known_by_their_networks(host: str, trusted: bool) -> None:
    assert admission().trusts(Address(host, 5060)) is trusted


def test_an_unknown_number_is_not_found() -> None:
    judge = admission()
    assert judge.refusal(invite("31337"), 0) == 404
    assert judge.refusal(invite(), 0) == 0


def test_a_trunk_has_its_share_a_second_and_in_all() -> None:
    judge = admission()
    assert [judge.refusal(invite(), at) for at in (0, 1, 2)] == [0, 0, 503]
    assert [judge.refusal(invite(), at) for at in (1_000, 1_001)] == [0, 503]
    judge.left("carrier")
    assert judge.refusal(invite(), 2_000) == 0


def test_the_whole_edge_has_its_limit_too() -> None:
    rules = AdmissionRules((TrunkRule("carrier", ("192.0.2.0/28",)),), calls_max=1)
    judge = admission(rules)
    assert [judge.refusal(invite(), 0), judge.refusal(invite(account="1001"), 0)] == [0, 503]
    assert judge.trunk_name(invite(account="1001")) == "phones"


def test_nothing_is_promised_while_the_journal_stalls() -> None:
    stalled = admission(stalled=True)
    assert stalled.refusal(invite(), 0) == 503
    assert stalled.wait_s(503) == 0, "another centre may take the call at once"


def test_who_is_refused_for_a_limit_hears_when_to_come_again() -> None:
    assert admission().wait_s(503) == 5
    assert admission().wait_s(404) == 0


def test_phones_register_from_their_networks_only() -> None:
    judge = admission()
    assert judge.may_register(Address("127.0.0.1", 5060))
    assert not judge.may_register(CARRIER)


def test_a_dialled_number_is_found_as_sent_or_as_e164() -> None:
    view = ConfigView({"010 8": "+8610"}.get)  # type: ignore[arg-type]
    config = small_config()
    view.publish(config)
    assert view.entry_of("95598") == "95598"
    assert view.entry_of("web") is None
    assert view.entry_of("010 8") is None  # +8610 is an entry for texts
    assert view.has_station("anna-phone") and view.contact_of(StationId("nowhere")) == ""
    assert StationConfig(StationId("x")).contact == ""


def test_names_of_legs_are_the_same_again_and_known_for_ours() -> None:
    names = LegNames(b"secret")
    made = names.of(LegId("L1.2.3"))
    assert made == LegNames(b"secret").of(LegId("L1.2.3"))
    assert names.owns(made.call_id)
    for foreign in ("", "-", "zz-00", made.call_id[:-1], f"ff-{'0' * 24}", LegNames(b"other").of(LegId("L1")).call_id):
        assert not names.owns(foreign)


async def test_a_static_contact_is_located() -> None:
    found = await locate("sip:1004@192.0.2.9:5070")
    assert found is not None and found[1] == Address("192.0.2.9", 5070)
    named = await locate("sip:1004@localhost")
    assert named is not None and named[1] == Address("127.0.0.1", 5060)
    assert await locate("mailto:x") is None
    assert await locate("nonsense") is None
    assert await locate("sip:1004@no-such-host.invalid") is None


@pytest.mark.parametrize(
    ("described", "signalled", "expected"),
    [
        ("192.168.1.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "10.0.0.4", "10.0.0.5"),
        ("203.0.113.5", "203.0.113.9", "203.0.113.5"),
        ("10.0.0.5", "127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "10.0.0.4", "10.0.0.4"),
        ("127.0.0.2", "127.0.0.1", "127.0.0.2"),
        ("name.example", "10.0.0.4", "name.example"),
    ],
)
def test_sound_is_expected_where_it_can_come_from(described: str, signalled: str, expected: str) -> None:
    assert sound_host(described, signalled) == expected


def test_prompts_become_files_of_the_language() -> None:
    assert files_of(("welcome", "number/21", "music/hold"), "en") == (
        "en/welcome",
        "en/number_20",
        "en/number_1",
        "music/hold",
    )
    assert files_of(("number/x", "number/-1"), "fr") == ()
