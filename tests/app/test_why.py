"""The table that `contactcenter why` prints."""

from __future__ import annotations

import msgspec

from contactcenter.app.why import as_json, choices_of, tables_of
from tests.stories.centre import ANNA, BO, Centre
from tests.stories.test_why import CARL, DORA, larger_config


def test_each_offer_has_a_table_with_the_chosen_first_and_the_rest_by_their_reasons() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.passes(4_000)
    found = choices_of(centre.journal, contact)
    (title, rows, left_out), (second, rows_then, _) = tables_of(found, "Asia/Shanghai", everybody=False)
    assert title.endswith("voice for faults, by longest_available, after 0.0 s → anna: device_lost")
    assert second.endswith("→ bo: still ringing")
    assert rows == [("1", "anna", "0 0", "2 s", "chosen"), ("2", "bo", "0 0", "1 s", "came after")]
    assert rows_then == [("1", "bo", "0 0", "5 s", "chosen"), ("–", "anna", "0 0", "", "telephone did not answer")]
    assert left_out == 2


def test_everybody_is_shown_on_request() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA)
    found = choices_of(centre.journal, centre.calls())
    ((_, rows, left_out),) = tables_of(found, "Asia/Shanghai", everybody=True)
    assert [row[1] for row in rows] == [ANNA, BO, CARL, DORA] and left_out == 0


def test_a_page_is_told_everything_with_the_chosen_marked() -> None:
    centre = Centre(larger_config())
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.passes(4_000)
    first, second = msgspec.json.decode(as_json(choices_of(centre.journal, contact)))["offers"]
    assert [each["agent"] for each in first["candidates"]] == [ANNA, BO, CARL, DORA]
    assert [each["chosen"] for each in first["candidates"]] == [True, False, False, False]
    assert [each["far"] for each in first["candidates"]] == [False, False, True, True]
    assert (first["asked"], first["waited_ms"]) == ([{"agent": "anna", "outcome": "device_lost"}], 0)
    assert (second["strategy"], second["queue"], second["waited_ms"]) == ("longest_available", "faults", 4_000)
    reasons = {each["agent"]: each["excluded"] for each in second["candidates"]}
    assert reasons[ANNA] == "telephone did not answer" and reasons[BO] == ""
