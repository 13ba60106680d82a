"""Start-up stays light: modules are counted, not milliseconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHOW = """
import json, sys
sys.argv = ["hatools", *json.loads(sys.argv[1])]
from hatools.cli import run
status = run(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""
HEAVY = {
    "aiohttp", "aiosmtplib", "argparse", "asyncio", "concurrent.futures", "email", "hypothesis",
    "importlib.metadata", "ipaddress", "jinja2", "lxml", "multiprocessing", "numpy", "pathlib",
    "prometheus_client", "pyparsing", "pytest", "random", "requests", "rich", "sqlite3", "ssl",
    "textx", "unittest", "urllib.request", "xml", "yaml", "zipfile",
}  # fmt: skip
KEEPALIVED = """\
virtual_server 192.0.2.10 80 {
    protocol TCP
    real_server 192.0.2.11 80 {
        TCP_CHECK {
        }
    }
}
"""
HAPROXY = """\
listen web
    bind 192.0.2.10:80
    server a 192.0.2.11:80 check
"""
MOST = 130  # modules beyond those of a process that imports click and pluggy


def modules(*arguments: str) -> tuple[int, set[str]]:
    ran = subprocess.run(
        [sys.executable, "-c", SHOW, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    status, names = json.loads(ran.stderr.splitlines()[-1])
    return status, set(names)


def baseline() -> set[str]:
    code = "import click, pluggy, json, sys; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [("keepalived.conf", KEEPALIVED, "haproxy"), ("haproxy.cfg", HAPROXY, "keepalived")],
)
def test_convert_loads_nothing_heavy(name: str, text: str, target: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    status, loaded = modules("convert", str(path), "--to", target)
    assert status == 0
    before = baseline()
    assert (HEAVY - before) & loaded == set()
    assert {"hatools.plugin.behaviour", "hatools.model.event"} & loaded == set()
    assert len(loaded - before) <= MOST, sorted(loaded - before)


def test_diff_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "keepalived.conf").write_text(KEEPALIVED)
    (tmp_path / "haproxy.cfg").write_text(HAPROXY)
    status, loaded = modules(
        "diff", str(tmp_path / "keepalived.conf"), str(tmp_path / "haproxy.cfg")
    )
    assert status == 1
    before = baseline()
    assert (HEAVY - before) & loaded == set()
    assert not {name for name in loaded if name.startswith("hatools.convert")}
    assert len(loaded - before) <= MOST, sorted(loaded - before)


@pytest.mark.parametrize(("option", "expected"), [("--check-config", 0), ("--once", 2)])
def test_a_watch_that_serves_nobody_loads_no_server(
    option: str, expected: int, tmp_path: Path
) -> None:
    path = tmp_path / "haproxy.cfg"
    path.write_text("listen web\n    bind 192.0.2.10:80\n    server a 127.0.0.1:1 check\n")
    settings = tmp_path / "hatools.toml"
    settings.write_text('[watch]\nlisten = "0.0.0.0:9651"\ntoken = "of-sixteen-characters"\n')
    status, loaded = modules("watch", str(path), "--config", str(settings), option)
    assert status == expected
    assert not loaded & {"aiohttp", "prometheus_client", "hatools.watch.interface"}


def test_lint_loads_only_the_rules_that_can_find_something(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    path.write_text(KEEPALIVED)
    status, loaded = modules("lint", str(path))
    assert status in (0, 1)
    before = baseline()
    assert (HEAVY - before) & loaded == set()
    others = ("hatools.engine.", "hatools_peers.rules", "hatools_haproxy.rules", "hatools.simulate")
    found = {name for name in loaded if name.startswith(others)}
    assert found <= {"hatools.engine.health"}
    assert {"hatools.plugin.behaviour", "hatools.model.event", "hatools.model.router"}.isdisjoint(
        loaded
    )
    assert "hatools_keepalived.rules.nothing_is_tracked" not in loaded
    assert len(loaded - before) <= MOST, sorted(loaded - before)


def test_availability_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "keepalived.conf").write_text(KEEPALIVED)
    status, loaded = modules("availability", str(tmp_path / "keepalived.conf"))
    assert status == 0
    assert (HEAVY - baseline()) & loaded == set()
    assert not {name for name in loaded if name.startswith(("hatools.simulate", "hatools.watch"))}


def test_help_and_version_load_no_converter() -> None:
    for arguments in ["--version"], ["convert", "--help"]:
        _, loaded = modules(*arguments)
        assert not {name for name in loaded if name.startswith(("hatools_", "hatools.convert"))}
        assert (HEAVY - baseline()) & loaded == set()
