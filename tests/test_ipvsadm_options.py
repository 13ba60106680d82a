"""What ipvsadm 1.31 said of single rules on a real kernel, and what we say."""

from __future__ import annotations

import pytest
from ipvsadm_cases import read, write

WEB = "-A -t 10.0.0.1:80 -s rr\n"

# rule (behind a service for -a), what ipvsadm -S -n then shows of it; None: refused
SERVICES = [
    ("-A -t 192.168.100:80 -s rr", "-A -t 192.168.0.100:80 -s rr"),
    ("-At 10.0.0.1:80 -swrr -p500", "-A -t 10.0.0.1:80 -s wrr -p 500"),
    ("-A -t 10.0.0.1:80 --scheduler=wrr --persistent=500", "-A -t 10.0.0.1:80 -s wrr -p 500"),
    ("-A -t 10.0.0.1:80 -s=rr", "-A -t 10.0.0.1:80 -s rr"),
    ("-A -t 10.0.0.1:80 -s rr extra", None),
    ("-A -t 10.0.0.1:80 -s rr -s rr", None),
    ("-A -t 10.0.0.1:0x50 -s rr", None),
    ("-A -t 10.0.0.1:080 -s rr", "-A -t 10.0.0.1:80 -s rr"),
    ("-A -t 010.0.0.1:80", "-A -t 8.0.0.1:80 -s wlc"),
    ("-A -t 0x0a000001:80", "-A -t 10.0.0.1:80 -s wlc"),
    ("-A -t 10.1:80", "-A -t 10.0.0.1:80 -s wlc"),
    ("-A -t [10.0.0.1]:80 -s rr", None),
    ("-A -t fd00::1:80 -s rr", None),
    ("-A -t [fd00::1] -s rr -p 60", None),
    ("-A -t 10.0.0.1 -p 60", "-A -t 10.0.0.1:0 -s wlc -p 60"),
    ("-A -t 10.0.0.1 -s rr", None),
    ("-A -t 10.0.0.1:80 -p", "-A -t 10.0.0.1:80 -s wlc -p 360"),
    ("-A -t 10.0.0.1:80 -p 0", None),
    ("-A -t 10.0.0.1:80 -p 2.5", None),
    ("-A -t 10.0.0.1:80 -p 2678400", "-A -t 10.0.0.1:80 -s wlc -p 2678400"),
    ("-A -t 10.0.0.1:80 -p 2678401", None),
    ("-A -t 10.0.0.1:80 -s wrr -p 9 -M 255.255.255.255", "-A -t 10.0.0.1:80 -s wrr -p 9"),
    ("-A -t 10.0.0.1:80 -s wrr -p 9 -M 0.0.0.0", "-A -t 10.0.0.1:80 -s wrr -p 9 -M 0.0.0.0"),
    ("-A -t 10.0.0.1:80 -s wrr -p 9 -M 128.0.0.0", "-A -t 10.0.0.1:80 -s wrr -p 9 -M 128.0.0.0"),
    ("-A -t 10.0.0.1:80 -M 255.255.255.0", "-A -t 10.0.0.1:80 -s wlc"),
    ("-A -t [fd00::2]:80 -p 60 -M 128", "-A -t [fd00::2]:80 -s wlc -p 60"),
    ("-A -t [fd00::2]:80 -p 60 -M 129", None),
    ("-A -t [fd00::2]:80 -p 60 -M 0", None),
    ("-A -6 -f 8 -s rr", None),
    ("-A -f 8 -6 -s rr", "-A -f 8 -6 -s rr"),
    ("-A -f 0x10 -s rr", None),
    ("-A -f 0", None),
    ("-A -f 4294967296 -s rr", None),
    ("-A -f 1 -o -s rr", "-A -f 1 -s rr -o"),
    ("-A -t 10.0.0.1:80 -o", None),
    ("-A -u 10.0.0.1:80 --ops=1", None),
    ("-A -t 10.0.0.1:80 -s sh -b flag-1,flag-2", "-A -t 10.0.0.1:80 -s sh -b sh-fallback,sh-port"),
    ("-A -t 10.0.0.1:80 -s rr -b sh-port", None),
    ("-A -t 10.0.0.1:80 -s sh -b sh-port,sh-port", None),
    ("-A -t 10.0.0.1:80 -s rr -b bogus", None),
    ("-A -u 10.0.0.1:80 -s rr --pe sip", "-A -u 10.0.0.1:80 -s rr --pe sip"),
    ("-A -u 10.0.0.1:80 -s rr --pe nosuch", None),
    ("-A -t 10.0.0.1:80 -s nosuch", None),
    ("-A -t 10.0.0.1:65536 -s rr", None),
    ("-A -t 300.1.1.1:80", None),
    ("-A -t 10.0.0.1: -p 5", None),
    ("-A -t :80", None),
    ("-A -f 1 -t 10.0.0.1:80", None),
    ("-A", None),
    ("-A --tcp 10.0.0.1:80", None),
    ("--add-serv -t 10.0.0.1:80", None),
    ("-t 10.0.0.1:80 -A", None),
    ("-A -t 10.0.0.1:80 -s rr -n", None),
    ("-A -t 10.0.0.1:80 -w 3", None),
    ("-Anope", None),
    ("-A -t 10.0.0.1:80 -o4", None),
    ("  -A   -t 10.0.0.1:80\t-s rr", "-A -t 10.0.0.1:80 -s rr"),
    ("ipvsadm -A -t 10.0.0.1:http -s rr", "-A -t 10.0.0.1:80 -s rr"),
]
SERVERS = [
    ("-r 10.0.0.2:80 -m -w 2147483647", "-r 10.0.0.2:80 -m -w 2147483647"),
    ("-r 10.0.0.2:80 -m -w 2147483648", None),
    ("-r 10.0.0.2:80 -m -w -1", None),
    ("-r 10.0.0.2:80 -m --weight 0x10", None),
    ("-r 10.0.0.2", "-r 10.0.0.2:80 -g -w 1"),
    ("-r 10.0.0.2:8080 -g", "-r 10.0.0.2:80 -g -w 1"),
    ("-r 10.0.0.2:8080 -m", "-r 10.0.0.2:8080 -m -w 1"),
    ("-r 10.0.0.2:80 -m -g", None),
    ("-r 10.0.0.2:80 -m -x 5 -y 10", None),
    ("-r 10.0.0.2:80 -m -y 5", None),
    ("-r 10.0.0.2:80 -m -x 5 -y 5", "-r 10.0.0.2:80 -m -w 1 -x 5 -y 5"),
    ("-r 10.0.0.2:80 -m -x -3", None),
    ("-r 10.0.0.2:80 -m --tun-type gre", None),
    ("-r 10.0.0.2:80 -m --tun-type ipip", None),
    ("-r 10.0.0.2:80 -i --tun-type gue", None),
    ("-r 10.0.0.2:80 -i --tun-type foo", None),
    ("-r 10.0.0.2:80 -i --tun-type gre --tun-port 5", None),
    ("-r 10.0.0.2:80 -i --tun-type gre --tun-remcsum", None),
    ("-r 10.0.0.2:80 -i --tun-type ipip --tun-csum", None),
    (
        "-r 10.0.0.2:80 -i --tun-type gue --tun-port 6080 --tun-remcsum",
        "-r 10.0.0.2:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum",
    ),
    ("-r 10.0.0.2:80 -i --tun-type gre", "-r 10.0.0.2:80 -i -w 1 --tun-type gre --tun-nocsum"),
    ("-r [fd00::2]:80 -i", "-r [fd00::2]:80 -i -w 1"),
    ("-r [fd00::2]:80 -m", None),
    ("-r 10.0.0.2:80 -o", None),
    ("-r 10.0.0.2:80 -s rr", None),
    ("-r 10.0.0.2:80 --masquerade", None),
    ("-w 3", None),
]


