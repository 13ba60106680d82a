"""nmcli takes what we write, and what we say of options is what it does with them."""

from __future__ import annotations

import itertools
import json
import shlex
from pathlib import Path

import lab
import pytest
from corpus import CORPUS, WHY_NOT
from link_cases import FIXTURES, files, read, recognised, source_of, write

from hatools.model import Topology
from hatools.model.bonding_options import MODES, OPTIONS
from hatools.text import Severity

CASES = sorted(path for path in FIXTURES.iterdir() if path.is_dir())
OLD = "1.42"  # what Debian 12 has
SAMPLES = {
    "number": "1",
    "interface": "eth0",
    "hardware": "02:00:00:00:00:01",
    "addresses": "192.0.2.1",
}
TOGETHER = {"arp_interval": "arp_ip_target=192.0.2.1", "peer_notif_delay": "miimon=1"}
NEEDS = {"updelay": "miimon=1", "downdelay": "miimon=1", "arp_ip_target": "arp_interval=1"}
ELSEWHERE = {
    "port master only": "nmcli knows what bond0 is when it asks NetworkManager",
    "connection.controller": "1.42 does not have it yet",
    "port prio": "1.42 does not have it yet",
}
NEWER = ("arp_missed_max", "lacp_active", "ns_ip6_target")


def nmcli(*words: str, stdin: str | None = None) -> lab.Verdict:
    return lab._run(["nmcli", "--offline", *words], stdin)


def topology(case: Path) -> Topology:
    path = source_of(case)
    text = path.read_text("utf-8")
    return read(recognised(path.name, text), text, str(path)).topology


@pytest.mark.real("nmcli")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nmcli_takes_our_commands_and_keyfiles(case: Path) -> None:
    bonds = topology(case)
    for file in files(write("nmcli", bonds, OLD)):
        for line in file.text.splitlines()[1:]:
            verdict = nmcli(*shlex.split(line)[1:])
            assert verdict.accepted, f"{line}\n{verdict.output}"
    for file in files(write("keyfile", bonds, OLD)):
        verdict = nmcli("connection", "modify", "connection.id", "x", stdin=file.text)
        assert verdict.accepted, f"{file.text}\n{verdict.output}"


@pytest.mark.real("nmcli")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_nmcli_makes_of_our_commands_means_the_same(case: Path) -> None:
    """The keyfile that nmcli prints reads as the bond that the command was written for."""
    writing = write("nmcli", topology(case), OLD)
    lines = [line for file in files(writing) for line in file.text.splitlines()[1:]]
    made = iter(lines)
    for bond in writing.intended.bonds:
        if bond.mode:
            text = nmcli(*shlex.split(next(made))[1:]).output
            again = read("keyfile", text).topology.bonds[0]
            again.own = tuple(pair for pair in again.own if pair in bond.own)
            bond_alone = Topology(bonds=[bond]).bonds[0]
            ports, bond_alone.ports = bond_alone.ports, []
            assert again == bond_alone, text
            bond_alone.ports = ports
        for _ in bond.ports:
            next(made)


@pytest.mark.real("nmcli")
@pytest.mark.parametrize("mode", MODES)
def test_options_and_modes_are_as_nmcli_has_them(mode: str) -> None:
    """What is refused, silently dropped or taken in a mode: as the real program does it."""
    for name, option in OPTIONS.items():
        if name in NEWER:
            continue
        value = option.choices[-1] if option.choices else SAMPLES[option.kind]
        beside = TOGETHER.get(name) or NEEDS.get(name)
        watching = name.startswith("arp_") and name not in ("arp_interval", "arp_ip_target")
        if watching and mode in OPTIONS["arp_interval"].taken:
            beside = "arp_interval=1,arp_ip_target=192.0.2.1"
        said = ",".join(filter(None, (f"mode={mode}", beside, f"{name}={value}")))
        words = ["connection", "add", "type", "bond", "ifname", "bond0", "bond.options", said]
        reading = read("nmcli", shlex.join(["nmcli", *words]))
        ours = reading.topology.bonds[0].option(name) is not None
        refused = any(
            remark.severity is Severity.ERROR and remark.code.startswith("BD00")
            for remark in reading.diagnostics
        )
        verdict = nmcli(*words)
        theirs = verdict.accepted and f"\n{name}=" in verdict.output
        assert ours == theirs, f"{said}: {verdict.output}"
        assert refused != verdict.accepted, f"{said}: {verdict.output}"


def test_the_recorded_verdicts_of_nmcli_are_ours() -> None:
    """Where nmcli refused a command there is an error, elsewhere the bond that it printed."""
    path = CORPUS.parent / "vectors" / "nmcli" / "verdicts.json"
    if not path.exists():
        pytest.skip(WHY_NOT)
    for name, said in json.loads(path.read_text()).items():
        if said["stdin"] is not None or name in ELSEWHERE:
            continue
        reading = read("nmcli", shlex.join(["nmcli", *said["argv"][2:]]))
        wrong = [each for each in reading.diagnostics if each.severity is Severity.ERROR]
        assert bool(wrong) == (said["rc"] != 0), f"{name}: {said['stderr']}"
        ours = reading.topology.bonds
        if ours and ours[0].mode and not wrong:
            (theirs,) = read("keyfile", said["stdout"]).topology.bonds
            theirs.own = tuple(pair for pair in theirs.own if pair in ours[0].own)
            assert theirs == ours[0], name


@pytest.mark.real("nmcli")
def test_commands_that_nmcli_refuses_have_an_error() -> None:
    path = source_of(FIXTURES / "script-what-nmcli-refuses")
    reading = read("nmcli", path.read_text())
    wrong = {
        remark.span.line
        for remark in itertools.chain(
            reading.diagnostics, reading.expansion.documents[0].diagnostics
        )
        if remark.severity is Severity.ERROR and remark.span
    }
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if '"' in line or " mod " in line:
            continue
        words = [word for word in shlex.split(line)[1:] if word]
        refused = not nmcli(*words).accepted
        assert refused == (number in wrong), f"{number}: {line}"
