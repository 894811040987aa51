"""`serve` and `demo` as a new user starts them: real processes, real ports, ended with Ctrl-C and with kill -9."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families

from contactcenter.app.places import Places
from contactcenter.app.serve import hindrances
from tests.app.installation import Installation
from tests.real.children import Child, Children, wait_until
from tests.source import ROOT

HUNG_S = 120.0  # who has not answered by then never will
LIFE_S = 180.0  # a bound for a loaded machine; the first contacts are through within half a minute
ALL_CHANNELS = {"voice", "chat", "sms"}


@pytest.fixture
def centre(private_dir: Path, children: Children) -> Installation:
    """Ports and a folder of our own; nothing runs yet."""
    return Installation(private_dir / "var", children)


def start(centre: Installation, command: str, config: Path = ROOT / "config") -> Child:
    """Start a command as a person at a terminal does."""
    words = (sys.executable, "-m", "contactcenter", command, "--config", config)
    return centre.children.start(*words, env=centre.environment, cwd=ROOT)


def output(centre: Installation, *words: str) -> str:
    """Run a command to its end, and return what it printed; it must succeed."""
    command = [sys.executable, "-m", "contactcenter", *words]
    environment = os.environ | centre.environment
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HUNG_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


def family(pid: int) -> list[int]:
    """A process's children and theirs."""
    children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [found for child in children for found in (child, *family(child))]


