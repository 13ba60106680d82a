"""The groups ipv4 and ipv6 of a keyfile: method, addresses, gateway, names, routes."""

from __future__ import annotations

from collections.abc import Callable

from hatools.model.bond import Route
from hatools.model.link_draft import Draft, address_of, network_of
from hatools_keyfile.keys import METHODS

Refuse = Callable[[str, str, int, str], None]
_LISTS = ("dns", "dns-search")


class Addresses:
    """Takes the lines of one group into *draft*."""

    def __init__(
        self, family: int, draft: Draft, refuse: Refuse, gateways: Callable[[int, str], None]
    ) -> None:
        self.family = family
        self.draft = draft
        self.refuse = refuse
        self.gateways = gateways
        self.routes: dict[str, tuple[Route, int]] = {}
        self.options: dict[str, tuple[tuple[str, ...], str, int]] = {}

    def takes(self, key: str) -> bool:
        """Tell whether *key* is one of those taken here."""
        stem = key.removesuffix("_options").rstrip("0123456789")
        return key in ("method", "gateway", *_LISTS) or stem in (
            "address", "addresses", "route", "routes"
        )  # fmt: skip

    def take(self, key: str, value: str, at: int) -> None:
        """Take one line."""
        stem = key.rstrip("0123456789")
        if key == "method":
            self._method(value, at)
        elif key == "gateway":
            self._gateway(key, value, at)
        elif key in _LISTS:
            self._names(key, value, at)
        elif key.endswith("_options"):
            pairs = tuple(sorted(part for part in value.split(",") if part))
            if not all("=" in pair and pair.split() == [pair] for pair in pairs):
                self._refuse(key, value, at, "NAME=VALUE, with commas between")
                return
            self.options[key.removesuffix("_options")] = pairs, value, at
        elif stem in ("address", "addresses"):
            self._address(key, value, at)
        else:
            self._route(key, value, at)

    def finish(self) -> None:
        """Join routes and their options."""
        for key, (route, at) in self.routes.items():
            own, _, index = self.options.pop(key, ((), "", -1))
            self.draft.add("routes", route._replace(own=own), at)
            if index >= 0:
                self.draft.opened.append(index)
        for key, (_, value, at) in self.options.items():
            self._refuse(f"{key}_options", value, at, f"the options of a {key}, which is missing")

    def _refuse(self, key: str, value: str, at: int, wanted: str) -> None:
        self.refuse(f"ipv{self.family}.{key}", value, at, wanted)

    def _mine(self, text: str) -> str:
        """Return *text* as an address of this family; empty where it is none."""
        found = address_of(text.strip())
        return found[0] if found and found[1] == self.family else ""

    def _method(self, value: str, at: int) -> None:
        if value in METHODS:
            self.draft.say(f"method{self.family}", METHODS[value], at)
        else:
            self._refuse("method", value, at, "one of " + ", ".join(METHODS))

    def _gateway(self, key: str, value: str, at: int) -> None:
        field, address = f"gateway{self.family}", self._mine(value)
        if not address:
            self._refuse(key, value, at, "an address")
        elif field in self.draft.values and self.draft.get(field) != address:
            self.gateways(at, f"the gateway is {self.draft.get(field)} already: {address} is not"
                          " taken")  # fmt: skip
            self.draft.opened.append(at)
        else:
            self.draft.say(field, address, at)

    def _names(self, key: str, value: str, at: int) -> None:
        for word in value.replace(",", ";").split(";"):
            text = word.strip()
            if not text:
                continue
            if key == "dns-search":
                self.draft.add("search", text, at)
                continue
            address = self._mine(text.partition("#")[0])
            if address:
                self.draft.add("dns", text if "#" in text else address, at)
            else:
                self._refuse(key, text, at, "addresses, each with ';' behind it")
        if not value.strip(" ;,"):
            self.draft.opened.append(at)

    def _address(self, key: str, value: str, at: int) -> None:
        parts = [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
        network = network_of(parts[0]) if parts else None
        if network is None or not self._mine(network.address) or len(parts) > 2:
            self._refuse(key, value, at, "ADDRESS/PREFIX[,GATEWAY]")
            return
        self.draft.add("addresses", network, at)
        if len(parts) == 2 and parts[1] not in ("0.0.0.0", "::"):
            self._gateway(key, parts[1], at)

    def _route(self, key: str, value: str, at: int) -> None:
        parts = [part.strip() for part in value.strip("; ").split(",")]
        network = network_of(parts[0])
        gateway = parts[1] if len(parts) > 1 else ""
        metric = parts[2] if len(parts) > 2 else ""
        plain = not metric or (metric.isascii() and metric.isdigit() and len(metric) < 11)
        if network is None or not self._mine(network.address) or len(parts) > 3 or not plain or (
            gateway and not self._mine(gateway)
        ):  # fmt: skip
            self._refuse(key, value, at, "NETWORK/PREFIX[,GATEWAY[,METRIC]]")
            return
        gateway = self._mine(gateway) if gateway else ""
        gateway = "" if gateway in ("0.0.0.0", "::") else gateway
        number = int(metric) if metric and int(metric) else None
        self.routes[key] = Route(network.address, network.prefix, gateway, number), at
