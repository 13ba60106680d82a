"""``hatools availability``: how many nines, computed from a setup or measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hatools.plugin.workspace import Workspace

EPILOG = """\b
Examples:
  hatools availability lb1/keepalived.conf lb2/keepalived.conf
  hatools availability lb1/ lb2/ --mttf node=4380h,server=2000h --mttr node=4h,server=30m
  hatools availability lb1/ lb2/ --mttf server@192.0.2.40:80=500h --coverage 99%
  hatools availability keepalived.conf haproxy.cfg --at-least 99.95% --output json
  hatools availability lb1/ lb2/ --slo 99.9% --plot nines.svg
  hatools simulate lb1/ lb2/ --replications 200 --report json > runs.json
  hatools availability lb1/ lb2/ --simulated runs.json
  hatools availability --history /var/lib/hatools
  hatools availability --logs /var/log/haproxy.log* --since 90d --per month
  journalctl -o export -t haproxy | hatools availability --logs -

Kinds of components for --mttf and --mttr: node, server, link, port (of a bond),
tracked (what a script, process or BFD tracker watches); KIND@NAME is one of them.
Times: 30s, 90m, 4h, 2d, 5y; "never" for what never fails.
"""

COMPUTED = ("mttf", "mttr", "coverage", "common_cause", "manual_recovery", "interruption",
            "failover", "crews", "simulated", "told", "source_version", "facts")  # fmt: skip
MEASURED = ("since", "until", "per", "confidence")


@click.command("availability", epilog=EPILOG,
               short_help="Tell how many nines: computed from a setup, or measured.")  # fmt: skip
@click.argument("paths", nargs=-1, metavar="CONFIG...")
@click.option("--mttf", multiple=True, metavar="KIND[@NAME]=TIME,...",
              help="Mean time to failure: how long one runs until it fails.")  # fmt: skip
@click.option("--mttr", multiple=True, metavar="KIND[@NAME]=TIME,...",
              help="Mean time to repair: how long one is down.")  # fmt: skip
@click.option("--coverage", default="95%", show_default=True, metavar="SHARE",
              help="Failures of a node that are taken over by themselves.")  # fmt: skip
@click.option("--common-cause", default="5%", show_default=True, metavar="SHARE",
              help="Failures of a node that take all nodes: power, an update.")  # fmt: skip
@click.option("--manual-recovery", default="30m", show_default=True, metavar="TIME",
              help="Until somebody moves what was not taken over.")  # fmt: skip
@click.option("--interruption", default="1s", show_default=True, metavar="TIME",
              help="What the preferred node's return costs, where it preempts.")  # fmt: skip
@click.option("--failover", default="mean", show_default=True, metavar="best|mean|worst|TIME",
              help="Which of the engine's takeover times counts, or another.")  # fmt: skip
@click.option("--crews", default=1, show_default=True, metavar="N", type=click.IntRange(1),
              help="How many nodes are repaired at the same time.")  # fmt: skip
@click.option("--service", "services", multiple=True, metavar="NAME",
              help="Tell causes and changes of this service; else of the worst.")  # fmt: skip
@click.option("--simulated", default="", metavar="FILE.json",
              help="Takeover times of hatools simulate --replications --report json.")  # fmt: skip
@click.option("--at-least", default="", metavar="SHARE",
              help="Leave with 1 when a service does not reach it: 99.95%.")  # fmt: skip
@click.option("--slo", default="", metavar="SHARE",
              help="An objective: its budget in 30 days, and what is spent of it.")  # fmt: skip
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--plot", default="", metavar="FILE.svg",
              help="Draw the block diagram and the minutes lost per cause.")  # fmt: skip
@click.option("--node", "told", multiple=True, metavar="NAME=FILE,...",
              help="The files of one node, where folders do not tell.")  # fmt: skip
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of a program, such as haproxy=2.6.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that the files lack, such as env@NAME=VALUE.")  # fmt: skip
@click.option("--history", default="", metavar="DIR|FILE",
              help="Measure: the history that hatools watch keeps.")  # fmt: skip
@click.option("--logs", multiple=True, metavar="FILE",
              help="Measure: logs of keepalived, haproxy; further FILEs may follow.")  # fmt: skip
@click.option("--csv", multiple=True, metavar="FILE",
              help="Measure: a table of down and up times; further FILEs may follow.")  # fmt: skip
@click.option("--since", default="", metavar="TIME",
              help="Measured from: 2026-11-21, 2026-11-21T20:37 or 90d (so long ago).")  # fmt: skip
@click.option("--until", default="", metavar="TIME", help="Measured until.")
@click.option("--per", type=click.Choice(["month", "week", "day"]), default=None,
              help="Measured: also for each of these.")  # fmt: skip
@click.option("--confidence", default="90%", show_default=True, metavar="SHARE",
              help="Measured: how sure the intervals are.")  # fmt: skip
@click.pass_obj
def command(
    workspace: Workspace,
    paths: tuple[str, ...],
    mttf: tuple[str, ...],
    mttr: tuple[str, ...],
    coverage: str,
    common_cause: str,
    manual_recovery: str,
    interruption: str,
    failover: str,
    crews: int,
    services: tuple[str, ...],
    simulated: str,
    at_least: str,
    slo: str,
    output: str,
    plot: str,
    told: tuple[str, ...],
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
    history: str,
    logs: tuple[str, ...],
    csv: tuple[str, ...],
    since: str,
    until: str,
    per: str | None,
    confidence: str,
) -> int:
    """Tell the availability of the services that CONFIGs, files or folders, set up.

    Files are grouped into nodes as by every command.  Failover and detection
    times come from the configurations; how often things fail, and how long a
    repair takes, from --mttf and --mttr, or is assumed and said so.
    Leaves with 0, with 1 when --at-least is not reached.
    """
    from hatools.errors import BadSetting
    from hatools.reliability.nines import parse
    from hatools_availability.tables import Wanted

    wanted = Wanted(parse(at_least) if at_least else None, parse(slo) if slo else None)
    if history or logs or csv:
        from hatools_availability.measuring import Chosen, Sources, report

        if logs:
            logs = (*logs, *paths)
        elif csv:
            csv = (*csv, *paths)
        elif paths:
            raise BadSetting(f"--history and {paths[0]}: one is measured, the other computed",
                             "ask for them one after the other")  # fmt: skip
        _refuse(COMPUTED, "this is for what is computed from configurations, not for the measured")
        chosen = Chosen(since, until, per or "", confidence, services)
        return report(workspace, Sources(history, logs, csv), chosen, output, plot, wanted)
    _refuse(MEASURED, "this is for what is measured with --history, --logs or --csv")
    if not paths and not told:
        raise BadSetting("nothing is named", "give configurations, --history, --logs or --csv")
    from hatools.plugin.components import Given
    from hatools.reliability.spans import share_of, span_of
    from hatools_availability.computing import Asked, compute
    from hatools_availability.setup import Assumed

    mode: str | float = failover
    if failover not in ("best", "mean", "worst"):
        mode = span_of(failover, "--failover (best, mean, worst or a time)")
    assumed = Assumed(
        share_of(coverage, "--coverage"),
        share_of(common_cause, "--common-cause"),
        span_of(manual_recovery, "--manual-recovery"),
        span_of(interruption, "--interruption"),
        mode,
        crews,
    )
    nodes = workspace.nodes(paths, told, facts, source_version)
    asked = Asked(Given(mttf, mttr), assumed, services, simulated, wanted, output, plot)
    return compute(workspace, nodes, asked)


def _refuse(names: tuple[str, ...], why: str) -> None:
    """Raise `BadSetting` where one of the options *names*, which would do nothing, was said."""
    from click.core import ParameterSource

    from hatools.errors import BadSetting

    context = click.get_current_context()
    for one in context.command.params:
        said = one.name and context.get_parameter_source(one.name)
        if one.name in names and said is ParameterSource.COMMANDLINE:
            raise BadSetting(f"{one.opts[0]}: {why}", "leave it out")
