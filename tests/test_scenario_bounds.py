"""What a scenario cannot ask for is refused, at its line, with advice."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import hatools
from simulations import KEEPALIVED

LOAD = "to 192.0.2.150:80"
REFUSED = {
    "at 99999999999999999999h node lb1 crashes": "more than can be simulated",
    "at 5s server 192.0.2.99:80 answers": "there is no server 192.0.2.99",
    "at 5s script gone on lb1 fails": "there is no tracker gone",
    "at 5s process gone on lb1 dies": "there is no tracker gone",
    "at 5s weight of 192.0.2.150:80/192.0.2.99:80 becomes 5": "there is no server",
    "at 5s node lb9 crashes": "there is no node lb9",
    f"clients 0 send 5 connections/s {LOAD}": "0 clients",
    f"clients 99999999999 send 5 connections/s {LOAD}": "clients cannot be simulated",
    f"clients 5 send 0 connections/s {LOAD}": "send nothing",
    f"clients 5 send 99999999999 connections/s {LOAD}": "connections, more than",
    f"clients 5 send 5 connections/s lasting exponential 0s {LOAD}": "no time on average",
}


def run(folder: Path, text: str) -> tuple[int, str]:
    (folder / "keepalived.conf").write_text(KEEPALIVED.format(priority=100), "utf-8")
    path = folder / "asked.scenario"
    path.write_text(text, "utf-8")
    answer = hatools("simulate", path.name, cwd=folder)
    return answer.status, answer.stderr


@pytest.mark.parametrize("line", REFUSED)
def test_the_impossible_is_refused(line: str, tmp_path: Path) -> None:
    status, said = run(tmp_path, f'scenario "x"\nnode lb1 uses "keepalived.conf"\n{line}\n')
    assert status == 2
    assert said.startswith("hatools: asked.scenario:3:")
    assert REFUSED[line] in said


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_an_empty_scenario_is_refused(text: str, tmp_path: Path) -> None:
    status, said = run(tmp_path, text)
    assert (status, "Traceback" in said) == (2, False), said
