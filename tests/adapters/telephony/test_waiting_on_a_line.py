"""What a recipe does, heard on a real line: words between the music, and a farewell before the line is closed."""

from __future__ import annotations

from pathlib import Path

from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.model import facts
from contactcenter.model.recipes import Announce, Close, RecipeStep
from contactcenter.model.words import ContactOutcome, VisitOutcome
from tests.adapters.telephony.hotline import MUSIC_HZ, Hotline, heard
from tests.adapters.telephony.phones import until
from tests.adapters.telephony.test_menu_on_a_line import with_tones
from tests.stories.centre import small_config

STILL_HZ, CLOSED_HZ = 850, 1_050


async def test_a_caller_hears_words_then_music_again_then_the_farewell_and_is_freed(
    tmp_path: Path, callers: PhoneBank
) -> None:
    recipe = (
        RecipeStep(500, Announce(("queue_still_waiting",))),
        RecipeStep(4_000, Close(("queue_closed",))),
    )
    tones = {"queue_still_waiting": STILL_HZ, "queue_closed": CLOSED_HZ}
    hotline = await with_tones(Hotline(tmp_path, small_config(recipe=recipe)), **tones)
    call = callers.dial("200", hotline.address, "+861012345678")
    await heard(call.rtp.heard_hz, STILL_HZ)
    await heard(call.rtp.heard_hz, MUSIC_HZ)
    await heard(call.rtp.heard_hz, CLOSED_HZ)
    assert not call.ended.is_set(), "the farewell is heard to its end"
    await until(call.ended.is_set, "the caller is freed")
    visit, contact = await hotline.happened(facts.VisitEnded), await hotline.happened(facts.ContactEnded)
    assert (visit.outcome, contact.outcome) == (VisitOutcome.CLOSED, ContactOutcome.CLOSED)
    assert hotline.found(facts.PromptEnded)[-1].outcome == "completed"
    await until(lambda: hotline.telephony.legs_held() == (), "no leg is left")
    await hotline.stop()
