"""There and back: what `hatools diff` finds is what the ledgers name, and a broken law is told so."""

from __future__ import annotations

import pytest

from hatools.convert.conversion import check_reread
from hatools.diff.meant import told
from hatools.errors import BrokenLaw
from hatools.model import Listener, Pool, RealServer, Scheduler, Service, Topology
from hatools.plugin import OutFile, Writing
from hatools.plugin_host import Host, codec

FORMATS = Host().formats()


def test_a_broken_law_names_the_facts_as_diff_does() -> None:
    text = (
        "listen web\n    bind 192.0.2.10:80\n    balance roundrobin\n    server a 192.0.2.11:80\n"
    )
    meant = Topology(
        services=[Service("web", [Listener("192.0.2.10", (80, 80))], default_pool="web")],
        pools=[Pool("web", Scheduler("roundrobin"), [RealServer("192.0.2.11", 80, 5, "a")])],
    )
    writing = Writing(OutFile("haproxy.cfg", text), meant)
    with pytest.raises(BrokenLaw) as raised:
        check_reread(FORMATS["haproxy"], codec(FORMATS["haproxy"]), writing, "", told)
    line = "service 192.0.2.10:80 / server 192.0.2.11:80: weight 5 (meant, default), 1 (haproxy.cfg"
    assert line in str(raised.value)
