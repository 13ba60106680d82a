"""A broken plugin takes nothing down: it is left out, named, with the reason."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator

import pytest

from hatools.errors import HatoolsError
from hatools.plugin import Format, hookimpl
from hatools.plugin_host import HOOKS, Host, Plugin, codec, find


def form(name: str, load: Callable[[], object] = object) -> Format:
    return Format(name, name, f"{name}.cfg", lambda path, head: 0, load)  # type: ignore[arg-type]


@pytest.fixture
def module() -> Iterator[Callable[..., str]]:
    """Return a maker of importable modules from named values."""
    made: list[str] = []

    def make(name: str, **values: object) -> str:
        new = types.ModuleType(name)
        vars(new).update(values)
        sys.modules[name] = new
        made.append(name)
        return name

    yield make
    for name in made:
        del sys.modules[name]


def formats_hook(*records: object) -> Callable[[], object]:
    @hookimpl
    def hatools_formats() -> object:
        return records

    return hatools_formats


def raising() -> Callable[[], object]:
    @hookimpl
    def hatools_formats() -> object:
        raise ValueError("no licence")

    return hatools_formats


def misspelt() -> Callable[[], object]:
    @hookimpl
    def hatools_formatz() -> object:
        return []

    return hatools_formatz


def wanting() -> Callable[[str], object]:
    @hookimpl
    def hatools_formats(path: str) -> object:
        return [path]

    return hatools_formats


def unmarked() -> list[object]:
    return []


GOOD = Plugin("good", "hatools", "1", "good_plugin")
FAULTS = {
    "missing module": ("no_such_module_anywhere", "cannot be imported: ModuleNotFoundError"),
    "raising hook": ({"hatools_formats": raising()}, "hatools_formats raised ValueError: no lic"),
    "misspelt hook": ({"hatools_formatz": misspelt()}, "did you mean hatools_formats?"),
    "an argument too many": ({"hatools_formats": wanting()}, "path"),
    "unmarked hook": ({"hatools_formats": unmarked}, "not marked with @hookimpl"),
    "no list": ({"hatools_formats": formats_hook(7)}, "which has no name"),
    "clashing name": ({"hatools_formats": formats_hook(form("ok"))}, "'ok'"),
    "no format": ({"hatools_formats": formats_hook(types.SimpleNamespace(name="x"))}, "no Format"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_plugin_is_left_out_and_named(fault: str, module: Callable[..., str]) -> None:
    values, reason = FAULTS[fault]
    where = values if isinstance(values, str) else module("bad_plugin", **values)
    module("good_plugin", hatools_formats=formats_hook(form("ok")))
    host = Host([Plugin("good", "hatools", "1", "good_plugin"), Plugin("bad", "other", "1", where)])
    assert list(host.formats()) == ["ok"]
    assert len(host.problems) == 1
    assert "plugin bad (other)" in host.problems[0]
    assert reason in host.problems[0]


def test_between_third_parties_both_are_refused(module: Callable[..., str]) -> None:
    for name in "one", "two":
        module(name, hatools_formats=formats_hook(form("pen"), form(name)))
    host = Host([Plugin("one", "first", "1", "one"), Plugin("two", "second", "1", "two")])
    assert list(host.formats()) == ["one", "two"]
    assert len(host.problems) == 2


def test_a_plugin_that_leaves_the_process_is_caught(module: Callable[..., str]) -> None:
    @hookimpl
    def hatools_formats() -> object:
        sys.exit(3)

    where = module("leaver", hatools_formats=hatools_formats)
    host = Host([Plugin("leaver", "other", "1", where)])
    assert host.formats() == {}
    assert "SystemExit" in host.problems[0]


def test_a_codec_that_cannot_load_is_a_hatools_error() -> None:
    def load() -> object:
        raise ImportError("libpen is missing")

    with pytest.raises(HatoolsError, match="libpen"):
        codec(form("pen", load))


def test_bundled_plugins_load_through_the_entry_points() -> None:
    plugins = find()
    assert {plugin.name for plugin in plugins if plugin.bundled} >= {"haproxy", "keepalived"}
    host = Host(plugins)
    for hook in HOOKS:
        host.named(hook)
    assert host.problems == []
    assert {"haproxy", "keepalived"} <= set(host.formats())


def test_a_plugin_that_names_its_hooks_is_imported_when_they_are_asked(
    module: Callable[..., str],
) -> None:
    where = module("pen_late", hatools_formats=formats_hook(form("late")))
    plugin = Plugin("late", "pen", "1", where, ("hatools_formats",))
    host = Host([plugin])
    assert host.named("hatools_rules") == {}
    assert plugin.module is None
    assert list(host.formats()) == ["late"]
    assert not host.problems


def test_a_plugin_that_names_other_hooks_than_it_has_is_left_out(
    module: Callable[..., str],
) -> None:
    where = module("pen_wrong", hatools_formats=formats_hook(form("wrong")))
    host = Host([Plugin("wrong", "pen", "1", where, ("hatools_rules",))])
    host.named("hatools_rules")
    assert "its entry point names hatools_rules, not hatools_formats" in host.problems[0]


def test_a_plugin_that_names_a_hook_that_does_not_exist_is_left_out(
    module: Callable[..., str],
) -> None:
    where = module("pen_odd", hatools_formats=formats_hook(form("odd")))
    host = Host([Plugin("odd", "pen", "1", where, ("hatools_ruels",))])
    assert host.formats() == {}
    assert "names the hook hatools_ruels, which does not exist" in host.problems[0]
