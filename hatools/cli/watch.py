"""``hatools watch``: checks, elections, split brain, live."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  hatools watch keepalived.conf haproxy.cfg
  hatools watch /etc/keepalived/keepalived.conf --once
  hatools watch /etc/ha --config /etc/hatools.toml --allow-scripts
"""


@click.command("watch", epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, metavar="CONFIG...")
@click.option("--config", "configuration", default="", metavar="FILE",
              help="Settings; by default the hatools.toml nearest to CONFIG.")  # fmt: skip
@click.option("--node", default="", metavar="NAME", help="What this host is called.")
@click.option("--once", is_flag=True,
              help="Check once, for Nagios: 0 OK, 1 warning, 2 critical, 3 unknown.")  # fmt: skip
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
    import os

    from hatools.cli import watching
    from hatools.cli.learning import Configurations
    from hatools.cli.messages import fault as tell
    from hatools.plugin_host import Host
    from hatools.reading import settings_file
    from hatools.watch import settings as watch_settings
    from hatools.watch.checking import faults_of_plugins, strange_tables
    from hatools.watch.daemon import Daemon
    from hatools.watch.log import Log

    host = Host()
    beside = paths[0] if os.path.isdir(paths[0]) else os.path.dirname(paths[0])
    found = configuration or settings_file.find(beside or ".") or settings_file.find(".")
    told = watching.Told(paths, source_version, facts, found, node, allow_scripts, listen)
    if check_config:
        return watching.check_everything(host, told)
    if once:
        return watching.once(host, told)
    settings = watch_settings.load(found)
    if allow_scripts:
        settings = settings._replace(allow_scripts=True)
    if listen:
        settings = settings._replace(listen=(watch_settings.endpoint("--listen", listen),))
    settings, doubts = watch_settings.ready_to_listen(settings)
    configurations = Configurations(host, paths, source_version, facts)
    configurations.learn()
    log = Log()
    for fault in configurations.faults():
        log.line("error", fault)
    for problem in (*host.problems, *doubts):
        log.line("warning", str(problem))
    registry = watching.registry(host, exporting=True)
    wrong = faults_of_plugins(settings, registry)
    for error in (*strange_tables(settings, registry), *wrong):
        tell(error)
    if wrong:
        log.end()
        return 2
    learn, changed = configurations.learn, configurations.changed
    daemon = Daemon(watching.name_of(told), learn, changed, settings, registry, log.line)
    try:
        asyncio.run(daemon.run())
    finally:
        log.end()
    return 0
