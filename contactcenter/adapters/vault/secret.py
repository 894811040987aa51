"""The domain's master secret: one file that only its owner may read, made at the first start and never changed.

Whoever loses it has erased everybody. It must never stand beside a backup of the journal, in a log or in an answer.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from contactcenter.runtime.ports import StoreUnusable

__all__ = ["SECRET_BYTES", "domain_secret"]

SECRET_BYTES = 32  # the key length of AES-256, and of HMAC-SHA256's block of meaning
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def domain_secret(path: Path) -> bytes:
    """Return the secret in the file at `path`, made when there is none. Raises StoreUnusable."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        mode, text = path.stat().st_mode, path.read_text(errors="replace").strip()
    except OSError as error:
        raise StoreUnusable(f"{path}: the domain's secret cannot be kept here: {error.strerror}") from error
    if mode & OTHERS:
        raise StoreUnusable(f"{path}: others than its owner may read the domain's secret; run: chmod 600 {path}")
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise StoreUnusable(f"{path}: is not a domain secret ({2 * SECRET_BYTES} hexadecimal digits); restore the file")
    return secret


def _make(path: Path) -> None:
    """Write a fresh secret whole or not at all; whoever was faster is right."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, f"{secrets.token_hex(SECRET_BYTES)}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
