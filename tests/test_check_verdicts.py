"""hatools' verdicts on servers beside those of a real haproxy, answer by answer."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from haproxy_check_cases import AGENTS, CASES, TLS
from haproxy_replay import SCHEDULERS
from haproxy_verdicts import Row, Stage
from lab import missing

from hatools.engine.node import Node
from hatools.model.event import Event

WELL = ("L4OK", "L6OK", "L7OK", "L7OKC")
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("live")]
Both = tuple[dict[str, Row], dict[str, Mapping[str, Any]], dict[str, list[bytes]]]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    if reason := missing("haproxy"):
        pytest.skip(reason)
    stage = Stage(tmp_path_factory.mktemp("checks"), CASES)
    try:
        theirs = stage.judged()
        heard = {name: list(server.heard) for name, server in stage.servers.items()}
        for server in stage.servers.values():
            server.heard.clear()
        ours = stage.ours()
        both_heard = {
            name: [*heard[name][: len(server.heard)], b"|", *server.heard]
            for name, server in stage.servers.items()
        }
        yield theirs, ours, both_heard
    finally:
        stage.end()


@pytest.mark.parametrize("name", CASES)
def test_a_check_has_haproxy_s_verdict(both: Both, name: str) -> None:
    theirs, ours, _ = both
    row, answer = theirs[name], ours[name]
    assert not answer.get("unknown"), answer
    well = answer["passed"] or bool(answer.get("leaving"))
    status = row["check_status"].removeprefix("* ")
    assert well == (status in WELL), (row["check_status"], row["last_chk"], answer)
    assert bool(answer.get("leaving")) == (status == "L7OKC")


@pytest.mark.parametrize("name", [one for one in CASES if not one.startswith("ssl")])
def test_a_check_says_what_haproxy_says(both: Both, name: str) -> None:
    heard = both[2][name]
    middle = heard.index(b"|")
    theirs, ours = ([one for one in part if one] for part in (heard[:middle], heard[middle + 1 :]))
    if any(one.startswith(b"PROXY TCP4") for one in theirs):
        theirs = [one.split(b"\r\n", 1)[1] for one in theirs]
        ours = [one.split(b"\r\n", 1)[1] for one in ours]
    assert ours == theirs


# Agents -------------------------------------------------------------------------------------------

STATES = {
    "UP": ("ready", True),
    "DOWN": ("ready", False),
    "DOWN (agent)": ("ready", False),
    "DRAIN": ("drain", True),
    "DRAIN (agent)": ("drain", True),
    "MAINT": ("maintenance", False),
    "no check": ("ready", True),
}


@pytest.fixture(scope="module")
def agents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Row], Node]]:
    if reason := missing("haproxy"):
        pytest.skip(reason)
    stage = Stage(tmp_path_factory.mktemp("agents"), AGENTS)
    try:
        theirs = stage.judged("agent_status")
        ours = stage.ours()
        node = Node("lb1", [stage.topology()], SCHEDULERS)
        node.handle(Event(0.0, "start", "lb1", {"draw": 0.0}))
        for checker in node.checkers.values():
            answer = ours[stage.names[checker.subject.partition("/")[0]]]
            node.handle(Event(1.0, "probe answered", checker.name, answer))
        yield theirs, node
    finally:
        stage.end()


@pytest.mark.parametrize("name", AGENTS)
def test_an_agent_s_words_do_what_they_do_to_haproxy(
    agents: tuple[dict[str, Row], Node], name: str
) -> None:
    theirs, node = agents
    row = theirs[name]
    pool = node.pools[row["pxname"]]
    state, live = STATES[row["status"]]
    assert (pool.states["s"], pool.live["s"]) == (state, live), row["agent_status"]
    assert pool.weights["s"] == int(row["weight"]), row["last_agt"]


# TLS ----------------------------------------------------------------------------------------------

Secure = tuple[dict[str, Row], dict[str, Mapping[str, Any]], dict[str, list[str | None]]]


def certificate(path: Path) -> Path:
    """Make a certificate that vouches for itself, and its key."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]
    subprocess.run(
        ["openssl", "req", "-x509", *key, f"{path}.key", "-out", path, "-days", "9",
         "-subj", "/CN=www.example.com", "-addext", "subjectAltName=DNS:www.example.com"],
        check=True, capture_output=True,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    if reason := missing("haproxy", "openssl"):
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("secure")
    own, _ = certificate(folder / "own.pem"), certificate(folder / "other.pem")
    names: dict[str, list[str | None]] = {name: [] for name in TLS}

    def context(name: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(own, f"{own}.key")
        made.set_alpn_protocols(["http/1.1"])
        made.sni_callback = lambda sock, said, where: names[name].append(said)
        return made

    stage = Stage(folder, TLS, 1000, context)
    try:
        theirs = stage.judged()
        before = {name: list(heard) for name, heard in names.items()}
        for heard in names.values():
            heard.clear()
        ours = stage.ours()
        both_names = {name: [*before[name][:1], *names[name][:1]] for name in TLS}
        yield theirs, ours, both_names
    finally:
        stage.end()


@pytest.mark.parametrize("name", TLS)
def test_a_check_over_tls_has_haproxy_s_verdict(secure: Secure, name: str) -> None:
    theirs, ours, names = secure
    answer, status = ours[name], theirs[name]["check_status"].removeprefix("* ")
    assert not answer.get("unknown"), answer
    assert answer["passed"] == (status in WELL), (status, theirs[name]["last_chk"], answer)
    if len(names[name]) == 2 and not name.startswith("verifyhost"):  # Python says whom it verifies
        assert names[name][0] == names[name][1]
