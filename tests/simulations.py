"""Scenarios with their nodes' files, for tests: written into a folder, read, run."""

from __future__ import annotations

from pathlib import Path

from hatools.cli.simulate import prepared
from hatools.simulate.result import Result
from hatools.simulate.run import simulate

KEEPALIVED = """\
vrrp_instance VI_1 {{
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority {priority}
  advert_int 1
  virtual_ipaddress {{
    192.0.2.150
  }}
}}
virtual_server 192.0.2.150 80 {{
  delay_loop 6
  lb_algo wrr
  lb_kind DR
  protocol TCP
  real_server 192.0.2.40 80 {{
    weight 2
    TCP_CHECK {{
      connect_timeout 3
    }}
  }}
  real_server 192.0.2.41 80 {{
    weight 1
    TCP_CHECK {{
      connect_timeout 3
    }}
  }}
}}
"""
PEAK = """\
scenario "web2 dies at peak, then lb1"
node lb1 uses "lb1/keepalived.conf"
node lb2 uses "lb2/keepalived.conf"
clients 500 send 50 connections/s lasting exponential 300ms to 192.0.2.150:80

at 10s  server 192.0.2.40:80 stops answering
at 40s  server 192.0.2.40:80 answers
at 60s  node lb1 crashes
at 90s  node lb1 returns
at 120s link lb1 - lb2 is cut
at 150s link lb1 - lb2 heals

expect 192.0.2.150 moves to lb2 within 4s after 60s
expect availability of 192.0.2.150:80 at least 99 %
expect no split brain before 120s
expect split brain between 120s and 150s
"""


def pair(folder: Path) -> Path:
    """Write a pair of nodes and the scenario `PEAK` into *folder*; return the scenario's path."""
    for node, priority in (("lb1", 150), ("lb2", 100)):
        (folder / node).mkdir(exist_ok=True)
        text = KEEPALIVED.format(priority=priority)
        (folder / node / "keepalived.conf").write_text(text, "utf-8")
    path = folder / "peak.scenario"
    path.write_text(PEAK, "utf-8")
    return path


def course(path: Path, seed: int = 1) -> Result:
    """Return what the scenario at *path* leads to."""
    scenario, cluster = prepared((str(path),), (), (), (), ())
    return simulate(scenario, cluster, seed)
