"""All that is wrong in what a watch is told, at once."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from hatools.errors import BadSetting, HatoolsError
from hatools.reading import settings_file
from hatools.text import near
from hatools.watch.daemon import Registry
from hatools.watch.settings import SPLIT_BRAIN, WatchSettings, read

TABLES = ("watch", "plugin", SPLIT_BRAIN)  # of hatools.toml that are a watch's


def faults_of(works: Iterable[Callable[[], object]]) -> list[HatoolsError]:
    """Return what each of *works* raises."""
    found = []
    for work in works:
        try:
            work()
        except HatoolsError as error:
            found.append(error)
    return found


def faults_of_file(path: str) -> list[HatoolsError]:
    """Return what is wrong in the watch's own settings, each key looked at by itself."""
    try:
        told = settings_file.tables(path) if path else {}
    except HatoolsError as error:
        return [error]
    found = faults_of(partial(read, path, part) for part in _parts(told))
    found = found or faults_of([partial(read, path, told)])  # what does not go together
    for name in told:
        meant = near(name, TABLES)
        if name not in TABLES and meant:
            found.append(
                BadSetting(f"{path}: nothing is called [{name}]", f"did you mean {meant}?")
            )
    return found


def _parts(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield *told* in pieces that can be looked at alone."""
    for name in TABLES:
        table = told.get(name, {})
        if not isinstance(table, dict) or name == SPLIT_BRAIN:
            yield {name: table}
        else:
            yield from ({name: {key: value}} for key, value in table.items())


def plugin_tables(path: str) -> dict[str, dict[str, Any]]:
    """Return the tables ``[plugin.NAME]`` in a file that is not all sound."""
    try:
        told = settings_file.tables(path) if path else {}
    except HatoolsError:
        return {}
    plugins = told.get("plugin")
    tables = {SPLIT_BRAIN: told.get(SPLIT_BRAIN), **(plugins if isinstance(plugins, dict) else {})}
    return {name: table for name, table in tables.items() if isinstance(table, dict)}


def faults_of_plugins(settings: WatchSettings, registry: Registry) -> list[HatoolsError]:
    """Return what plugins find wrong in their tables."""
    works: list[Callable[[], object]] = []
    for plugin in _plugins(registry):
        table = settings.plugins.get(plugin.name, {})
        check = getattr(plugin, "check", None)
        if check is not None and table.get("enabled", True):
            works.append(partial(check, table))
    return faults_of([*works, partial(_check_user, settings)])


def strange_tables(settings: WatchSettings, registry: Registry) -> list[HatoolsError]:
    """Return which tables ``[plugin.NAME]`` are no plugin's that is loaded."""
    names = [plugin.name for plugin in _plugins(registry)]
    strange = settings.plugins.keys() - {*names, SPLIT_BRAIN}
    return [
        BadSetting(
            f"[plugin.{name}]: no such plugin is loaded",
            f"did you mean {meant}?" if (meant := near(name, names)) else "hatools plugins",
        )
        for name in sorted(strange)
    ]


def faults_of_state(path: str) -> list[HatoolsError]:
    """Return why the folder for state, as the file *path* says it, cannot be used here.

    A watch would go on from memory, and tell; nothing is made here.
    """
    try:
        told = settings_file.tables(path) if path else {}
        own = settings_file.table(path, told, "watch")
        state = read(path, {"watch": {"state": own["state"]} if "state" in own else {}}).state
    except HatoolsError:
        return []  # it is told with the other settings
    return faults_of([partial(_check_folder, state)])


def _check_folder(folder: str) -> None:
    """Raise `BadSetting` where *folder* is none, or can be neither written nor made."""
    there = os.path.abspath(folder)
    while not os.path.lexists(there):
        there = os.path.dirname(there)
    if not os.path.isdir(there):
        why = f"{there} is no folder"
    elif not os.access(there, os.W_OK | os.X_OK, effective_ids=True):
        why = f"the user {os.geteuid()} cannot write in {there}"
    else:
        return
    raise BadSetting(
        f"[watch] state: {folder} cannot be used: {why}",
        'name a folder of the watch\'s own: state = "/var/lib/hatools"',
    )


def _plugins(registry: Registry) -> Sequence[Any]:
    return (*registry.observers, *registry.detectors, *registry.exporters)


def _check_user(settings: WatchSettings) -> None:
    """Raise `BadSetting` where scripts are to be run, and nobody is there to run them as."""
    try:
        if settings.allow_scripts:
            pwd.getpwnam(settings.script_user)
    except KeyError:
        raise BadSetting(
            f"[watch] script-user: there is no user {settings.script_user}", 'write "nobody"'
        ) from None
