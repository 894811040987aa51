"""Independent phones for the tests: baresip as an agent's phone, sipp as callers and as agents."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from contactcenter.media.wav import WavFormat
from contactcenter.sip.grammar import Address
from tests.adapters.telephony.phones import write_tone
from tests.real.children import Child, Children

__all__ = ["agents_by_sipp", "baresip_phone", "caller_by_sipp", "digit_exec", "tell_baresip"]

FOLDER = Path(__file__).parent / "sipp"

TONE_MS = 120_000

_BARESIP_CONFIG = """\
module_path /usr/lib/baresip/modules
poll_method epoll
sip_listen 127.0.0.1:0
audio_player aubridge,nobody
snd_path {folder}
audio_source aufile,{said}
audio_alert aufile,/dev/null
audio_txmode thread
rtp_tos 184
rtp_ports 20000-20999
jitter_buffer_type fixed
jitter_buffer_delay 5-10
module g711.so
module aubridge.so
module aufile.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


def baresip_phone(
    children: Children, program: str, server: Address, name: str, secret: str, tone_hz: int, *, control: int
) -> Child:
    """Start a phone that registers, answers by itself, says a tone and keeps what it hears in `dump-*-dec.wav`.

    It takes commands on the TCP port `control`.
    """
    folder = children.folder / f"baresip-{name}"
    folder.mkdir()
    # It hangs up when its file ends, so the file is longer than any test.
    write_tone(folder / "said.wav", tone_hz, TONE_MS, WavFormat.PCM16)
    config = _BARESIP_CONFIG.format(folder=folder, said=folder / "said.wav", control=control)
    folder.joinpath("config").write_text(config, encoding="ascii")
    account = (
        f"<sip:{name}@{server.host}:{server.port};transport=udp>;auth_user={name};auth_pass={secret}"
        ";answermode=auto;audio_codecs=PCMA,PCMU;regint=60\n"
    )
    folder.joinpath("accounts").write_text(account, encoding="ascii")
    folder.joinpath("contacts").write_text("", encoding="ascii")
    return children.start(program, "-f", str(folder), "-v")


async def tell_baresip(control: int, command: str) -> None:
    """Give baresip a command as its menu knows it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", control)
    words = json.dumps({"command": command}).encode()
    writer.write(b"%d:%s," % (len(words), words))
    await reader.readuntil(b",")
    writer.close()
    await writer.wait_closed()


def caller_by_sipp(
    children: Children,
    program: str,
    server: Address,
    host: str,
    number: str,
    scenario: str,
    *,
    media: int,
    calls: int = 1,
) -> Child:
    """Start sipp as callers from a trunk; it exits with 0 when every call went as its scenario says."""
    return children.start(
        program,
        f"{server.host}:{server.port}",
        *("-sf", str(FOLDER / scenario), "-s", number, "-m", str(calls), "-r", "5"),
        *("-i", host, "-mi", host, "-mp", str(media), "-nostdin", "-rtp_echo"),
        *("-timeout", "60", "-timeout_error", "-trace_err", "-error_file", str(children.folder / "caller-errors.log")),
    )


def agents_by_sipp(
    children: Children, program: str, port: int, *, media: int, scenario: str = "agent.xml", calls: int = 0
) -> Child:
    """Start sipp as any number of agents' phones, which answer at once and say what they hear.

    With `calls` it exits with 0 when so many went as the scenario says.
    """
    bounds = ("-m", str(calls), "-timeout", "60", "-timeout_error") if calls else ()
    return children.start(
        program,
        *bounds,
        *("-sf", str(FOLDER / scenario), "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(port)),
        *("-mp", str(media), "-nostdin", "-rtp_echo", "-trace_err"),
        *("-error_file", str(children.folder / "agent-errors.log")),
    )


def digit_exec() -> bool:
    """Whether sipp may send RFC 4733 digits here: it uses a raw socket for them."""
    return os.geteuid() == 0
