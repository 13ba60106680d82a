"""Makes the big configurations that are measured: any number of servers, the same every time."""

from __future__ import annotations

from collections.abc import Iterator

POOL = 20  # servers behind one service
PORTS = (80, 443, 5432, 6379)
ALGORITHMS = ("wlc", "wrr", "rr", "sh")


def address(prefix: int, number: int) -> str:
    """Return the private address *number* of the network 10.*prefix* (prefix 16, wide)."""
    return f"10.{prefix + number // 62500}.{number // 250 % 250}.{number % 250 + 1}"


def keepalived_conf(servers: int, unique: bool = False) -> str:
    """Return a keepalived.conf; with *unique*, no two lines of it are the same."""
    text = "\n".join(_keepalived(servers)) + "\n"
    if not unique:
        return text
    lines = text.splitlines()
    return "".join(f"{line} # line {number}\n" for number, line in enumerate(lines, 1))


def _keepalived(servers: int) -> Iterator[str]:
    yield "global_defs {"
    yield "    router_id bench"
    yield "}"
    for first in range(0, servers, POOL):
        number = first // POOL
        yield f"virtual_server {address(200, number)} {PORTS[number % 4]} {{"
        yield "    delay_loop 6"
        yield f"    lb_algo {ALGORITHMS[number // 4 % 4]}"
        yield "    lb_kind NAT"
        yield "    protocol TCP"
        yield "    persistence_timeout 50"
        for member in range(first, min(first + POOL, servers)):
            yield f"    real_server {address(10, member)} {8000 + member % 7} {{"
            yield f"        weight {member % 9 + 1}"
            yield "        TCP_CHECK {"
            yield "            connect_timeout 3"
            yield "            retry 2"
            yield "            delay_before_retry 1"
            yield "        }"
            yield "    }"
        yield "}"


def haproxy_cfg(servers: int) -> str:
    """Return a haproxy.cfg with as many servers."""
    return "\n".join(_haproxy(servers)) + "\n"


def _haproxy(servers: int) -> Iterator[str]:
    yield "global"
    yield "    maxconn 100000"
    yield "defaults"
    yield "    mode tcp"
    yield "    timeout connect 5s"
    yield "    timeout client 1m"
    yield "    timeout server 1m"
    for first in range(0, servers, POOL):
        number = first // POOL
        yield f"frontend f{number}"
        yield f"    bind {address(200, number)}:{PORTS[number % 4]}"
        yield f"    default_backend b{number}"
        yield f"backend b{number}"
        yield f"    balance {('leastconn', 'roundrobin')[number % 2]}"
        for member in range(first, min(first + POOL, servers)):
            yield (
                f"    server s{member} {address(10, member)}:{8000 + member % 7}"
                f" weight {member % 9 + 1} check inter 6s rise 1 fall 3"
            )


def nginx_conf(servers: int) -> str:
    """Return the statements of `keepalived_conf` as nginx spells them, line by line."""
    lines = keepalived_conf(servers).splitlines()
    return "".join(f"{line}\n" if line[-1] in "{}" else f"{line};\n" for line in lines)


def ipvsadm_save(servers: int) -> str:
    """Return what ``ipvsadm -S -n`` would print of as many servers."""
    return "\n".join(_ipvsadm(servers)) + "\n"


def _ipvsadm(servers: int) -> Iterator[str]:
    for first in range(0, servers, POOL):
        number = first // POOL
        service = f"{address(200, number)}:{PORTS[number % 4]}"
        yield f"-A -t {service} -s {ALGORITHMS[number // 4 % 4]} -p 50"
        for member in range(first, min(first + POOL, servers)):
            server = f"{address(10, member)}:{PORTS[number % 4]}"
            yield f"-a -t {service} -r {server} -m -w {member % 9 + 1}"


SMALL = """\
virtual_server 192.0.2.10 80 {
    delay_loop 6
    lb_algo wlc
    lb_kind NAT
    protocol TCP
    real_server 192.0.2.11 8080 {
        weight 2
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 192.0.2.12 8080 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
"""
