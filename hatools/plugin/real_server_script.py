"""Says the set-up of real servers as a shell script that may be run again and taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hatools.plugin.real_server_setup import METHODS, Device, Need

_HEAD = """\
#!/bin/sh
# Prepares a real server behind {methods}: run it on each, as root.
# It takes packets for the virtual addresses, and does not answer ARP for them.
#   sh {name}         sets everything up; again, it changes nothing
#   sh {name} stop    takes addresses and tunnels back; sysctls stay
# The set-up lasts until the next boot.
set -eu
"""
_STRICT = "\nset -eu\n"
_MARKS = """
# Services by firewall mark ({marks}) do not say their addresses: add them below.
"""
_SERVES = """
# Not every server has a part in everything: tells whether an address of one of these is here.
mine=" $(ip -o address show | sed 's/.* inet6* //; s,[/ ].*,,' | tr '\\n' ' ')"
serves() {
    for server in "$@"; do
        case $mine in *" $server "*) return 0 ;; esac
    done
    return 1
}
"""
_EMPTY = """\
[ -n "$addresses" ] || echo "$0: no virtual address is known for this machine" >&2
"""
_STOP = """
case ${1:-start} in
start) ;;
stop)
    for address in $addresses; do
        for device in {devices}; do
            ip address del "$address" dev $device 2>/dev/null || true
        done
    done
"""
_STOPPED = """\
    exit 0
    ;;
*)
    echo "usage: $0 [start|stop]" >&2
    exit 2
    ;;
esac
"""
_FILTERED = """
# The filter lets nothing through a device without an address: tunnels hold them, too."""
_ADDRESSES = """
for address in $addresses; do
    case $address in
    *:*) ip -6 address replace "$address" dev lo nodad preferred_lft 0 ;;
    *)
        for device in {devices}; do
            ! ip link show $device >/dev/null 2>&1 || ip address replace "$address" dev $device
        done
        ;;
    esac
done
"""


def script(need: Need) -> str:
    """Return the set-up that *need* asks for, with start and stop."""
    from hatools.plugin.real_server_setup import SCRIPT

    methods = " and ".join(words for name, words in METHODS.items() if name in need.methods)
    text = _HEAD.format(methods=methods, name=SCRIPT)
    if need.marks:
        text += _MARKS.format(marks=", ".join(map(str, need.marks)))
    text += _paragraph(_addresses(need)) + _EMPTY
    filters = {n.split(".")[3]: f"sysctl -q -w {n}={value}" for n, value in need.sysctls()
               if "rp_filter" in n}  # fmt: skip
    devices = " ".join(["lo", *filters])
    text += _STOP.replace("{devices}", devices)
    text += "".join(f"    {line}\n" for line in _closing(need))
    text += _STOPPED
    quiet = [f"sysctl -q -w {n}={value}" for n, value in need.sysctls() if "rp_filter" not in n]
    text += _paragraph(quiet)
    for device, servers in need.devices().items():
        lines = _opening(device, servers, filters.get(device.name, ""))
        text += _paragraph(lines if device.add else _only(servers, need, lines))
    for (port, outer), servers in _ports(need).items():
        text += _paragraph(_only(servers, need, _port(port, outer)))
    if filters:
        text += _FILTERED
    text += _ADDRESSES.replace("{devices}", devices)
    if "if serves" in text:
        text = text.replace(_STRICT, _STRICT + _SERVES, 1)
    return text


def _paragraph(lines: Iterable[str]) -> str:
    text = "".join(f"{line}\n" for line in lines)
    return "\n" + text if text else ""


def _opening(device: Device, servers: Iterable[str], filtering: str) -> list[str]:
    """Return what brings up *device*, loading or making it where it is not there."""
    there = f"ip link show {device.name} >/dev/null 2>&1"
    up = [f"ip link set {device.name} up", *filter(None, [filtering])]
    if not device.add:
        return [
            *filter(None, [f"{there} || modprobe {device.module}", device.change]),
            *up,
        ]
    return [
        f"for server in {' '.join(servers)}; do",
        '    ip -o address show to "$server" | grep -q . || continue  # another server\'s',
        f"    modprobe {device.module} 2>/dev/null || true",
        f'    {there} || {device.add} "$server"',
        *(f"    {line}" for line in up),
        "done",
    ]


def _only(servers: Collection[str], need: Need, lines: Iterable[str]) -> list[str]:
    """Return *lines* as they count on *servers* alone, where those are not all."""
    if len(servers) == len(need.servers):
        return list(lines)
    return [f"if serves {' '.join(servers)}; then", *(f"    {line}" for line in lines), "fi"]


def _addresses(need: Need) -> list[str]:
    """Return what collects the virtual addresses that this machine is behind."""
    lengths = {each: f"{each}/{128 if ':' in each else 32}" for each in need.addresses}
    sets = {frozenset(behind) for behind in need.addresses.values()}
    if len(sets) < 2 and all(len(each) == len(need.servers) for each in sets):
        return [f'addresses="{" ".join(lengths.values())}"']
    lines = ['addresses=""']
    for address, behind in need.addresses.items():
        lines += _only(behind, need, [f'addresses="$addresses {lengths[address]}"'])
    return lines


def _ports(need: Need) -> dict[tuple[int, int], dict[str, None]]:
    """Return where gue arrives: UDP port and the family that carries it, with the servers."""
    found: dict[tuple[int, int], dict[str, None]] = {}
    for each, servers in need.wrappings.items():
        if each.tunnel.kind == "gue":
            found.setdefault((each.tunnel.port or 0, each.outer), {}).update(servers)
    return found


def _port(port: int, outer: int) -> list[str]:
    module, family = ("fou6", " -6") if outer == 6 else ("fou", "")
    return [
        f"modprobe {module} 2>/dev/null || true  # it may be part of the kernel",
        f'ip fou show | grep -qx "port {port} gue{family} *" || ip fou add port {port} gue{family}',
    ]


def _closing(need: Need) -> list[str]:
    """Return what takes tunnels back."""
    lines = [
        f"ip fou del port {port}{' -6' if outer == 6 else ''} 2>/dev/null || true"
        for port, outer in _ports(need)
    ]
    for each in need.devices():
        what = f"link del {each.name}" if each.add else f"link set {each.name} down"
        lines.append(f"ip {what} 2>/dev/null || true")
    return lines
