"""``hatools watch``: checks, elections, split brain, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hatools.model import Topology
    from hatools.plugin_host import Host
    from hatools.reading.grouping import NodeMeaning
    from hatools.watch.daemon import Registry
    from hatools.watch.settings import WatchSettings

EPILOG = """\b
Examples:
  hatools watch keepalived.conf haproxy.cfg
  hatools watch /etc/keepalived/keepalived.conf --once
  hatools watch /etc/ha --config /etc/hatools.toml --allow-scripts
"""


NOTHING_YET: dict[str, str] = {}


@click.command("watch", epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="CONFIG...")
@click.option("--config", "configuration", default="", metavar="FILE",
              help="Settings; by default the nearest hatools.toml.")  # fmt: skip
@click.option("--node", default="", metavar="NAME", help="What this host is called.")
@click.option("--once", is_flag=True,
              help="Check everything once: 0 all is well, 1 warning, 2 critical.")  # fmt: skip
@click.option("--check-config", is_flag=True, help="Read everything, say what is wrong, and end.")
@click.option("--allow-scripts", is_flag=True, help="Run the scripts that checks name.")
@click.option("--listen", default="", metavar="ADDRESS:PORT",
              help="Where it is asked; beyond this host it wants a token.")  # fmt: skip
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of a program, such as haproxy=2.6.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that the files lack, such as config_id=lb1.")  # fmt: skip
def command(
    paths: tuple[str, ...],
    configuration: str,
    node: str,
    once: bool,
    check_config: bool,
    allow_scripts: bool,
    listen: str,
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
) -> int:
    """Run the checks that CONFIGs name, and tell what changes, until it is stopped.

    SIGHUP, or a changed file, makes it read the configurations anew; a broken
    one is reported and the old one stays in force.
    """
    import asyncio
    import socket

    from hatools.cli.messages import say
    from hatools.plugin_host import Host
    from hatools.reading import settings_file
    from hatools.watch import settings as watch_settings
    from hatools.watch.access import server_tls
    from hatools.watch.daemon import Daemon, log_line
    from hatools.watch.once import check_once

    host = Host()
    found = configuration or settings_file.find(".")
    settings = watch_settings.load(found)
    if allow_scripts:
        settings = settings._replace(allow_scripts=True)
    if listen:
        settings = settings._replace(listen=(watch_settings.endpoint("--listen", listen),))
    doubts: list[str] = []
    if not once:
        settings, doubts = watch_settings.ready_to_listen(settings)
    learn, changed, faults = _learning(host, paths, source_version, facts)
    topologies = learn()
    for fault in faults():
        say(fault, "error")
    for problem in (*host.problems, *doubts):
        say(f"hatools: {problem}", "warning")
    registry = _registry(host, exporting=not once)
    name = node or socket.gethostname().partition(".")[0]
    if check_config:
        _check_exporters(registry, settings)
        server_tls(settings.certificate, settings.key)
        servers = sum(len(pool.servers) for one in topologies for pool in one.pools)
        routers = sum(len(one.routers) for one in topologies)
        click.echo(f"{servers} servers, {routers} virtual routers; settings: {found or 'defaults'}")
        return 1 if faults() else 0
    if once:
        status, lines = asyncio.run(check_once(name, topologies, settings, registry))
        for line in lines:
            click.echo(line)
        return status
    daemon = Daemon(name, learn, changed, settings, registry, log_line)
    asyncio.run(daemon.run())
    return 0


def _check_exporters(registry: Registry, settings: WatchSettings) -> None:
    """Raise `BadSetting` for what is wrong in the tables of exporters that can tell."""
    for exporter in registry.exporters:
        table = settings.plugins.get(exporter.name, {})
        check = getattr(exporter, "check", None)
        if check is not None and table.get("enabled", True):
            check(table)


def _learning(
    host: Host, paths: tuple[str, ...], source_version: tuple[str, ...], facts: tuple[str, ...]
) -> tuple[Callable[[], Sequence[Topology]], Callable[[], bool], Callable[[], list[str]]]:
    """Return what reads the configurations, what tells whether files changed, and the errors.

    A configuration that has errors which the one before it had not is refused.
    """
    import os

    from hatools.cli.convert import versions_of
    from hatools.errors import BadSetting
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
        nodes = group(paths, host.formats(), codec)
        meant = meanings(nodes, codec, Settings(facts), versions_of(source_version))
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


def _registry(host: Host, exporting: bool) -> Registry:
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
