"""Which files are taken for ipvsadm's."""

from __future__ import annotations

import pytest

from hatools_ipvsadm.plugin import recognise

OURS = [
    ("x", "-A -t 192.0.2.1:80 -s rr\n"),
    ("x", "# saved\n-A -f 1\n"),
    ("x", "--add-service --tcp-service 192.0.2.1:80\n"),
    ("x", "[root@h ~]# ipvsadm -Ln\n"),
    ("x", "  sudo /sbin/ipvsadm -at 192.0.2.1:80 -r 192.0.2.2\n"),
    ("x", "$IPVSADM -A -t $VIP:80\n"),
    ("x", "sudo /sbin/ipvsadm-restore < /etc/ipvsadm.rules\n"),
    ("x", "cat rules | ipvsadm-restore\n"),
    ("x", "ipvsadm –A -t 192.0.2.1:80\n"),
    ("x", "IP Virtual Server version 1.2.1 (size=4096)\n"),
    ("x", "pro expire state       source             virtual            destination\n"),
    ("/etc/sysconfig/ipvsadm", ""),
    ("ipvsadm.rules", ""),
]
OTHERS = [
    ("x", "-A INPUT -p tcp -j ACCEPT\n"),
    ("x", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n"),
    ("keepalived.conf", "# ipvsadm -A -t 192.0.2.1:80\nvrrp_instance A {\n}\n"),
    ("keepalived.conf", "vrrp_instance A {\n    notify_master /sbin/ipvsadm-restore\n}\n"),
    ("haproxy.cfg", "listen a\n bind :80\n"),
    ("x", "yum install -y ipvsadm\n"),
    ("ipvsadm", "\x7fELF\0"),
    ("x", ""),
]


@pytest.mark.parametrize(("path", "text"), OURS)
def test_ours(path: str, text: str) -> None:
    assert recognise(path, text) >= 90


@pytest.mark.parametrize(("path", "text"), OTHERS)
def test_others(path: str, text: str) -> None:
    assert recognise(path, text) < 20


def test_the_page_names_every_command_option_and_code() -> None:
    from pathlib import Path

    from hatools_ipvsadm.faults import CODES
    from hatools_ipvsadm.options import COMMANDS, OPTIONS

    page = Path(__file__).resolve().parent.parent / "docs" / "formats" / "ipvsadm.md"
    text = page.read_text()
    wanted = [f"| `--{name}` |" for name in COMMANDS] + [f"`--{name}`" for name in OPTIONS]
    wanted += [
        f"| {code} | {severity.value} | {about} |" for code, (severity, about) in CODES.items()
    ]
    assert [row for row in wanted if row not in text] == []