def _written(text: str) -> list[str]:
    main = write(read(text).topology).main
    return main.text.splitlines() if main else []


@pytest.mark.parametrize(("rule", "shown"), SERVICES, ids=[rule for rule, _ in SERVICES])
def test_service(rule: str, shown: str | None) -> None:
    assert _written(rule + "\n") == ([shown] if shown else [])


@pytest.mark.parametrize(("rule", "shown"), SERVERS, ids=[rule for rule, _ in SERVERS])
def test_server(rule: str, shown: str | None) -> None:
    found = _written(f"{WEB}-a -t 10.0.0.1:80 {rule}\n")
    assert found[1:] == ([f"-a -t 10.0.0.1:80 {shown}"] if shown else [])


def test_real_ports_of_marks_and_of_all_ports() -> None:
    text = (
        "-A -f 1 -s rr\n"
        "-a -f 1 -r 10.0.0.2:8080 -g\n-a -f 1 -r 10.0.0.3:8080 -m\n-a -f 1 -r 10.0.0.4 -i\n"
        "-A -t 10.0.0.1:0 -s rr -p 60\n"
        "-a -t 10.0.0.1:0 -r 10.0.0.2:8080 -g\n-a -t 10.0.0.1:0 -r 10.0.0.2:8080 -m\n"
    )
    assert _written(text) == [
        "-A -f 1 -s rr",
        "-a -f 1 -r 10.0.0.2:8080 -g -w 1",
        "-a -f 1 -r 10.0.0.3:8080 -m -w 1",
        "-a -f 1 -r 10.0.0.4:0 -i -w 1",
        "-A -t 10.0.0.1:0 -s rr -p 60",
        "-a -t 10.0.0.1:0 -r 10.0.0.2:0 -g -w 1",
        "-a -t 10.0.0.1:0 -r 10.0.0.2:8080 -m -w 1",
    ]


def test_an_edit_forgets_what_it_does_not_name() -> None:
    text = (
        "-A -t 10.0.0.1:80 -s rr -p 60\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 3 -x 10\n"
        "-e -t 10.0.0.1:80 -r 10.0.0.2:80 -m\n-E -t 10.0.0.1:80\n"
    )
    assert _written(text) == [
        "-A -t 10.0.0.1:80 -s wlc",
        "-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1",
    ]
