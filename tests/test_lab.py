"""The judges themselves: what the tests' helpers say of files whose verdict is known."""

from __future__ import annotations

from pathlib import Path

import lab
import pytest

KEEPALIVED = """\
vrrp_instance VI_1 {
    interface lan0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24 dev lan1
    }
    track_interface {
        lan2 weight -20
    }
}
"""
HAPROXY = """\
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen web
    bind 127.0.0.1:8080
    server a 192.0.2.11:80 check
"""


def test_interfaces_named() -> None:
    assert lab.interfaces_named(KEEPALIVED + "# interface eth9\n") == ["lan0", "lan1", "lan2"]


@pytest.mark.real("keepalived", "ip")
def test_keepalived_finds_its_interfaces(tmp_path: Path) -> None:
    sound, broken = tmp_path / "sound.conf", tmp_path / "broken.conf"
    sound.write_text(KEEPALIVED)
    broken.write_text(KEEPALIVED.replace("priority", "prioritty"))
    assert lab.keepalived_check(sound).accepted
    refused = lab.keepalived_check(broken)
    assert not refused.accepted
    assert refused.lines == [4]


@pytest.mark.real("haproxy")
def test_haproxy_tells_sound_from_broken(tmp_path: Path) -> None:
    sound, broken = tmp_path / "sound.cfg", tmp_path / "broken.cfg"
    sound.write_text(HAPROXY)
    broken.write_text(HAPROXY.replace("mode tcp", "mode tpc"))
    assert lab.haproxy_check(sound).accepted
    assert lab.haproxy_check(broken).lines[0] == 2
