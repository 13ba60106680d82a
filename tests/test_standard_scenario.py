"""The scenario of configurations alone: that each server fails and comes back is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hatools.cli.simulate import prepared
from hatools.simulate.run import simulate

HAPROXY = """\
defaults
    mode tcp
    timeout connect 2s
    timeout client 30s
    timeout server 30s

frontend database
    bind 192.0.2.10:5000
    default_backend database

backend database
    {check}
    server a 192.0.2.11:5432 check {more}
    server b 192.0.2.12:5432 check {more}
"""
KEEPALIVED = """\
virtual_server 192.0.2.10 5000 {{
  delay_loop 2
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 192.0.2.11 5432 {{
    TCP_CHECK {{
      connect_timeout 2
      {more}
    }}
  }}
  real_server 192.0.2.12 5432 {{
    TCP_CHECK {{
      connect_timeout 2
      {more}
    }}
  }}
}}
"""
TEXTS = {
    "haproxy, the server's own port": ("haproxy.cfg", HAPROXY.format(check="", more="")),
    "haproxy, a port beside it": (
        "haproxy.cfg",
        HAPROXY.format(check="option httpchk GET /primary", more="port 8008"),
    ),
    "keepalived, the server's own port": ("keepalived.conf", KEEPALIVED.format(more="")),
    "keepalived, a port beside it": (
        "keepalived.conf",
        KEEPALIVED.format(more="connect_port 9200"),
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_every_server_goes_out_and_comes_back(case: str, tmp_path: Path) -> None:
    name, text = TEXTS[case]
    path = tmp_path / name
    path.write_text(text, "utf-8")
    scenario, cluster = prepared((str(path),), (), (), (), ())
    silent = [one.subject for one in scenario.happenings if one.value == "silent"]
    assert dict.fromkeys(silent) == dict.fromkeys(["192.0.2.11", "192.0.2.12"])
    notes = simulate(scenario, cluster).notes
    seen = [note.details["up"] for note in notes if note.kind == "server" and note.node]
    assert seen == [False, True, False, True]
