"""The eight hooks: no argument in, records out.

A plugin is a module with some of these functions, each marked with
``@hookimpl``, named in the entry-point group ``hatools``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from hatools.plugin.behaviour import (
        Detector,
        Exporter,
        Observer,
        Probe,
        Remark,
        Rule,
        RuleSet,
        Scheduler,
    )
    from hatools.plugin.contracts import Format

PROJECT = "hatools"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def hatools_formats() -> Iterable[Format]:  # type: ignore[empty-body]
    """Return the languages this plugin reads or writes.

    ::

        @hookimpl
        def hatools_formats():
            def load():
                from hatools_pen.codec import PenCodec  # imported when it is needed
                return PenCodec()

            return [Format("pen", "pen load balancer", "pen.cfg", recognise, load)]
    """


@hookspec
def hatools_rules() -> Iterable[Rule | Remark | RuleSet]:  # type: ignore[empty-body]
    """Return the lint rules of this plugin, one object per rule.

    Where there are many, a `RuleSet` imports them only when they can find something.

    ::

        @hookimpl
        def hatools_rules():
            from hatools_pen.rules.no_servers import NoServers
            return [NoServers()]
    """


@hookspec
def hatools_schedulers() -> Iterable[Scheduler]:  # type: ignore[empty-body]
    """Return balancing algorithms.

    ::

        @hookimpl
        def hatools_schedulers():
            return [Scheduler("coin", make=lambda pool: Coin(pool), title="toss a coin")]
    """


@hookspec
def hatools_probes() -> Iterable[Probe]:  # type: ignore[empty-body]
    """Return ways to ask a server whether it is well.

    ::

        @hookimpl
        def hatools_probes():
            return [Probe("ftp", "tcp", converse=FtpGreeting)]
    """


@hookspec
def hatools_observers() -> Iterable[Observer]:  # type: ignore[empty-body]
    """Return sources of events, live or from logs.

    ::

        @hookimpl
        def hatools_observers():
            return [Observer("pen-log", read=read_log)]
    """


@hookspec
def hatools_detectors() -> Iterable[Detector]:  # type: ignore[empty-body]
    """Return state machines that draw conclusions from events.

    ::

        @hookimpl
        def hatools_detectors():
            return [FlappingServer(limit=5, within=60.0)]
    """


@hookspec
def hatools_exporters() -> Iterable[Exporter]:  # type: ignore[empty-body]
    """Return ways out: metrics, mail, chat, history.

    ::

        @hookimpl
        def hatools_exporters():
            return [SyslogExporter()]
    """


@hookspec
def hatools_commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """Return commands of ``hatools``; ``@click.pass_obj`` hands one a `Workspace`.

    ::

        @hookimpl
        def hatools_commands():
            import click

            @click.command("hello")
            def hello():
                click.echo("hello")

            return [hello]
    """
