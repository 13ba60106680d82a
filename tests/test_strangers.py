"""Languages that hatools does not read are named, with what it reads and what to do."""

from __future__ import annotations

import pytest
from corpus import WHY_NOT, specimens

from hatools.errors import UnknownFormat
from hatools.plugin_host import Host
from hatools.reading import recognise
from hatools.text import Source

NETPLAN = "network:\n  version: 2\n  bonds:\n    bond0:\n      interfaces: [eth0]\n"
NMSTATE = "---\ninterfaces:\n- name: bond0\n  type: bond\n"
TEXTS = {
    "netplan": NETPLAN,
    "nmstate": NMSTATE,
    "linux-system-roles": "- hosts: a\n  vars:\n    network_connections:\n      - name: bond0\n",
    "systemd-networkd": "[NetDev]\nName=bond0\nKind=bond\n",
    "/etc/network/interfaces": "auto bond0\niface bond0 inet static\n    bond-slaves eth0 eth1\n",
    "ldirectord": "checktimeout=3\nvirtual=192.0.2.1:80\n    real=10.0.0.1:80 gate\n",
    "nginx": "events {\n}\nstream {\n    upstream web {\n        server 10.0.0.1:80;\n    }\n}\n",
    "Ansible": "---\n- hosts: lb\n  tasks: []\n",
    "a script of ip's": "#!/bin/sh\nsudo ip link add bond0 type bond mode 802.3ad\n",
    "a script that writes ifcfg files": "cat > /etc/net/ifcfg-bond0 <<EOF\nDEVICE=bond0\nEOF\n",
    "JSON": '{\n  "a": 1\n}\n',
    "XML": '<?xml version="1.0"?>\n<a/>\n',
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_named(name: str) -> None:
    formats = Host().formats()
    with pytest.raises(UnknownFormat) as raised:
        recognise(Source("some.file", TEXTS[name]), formats)
    said = str(raised.value).partition("it looks like ")[2]
    assert name in said
    assert all(each in raised.value.advice for each in formats)


def test_what_is_unknown_stays_so() -> None:
    with pytest.raises(UnknownFormat) as raised:
        recognise(Source("some.file", "Dear reader,\nall is well.\n{ [ x ]\n["), Host().formats())
    assert "looks like" not in str(raised.value)
    assert "--from" in raised.value.advice


def test_real_ones() -> None:
    found = [each.path for each in specimens("bonding") if each.path.suffix == ".yml"]
    if not found:
        pytest.skip(WHY_NOT)
    for path in found:
        with pytest.raises(UnknownFormat, match="network role of linux-system-roles"):
            recognise(Source.from_bytes(str(path), path.read_bytes()), Host().formats())
