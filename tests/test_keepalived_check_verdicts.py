"""hatools' verdicts on servers beside those of a real keepalived over a running kernel."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ipvs_kernel
import pytest
from check_stage import Stage
from keepalived_check_cases import CASES
from lab import ROOT, missing
from recordings import Recordings

from hatools.engine.machine import StartProbe
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source
from hatools.watch.prober import Prober
from hatools.watch.targets import Targets

STILL = 11.0  # seconds: every check was made twice
BATCH = 43  # cases in one guest: it has one slow processor, and must not fall behind for good
PROBES = Host().records("hatools_probes")
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("live")]
Both = tuple[int | None, Mapping[str, Any]]  # keepalived's weight, None out; our answer


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recordings[Both]:
    if reason := missing("linux.uml", "keepalived", "openssl"):
        pytest.skip(reason)
    certificate = tmp_path_factory.mktemp("certificate") / "both.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
    subprocess.run(
        ["openssl", "req", "-x509", *key, certificate, "-out", f"{certificate}.crt",
         "-subj", "/CN=www.example.com"],
        check=True, capture_output=True,
    )  # fmt: skip
    certificate.write_text(certificate.read_text() + Path(f"{certificate}.crt").read_text())

    def record(names: Sequence[str]) -> dict[str, Both]:
        theirs: dict[str, int | None] = {}
        for at in range(0, len(names), BATCH):
            folder = tmp_path_factory.mktemp("checks")
            theirs |= _theirs(names[at : at + BATCH], folder, certificate)
        ours = _ours(names, folder, certificate)
        return {name: (theirs[name], ours[name]) for name in names}

    return Recordings(list(CASES), record, together=True)


def _theirs(names: Sequence[str], folder: Path, certificate: Path) -> dict[str, int | None]:
    """Return the weight that keepalived leaves each server, None where it takes it out."""
    guest = folder / "guest"
    guest.mkdir()
    (guest / "names.json").write_text(json.dumps(names))
    python = f"PYTHONPATH={ROOT}/tests:{ROOT} PYTHONDONTWRITEBYTECODE=1 {sys.executable}"
    results = "/mnt/out/found.json /mnt/out/names.json"
    program = f"{ROOT}/tests/check_guest.py {certificate} {STILL} {results}"
    status, output = ipvs_kernel.run(guest, f"{python} {program}\n", 110.0)
    assert status == 0, output
    found = json.loads((guest / "found.json").read_text())
    (folder / "keepalived.log").write_text(found["log"])
    verdicts: dict[str, int | None] = found["verdicts"]
    return verdicts


def _ours(names: Sequence[str], folder: Path, certificate: Path) -> dict[str, Mapping[str, Any]]:
    place = folder / "ours"
    place.mkdir()
    stage = Stage({name: CASES[name] for name in names}, place, str(certificate))
    form = codec(Host().formats()["keepalived"])
    source = Source.from_bytes(str(stage.path), stage.path.read_bytes())
    topology = form.read(form.expand(form.parse(source), Place(version="2.2.7"))).topology
    by_port = {port: name for name, (_, port) in stage.cases.items()}
    starts = {}
    for server in topology.pools[0].servers:
        check = server.checks[0]
        port = check.port if check.port is not None else server.port
        address = check.address or server.address
        name = by_port[server.port or 0]
        starts[name] = StartProbe(name, check, address, port or 0)

    async def asking() -> dict[str, Mapping[str, Any]]:
        prober = Prober(asyncio.get_running_loop())
        targets = Targets(prober, PROBES, allow_scripts=True, script_user="")
        targets.learn([topology])
        try:
            answers = await asyncio.gather(*(targets.once(one) for one in starts.values()))
        finally:
            prober.close()
        return dict(zip(starts, answers, strict=True))

    try:
        return asyncio.run(asking())
    finally:
        stage.end()


@pytest.mark.parametrize("name", CASES)
def test_a_check_has_keepalived_s_verdict(recorded: Recordings[Both], name: str) -> None:
    def judge(both: Both) -> None:
        theirs, answer = both
        if answer.get("unknown") and CASES[name].checker.startswith("PING"):
            pytest.skip(str(answer["reason"]))
        assert not answer.get("unknown"), answer
        assert answer["passed"] == (theirs is not None), (theirs, answer)

    recorded.judge(name, judge)
