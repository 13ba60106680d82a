"""docs/watch.md and README.md: the minute works as written, and every key is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from lab import ROOT, hatools
from packets import vrrp2
from stranger import Stranger

from hatools.watch.settings import KNOWN
from hatools_email.settings import EmailSettings
from hatools_history.exporter import HistorySettings
from hatools_observers.settings import SETTINGS
from hatools_prometheus.settings import PrometheusSettings
from hatools_splitbrain.detector import SplitBrainSettings

PAGE = (ROOT / "docs" / "watch.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def minute(text: str) -> str:
    """Return the commands that *text* shows as tried."""
    found = re.search(r"<!-- tried: \w+ -->\n```console\n(.*?)^```$", text, re.M | re.S)
    assert found
    return "".join(line.removeprefix("$ ") + "\n" for line in found[1].splitlines())


def test_the_readme_shows_the_same_minute() -> None:
    assert minute(README) == minute(PAGE)


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    made = Stranger()
    try:
        yield made
    finally:
        made.close()


@pytest.mark.xdist_group("live")
def test_the_minute_works_as_written_without_rights(stranger: Stranger) -> None:
    done = stranger.run("set -m\n" + minute(README))
    tables = done.stdout.split(": watching for")
    assert len(tables) == 3, done.stdout + done.stderr
    assert re.search(r"server shop/web1 +up ", tables[1])
    assert re.search(r"server shop/web2 +down ", tables[1])
    assert re.search(r"server shop/web1 +down ", tables[2])
    assert re.search(r"quorum shop +lost", tables[2])
    assert '"level": "event"' in tables[2]
    assert not stranger.root or "this needs the capability CAP_NET_RAW" in tables[2]
    assert "Traceback" not in done.stdout + done.stderr
    assert (stranger.home / ".local" / "state" / "hatools" / "history.db").exists()


ROUTER = """vrrp_instance VI_1 {
    interface lo
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.100
    }
}
"""
HEARD = """. .venv/bin/activate
hatools watch keepalived.conf --node lb1 2>vrrp.log &
for _ in $(seq 50); do hatools status >status.log 2>&1 && break; done
python3 -c 'import socket; sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
sock.sendto(bytes.fromhex("{packet}"), ("127.0.0.1", 0))'
for _ in $(seq 20); do hatools status --output json | grep '"advertisement"' && break; done
kill %1; cat vrrp.log
"""


@pytest.mark.xdist_group("live")
def test_one_capability_is_enough_to_hear(stranger: Stranger) -> None:
    if not stranger.root:
        pytest.skip("only root can give CAP_NET_RAW away")
    (stranger.clone / "keepalived.conf").write_text(ROUTER)
    packet = vrrp2(51, 100, 1, ["192.0.2.100"], b"")
    done = stranger.run("set -m\n" + HEARD.replace("{packet}", packet.hex()), capability="net_raw")
    assert '"advertisement"' in done.stdout, done.stdout + done.stderr
    assert "lo/51/127.0.0.1" in done.stdout
    assert "CAP_NET_RAW" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("[watch]", KNOWN),
        ("[plugin.email]", EmailSettings._fields),
        ("[plugin.history]", HistorySettings._fields),
        ("[split_brain]", SplitBrainSettings._fields),
    ],
)
def test_every_key_has_its_row(heading: str, fields: tuple[str, ...]) -> None:
    part = PAGE.split(f"### {heading}\n")[1].split("\n##")[0]
    rows = {key for row in re.findall(r"^\| (`.*?) \|", part, re.M)
            for key in re.findall(r"`([^`]+)`", row)}  # fmt: skip
    assert {row.replace("_", "-") for row in rows} == {
        field.rstrip("_").replace("_", "-") for field in fields
    }


def test_every_key_of_metrics_is_in_their_page() -> None:
    page = (ROOT / "exporters" / "hatools_prometheus" / "README.md").read_text("utf-8")
    keys = [field.replace("_", "-") for field in PrometheusSettings._fields]
    assert [key for key in keys if key not in page] == []


@pytest.mark.parametrize("observer", SETTINGS)
def test_every_key_of_an_observer_stands_in_its_row(observer: str) -> None:
    part = PAGE.split("## What it sees\n")[1].split("\n#")[0]
    (row,) = re.findall(rf"^\| `{observer}` \|.*\|(.*)\|$", part, re.M)
    keys = {key.replace("_", "-") for key in SETTINGS[observer]._fields}
    assert keys <= set(re.findall(r"`([a-z-]+)`", row))


def test_every_option_has_its_row() -> None:
    shown = set(re.findall(r"(?<![\w-])(--[a-z-]+)", hatools("watch", "--help").stdout))
    part = PAGE.split("## The command\n")[1].split("\n## ")[0]
    assert shown - {"--help"} <= set(re.findall(r"--[a-z-]+", part))
