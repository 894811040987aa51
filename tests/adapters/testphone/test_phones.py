"""Test phones from the command line, and what they cannot do."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank, RegistrationFailed
from contactcenter.adapters.testphone.rtp_line import wav_samples
from contactcenter.media.tone import dominant_frequency_hz
from tests.adapters.telephony.hotline import MENU_HZ, Hotline
from tests.adapters.telephony.phones import near, write_tone

LOCAL = AdmissionRules((TrunkRule("local", ("127.0.0.0/8",)),))


async def test_the_command_line_calls_and_says_what_it_heard(tmp_path: Path) -> None:
    hotline = await Hotline(tmp_path, rules=LOCAL).start()
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "contactcenter.adapters.testphone", "call", "95598"),
        *("--server", f"127.0.0.1:{hotline.telephony.port}", "--stay-ms", "1200"),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await program.communicate()
    assert program.returncode == 0, said
    heard_hz = int(said.split(b" Hz")[0].split()[-1])
    assert near(heard_hz, MENU_HZ)
    await hotline.stop()


async def test_a_wrong_secret_is_told() -> None:
    folder_free = PhoneBank()
    await folder_free.start()
    silent = await PhoneBank(stranger=Manner()).start()
    with pytest.raises(RegistrationFailed):
        # A bank of phones is no registrar.
        await folder_free.register("1001", "no", silent._endpoint.address)
    await folder_free.stop()
    await silent.stop()


def test_a_file_can_be_said(tmp_path: Path) -> None:
    write_tone(tmp_path / "said.wav", 600, 500)
    assert near(dominant_frequency_hz(wav_samples(tmp_path / "said.wav")), 600)
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    with pytest.raises(ValueError, match="not an 8 kHz"):
        wav_samples(tmp_path / "broken.wav")
