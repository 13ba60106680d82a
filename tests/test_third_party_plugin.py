"""A format of someone else's: built as its own distribution, installed beside hatools, and used."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import lab
import pytest

PEN = lab.ROOT / "tests" / "plugin_pen"
PAGE = lab.ROOT / "docs" / "plugins.md"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the installed distribution, as pip makes it, without a network."""
    folder = tmp_path_factory.mktemp("pen")
    source = shutil.copytree(PEN, folder / "source")
    quietly = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    pip = [sys.executable, "-m", "pip"]
    wheel = folder / "hatools_pen-0.1.0-py3-none-any.whl"
    for command in (
        ["wheel", *quietly, "--no-build-isolation", "--wheel-dir", folder, source],
        ["install", *quietly, "--target", folder / "site", wheel],
    ):
        subprocess.run([*pip, *map(str, command)], check=True, stdin=subprocess.DEVNULL)
    return folder / "site"


def test_it_is_listed(beside: Path) -> None:
    ran = lab.hatools("formats", "--output", "json", beside=beside)
    formats = {row["name"]: row for row in json.loads(ran.stdout)["formats"]}
    assert formats["pen"]["plugin"] == "pen (hatools-pen)"
    assert {"keepalived", "haproxy"} <= set(formats)
    ran = lab.hatools("plugins", beside=beside)
    assert "hatools-pen 0.1.0" in ran.stdout


def test_without_it_nothing_knows_pen() -> None:
    assert "pen" not in lab.hatools("formats").stdout.split()


def test_it_converts(beside: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ran = lab.hatools(
        "convert", PEN / "web.pen", "--to", "haproxy",
        "--report", "json", "--report-file", report, beside=beside,
    )  # fmt: skip
    assert ran.status == 0, ran.stderr
    assert re.search(r"^\s+server .*192\.0\.2\.11:8080", ran.stdout, re.M)
    assert re.search(r"^\s+server .*192\.0\.2\.99:80 .*backup", ran.stdout, re.M)
    told = json.loads(report.read_text())
    assert told["source"]["format"] == "pen"
    assert len(told["entries"]) - told["summary"]["assumed"] == 3
    last = told["entries"][2]
    assert (last["outcome"], last["reason"]) == ("dropped", "not understood: unknown option -Q")
    assert [(d["code"], d["line"]) for d in told["diagnostics"]][:1] == [("PEN001", 6)]


@pytest.mark.real("haproxy")
def test_haproxy_accepts_it(beside: Path, tmp_path: Path) -> None:
    out = tmp_path / "haproxy.cfg"
    lab.hatools("convert", PEN / "web.pen", "--to", "haproxy", "-o", out, beside=beside)
    verdict = lab.haproxy_check(out)
    assert verdict.accepted, verdict.output


def test_it_is_converted_to(beside: Path, tmp_path: Path) -> None:
    source = tmp_path / "keepalived.conf"
    source.write_text(
        "virtual_server 192.0.2.10 80 {\n"
        "    lb_algo rr\n"
        "    lb_kind NAT\n"
        "    protocol TCP\n"
        "    sorry_server 192.0.2.99 80\n"
        "    real_server 192.0.2.11 8080 {\n"
        "        TCP_CHECK {\n        }\n"
        "    }\n"
        "}\n"
    )
    ran = lab.hatools("convert", source, "--to", "pen", beside=beside)
    assert ran.status == 0, ran.stderr
    assert ran.stdout == "pen -r -e 192.0.2.99:80 192.0.2.10:80 192.0.2.11:8080\n"
    assert "pen checks no server" in ran.stderr


def test_a_folder_of_it_is_not_one_thing(beside: Path, tmp_path: Path) -> None:
    """A codec that does not join files reads one file; it needs to know nothing of folders."""
    shutil.copy(PEN / "web.pen", tmp_path)
    ran = lab.hatools("convert", tmp_path, "--to", "haproxy", beside=beside)
    assert ran.status == 2
    assert f"name the file: {tmp_path / 'web.pen'}" in ran.stderr
    shutil.copytree(
        lab.ROOT / "fixtures" / "links" / "keyfiles-of-a-bond" / "input", tmp_path / "d"
    )
    shutil.copy(PEN / "web.pen", tmp_path / "d")
    ran = lab.hatools(
        "convert", tmp_path / "d", "--to", "ifcfg", "--from", "keyfile", beside=beside
    )
    assert ran.status == 0, ran.stderr
    assert "left alone, as not keyfile (pen): web.pen" in ran.stderr


def test_its_rule_runs_is_explained_and_can_be_silenced(beside: Path, tmp_path: Path) -> None:
    text = (PEN / "web.pen").read_text() + "pen 26 192.0.2.21:26\n"
    (tmp_path / "web.pen").write_text(text)
    ran = lab.hatools("lint", "web.pen", "--output", "json", cwd=tmp_path, beside=beside)
    found = [(one["code"], one["line"]) for one in json.loads(ran.stdout)["diagnostics"]]
    assert found == [("PEN001", 6), ("PEN101", 7)], "below line 4 something was not understood"
    page = lab.hatools("rules", "PEN101", beside=beside).stdout
    assert "from hatools-pen" in page
    assert "Instead: pen -e HOST:PORT" in page
    assert "PEN101" in lab.hatools("rules", beside=beside).stdout
    ignored = lab.hatools("lint", "web.pen", "--ignore", "PEN", cwd=tmp_path, beside=beside)
    assert "PEN" not in ignored.stdout
    assert "no code begins" not in ignored.stderr
    silenced = text.replace("pen 26", "# hatools: ignore PEN101 nobody mails\npen 26")
    (tmp_path / "web.pen").write_text(silenced)
    quiet = lab.hatools("lint", "web.pen", cwd=tmp_path, beside=beside)
    assert "PEN101" not in quiet.stdout
    assert "PEN001" in quiet.stdout


def test_its_page_is_on_the_interface_of_a_watch(beside: Path, tmp_path: Path) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    (tmp_path / "haproxy.cfg").write_text("backend shop\n    server web1 127.0.0.1:1 check\n")
    (tmp_path / "hatools.toml").write_text(f'[watch]\nstate = "{tmp_path}/state"\n')
    watch = subprocess.Popen(
        [sys.executable, "-m", "hatools", "watch", "haproxy.cfg", "--config", "hatools.toml",
         "--listen", f"127.0.0.1:{port}"],
        cwd=tmp_path, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(beside)},
    )  # fmt: skip

    def asked() -> bytes:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/pen/down")
            return connection.getresponse().read()
        except OSError:
            return b""
        finally:
            connection.close()

    try:
        end = time.monotonic() + 30
        while asked() != b"shop/web1\n":
            assert watch.poll() is None
            assert time.monotonic() < end, asked()
            time.sleep(0.1)
    finally:
        watch.terminate()
        watch.wait(10)


def test_the_page_shows_this_very_plugin() -> None:
    shown = re.findall(r"^`([\w./]+)`:\n\n```\w*\n(.*?)^```$", PAGE.read_text(), re.M | re.S)
    files = (path.relative_to(PEN) for path in PEN.rglob("*") if path.is_file())
    assert {name for name, _ in shown} == {str(path) for path in files if path.suffix != ".pyc"}
    for name, text in shown:
        assert text == (PEN / name).read_text(), f"docs/plugins.md shows another {name}"
