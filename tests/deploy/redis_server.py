"""A private Redis with the settings and rights that we ship."""

from __future__ import annotations

import hashlib
from pathlib import Path

import redis

from tests.real.children import Children
from tests.real.ports import free_ports
from tests.real.programs import path_of
from tests.source import ROOT

__all__ = ["PASSWORD", "ShippedRedis"]

SHIPPED = ROOT / "deploy" / "redis"
PASSWORD = "centre-word"


class ShippedRedis:
    """One server; its files lie in a folder of the test."""

    def __init__(self, folder: Path, children: Children, more: str = "", acl: str = "") -> None:
        """Start it with the shipped files, their paths led here; `more` goes behind one, `acl` replaces the other."""
        self.folder = folder / "redis"
        self.folder.mkdir()
        self.port = free_ports()
        self.shipped_acl = (SHIPPED / "contactcenter.acl").read_text()
        rights, conf = self.folder / "acl", self.folder / "conf"
        rights.write_text(acl or self.shipped_acl.replace("0" * 64, hashlib.sha256(PASSWORD.encode()).hexdigest()))
        text = (SHIPPED / "contactcenter.conf").read_text()
        for shipped, ours in (
            ("aclfile /etc/redis/contactcenter.acl", f"aclfile {rights}"),
            ("port 6379", f"port {self.port}\ndir {self.folder}"),
        ):
            assert f"\n{shipped}\n" in text
            text = text.replace(f"\n{shipped}\n", f"\n{ours}\n")
        conf.write_text(text + more)
        self.child = children.start(path_of("redis-server"), conf)
        self.child.wait_for("Ready to accept connections")

    def client(self, name: str | None, password: str | None) -> redis.Redis:
        """Return a connection under a name, not opened yet."""
        return redis.Redis("127.0.0.1", self.port, username=name, password=password, socket_timeout=10)
