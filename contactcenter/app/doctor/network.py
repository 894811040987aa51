"""Ports and addresses: free or ours, on this machine, and open to nobody who was not meant."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.places import Places
from contactcenter.app.serve import is_alive, ports_of
from contactcenter.settings import Settings

__all__ = [
    "Held",
    "is_reached",
    "is_this_machine",
    "judge_addresses",
    "judge_exposure",
    "judge_ports",
    "look_at_addresses",
    "look_at_ports",
]

EVERYBODY = ("0.0.0.0/0", "::/0")


class Held(NamedTuple):
    """A port that the centre needs, and the error number of taking it: 0 when it is free."""

    what: str
    number: int
    host: str
    refusal: int


def judge_ports(ports: Sequence[Held], centre_runs: bool) -> list[Finding]:
    """Judge whether the ports can be had, or are had by our own centre."""
    findings = []
    for what, number, host, refusal in ports:
        if refusal == errno.EADDRINUSE and not centre_runs:
            remedy = f"find it with  ss -lntup 'sport = :{number}'  and end it, or choose another port in center.toml"
            findings.append(error(f"port {number} ({what}) is taken by another program", remedy))
        elif refusal and refusal != errno.EADDRINUSE:
            seen = f"port {number} ({what}) at {host} cannot be had: {os.strerror(refusal)}"
            findings.append(error(seen, "choose a port above 1023, and an address of this machine"))
    state = "held by this running centre, or free" if centre_runs else "free"
    return findings or [fine(f"{', '.join(str(port.number) for port in ports)}: {state}")]


def look_at_ports(settings: Settings) -> list[Finding]:
    """Try to take each port for a moment."""
    held = [
        Held(port.what, port.number, port.host, port.refusal(port.number))
        for port in ports_of(settings, with_traffic=False)
    ]
    return judge_ports(held, is_alive(Places(settings.paths.var).socket))


def judge_addresses(binds: Sequence[tuple[str, str, bool]], names: Sequence[tuple[str, str, bool]]) -> list[Finding]:
    """Judge addresses to listen at (key, address, is there) and names to be reached by (key, name, is known)."""
    findings = []
    for key, address, there in binds:
        if not there:
            remedy = "give one that  ip address  shows, 127.0.0.1 for this machine alone"
            findings.append(error(f"{key} {address} is no address of this machine", remedy))
    for key, name, known in names:
        if not known:
            findings.append(
                warning(f"{key} {name} is not known here", "give it an address in your DNS, or in /etc/hosts")
            )
    return findings or [fine("all addresses are here, all names are known")]


def judge_exposure(settings: Settings) -> list[Finding]:
    """Judge to whom the settings open the centre."""
    findings = list(_exposed(settings))
    return findings or [fine("open as configured, and to nobody else")]


def _exposed(settings: Settings) -> Iterator[Finding]:
    http, sip = settings.http, settings.sip
    if not _is_local(http.bind) and urlsplit(http.public_url).scheme != "https":
        remedy = "put a proxy with a certificate in front, bind to 127.0.0.1, and give public_url as https://"
        yield warning(f"web pages at {http.bind} without TLS: passwords cross the network in clear", remedy)
    if _is_local(sip.bind):
        return
    for name, sources in (("phone_sources", sip.phone_sources), *((t.name, t.sources) for t in sip.trunks)):
        if any(source in EVERYBODY for source in sources):
            yield warning(f"the whole world may send SIP as {name}", "name networks such as 192.0.2.0/24 in [sip]")
    loopback = [trunk.name for trunk in sip.trunks if all(_is_loopback_net(source) for source in trunk.sources)]
    if loopback and len(loopback) == len(sip.trunks):
        yield warning(
            "SIP is open to the network, and no trunk from there is known", "add its addresses to [[sip.trunks]]"
        )


def _is_local(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _is_loopback_net(source: str) -> bool:
    return ipaddress.ip_network(source).is_loopback


def look_at_addresses(settings: Settings) -> list[Finding]:
    """Try the addresses, and look the names up."""
    sections = (("http", settings.http), ("sip", settings.sip), ("media", settings.media))
    binds = [(f"[{name}] bind", section.bind, _is_here(section.bind)) for name, section in sections]
    wanted = [
        ("[http] public_url", urlsplit(settings.http.public_url).hostname or ""),
        ("[sip] advertised", settings.sip.advertised),
        ("[media] advertised", settings.media.advertised),
    ]
    names = [(key, name, _is_known(name)) for key, name in wanted if name]
    return [*judge_addresses(binds, names), *judge_exposure(settings)]


def _is_here(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def _is_known(name: str) -> bool:
    try:
        return bool(socket.getaddrinfo(name, None))
    except (OSError, UnicodeError):
        return False


def is_reached(host: str, port: int, within_s: float = 1.0) -> bool:
    """Tell whether something takes connections there."""
    try:
        socket.create_connection((host, port), within_s).close()
    except OSError:
        return False
    return True


def is_this_machine(host: str) -> bool:
    """Tell whether a server's host is this machine by its loopback, so that nobody else should reach it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or not host or Path(host).is_absolute()
