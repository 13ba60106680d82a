"""The eight hooks: each is declared, documented with an example, and usable as documented."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from lab import ROOT

from hatools import plugin
from hatools.plugin import hookspecs

HOOKS = {
    "hatools_formats": "Format",
    "hatools_rules": "Rule",
    "hatools_schedulers": "Scheduler",
    "hatools_probes": "Probe",
    "hatools_observers": "Observer",
    "hatools_detectors": "Detector",
    "hatools_exporters": "Exporter",
    "hatools_commands": "Command",
}


def hook(name: str) -> Callable[[], Any]:
    function: Callable[[], Any] = getattr(hookspecs, name)
    return function


def example(name: str) -> str:
    """Return the code under ``::`` in the hook's docstring."""
    said = inspect.getdoc(hook(name)) or ""
    return textwrap.dedent(said.partition("::\n\n")[2])


def test_there_are_eight() -> None:
    declared = {name for name in vars(hookspecs) if name.startswith("hatools_")}
    assert declared == set(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_hook_takes_nothing_and_names_its_record(name: str) -> None:
    signature = inspect.signature(hook(name))
    assert not signature.parameters
    assert HOOKS[name] in signature.return_annotation
    if name != "hatools_commands":
        record = getattr(plugin, HOOKS[name])
        assert inspect.getdoc(record), f"{HOOKS[name]} says nothing of itself"


@pytest.mark.parametrize("name", HOOKS)
def test_hook_is_declared_to_pluggy(name: str) -> None:
    assert hasattr(hook(name), "hatools_spec")


@pytest.mark.parametrize("name", HOOKS)
def test_example_implements_its_hook(name: str) -> None:
    tree = ast.parse(example(name))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [function.name for function in functions] == [name]
    assert [ast.unparse(mark) for mark in functions[0].decorator_list] == ["hookimpl"]
    assert isinstance(functions[0].body[-1], ast.Return)


@pytest.mark.parametrize("name", HOOKS)
def test_plugin_docs_tell_of_the_hook(name: str) -> None:
    assert f"`{name}" in (ROOT / "docs" / "plugins.md").read_text("utf-8")
