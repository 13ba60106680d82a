"""What is worked out from a configuration with errors says that it is."""

from __future__ import annotations

from pathlib import Path

import lab
import pytest

BROKEN = """\
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 300
    virtual_ipaddress {
        192.0.2.1
    }
}
virtual_server 192.0.2.1 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 192.0.2.7 80 {
        TCP_CHECK {
        }
    }
}
"""
COMMANDS = (("availability",), ("simulate",), ("schedule", "--connections", "2"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_errors_are_named_and_the_answer_is_given(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "lb1.conf").write_text(BROKEN)
    (tmp_path / "lb2.conf").write_text(BROKEN.replace("300", "51"))
    ran = lab.hatools(*command, "lb1.conf", cwd=tmp_path)
    assert ran.status == 0
    assert "lb1.conf:1:1: KA216 there is no virtual_router_id" in ran.stderr
    assert "(and 1 more)" in ran.stderr
    assert "keepalived may not do what follows; hatools lint lb1.conf" in ran.stderr
    assert ran.stdout
    sound = lab.hatools(*command, "lb2.conf", cwd=tmp_path)
    assert sound.status == 0
    assert "may not do" not in sound.stderr