def called(pids: list[int], word: str) -> int:
    """The process that was started with this word."""
    return next(pid for pid in pids if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet asked for by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def nothing_is_left(centre: Installation, pids: list[int]) -> None:
    """No process runs, and nothing is in the way of another start."""
    wait_until(lambda: not any(is_alive(pid) for pid in pids), "all processes are gone")
    wait_until(lambda: not list(hindrances(centre.settings, with_traffic=True)), "free ports")


def password_of(said: str, name: str) -> str:
    """The password that was printed for a name."""
    found = re.search(rf"^ +{name} +(\S+)", said, re.MULTILINE) or re.search(rf"as  {name} .*  (\S+)  \(", said)
    assert found is not None, said
    return found[1]


def sign_in(centre: Installation, name: str, password: str) -> int:
    """Sign in and return the status."""
    body = json.dumps({"name": name, "password": password}).encode()
    request = urllib.request.Request(f"{centre.url}/api/sign-in", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=HUNG_S) as answer:
            return int(answer.status)
    except HTTPError as refused:
        refused.close()
        return refused.code


def accepted(centre: Installation) -> Counter[str]:
    """How many offers were accepted since the desk started, by channel."""
    counts: Counter[str] = Counter()
    try:
        with urllib.request.urlopen(f"{centre.url}/metrics", timeout=HUNG_S) as answer:
            text = answer.read().decode()
    except OSError:
        return counts
    for metric in text_string_to_metric_families(text):
        for sample in metric.samples:
            if sample.name == "contactcenter_offers_total" and sample.labels["outcome"] == "accepted":
                counts[sample.labels["channel"]] += int(sample.value)
    return counts


def until_lively(centre: Installation, child: Child, since: Counter[str]) -> None:
    """Wait until agents have taken a call, a chat and a text more than there were."""

    def lively() -> bool:
        assert child.is_alive(), child.text()
        return set(accepted(centre) - since) == ALL_CHANNELS

    wait_until(lively, f"a call, a chat and a text are taken; {child.text()}", LIFE_S)


def test_a_demonstration_lives_through_kills_and_leaves_nothing_behind(centre: Installation) -> None:
    demo = start(centre, "demo")
    demo.wait_for("Ctrl-C ends everything")
    said = demo.text()
    assert "95598" in said and "user 1001" in said
    assert [sign_in(centre, name, password_of(said, name)) for name in ("supervisor", "admin", "li_na")] == [200] * 3
    until_lively(centre, demo, Counter())

    for process in ("engine", "desk"):  # the simulated people come back by themselves
        os.kill(called(family(demo.pid), process), signal.SIGKILL)
        demo.wait_for(f"{process} ended unasked")
    wait_until(lambda: accepted(centre), "the desk is there again", LIFE_S)
    until_lively(centre, demo, accepted(centre))

    everybody = [demo.pid, *family(demo.pid)]
    demo.kill(signal.SIGINT)
    assert demo.wait() == 0
    nothing_is_left(centre, everybody)
    assert "Traceback" not in demo.text()

    assert "found equal" in output(centre, "replay", "--verify")
    assert "general" in output(centre, "report", "intervals")
    assert "wang_wei" in output(centre, "report", "agents")
    contacts = output(centre, "report", "contacts", "--csv")
    assert all(f",{channel}," in contacts for channel in ALL_CHANNELS)


def test_secrets_stand_in_no_log_and_in_no_open_file(centre: Installation) -> None:
    demo = start(centre, "demo")
    demo.wait_for("Ctrl-C ends everything")
    secrets = [password_of(demo.text(), name) for name in ("admin", "li_na", "wang_wei")]
    demo.kill(signal.SIGTERM)
    assert demo.wait() == 0
    logs = "".join(file.read_text() for file in (centre.folder / "log").iterdir())
    assert "engine ready" in logs and not any(secret in logs for secret in secrets)
    assert (centre.folder / "run" / "cast.json").stat().st_mode & 0o077 == 0
    written = [path for path in centre.folder.rglob("*") if not path.is_symlink()]
    assert len(written) > 8 and not [path for path in written if path.stat().st_mode & 0o077]


def test_a_demonstration_keeps_off_the_records_of_a_real_centre(centre: Installation) -> None:
    output(centre, "user", "add", "boss", "--role", "supervisor")
    Places(centre.folder).journal.touch()
    demo = start(centre, "demo")
    demo.wait_for("Ctrl-C ends everything")
    demo.kill(signal.SIGINT)
    assert demo.wait() == 0
    assert output(centre, "user", "list").count("boss") == 1
    assert "li_na" not in output(centre, "user", "list")
    assert (centre.folder / "demo" / "journal.db").exists()


def test_children_end_when_their_starter_is_killed(centre: Installation) -> None:
    serve = start(centre, "serve")
    serve.wait_for("Ctrl-C ends everything")
    everybody = family(serve.pid)
    assert len(everybody) >= 3  # engine, desk and a media worker
    serve.kill(signal.SIGKILL)
    nothing_is_left(centre, everybody)


def test_the_very_first_start_makes_an_administrator_and_no_later_one_does(centre: Installation) -> None:
    passwords = []
    for start_number in range(2):
        serve = start(centre, "serve")
        serve.wait_for("Ctrl-C ends everything")
        assert "user add NAME" in serve.text()
        if not start_number:
            passwords.append(password_of(serve.text(), "admin"))
        assert ("as  admin" in serve.text()) == (not start_number)
        assert sign_in(centre, "admin", passwords[0]) == 200
        serve.kill(signal.SIGINT)
        assert serve.wait() == 0


def refused(centre: Installation, command: str, config: Path = ROOT / "config") -> str:
    """Start a command that cannot go on, and return what it said."""
    child = start(centre, command, config)
    assert child.wait() == 2
    assert "Traceback" not in child.text()
    return child.text()


def test_taken_ports_are_named_with_the_remedy(centre: Installation) -> None:
    settings = centre.settings
    taken: list[tuple[socket.SocketKind, int, str]] = [
        (socket.SOCK_STREAM, settings.http.port, "CONTACTCENTER__HTTP__PORT="),
        (socket.SOCK_DGRAM, settings.sip.port, "CONTACTCENTER__SIP__PORT="),
        (socket.SOCK_STREAM, int(settings.sms[0].send_url.split(":")[2].split("/")[0]), "CONTACTCENTER__SMS__DEMO__"),
    ]
    holders = []
    for kind, port, _ in taken:
        holders.append(socket.socket(socket.AF_INET, kind))
        holders[-1].bind(("127.0.0.1", port))
        if kind is socket.SOCK_STREAM:
            holders[-1].listen()
    said = refused(centre, "demo").splitlines()
    for holder in holders:
        holder.close()
    assert [line for line in said if line.startswith("error: port")] == said
    assert all(str(port) in line and remedy in line for line, (_, port, remedy) in zip(said, taken, strict=True))
    assert not Places(centre.folder).records.exists()


def test_a_second_centre_on_the_same_records_is_refused(centre: Installation) -> None:
    serve = start(centre, "serve")
    serve.wait_for("Ctrl-C ends everything")
    assert "a centre runs already" in refused(centre, "serve")
    serve.kill(signal.SIGINT)
    assert serve.wait() == 0


def test_a_folder_too_deep_for_a_socket_is_refused(centre: Installation) -> None:
    centre.environment["CONTACTCENTER__PATHS__VAR"] = str(centre.folder / ("deep" * 30))
    assert "set  CONTACTCENTER__PATHS__VAR=" in refused(centre, "serve")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_wrong_configuration_is_refused_with_all_its_mistakes(centre: Installation, command: str) -> None:
    config = centre.children.folder / "config"
    shutil.copytree(ROOT / "config", config)
    edit(config / "center.toml", lambda text: text.replace("port = 8080", 'prot = 8080\nport = "x"'))
    edit(config / "queues.toml", lambda text: text.replace('skill = "fault"', 'skill = "falt"'))
    del centre.environment["CONTACTCENTER__HTTP__PORT"]
    said = refused(centre, command, config)
    assert "prot" in said and "port" in said and "falt" in said and "nothing was started" in said
    assert not centre.folder.exists()


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Change a file's text."""
    text = file.read_text()
    assert change(text) != text
    file.write_text(change(text))
