"""G.711 codewords (ITU-T G.711): µ-law and A-law to 16-bit samples and back, and straight into one another.

All by tables made once at import. Encoding picks the nearest reproducible value, so decode then encode gives the same
codeword back, but for µ-law's second zero.
"""

from enum import Enum
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["ALAW_TO_ULAW", "ULAW_TO_ALAW", "Law", "Samples", "decode", "encode", "silence", "translate"]

Samples = npt.NDArray[np.int16]
"""Linear sound: 16-bit samples, 8,000 a second."""


class Law(Enum):
    """The two companding laws, by their static RTP payload type (RFC 3551 table 4)."""

    ULAW = 0
    ALAW = 8


def _decode_ulaw(code: int) -> int:
    inverted = ~code & 0xFF
    exponent, mantissa = inverted >> 4 & 7, inverted & 0x0F
    magnitude = ((mantissa * 2 + 33) << exponent) - 33
    return -magnitude * 4 if inverted & 0x80 else magnitude * 4


def _decode_alaw(code: int) -> int:
    toggled = code ^ 0x55
    exponent, mantissa = toggled >> 4 & 7, toggled & 0x0F
    magnitude = mantissa * 2 + 1 if exponent == 0 else (mantissa * 2 + 33) << (exponent - 1)
    return magnitude * 8 if toggled & 0x80 else -magnitude * 8


_DECODE: Final[dict[Law, Samples]] = {
    Law.ULAW: np.array([_decode_ulaw(code) for code in range(256)], dtype=np.int16),
    Law.ALAW: np.array([_decode_alaw(code) for code in range(256)], dtype=np.int16),
}


def _encode_table(decoded: Samples) -> npt.NDArray[np.uint8]:
    """Give the nearest codeword for each of the 65,536 samples, indexed by the sample taken as unsigned."""
    order = np.argsort(decoded, kind="stable")
    values = decoded[order].astype(np.int32)
    edges = (values[1:] + values[:-1] + 1) // 2
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16)
    return order[np.searchsorted(edges, samples, side="right")].astype(np.uint8)


_ENCODE: Final = {law: _encode_table(table) for law, table in _DECODE.items()}


def decode(codewords: bytes, law: Law) -> Samples:
    """Turn codewords into samples."""
    return _DECODE[law].take(np.frombuffer(codewords, dtype=np.uint8))


def encode(samples: Samples, law: Law) -> bytes:
    """Turn samples into codewords."""
    return _ENCODE[law].take(np.ascontiguousarray(samples).view(np.uint16)).tobytes()


def silence(law: Law) -> bytes:
    """Give the one codeword that stands for no sound."""
    return b"\xff" if law is Law.ULAW else b"\xd5"


ULAW_TO_ALAW: Final = encode(_DECODE[Law.ULAW], Law.ALAW)
ALAW_TO_ULAW: Final = encode(_DECODE[Law.ALAW], Law.ULAW)


def translate(codewords: bytes, source: Law, target: Law) -> bytes:
    """Turn codewords of one law into the other's; between equal laws they pass untouched."""
    if source is target:
        return codewords
    return codewords.translate(ULAW_TO_ALAW if source is Law.ULAW else ALAW_TO_ULAW)
