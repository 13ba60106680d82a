"""``hatools simulate``: what happens to a cluster when this fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hatools.engine.cluster import Cluster
    from hatools.plugin_host import Host
    from hatools.simulate.scenario import Scenario

EPILOG = """\b
Examples:
  hatools simulate peak.scenario
  hatools simulate lb1/keepalived.conf lb2/keepalived.conf
  hatools simulate /etc/ha --what-if
  hatools simulate peak.scenario --plot peak.svg --trace peak.jsonl --explain
  hatools simulate peak.scenario --replications 200 --report json
"""


@click.command("simulate", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="SCENARIO|CONFIG...")
@click.option("--what-if", "what_if", is_flag=True,
              help="Try each single failure: who takes over, how fast, or why never.")  # fmt: skip
@click.option("--seed", default=1, show_default=True, metavar="N",
              help="The same scenario and seed give the same course.")  # fmt: skip
@click.option("--replications", default=0, metavar="N", type=click.IntRange(min=0),
              help="Run N seeds in parallel processes and give intervals.")  # fmt: skip
@click.option("--mttf", multiple=True, metavar="KIND[@NAME]=TIME,...",
              help="What fails at random, and how often: node=2h,server=1h.")  # fmt: skip
@click.option("--mttr", multiple=True, metavar="KIND[@NAME]=TIME,...",
              help="How long its repair takes.")  # fmt: skip
@click.option("--for", "lasting", default="", metavar="TIME",
              help="With --mttf: how long a run lasts (1h).")  # fmt: skip
@click.option("--report", "report_form", type=click.Choice(["text", "json"]), default="text",
              show_default=True)  # fmt: skip
@click.option("--trace", default="", metavar="FILE.jsonl",
              help="Write one JSON object for each event and connection.")  # fmt: skip
@click.option("--explain", is_flag=True, help="In the trace, tell why each server was chosen.")
@click.option("--plot", default="", metavar="FILE.svg",
              help="Draw roles, servers and shares of connections over time.")  # fmt: skip
@click.option("--node", "told", multiple=True, metavar="NAME=FILE,...",
              help="The files of one node, where folders do not tell.")  # fmt: skip
@click.option("--address", "addresses", multiple=True, metavar="NODE=ADDRESS",
              help="A node's own address; it decides between equal priorities.")  # fmt: skip
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of a program, such as haproxy=2.6 or kernel=6.1.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that the files lack, such as env@NAME=VALUE.")  # fmt: skip
def command(
    paths: tuple[str, ...],
    what_if: bool,
    seed: int,
    replications: int,
    mttf: tuple[str, ...],
    mttr: tuple[str, ...],
    lasting: str,
    report_form: str,
    trace: str,
    explain: bool,
    plot: str,
    told: tuple[str, ...],
    addresses: tuple[str, ...],
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
) -> int:
    """Run a SCENARIO, or the configurations of a cluster's nodes, in virtual time.

    A scenario says what is there, what happens and what is expected.  With
    configurations alone each component fails once and comes back.  Schedulers,
    checks and elections decide as the real programs do, at their times.
    Leaves with 0 when every expectation came true, with 1 when one did not.
    """
    from hatools.errors import BadSetting
    from hatools.plugin_host import Host

    if not paths and not told:
        raise click.UsageError("Missing argument 'SCENARIO|CONFIG...'.")
    if what_if and replications:
        raise BadSetting("--what-if tries every failure at several moments by itself",
                         "leave out --replications")  # fmt: skip
    if explain and not trace:
        raise BadSetting("--explain tells it in the trace", "add --trace FILE.jsonl")
    if (plot or trace) and (what_if or replications):
        other = "--what-if" if what_if else "--replications"
        raise BadSetting(f"--plot and --trace show one run, {other} makes many", "ask for one")
    host = Host()
    asked = (paths, told, addresses, source_version, facts, mttf, mttr, lasting)
    scenario, cluster = _prepare(host, *asked, written=(trace, plot))
    if what_if:
        from hatools.cli.simulation import print_what_if

        print_what_if(cluster, report_form, host.problems)
        return 0
    if replications:
        from functools import partial

        from hatools.cli.simulation import print_replications

        seeds = range(seed, seed + replications)
        return print_replications(partial(prepared, *asked), seeds, report_form, host.problems)
    from hatools.cli.simulation import print_result, run

    result = run(scenario, cluster, seed, trace, explain)
    print_result(result, report_form, plot, host.problems)
    return int(not result.held)


def _prepare(
    host: Host,
    paths: tuple[str, ...],
    told: tuple[str, ...],
    addresses: tuple[str, ...],
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
    mttf: tuple[str, ...] = (),
    mttr: tuple[str, ...] = (),
    lasting: str = "",
    quiet: bool = False,
    written: tuple[str, ...] = (),
) -> tuple[Scenario, Cluster]:
    """Return what is to run; *quiet* says nothing of the grouping and of plugins left out.

    Refuses where one of *written* is a file that is read.
    """
    from hatools.cli.convert import versions_of
    from hatools.cli.doubts import say_errors
    from hatools.cli.messages import say
    from hatools.errors import BadSetting
    from hatools.plugin.settings import Settings
    from hatools.plugin_host import codec
    from hatools.reading.grouping import group, told_nodes
    from hatools.simulate.cluster_files import cluster_of, nodes_of
    from hatools.simulate.standard import standard

    scenarios = [path for path in paths if path.endswith(".scenario")]
    if scenarios and (len(paths) > 1 or told):
        raise BadSetting(
            "a scenario names its nodes' files itself", "give one scenario, or configurations alone"
        )
    versions = versions_of(source_version)
    own = dict(_pair(text) for text in addresses)
    scenario: Any = None
    if scenarios:
        from hatools.reading.files import load
        from hatools.simulate.language import read_scenario

        scenario = read_scenario(paths[0], load(paths[0]).text)
        nodes = nodes_of(scenario, paths[0], host.formats(), codec)
        versions = {**scenario.versions, **versions}
        facts = (*(f"{key}={value}" for key, value in scenario.settings.items()), *facts)
        own = {**{node.name: node.address for node in scenario.nodes if node.address}, **own}
    else:
        nodes = group(paths, host.formats(), codec, told_nodes(told))
        for node in () if quiet else nodes:
            say(f"node {node}")
    _refuse_places(written, [*paths, *(path for node in nodes for path, _ in node.files)])
    for problem in () if quiet else host.problems:
        say(f"hatools: {problem}", "warning")
    schedulers = host.records("hatools_schedulers")
    cluster, meant = cluster_of(nodes, codec, schedulers, Settings(facts), versions, own)
    for name in own:
        if name not in cluster.nodes:
            there = f"there are {', '.join(cluster.nodes)}"
            raise BadSetting(f"--address {name}={own[name]}: no node is called {name}", there)
    if not quiet:
        say_errors(meant)
    if mttf or mttr or lasting:
        return _worn(scenario, cluster, mttf, mttr, lasting), cluster
    if scenario is None:
        return standard(cluster, "every component fails once"), cluster
    from hatools.simulate.bounds import refuse_the_impossible

    refuse_the_impossible(scenario, cluster)
    return scenario, cluster


def _refuse_places(written: Sequence[str], read: Sequence[str]) -> None:
    """Raise `HatoolsError` where one of *written* was *read*, or is no place for a file."""
    import os

    from hatools.convert.files import refuse_sources
    from hatools.errors import UnreadableInput

    places = [path for path in written if path not in ("", "-")]
    refuse_sources(places, read, "name another file with --plot or --trace")
    for path in places:
        if os.path.isdir(path) or not os.path.isdir(os.path.dirname(path) or "."):
            why = "it is a directory" if os.path.isdir(path) else "there is no such directory"
            raise UnreadableInput(f"{path}: cannot be written: {why}")


def prepared(
    paths: tuple[str, ...],
    told: tuple[str, ...],
    addresses: tuple[str, ...],
    source_version: tuple[str, ...],
    facts: tuple[str, ...],
    mttf: tuple[str, ...] = (),
    mttr: tuple[str, ...] = (),
    lasting: str = "",
) -> tuple[Scenario, Cluster]:
    """Return what is to run, in a process of its own."""
    from hatools.plugin_host import Host

    asked = (paths, told, addresses, source_version, facts, mttf, mttr, lasting)
    return _prepare(Host(), *asked, quiet=True)


def _worn(
    scenario: Scenario | None,
    cluster: Cluster,
    mttf: tuple[str, ...],
    mttr: tuple[str, ...],
    lasting: str,
) -> Scenario:
    """Return the scenario in which *cluster* fails at random."""
    from hatools.errors import BadSetting
    from hatools.plugin.components import Given
    from hatools.reliability.spans import span_of
    from hatools.simulate.wear import worn

    if scenario is not None:
        raise BadSetting("a scenario says itself what fails", "give configurations with --mttf")
    if not mttf:
        raise BadSetting("nothing is said to fail", "write --mttf node=2h,server=1h")
    return worn(cluster, Given(mttf, mttr), span_of(lasting or "1h", "--for"))


def _pair(text: str) -> tuple[str, str]:
    from ipaddress import ip_address

    from hatools.errors import BadSetting

    name, equals, address = text.partition("=")
    if not equals:
        raise BadSetting(f"--address {text}: no '=' in it", "write --address lb1=192.0.2.2")
    try:
        return name, str(ip_address(address))
    except ValueError:
        raise BadSetting(
            f"--address {text}: {address or 'nothing'} is no address",
            "write --address lb1=192.0.2.2",
        ) from None
