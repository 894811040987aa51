"""`python -m tests.real`: put the programs that the tests need onto this machine, or say what is missing."""

from __future__ import annotations

import sys

from tests.real.programs import MissingProgram, install_missing

try:
    install_missing()
except MissingProgram as missing:
    sys.exit(f"tests: {missing}")
