"""What `hatools watch` does beside watching: it learns, checks what it was told, checks once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hatools.errors import HatoolsError
    from hatools.model import Topology
    from hatools.plugin_host import Host
    from hatools.reading.grouping import NodeMeaning
    from hatools.watch.daemon import Registry

NOTHING_YET: dict[str, str] = {}


class Told(NamedTuple):
    """What the command line says; *found* is the file with the settings, empty for none."""

    paths: tuple[str, ...]
    source_version: tuple[str, ...]
    facts: tuple[str, ...]
    found: str
    node: str
    allow_scripts: bool
    listen: str


def name_of(told: Told) -> str:
    """Return what this host is called."""
    import socket

    return told.node or socket.gethostname().partition(".")[0]


def once(host: Host, told: Told) -> int:
    """Check everything once and say what came of it, as a plugin of Nagios does."""
    import asyncio

    from hatools.cli.messages import say
    from hatools.errors import HatoolsError
    from hatools.watch import settings as watch_settings
    from hatools.watch.once import UNKNOWN, check_once

    try:
        settings = watch_settings.load(told.found)
        settings = settings._replace(allow_scripts=told.allow_scripts or settings.allow_scripts)
        learn, _, faults = learning(host, told)
        topologies = learn()
    except HatoolsError as error:
        click.echo(f"UNKNOWN: {error.message}".replace("|", "/"))
        if error.advice:
            click.echo(error.advice)
        return UNKNOWN
    for fault in faults():
        say(fault, "error")
    brought = registry(host, exporting=False)
    status, lines = asyncio.run(check_once(name_of(told), topologies, settings, brought))
    for line in lines:
        click.echo(line)
    return status


def check_everything(host: Host, told: Told) -> int:
    """Say all that is wrong: 0 nothing is, 1 in a configuration, 2 something cannot be used."""
    from hatools.cli.messages import fault as tell
    from hatools.cli.messages import say
    from hatools.watch.legs import unasked

    wrong = _faults_of_settings(host, told)
    topologies, faults, unread = _read_each(host, told)
    for problem in host.problems:
        say(f"hatools: {problem}", "warning")
    for error in (*wrong, *unread):
        tell(error)
    for fault in faults:
        say(fault, "error")
    brought = registry(host, exporting=False)
    for why, names in unasked(topologies, brought.probes, _scripts_allowed(told)).items():
        more = f" and {len(names) - 1} more" if names[1:] else ""
        say(f"hatools: {names[0]}{more}: a check cannot be made here: {why}", "warning")
    servers = sum(len(pool.servers) for one in topologies for pool in one.pools)
    routers = sum(len(one.routers) for one in topologies)
    settings = told.found or "defaults"
    click.echo(f"{servers} servers, {routers} virtual routers; settings: {settings}")
    return 2 if wrong or unread else 1 if faults else 0


def _scripts_allowed(told: Told) -> bool:
    """Tell whether scripts are run; settings that cannot be read allow nothing."""
    from hatools.errors import HatoolsError
    from hatools.watch import settings as watch_settings

    try:
        return told.allow_scripts or watch_settings.load(told.found).allow_scripts
    except HatoolsError:
        return told.allow_scripts


def _faults_of_settings(host: Host, told: Told) -> list[HatoolsError]:
    """Return all that is wrong in the settings, the daemon's and the plugins'."""
    from hatools.cli.messages import say
    from hatools.watch import checking
    from hatools.watch import settings as watch_settings
    from hatools.watch.access import server_tls

    found = checking.faults_of_file(told.found)
    if found:
        settings = watch_settings.WatchSettings(plugins=checking.plugin_tables(told.found))
    else:
        settings = watch_settings.load(told.found)
        settings = settings._replace(allow_scripts=told.allow_scripts or settings.allow_scripts)

        def listening() -> None:
            where = told.listen and watch_settings.endpoint("--listen", told.listen)
            _, doubts = watch_settings.ready_to_listen(
                settings._replace(listen=(where,)) if where else settings
            )
            for doubt in doubts:
                say(f"hatools: {doubt}", "warning")

        found += checking.faults_of(
            [listening, lambda: server_tls(settings.certificate, settings.key)]
        )
    brought = registry(host, exporting=True)
    found += checking.faults_of_plugins(settings, brought)
    return found + checking.strange_tables(settings, brought)


def _read_each(host: Host, told: Told) -> tuple[Sequence[Topology], list[str], list[HatoolsError]]:
    """Return what the configurations mean, their errors, and why some cannot be read.

    Where they cannot be read together, each is read by itself.
    """
    from hatools.errors import HatoolsError

    topologies: list[Topology] = []
    said: list[str] = []
    unread: list[HatoolsError] = []

    def read(paths: tuple[str, ...]) -> None:
        learn, _, faults = learning(host, told._replace(paths=paths))
        topologies.extend(learn())
        said.extend(faults())

    try:
        read(told.paths)
    except HatoolsError as together:
        for path in told.paths:
            try:
                read((path,))
            except HatoolsError as error:
                unread.append(error)
        unread = unread or [together]
    return topologies, said, unread


def learning(
    host: Host, told: Told
) -> tuple[Callable[[], Sequence[Topology]], Callable[[], bool], Callable[[], list[str]]]:
    """Return what reads the configurations, what tells whether files changed, and the errors.

    A configuration that has errors which the one before it had not is refused.
    """
    import os

    from hatools.cli.convert import versions_of
    from hatools.errors import BadSetting, UnknownFormat
    from hatools.plugin.settings import Settings
    from hatools.plugin_host import codec
    from hatools.reading.grouping import group, meanings

    seen: dict[str, tuple[int, int]] = {}
    known = NOTHING_YET  # the errors of the configurations in force

    def stamps() -> dict[str, tuple[int, int]]:
        found = {}
        for path in seen:
            try:
                status = os.stat(path)
                found[path] = (status.st_mtime_ns, status.st_ino)
            except OSError:
                found[path] = (0, 0)
        return found

    def learn() -> Sequence[Topology]:
        nonlocal known
        seen.update(stamps())  # what cannot be read is told of once
        try:
            nodes = group(told.paths, host.formats(), codec)
        except UnknownFormat as error:  # a watch has no --from
            raise UnknownFormat(
                error.message, "a watch reads what `hatools formats` names"
            ) from None
        meant = meanings(nodes, codec, Settings(told.facts), versions_of(told.source_version))
        seen.clear()
        for node in meant:
            for _, reading in node.readings:
                for document in reading.expansion.documents:
                    seen[document.source.path] = (0, 0)
        seen.update(stamps())
        faults = _faults(meant)
        fresh = [text for fault, text in faults.items() if fault not in known]
        if fresh and known is not NOTHING_YET:
            raise BadSetting(f"{fresh[0]}" + (f" (and {len(fresh) - 1} more)" if fresh[1:] else ""))
        known = faults
        if len(meant) > 1:  # their own names, such as router_id, may be the same
            for node in meant:
                for _, reading in node.readings:
                    reading.topology.node = node.name
        return [reading.topology for node in meant for _, reading in node.readings]

    def changed() -> bool:
        return stamps() != seen

    return learn, changed, lambda: list(known.values())


def _faults(meant: Sequence[NodeMeaning]) -> dict[str, str]:
    """Return the errors in configurations as lines, by what they say without their places."""
    from hatools.reading.meaning import remarks_of
    from hatools.text import Severity

    return {
        f"{remark.code} {remark.message}": str(remark)
        for node in meant
        for _, reading in node.readings
        for remark in remarks_of(reading)
        if remark.severity is Severity.ERROR
    }


def registry(host: Host, exporting: bool) -> Registry:
    """Return what plugins brought for a watch."""
    from hatools.watch.daemon import Registry

    def records(hook: str) -> dict[str, Any]:
        return {name: record for name, (_, record) in host.named(hook).items()}

    return Registry(
        records("hatools_schedulers"),
        records("hatools_probes"),
        records("hatools_observers").values() if exporting else (),
        records("hatools_detectors").values() if exporting else (),
        records("hatools_exporters").values() if exporting else (),
    )
