"""Certificates: the one that browsers are shown, and the authorities that our servers' are checked with."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography import x509

from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.settings import Settings

__all__ = ["Shown", "judge_certificate", "look_at_certificates"]

DAYS_WARNING, DAYS_ERROR = 21, 5  # an automatic renewal comes at 30: at 21 it has failed
ANSWER_S = 3.0
HTTPS = 443


class Shown(NamedTuple):
    """A certificate: where it was seen, days left, and why a browser would refuse it (empty: it would not)."""

    where: str
    days: int
    refusal: str


def judge_certificate(shown: Shown) -> list[Finding]:
    """Judge one certificate."""
    where, days, refusal = shown
    if days < 0:
        return [error(f"{where}: ran out {-days} days ago", "renew it")]
    if refusal:
        return [error(f"{where}: would be refused ({refusal})", "use one that names this host, from a known authority")]
    seen = f"{where}: {days} days left"
    if days < DAYS_WARNING:
        return [(error if days < DAYS_ERROR else warning)(seen, "renew it, and see why that did not happen by itself")]
    return [fine(seen)]


async def look_at_certificates(settings: Settings) -> list[Finding]:
    """Look at the certificate behind `public_url` and at the files of authorities."""
    findings = []
    home = settings.paths.config.parent
    for key, name in (("[bus] authority", settings.bus.authority), ("[redis] authority", settings.redis.authority)):
        if name:
            findings += _authority(key, home / name)
    url = urlsplit(settings.http.public_url)
    if url.scheme == "https" and url.hostname:
        findings += await _served(url.hostname, url.port or HTTPS)
    return findings or [fine("none in use: everything is on this machine, or in clear")]


def _authority(key: str, path: Path) -> list[Finding]:
    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as failure:
        return [
            error(f"{key}: {path} cannot be read: {failure.strerror}", "put it there, readable for the centre's user")
        ]
    except ValueError:
        return [error(f"{key}: {path} holds no certificate", "give the authority's certificate as PEM")]
    days = min(_days_left(certificate) for certificate in certificates)
    return judge_certificate(Shown(f"{key} {path.name}", days, ""))


async def _served(host: str, port: int) -> list[Finding]:
    where = f"https://{host}:{port}"
    refusal = ""
    try:
        try:
            await _shown(host, port, ssl.create_default_context())
        except ssl.SSLCertVerificationError as refused:
            refusal = refused.verify_message
        unchecked = ssl.create_default_context()
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE  # only to look at it
        certificate = x509.load_der_x509_certificate(await _shown(host, port, unchecked))
    except (OSError, TimeoutError, ValueError) as failure:
        reason = type(failure).__name__
        remedy = "start the proxy; if it is not to be reached from here, look from outside"
        return [warning(f"{where} does not answer ({reason})", remedy)]
    return judge_certificate(Shown(where, _days_left(certificate), refusal))


async def _shown(host: str, port: int, context: ssl.SSLContext) -> bytes:
    async with asyncio.timeout(ANSWER_S):
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    certificate: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return certificate


def _days_left(certificate: x509.Certificate) -> int:
    return (certificate.not_valid_after_utc - datetime.now(UTC)).days
