"""What `hatools watch` does beside watching: it checks what it was told, or servers once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from hatools.cli.learning import Configurations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hatools.errors import HatoolsError
    from hatools.model import Topology
    from hatools.plugin_host import Host
    from hatools.watch.daemon import Registry


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
        configurations = Configurations(host, told.paths, told.source_version, told.facts)
        topologies = configurations.learn()
    except HatoolsError as error:
        click.echo(f"UNKNOWN: {error.message}".replace("|", "/"))
        if error.advice:
            click.echo(error.advice)
        return UNKNOWN
    for fault in configurations.faults():
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
    if topologies:
        ends = ["" if count == 1 else "s" for count in (servers, routers)]
        found = f"{servers} server{ends[0]}, {routers} virtual router{ends[1]}"
        click.echo(f"{found}; settings: {settings}")
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
    found += checking.faults_of_state(told.found)
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
        configurations = Configurations(host, paths, told.source_version, told.facts)
        topologies.extend(configurations.learn())
        said.extend(configurations.faults())

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


def registry(host: Host, exporting: bool) -> Registry:
    """Return what plugins brought for a watch."""
    from hatools.watch.daemon import Registry

    return Registry(
        host.records("hatools_schedulers"),
        host.records("hatools_probes"),
        host.records("hatools_observers").values() if exporting else (),
        host.records("hatools_detectors").values() if exporting else (),
        host.records("hatools_exporters").values() if exporting else (),
    )
