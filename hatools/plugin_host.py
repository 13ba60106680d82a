"""Finds plugins, isolates their faults, and names them.

A plugin is an entry point of the group ``hatools``; bundled ones are found
there, too.  The host calls every implementation itself, so that an error can
be laid at the right door: a plugin that cannot be loaded, raises, misspells a
hook or takes a name that is taken is left out and named in `Host.problems`,
and everything else works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from importlib import import_module
from types import ModuleType
from typing import Any

import pluggy

from hatools.errors import HatoolsError, PluginProblem
from hatools.installed import Point, points
from hatools.plugin import hookspecs
from hatools.plugin.contracts import Codec, Format

GROUP = "hatools"
Wanted = Callable[[Any], bool]
BUNDLED = "hatools"  # the distribution whose plugins keep a name that others take, too
HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("hatools_"))
KNOWN = frozenset(HOOKS)


class Plugin:
    """A plugin as found: its name, the distribution it came from, its module once loaded.

    *answers* are the hooks that its entry point names (``module [rules]``): it
    is imported when one of them is asked.  One that names none is always imported.
    """

    __slots__ = ("answers", "distribution", "module", "name", "problem", "version", "where")

    def __init__(
        self,
        name: str,
        distribution: str,
        version: str,
        where: str,
        answers: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.distribution = distribution
        self.version = version
        self.where = where
        self.answers = answers
        self.module: ModuleType | None = None
        self.problem = ""

    @property
    def bundled(self) -> bool:
        """Tell whether it came with hatools itself."""
        return self.distribution == BUNDLED


def find(told: Iterable[Point] | None = None) -> list[Plugin]:
    """Return every plugin of the group, bundled ones first, without importing any."""
    found = []
    for point in points(GROUP) if told is None else told:
        where, _, extras = point.value.partition("[")
        hooks = tuple(f"{GROUP}_{hook}" for hook in extras.rstrip("] ").replace(",", " ").split())
        found.append(Plugin(point.name, point.distribution, point.version, where.strip(), hooks))
    return sorted(found, key=lambda plugin: (not plugin.bundled, plugin.name, plugin.distribution))


class Host:
    """The plugins of one run.  Modules are imported at the first question."""

    def __init__(self, plugins: list[Plugin] | None = None) -> None:
        self.plugins = find() if plugins is None else plugins
        self._manager: pluggy.PluginManager | None = None
        self._formats: dict[str, Format] | None = None

    @property
    def problems(self) -> list[str]:
        """One sentence for each plugin that was left out, wholly or in part."""
        return [
            f"plugin {plugin.name} ({plugin.distribution or 'unknown distribution'}) "
            f"is left out: {plugin.problem}"
            for plugin in self.plugins
            if plugin.problem
        ]

    def ask(self, hook: str, wanted: Wanted | None = None) -> list[tuple[Plugin, Any]]:
        """Return what all plugins answer to *hook*, one pair of plugin and record each.

        An answer that raises, or is no iterable, is left out whole.
        """
        answers: list[tuple[Plugin, Any]] = []
        for plugin, function in self._implementations(hook):
            try:
                answers += [(plugin, record) for record in _opened(function(), wanted)]
            except (Exception, SystemExit) as error:
                plugin.problem = f"{hook} raised {type(error).__name__}: {error}"
        return answers

    def named(self, hook: str, wanted: Wanted | None = None) -> dict[str, tuple[Plugin, Any]]:
        """Return the records that answer *hook*, by name (``name``, or ``code`` of a rule).

        Where two plugins use one name the bundled one keeps it; between others
        both are refused.  Of sets (`RuleSet`) those that are *wanted* are opened,
        all of them by default.
        """
        claims: dict[str, list[tuple[Plugin, Any]]] = {}
        for plugin, record in self.ask(hook, wanted):
            name = getattr(record, "name", None) or getattr(record, "code", None)
            if not isinstance(name, str):
                plugin.problem = f"{hook} returned {type(record).__name__}, which has no name"
                continue
            claims.setdefault(name, []).append((plugin, record))
        chosen = {}
        for name, rivals in claims.items():
            keeper = rivals[0] if len(rivals) == 1 or rivals[0][0].bundled else None
            for plugin, _ in rivals:
                if keeper is None or plugin is not keeper[0]:
                    others = {rival.name for rival, _ in rivals} - {plugin.name}
                    plugin.problem = f"the name {name!r} ({hook}) is also used by " + (
                        ", ".join(sorted(others)) or "itself"
                    )
            if keeper is not None:
                chosen[name] = keeper
        return chosen

    def records(self, hook: str) -> dict[str, Any]:
        """Return what `named` does, without the plugins."""
        return {name: record for name, (_, record) in self.named(hook).items()}

    def formats(self) -> dict[str, Format]:
        """Return the formats by name."""
        if self._formats is None:
            answers = self.named("hatools_formats")
            for plugin, record in answers.values():
                if not isinstance(record, Format):
                    plugin.problem = f"hatools_formats returned {type(record).__name__}, no Format"
            self._formats = {
                name: record
                for name, (_, record) in sorted(answers.items())
                if isinstance(record, Format)
            }
        return self._formats

    def _implementations(self, hook: str) -> Iterator[tuple[Plugin, Callable[[], Iterable[Any]]]]:
        manager = self._loaded(hook)
        functions = {
            id(implementation.plugin): implementation.function
            for implementation in getattr(manager.hook, hook).get_hookimpls()
        }
        for plugin in self.plugins:
            if plugin.module is not None and id(plugin.module) in functions:
                yield plugin, functions[id(plugin.module)]

    def _loaded(self, hook: str) -> pluggy.PluginManager:
        """Return the manager once every plugin that may answer *hook* is imported."""
        if self._manager is None:
            self._manager = pluggy.PluginManager(hookspecs.PROJECT)
            self._manager.add_hookspecs(hookspecs)
            self._refuse_clashes()
        for plugin in self.plugins:
            told = bool(plugin.answers) and KNOWN.issuperset(plugin.answers)
            asked = not told or hook in plugin.answers
            if asked and not plugin.problem and plugin.module is None:
                plugin.problem = self._load(plugin, self._manager)
        return self._manager

    def _refuse_clashes(self) -> None:
        seen: dict[str, Plugin] = {}
        for plugin in self.plugins:
            first = seen.setdefault(plugin.name, plugin)
            if first is not plugin:
                refused = (plugin,) if first.bundled else (plugin, first)
                for one in refused:
                    one.problem = (
                        f"the plugin name {plugin.name!r} is used by "
                        f"{first.distribution} and {plugin.distribution}"
                    )

    def _load(self, plugin: Plugin, manager: pluggy.PluginManager) -> str:
        """Import and register *plugin*; return what is wrong with it, or an empty string."""
        try:
            module = _imported(plugin.where)
        except (Exception, SystemExit) as error:
            return f"it cannot be imported: {type(error).__name__}: {error}"
        fault = _misspelt(module) or _unnamed(module, plugin.answers)
        if fault:
            return fault
        try:
            manager.register(module, name=f"{plugin.distribution}:{plugin.name}")
        except (Exception, SystemExit) as error:
            return " ".join(str(error).split())  # what was registered of it is never called
        plugin.module = module
        return ""


def _imported(where: str) -> Any:
    """Return what an entry point names: ``module``, or ``module:object``."""
    name, _, inner = where.partition(":")
    return reduce(getattr, filter(None, inner.strip().split(".")), import_module(name.strip()))


def _opened(records: Iterable[Any], wanted: Wanted | None) -> Iterator[Any]:
    """Yield *records*, and what the wanted sets among them hold."""
    for record in records:
        load = getattr(record, "load_rules", None)
        if load is None:
            yield record
        elif wanted is None or wanted(record):
            yield from load()


def _unnamed(module: object, answers: tuple[str, ...]) -> str:
    """Say which hook of *module* its entry point does not name, where it names any."""
    for name in answers:
        if name not in HOOKS:
            return f"its entry point names the hook {name}, which does not exist"
    for name in vars(module):
        if answers and name in HOOKS and name not in answers:
            return f"its entry point names {', '.join(answers)}, not {name}"
    return ""


def _misspelt(module: object) -> str:
    """Say which hook of *module* is none of ours, or is not marked as one."""
    from hatools.text import near

    for name, value in vars(module).items():
        marked = isinstance(getattr(value, f"{hookspecs.PROJECT}_impl", None), dict)
        if marked and name not in HOOKS:
            meant = near(name, HOOKS)
            return f"there is no hook {name}" + (f"; did you mean {meant}?" if meant else "")
        if name in HOOKS and callable(value) and not marked:
            return f"its {name} is not marked with @hookimpl"
    return ""


def codec(form: Format) -> Codec:
    """Return the codec of *form*; a fault of the plugin becomes a `PluginProblem`."""
    try:
        return form.load()
    except HatoolsError:
        raise
    except (Exception, SystemExit) as error:
        raise PluginProblem(
            f"the format {form.name} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
