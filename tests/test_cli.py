"""The command line as a user meets it: help, exit statuses, and bad input of every kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lab import hatools

PAIR = """\
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    authentication {
        auth_type PASS
        auth_pass s3cr3t
    }
    virtual_ipaddress {
        192.0.2.10
    }
}
virtual_server 192.0.2.10 80 {
    protocol TCP
    lb_algo wrr
    real_server 192.0.2.11 80 {
        weight 2
        TCP_CHECK {
        }
    }
}
"""
PROXY = """\
defaults
    mode tcp
    timeout connect 5s
    timeout client 50s
    timeout server 50s

listen web
    bind *:80
    server a 192.0.2.11:80 check
"""


@pytest.fixture
def keepalived(tmp_path: Path) -> Path:
    path = tmp_path / "keepalived.conf"
    path.write_text(PAIR)
    return path


@pytest.fixture
def proxy(tmp_path: Path) -> Path:
    path = tmp_path / "haproxy.cfg"
    path.write_text(PROXY)
    return path


@pytest.mark.parametrize(
    "arguments", [["--help"], ["convert", "--help"], ["formats", "--help"], ["plugins", "-h"]]
)
def test_help_shows_an_example(arguments: list[str]) -> None:
    ran = hatools(*arguments)
    assert ran.status == 0
    assert "Example" in ran.stdout


def test_version_and_completion() -> None:
    assert hatools("--version").stdout.startswith("hatools 0.")
    for shell in "bash", "zsh", "fish":
        assert "_HATOOLS_COMPLETE" in hatools("completion", shell).stdout


def test_formats_and_plugins_for_machines() -> None:
    formats = json.loads(hatools("formats", "--output", "json").stdout)
    assert {"keepalived", "haproxy"} <= {row["name"] for row in formats["formats"]}
    plugins = json.loads(hatools("plugins", "--output", "json").stdout)
    assert plugins["problems"] == []
    assert {row["status"] for row in plugins["plugins"]} == {"loaded"}


def test_the_answer_and_the_report_take_their_own_ways(keepalived: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy")
    assert ran.status == 0
    assert "bind 192.0.2.10:80" in ran.stdout
    assert "statements:" in ran.stderr
    assert "s3cr3t" not in ran.stderr + ran.stdout
    assert "not written: keepalived.conf" in ran.stderr
    assert "\x1b[" not in ran.stderr + ran.stdout


def test_into_a_directory_the_companions_are_written(keepalived: Path, tmp_path: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy", "-o", f"{tmp_path}/out/")
    assert ran.status == 0
    assert ran.stdout == ""
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"haproxy.cfg", "keepalived.conf"} <= written
    kept = (tmp_path / "out" / "keepalived.conf").read_text()
    assert "virtual_server " not in kept
    assert "vrrp_track_process" in kept
    assert "auth_pass s3cr3t" in kept


def test_the_json_report_is_json_alone(keepalived: Path, tmp_path: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy", "--report", "json")
    report = json.loads(ran.stderr)
    assert report["format_version"] == 1
    beside = tmp_path / "report.json"
    hatools("convert", keepalived, "--to", "haproxy", "--report", "json", "--report-file", beside)
    assert json.loads(beside.read_text())["entries"] == report["entries"]
    secrets = [entry for entry in report["entries"] if "auth_pass" in entry["fact"]]
    assert secrets[0]["fact"] == "auth_pass ********"
    assert secrets[0]["outcome"] == "moved"


def test_strict_writes_nothing_when_something_is_lost(keepalived: Path, tmp_path: Path) -> None:
    out = tmp_path / "haproxy.cfg"
    ran = hatools("convert", keepalived, "--to", "haproxy", "--strict", "-o", out)
    assert ran.status == 0
    assert out.exists()
    out.unlink()
    keepalived.write_text(PAIR.replace("lb_algo wrr", "lb_algo wlc"))
    ran = hatools("convert", keepalived, "--to", "haproxy", "--strict", "-o", out)
    assert ran.status == 1
    assert not out.exists()


def test_what_the_source_lacks_is_asked_for(proxy: Path) -> None:
    ran = hatools("convert", proxy, "--to", "keepalived")
    assert ran.status == 2
    assert ran.stdout == ""
    assert "--set vip@web=" in ran.stderr
    ran = hatools("convert", proxy, "--to", "keepalived", "--set", "vip@web=192.0.2.10")
    assert ran.status == 0
    assert "virtual_server 192.0.2.10 80" in ran.stdout


def test_a_setting_nobody_asked_for_is_pointed_out(keepalived: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy", "--set", "vpi=192.0.2.1")
    assert ran.status == 0
    assert "--set vpi=… was not used" in ran.stderr


def test_standard_input_is_a_source() -> None:
    ran = hatools("convert", "-", "--to", "haproxy", stdin=PAIR.encode())
    assert ran.status == 0
    assert "bind 192.0.2.10:80" in ran.stdout


def test_the_same_format_is_the_input_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "haproxy.cfg"
    path.write_bytes(PROXY.replace("\n", "\r\n").encode() + b"# \xff no newline")
    ran = hatools("convert", path, "--to", "haproxy")
    assert ran.status == 0
    assert ran.stdout.encode("utf-8", "surrogateescape") == path.read_bytes()


def test_a_source_is_never_written_over(keepalived: Path) -> None:
    before = keepalived.read_bytes()
    for out in (keepalived, keepalived.parent):
        ran = hatools("convert", keepalived, "--to", "haproxy", "-o", out)
        assert ran.status == 2
        assert "is not written over" in ran.stderr
    assert keepalived.read_bytes() == before
    assert [path.name for path in keepalived.parent.iterdir()] == ["keepalived.conf"]


BAD = {
    "empty": b"",
    "blank": b"\n\n   \n",
    "binary": bytes(range(256)) * 64,
    "elf": b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 4096,
    "unclosed brace": b"virtual_server 192.0.2.1 80 {\n real_server 192.0.2.2 80 {\n",
    "unclosed quote": b'vrrp_script x {\n script "/bin/true\n}\nvirtual_server 192.0.2.1 80 {\n}\n',
    "unknown keyword": b"virtual_servr 192.0.2.1 80 {\n}\nglobal_defs {\n router_idd x\n}\n",
    "template": b"{% for x in y %}\nvirtual_server {{ vip }} 80 {\n}\n{% endfor %}\n",
    "if without endif": b"global\n maxconn 5\n.if defined(X)\nlisten a\n bind :80\n",
    "long line": b"global_defs {\n router_id " + b"x" * 10_000_000 + b"\n}\n",
    "include loop": b"include self.conf\nglobal_defs {\n}\n",
    "missing include": b"includea nowhere/*.conf\nglobal_defs {\n router_id x\n}\n",
    "wrong brackets": b"}\n}\nglobal_defs }\n{\n",
    "only comments": b"# global_defs {\n",
    "utf-16": "global_defs {\n}\n".encode("utf-16"),
}


@pytest.mark.parametrize("language", ["", "keepalived", "haproxy"])
@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_a_diagnostic_and_no_output(
    kind: str, language: str, tmp_path: Path
) -> None:
    name = {"": "self.conf", "keepalived": "self.conf", "haproxy": "self.cfg"}[language]
    path = tmp_path / name
    path.write_bytes(BAD[kind])
    target = (
        "keepalived"
        if language == "haproxy" or (not language and ".if" in str(BAD[kind]))
        else "haproxy"
    )
    out = tmp_path / "out"
    more = ["--from", language] if language else []
    ran = hatools("convert", path, *more, "--to", target, "-o", out)
    assert ran.status == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.strip()
    assert not out.exists()
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert max(map(len, ran.stderr.splitlines())) < 2000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["convert", "no-such.conf", "--to", "haproxy"], "no such file"),
        (["convert", ".", "--to", "haproxy"], "directory"),
        (["convert", "LICENSE", "--to", "haproxy"], "no format that hatools knows"),
        (["convert", "README.md", "--to", "nginx"], "no format is called 'nginx'"),
        (["convert", "README.md"], "--to"),
        (["convert", "x", "--to", "haproxy", "--set", "vip"], "write --set KEY=VALUE"),
        (["convert", "x", "--to", "haproxy", "--target-version", "new"], "is no version"),
        (
            [
                "convert",
                "-",
                "--from",
                "haproxy",
                "--to",
                "keepalived",
                "--target-version",
                "nginx=3",
            ],
            "no format is nginx's",
        ),
        (["convrt"], "did you mean convert?"),
        (["lint"], "Missing argument 'PATH...'"),
        (["simulate"], "Missing argument"),
        (["simulate", "-", "--explain"], "add --trace"),
        (["simulate", "a.scenario", "--node", "lb1=a.conf"], "a scenario names its nodes' files"),
        (["simulate", "-", "--what-if", "--replications", "2"], "leave out --replications"),
        (["simulate", "LICENSE"], "hatools reads"),
        (["lint", "LICENSE"], "name it with --from"),
        (
            ["simulate", "fixtures/readme/keepalived.conf", "--address", "lb9=192.0.2.1"],
            "no node is called lb9",
        ),
        (["simulate", "fixtures/readme/keepalived.conf", "--address", "lb1=lb2"], "is no address"),
        (["schedule", "fixtures/readme/keepalived.conf", "--client", "web"], "is no address"),
        (["--wrong"], "--wrong"),
    ],
)
def test_usage_faults_say_what_to_do(arguments: list[str], words: str) -> None:
    ran = hatools(*arguments)
    assert ran.status == 2
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unwritable_place_is_said(keepalived: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy", "-o", "/proc/no/such/place.cfg")
    assert ran.status == 2
    assert "cannot be written" in ran.stderr


def test_a_report_is_not_written_over_the_source(keepalived: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy", "--report-file", keepalived)
    assert ran.status == 2
    assert "was read" in ran.stderr
    assert keepalived.read_text() == PAIR


def test_a_report_makes_no_folder(keepalived: Path, tmp_path: Path) -> None:
    beside = tmp_path / "missing" / "report.json"
    ran = hatools("convert", keepalived, "--to", "haproxy", "--report-file", beside)
    assert ran.status == 2
    assert "there is no directory" in ran.stderr
    assert not beside.parent.exists()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
def test_a_full_disk_is_said() -> None:
    command = f"{sys.executable} -m hatools formats > /dev/full"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "hatools: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_an_empty_one(closed: str) -> None:
    command = f"{sys.executable} -m hatools lint - {closed}"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False,
                         stdin=subprocess.DEVNULL)  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr in ("", "hatools: <stdin>: the file is empty\n"
                              "  there is nothing in it to read\n")  # fmt: skip


def test_what_cannot_be_written_is_called_as_the_user_did(keepalived: Path) -> None:
    folder = keepalived.parent / "folder"
    folder.mkdir()
    for arguments in (
        ["convert", keepalived, "--to", "haproxy", "--report-file", folder],
        ["availability", keepalived, "--plot", folder],
        ["simulate", keepalived, "--plot", folder],
    ):
        ran = hatools(*arguments)
        assert ran.status == 2
        assert f"hatools: {folder}: cannot be written: it is a directory" in ran.stderr


def test_a_version_out_of_range_is_refused(keepalived: Path) -> None:
    ran = hatools("convert", keepalived, "--to", "haproxy", "--target-version", "haproxy=1.1")
    assert ran.status == 2
    assert "hatools knows haproxy" in ran.stderr


@pytest.mark.parametrize(
    ("told", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_who_wants_no_colours_gets_none(told: dict[str, str], coloured: bool) -> None:
    environment = {**os.environ, "TERM": "xterm", **told}
    if not told:
        environment.pop("NO_COLOR", None)
    screen, ours = os.openpty()
    try:
        for arguments in (["rules", "KA305"], ["lint", "no-such.conf"]):
            subprocess.run([sys.executable, "-m", "hatools", *arguments], stdout=ours, stderr=ours,
                           env=environment, check=False)  # fmt: skip
            assert (b"\x1b[" in os.read(screen, 65_536)) is coloured
    finally:
        os.close(ours)
        os.close(screen)


def test_a_narrow_terminal_does_no_harm() -> None:
    wide, narrow = hatools("--help"), hatools("--help", columns=40)
    assert narrow.status == 0
    assert max(map(len, narrow.stdout.splitlines())) < max(map(len, wide.stdout.splitlines()))
    assert narrow.stdout.split() == wide.stdout.split()


@pytest.mark.parametrize(
    ("address", "server", "vip", "bind"),
    [
        ("0.0.0.0", "192.0.2.11", "192.0.2.77", "192.0.2.77:80"),
        ("::", "2001:db8::11", "2001:db8::77", "[2001:db8::77]:80"),
    ],
)
def test_no_address_does_not_become_every_address(
    address: str, server: str, vip: str, bind: str, tmp_path: Path
) -> None:
    path = tmp_path / "keepalived.conf"
    text = PAIR.replace("virtual_server 192.0.2.10", f"virtual_server {address}")
    path.write_text(text.replace("192.0.2.11", server))
    ran = hatools("convert", path, "--to", "haproxy")
    assert ran.status == 2
    assert "needs --set vip@" in ran.stderr
    ran = hatools("convert", path, "--to", "haproxy", "--set", f"vip={vip}")
    assert f"bind {bind}" in ran.stdout
