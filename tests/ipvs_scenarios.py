"""Random rules and clients for a kernel with IPVS and for the engine alike."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "mh", "sed", "nq", "fo", "ovf")
BY_DESTINATION = ("dh", "lblc", "lblcr")  # they tell destinations apart: a mark has many
FLAGS = {
    name: ("", f"{name}-fallback", f"{name}-port", f"{name}-fallback,{name}-port")
    for name in ("sh", "mh")
}
STEPS = 70


class Generator:
    """Scenarios from one *seed*: each is a service, its servers, and what happens to them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.port = 20000  # no two connections of one run have the same

    def scenarios(self) -> Iterator[dict[str, Any]]:
        """Yield scenarios for every scheduler: plain, with thresholds, with persistence."""
        number = 0
        for scheduler in SCHEDULERS:
            for kind in ("plain", "thresholds", "persistence", "udp"):
                number += 1
                yield self.scenario(number, scheduler, kind)

    def scenario(self, number: int, scheduler: str, kind: str) -> dict[str, Any]:
        """Return one scenario; its addresses are its own, by *number*."""
        random = self.random
        marked = scheduler in BY_DESTINATION
        protocol = "udp" if kind == "udp" else "tcp"
        service = f"-f {number}" if marked else f"-{protocol[0]} 10.9.{number}.1:80"
        flag = random.choice(FLAGS.get(scheduler, ("",)))
        options = f" -b {flag}" if flag else ""
        if kind == "persistence":
            options += " -p 300" + random.choice(("", " -M 255.255.255.0"))
        rules = [f"ipvsadm -A {service} -s {scheduler}{options}"]
        port = 0 if marked else 8080
        servers = {}
        for last in range(11, 11 + random.randint(2, 5)):
            limits = ""
            if kind == "thresholds":
                upper = random.randint(2, 8)
                limits = f" -x {upper} -y {random.randint(0, upper - 1)}"
            servers[f"10.2.0.{last}:{port}"] = limits
            rules.append(self._add(service, f"10.2.0.{last}:{port}", limits))
        setup = list(rules)
        if marked:
            setup.append(
                "tc filter add dev toclients ingress protocol ip "
                f"u32 match ip dst 10.9.{number}.0/24 action skbedit mark {number}"
            )
        return {
            "name": f"{scheduler}, {kind}",
            "protocol": protocol,
            "rules": rules,
            "setup": setup,
            "steps": list(self._steps(number, service, servers, marked)),
        }

    def _weight(self) -> int:
        return self.random.choice((0, 1, 1, 2, 3, 4, 5, 7, 10, 30, 100))

    def _add(self, service: str, server: str, limits: str) -> str:
        return f"ipvsadm -a {service} -r {server} -m -w {self._weight()}{limits}"

    def _steps(
        self, number: int, service: str, servers: dict[str, str], marked: bool
    ) -> Iterator[list[object]]:
        random = self.random
        opened: list[int] = []
        absent: list[str] = []
        for step in range(STEPS):
            draw = random.random()
            if draw < 0.62 or not opened:
                opened.append(step)
                self.port += 1
                client = f"10.1.{random.randint(1, 2)}.{random.randint(1, 12)}"
                address = f"10.9.{number}.{random.randint(1, 8) if marked else 1}"
                yield ["open", step, client, self.port, address, 80]
            elif draw < 0.86:
                ending = opened.pop(random.randrange(len(opened)))
                yield [random.choice(("close", "close", "abort")), ending]
            elif draw < 0.92:
                server = random.choice([one for one in servers if one not in absent])
                limits = servers[server]
                yield ["cmd", f"ipvsadm -e {service} -r {server} -m -w {self._weight()}{limits}"]
            elif absent and (draw < 0.97 or len(absent) > 1):
                server = absent.pop(random.randrange(len(absent)))
                yield ["cmd", self._add(service, server, servers[server])]
            elif len(absent) < len(servers) - 1:
                server = random.choice([one for one in servers if one not in absent])
                absent.append(server)
                yield ["cmd", f"ipvsadm -d {service} -r {server}"]
