"""The machine: room on the disks, open files, and what the kernel grants to sockets."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import NamedTuple

from contactcenter.adapters.sip_transport import RECEIVE_BUFFER_BYTES
from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.settings import Settings

__all__ = ["Room", "judge_buffer", "judge_files", "judge_media_ports", "judge_room", "look_at_kernel", "look_at_room"]

GIB = 1 << 30
FREE_ERROR, FREE_WARNING = 1 * GIB, 5 * GIB  # a recording takes 115 MB an hour; the journal must never meet a full disk
INODES_ERROR, INODES_WARNING = 0.01, 0.05
FILES_PER_CALL, FILES_BESIDE = 4, 256  # two sockets for sound and a recording, with room; libraries, links, databases
PORTS_PER_CALL = 4  # an even one and the next, for the caller and for the agent
NET = Path("/proc/sys/net")
CONF = "/etc/sysctl.d/60-contactcenter.conf"


class Room(NamedTuple):
    """What is free on the disk of a folder; `inodes` is the free share, 1 where the file system does not count them."""

    path: Path
    free: int
    inodes: float
    may_write: bool


def judge_room(room: Room) -> list[Finding]:
    """Judge the room on one disk."""
    free = f"{room.free / GIB:.1f} GiB free for {room.path}"
    remedy = "free some, or put `recordings` on another disk ([paths] in center.toml)"
    findings = []
    if not room.may_write:
        findings.append(
            error(f"{room.path} cannot be written", "give it to the centre's user, or run this as that user")
        )
    if room.free < FREE_WARNING:
        findings.append((error if room.free < FREE_ERROR else warning)(free, remedy))
    if room.inodes < INODES_WARNING:
        seen = f"{room.inodes:.1%} of the inodes are free for {room.path}"
        findings.append((error if room.inodes < INODES_ERROR else warning)(seen, "delete small files there"))
    return findings or [fine(free)]


def judge_files(soft: int, calls_max: int) -> list[Finding]:
    """Judge the limit of open files against the calls that the settings allow."""
    needed = FILES_PER_CALL * calls_max + FILES_BESIDE
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return [fine(f"{soft if soft != resource.RLIM_INFINITY else 'any number of'} open files")]
    remedy = f"from a shell: ulimit -n {needed}  (the shipped units say LimitNOFILE=65536)"
    return [warning(f"{soft} open files in this shell; {calls_max} calls need {needed}", remedy)]


def judge_media_ports(
    first: int, last: int, calls_max: int, local: tuple[int, int] | None, reserved: str
) -> list[Finding]:
    """Judge the media ports: enough of them, and none that the kernel may give to somebody else."""
    findings = []
    if last - first + 1 < PORTS_PER_CALL * calls_max:
        seen = f"{last - first + 1} media ports; {calls_max} calls need {PORTS_PER_CALL * calls_max}"
        findings.append(warning(seen, "widen port_first to port_last in [media], or lower calls_max in [sip]"))
    if local and first <= local[1] and last >= local[0] and not _are_reserved(first, last, reserved):
        seen = f"media ports {first}-{last} lie in those that the kernel gives to outgoing connections"
        remedy = f"echo net.ipv4.ip_local_reserved_ports = {first}-{last} >> {CONF} && sysctl --system"
        findings.append(warning(f"{seen} ({local[0]}-{local[1]})", remedy))
    return findings or [fine(f"media ports {first}-{last} are ours")]


def _are_reserved(first: int, last: int, reserved: str) -> bool:
    """Tell whether one range of `ip_local_reserved_ports` holds them all."""
    ranges = [part.partition("-") for part in reserved.split(",") if part.strip()]
    return any(int(low) <= first and last <= int(high or low) for low, _, high in ranges)


def judge_buffer(rmem_max: int | None) -> list[Finding]:
    """Judge how large a receive buffer the kernel grants: bursts of SIP wait in it."""
    if rmem_max is None:
        return [warning("the kernel does not say how large a receive buffer may be", f"look at {NET}/core/rmem_max")]
    if rmem_max >= RECEIVE_BUFFER_BYTES:
        return [fine(f"receive buffers up to {rmem_max >> 10} KiB")]
    seen = f"receive buffers up to {rmem_max >> 10} KiB; a burst of calls wants {RECEIVE_BUFFER_BYTES >> 10}"
    return [warning(seen, f"echo net.core.rmem_max = {RECEIVE_BUFFER_BYTES} >> {CONF} && sysctl --system")]


def look_at_room(settings: Settings) -> list[Finding]:
    """Look at the disks of `var` and of the recordings."""
    folders = dict.fromkeys((settings.paths.var, settings.paths.recordings))
    return [finding for folder in folders for finding in judge_room(_room(folder))]


def _room(folder: Path) -> Room:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    disk = os.statvfs(there)
    inodes = disk.f_favail / disk.f_files if disk.f_files else 1.0
    return Room(folder, disk.f_bavail * disk.f_frsize, inodes, os.access(there, os.W_OK))


def look_at_kernel(settings: Settings) -> list[Finding]:
    """Look at limits and at what the kernel grants."""
    sip, media = settings.sip, settings.media
    local = _number_pair("ipv4/ip_local_port_range")
    return [
        *judge_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0], sip.calls_max),
        *judge_media_ports(
            media.port_first, media.port_last, sip.calls_max, local, _read("ipv4/ip_local_reserved_ports")
        ),
        *judge_buffer(int(text) if (text := _read("core/rmem_max")) else None),
    ]


def _read(name: str) -> str:
    try:
        return (NET / name).read_text().strip()
    except OSError:
        return ""


def _number_pair(name: str) -> tuple[int, int] | None:
    words = _read(name).split()
    return (int(words[0]), int(words[1])) if len(words) == 2 else None
