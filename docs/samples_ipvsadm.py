"""Puts each option of ipvsadm's table into a command that takes it."""

from __future__ import annotations

from collections.abc import Iterator

from samples import Row

from hatools_ipvsadm.catalogue import catalogue

PAGE = "ipvsadm"
SERVICE = "-A -t 192.0.2.10:80 -s wlc"
SERVER = "-a -t 192.0.2.10:80 -r 192.0.2.11:80"
LINES = {  # (the lines before it, its line) without and with the option
    "--tcp-service": ((), "-A -s wlc", "-A -t 192.0.2.10:80 -s wlc"),
    "--udp-service": ((), "-A -s wlc", "-A -u 192.0.2.10:80 -s wlc"),
    "--sctp-service": ((), "-A -s wlc", "-A --sctp-service 192.0.2.10:80 -s wlc"),
    "--fwmark-service": ((), "-A -s wlc", "-A -f 5 -s wlc"),
    "--ipv6": ((), "-A -f 5", "-A -f 5 -6"),
    "--scheduler": ((), "-A -t 192.0.2.10:80", "-A -t 192.0.2.10:80 -s rr"),
    "--persistent": ((), SERVICE, f"{SERVICE} -p 50"),
    "--netmask": ((), f"{SERVICE} -p 50", f"{SERVICE} -p 50 -M 255.255.255.0"),
    "--pe": ((), "-A -u 192.0.2.10:5060 -p 50", "-A -u 192.0.2.10:5060 -p 50 --pe sip"),
    "--ops": ((), "-A -u 192.0.2.10:53", "-A -u 192.0.2.10:53 -o"),
    "--sched-flags": ((), "-A -t 192.0.2.10:80 -s sh", "-A -t 192.0.2.10:80 -s sh -b sh-port"),
    "--real-server": ((SERVICE,), "-a -t 192.0.2.10:80", SERVER),
    "--gatewaying": ((SERVICE,), SERVER, f"{SERVER} -g"),
    "--ipip": ((SERVICE,), SERVER, f"{SERVER} -i"),
    "--masquerading": ((SERVICE,), SERVER, f"{SERVER} -m"),
    "--tun-type": ((SERVICE,), f"{SERVER} -i", f"{SERVER} -i --tun-type gre"),
    "--tun-port": ((SERVICE,), f"{SERVER} -i", f"{SERVER} -i --tun-type gue --tun-port 6080"),
    "--tun-nocsum": ((SERVICE,), f"{SERVER} -i", f"{SERVER} -i --tun-type gre --tun-nocsum"),
    "--tun-csum": ((SERVICE,), f"{SERVER} -i", f"{SERVER} -i --tun-type gre --tun-csum"),
    "--tun-remcsum": ((SERVICE,), f"{SERVER} -i",
                      f"{SERVER} -i --tun-type gue --tun-port 6080 --tun-remcsum"),
    "--weight": ((SERVICE,), SERVER, f"{SERVER} -w 7"),
    "--u-threshold": ((SERVICE,), SERVER, f"{SERVER} -x 70"),
    "--l-threshold": ((SERVICE,), f"{SERVER} -x 70", f"{SERVER} -x 70 -y 7"),
}  # fmt: skip
DAEMON = "ipvsadm --start-daemon master"
VALUES = {"--mcast-interface": "eth1", "--mcast-group": "224.0.0.82"}


def rows() -> Iterator[Row]:
    """Yield a row for every option."""
    for keyword in catalogue():
        if keyword.kind != "option":
            continue
        before, without, said = LINES.get(keyword.name) or _elsewhere(keyword.name, keyword.places)
        lines = [f"ipvsadm {line}" if line[0] == "-" else line for line in (*before, said)]
        text = "\n".join(lines) + "\n"
        bare = "\n".join([*lines[:-1], f"ipvsadm {without}" if without[0] == "-" else without])
        yield Row("Options", keyword, text, len(lines), bare + "\n", "rules.sh")


def _elsewhere(name: str, places: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """Return lines for an option of lists or of the synchronisation daemon."""
    if places == ("--start-daemon",):
        return (), DAEMON, f"{DAEMON} {name} {VALUES.get(name, '7')}"
    return (), "ipvsadm --list", f"ipvsadm --list {name}"
