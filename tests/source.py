"""What the style and architecture tests know about the tree: tracked files, parsed modules, functions and names."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PURE", "ROOT", "Module", "modules", "pure_modules", "tracked_files"]

ROOT = Path(__file__).resolve().parent.parent
PURE = ("model", "acd", "ivr", "calls", "conversations", "modes", "recording", "reports", "sip", "media", "center.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file of the tree, parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path from the root of the tree, for messages."""
        return str(self.path.relative_to(ROOT))

    @property
    def part(self) -> str:
        """Which part of the package it belongs to: `acd`, `center.py`, …; empty outside the package."""
        words = self.path.relative_to(ROOT).parts
        return words[1] if words[0] == "contactcenter" and len(words) > 1 else ""

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def where(self, node: ast.stmt | ast.expr) -> str:
        """`path:line` of a node."""
        return f"{self.name}:{node.lineno}"


def tracked_files() -> list[Path]:
    """Every file of the tree that is committed or could be: what git ignores is left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(path for path in {ROOT / name for name in names if name} if path.is_file())


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the tree."""
    files = [path for path in tracked_files() if path.suffix == ".py"]
    return tuple(Module(path, text, ast.parse(text)) for path in files for text in [path.read_text()])


def pure_modules(*parts: str) -> list[Module]:
    """The modules of the pure parts, or of those named."""
    return [module for module in modules() if module.part in (parts or PURE)]
