"""Certificates of a test's own: an authority, and servers that it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Authority", "Papers"]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Papers:
    """Where a server's certificate and its key lie."""

    certificate: Path
    key: Path


class Authority:
    """Vouches for servers on this machine; `file` is what clients trust."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        self.folder, self.file = folder, folder / f"{name.replace(' ', '-')}.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        built = self._built(self._name, self._key, DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), True
        )
        self.file.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def papers(self, address: str = "127.0.0.1", valid_for: timedelta = DAY) -> Papers:
        """Return a certificate for an address of this machine; one that ran out is valid for less than nothing."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        built = self._built(subject, key, valid_for).add_extension(names, False).sign(self._key, hashes.SHA256())
        papers = Papers(self.folder / f"{built.serial_number}.crt", self.folder / f"{built.serial_number}.key")
        papers.certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
        papers.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        papers.key.chmod(0o600)
        return papers

    def _built(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, valid_for: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * DAY)
            .not_valid_after(now + valid_for)
        )
