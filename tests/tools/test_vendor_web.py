"""What the browser's libraries promise our pages: every import resolves, every file is what its hash says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.source import ROOT
from tools import vendor_web


@pytest.fixture(scope="module")
def import_map() -> Any:
    """The import map that pages carry; `make` has built it before the tests run."""
    return json.loads((vendor_web.VENDOR / "importmap.json").read_text())


def served(url: str) -> Path:
    """The file behind an address of the import map."""
    assert url.startswith(vendor_web.URL_PREFIX)
    return vendor_web.VENDOR / url.removeprefix(vendor_web.URL_PREFIX)


def test_every_module_is_there_and_is_what_its_hash_says(import_map: Any) -> None:
    assert set(import_map["imports"]) == set(vendor_web.MODULES)
    assert set(import_map["imports"].values()) == set(import_map["integrity"])
    for url, expected in import_map["integrity"].items():
        assert vendor_web.integrity(served(url).read_bytes()) == expected


def test_libraries_import_only_what_the_map_knows(import_map: Any) -> None:
    for url in import_map["imports"].values():
        wanted = re.findall(r"""\bfrom\s*["']([\w@/.-]+)["']""", served(url).read_text())
        assert set(wanted) <= set(import_map["imports"]), url


def test_our_pages_import_only_our_files_and_what_the_map_knows(import_map: Any) -> None:
    known = set(import_map["imports"])
    for page in vendor_web.STATIC.rglob("*.js"):
        if vendor_web.VENDOR not in page.parents:
            wanted = re.findall(r"""^\s*(?:import|export)\b[^"';=(]*["']([^"']+)["']""", page.read_text(), re.MULTILINE)
            ours = [name for name in wanted if name.startswith(".")]
            assert all((page.parent / name).is_file() for name in ours), page
            assert set(wanted) - set(ours) <= known, page


def test_licences_go_where_the_code_goes() -> None:
    text = (vendor_web.VENDOR / "LICENSES.txt").read_text()
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for owner in ("preact", "htm", "@preact/signals", "uplot"):
        assert f"{owner} {lock[f'node_modules/{owner}']['version']}" in text


def test_the_lock_file_has_a_hash_for_each_package_and_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = [entry for name, entry in json.loads(text)["packages"].items() if name]
    assert all(entry["integrity"].startswith("sha512-") for entry in packages)
    assert "resolved" not in text


def test_a_second_build_changes_nothing() -> None:
    before = {path.name: path.stat().st_mtime_ns for path in vendor_web.VENDOR.iterdir()}
    vendor_web.build()
    assert {path.name: path.stat().st_mtime_ns for path in vendor_web.VENDOR.iterdir()} == before


@pytest.mark.parametrize(
    ("specifier", "name"),
    [("preact", "preact.js"), ("preact/hooks", "preact-hooks.js"), ("@preact/signals", "preact-signals.js")],
)
def test_served_names_are_plain(specifier: str, name: str) -> None:
    assert vendor_web.served_name(specifier) == name


def test_a_node_that_does_not_run_counts_as_none(private_dir: Path) -> None:
    broken = private_dir / "node"
    broken.write_text("#!/bin/sh\necho no such library >&2\nexit 127\n")
    broken.chmod(0o755)
    assert vendor_web.node_major(str(broken)) == 0
    assert vendor_web.node_major(str(private_dir / "absent")) == 0
