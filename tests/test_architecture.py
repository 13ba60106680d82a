"""The house: who may import whom, what a file opens with, what nothing is called."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import ROOT

from hatools.plugin_host import HOOKS

# From the bottom up; a module may import its own floor and those below it.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("hatools.text", "hatools.errors", "hatools.reliability"),
    ("hatools.model",),
    ("hatools.plugin",),
    ("hatools.engine",),
    ("hatools.reading",),
    ("hatools.convert", "hatools.lint", "hatools.diff", "hatools.simulate", "hatools.watch"),
    ("hatools.installed",),
    ("hatools.plugin_host",),
    ("hatools.cli",),
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}
FOR_PLUGINS = {
    "hatools.plugin",
    "hatools.model",
    "hatools.text",
    "hatools.errors",
    "hatools.reliability",
    "hatools.engine",
}
ROLES = ("converters", "plugins", "exporters")
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
PURE = ("hatools.text", "hatools.model", "hatools.plugin", "hatools.engine", "hatools.reliability")
IMPURE = {"time", "datetime", "random", "socket", "subprocess", "asyncio", "threading", "secrets"}
OPENS_NO_SOCKET = {"socket": {"inet_pton", "inet_ntop", "AF_INET", "AF_INET6"}}

CORE = sorted((ROOT / "hatools").rglob("*.py"))
BUNDLED = sorted(path for role in ROLES for path in (ROOT / role).rglob("*.py"))
PACKAGES = sorted(path.name for role in ROLES for path in (ROOT / role).glob("hatools_*"))


def module(path: Path) -> str:
    """Return the dotted name under which *path* is imported."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[0] in ROLES:
        del parts[0]
    if parts[-1] == "__init__":
        del parts[-1]
    return ".".join(parts)


def room(name: str) -> str:
    """Return the floor's room that module *name* stands in: its first two parts."""
    return ".".join(name.split(".")[:2])


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield what *path* imports, wherever in it, with the line; ``from a import b`` is ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import hides its floor"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def identify(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CORE, ids=identify)
def test_nothing_in_the_core_imports_upward(path: Path) -> None:
    here = room(module(path))
    if here in ("hatools", "hatools.__main__"):
        return  # the way in
    assert here in HEIGHT, f"{here} stands on no floor: give it one in {Path(__file__).name}"
    for name, line in imports(path):
        there = room(name)
        if there in HEIGHT and there != here:
            assert HEIGHT[there] < HEIGHT[here] or (HEIGHT[there], HEIGHT[here]) == (0, 0), (
                f"{identify(path)}:{line} imports {name}, which is not below {here}"
            )


@pytest.mark.parametrize(
    "path", [path for path in CORE if room(module(path)) == "hatools.reliability"], ids=identify
)
def test_the_mathematics_knows_nothing_but_errors(path: Path) -> None:
    known = {room(name) for name, _ in imports(path) if name.startswith("hatools.")}
    assert known <= {"hatools.reliability", "hatools.errors"}


def test_no_circle_on_one_floor() -> None:
    for rooms in FLOORS:
        arrows = {
            here: {
                room(name)
                for path in CORE
                if room(module(path)) == here
                for name, _ in imports(path)
            }
            & (set(rooms) - {here})
            for here in rooms
        }
        for here, reached in arrows.items():
            assert not any(here in arrows[there] for there in reached), f"a circle at {here}"


@pytest.mark.parametrize("path", CORE, ids=identify)
def test_the_core_names_no_bundled_package(path: Path) -> None:
    text = path.read_text("utf-8")
    for package in PACKAGES:  # a package may be called as the hook that it answers
        name = f"{package}." if package in HOOKS else package
        assert name not in text, f"{identify(path)} knows {package} by name"
        assert all(name.split(".")[0] != package for name, _ in imports(path))


@pytest.mark.parametrize("path", BUNDLED, ids=identify)
def test_plugins_import_only_what_plugins_may(path: Path) -> None:
    own = module(path).partition(".")[0]
    for name, line in imports(path):
        top = name.partition(".")[0]
        place = f"{identify(path)}:{line}"
        if top == "hatools":
            assert room(name) in FOR_PLUGINS, f"{place} imports {name}"
        elif top.startswith("hatools_"):
            assert top == own, f"{place}: {own} imports its neighbour {top}"


@pytest.mark.parametrize("path", [*CORE, *BUNDLED], ids=identify)
def test_every_file_opens_with_one_sentence(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert said, f"{identify(path)} does not say what it is for"
    first = said.split("\n\n")[0]
    assert first.endswith((".", ":")), f"{identify(path)}: {first!r} is no sentence"
    assert not re.search(r"\. [A-Z]", first), f"{identify(path)}: {first!r} is more than one"


@pytest.mark.parametrize("path", [*CORE, *BUNDLED], ids=identify)
def test_names_say_something(path: Path) -> None:
    words = set(re.split(r"[/_]", identify(path).removesuffix(".py")))
    assert not words & NAMELESS


@pytest.mark.parametrize(
    "path", [path for path in CORE if room(module(path)) in PURE], ids=identify
)
def test_the_core_is_pure(path: Path) -> None:
    for name, line in imports(path):
        top, _, inside = name.partition(".")
        allowed = inside in OPENS_NO_SOCKET.get(top, ())
        assert top not in IMPURE or allowed, f"{identify(path)}:{line} imports {name}"
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "print", "input"}


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    declared = {re.split(r"[<>=\[]", text)[0] for text in project["dependencies"]}
    rows = {row.split("|")[1].strip(" *`") for row in page.splitlines() if row.startswith("| ")}
    assert declared <= rows, f"docs/architecture.md gives no reason for {declared - rows}"
    imported = {
        name.partition(".")[0] for path in [*CORE, *BUNDLED] for name, _ in imports(path)
    } - set(sys.stdlib_module_names)
    outside = {name for name in imported if not name.startswith("hatools")}
    importable = {name.replace("-", "_") for name in declared}
    assert outside <= importable, f"imported and not declared: {outside - importable}"


def test_the_floors_in_the_docs_are_those_tested() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for rooms in FLOORS:
        for name in rooms:
            if (ROOT / name.replace(".", "/")).exists():
                assert name.removeprefix("hatools.") in page, f"the picture lacks {name}"
