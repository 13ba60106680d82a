"""Bonded links: several ports that act as one, and the addresses that live on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from hatools.model.origin import NOWHERE, Located, Origin

Own = tuple[tuple[str, ...], ...]


class Address(NamedTuple):
    """An address with its prefix length."""

    address: str
    prefix: int


class Route(NamedTuple):
    """A way to *destination*/*prefix*; *metric* None is the program's own choice.

    *own* are attributes as ``name=value``, sorted (``table=5``).
    """

    destination: str
    prefix: int
    gateway: str = ""
    metric: int | None = None
    own: tuple[str, ...] = ()


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class BondPort(Located):
    """A link that is part of a bond.

    *name* is its interface, empty where it is known only by its hardware
    address (in *own*); *connection* what its configuration is called.
    *queue* is the transmit queue it takes (0: any), *priority* decides which
    port becomes active next (the higher one).
    """

    name: str
    connection: str = ""
    queue: int = 0
    priority: int = 0
    mtu: int | None = None
    autostart: bool = True
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Bond(Located):
    """A bonded link.

    *name* is its interface, *connection* what its configuration is called.
    *mode* is one of `hatools.model.bonding_options.MODES`, empty where only its
    ports are known.  *options* are the driver's, by name, in its order; times
    there are milliseconds, as in the driver.
    *method4* and *method6* tell where addresses come from: ``static``, ``auto``
    (DHCP, router advertisements), ``dhcp``, ``link-local``, ``shared``,
    ``ignore`` (left to the kernel) or ``none``.
    """

    name: str
    connection: str = ""
    mode: str = ""
    options: tuple[tuple[str, str], ...] = ()
    ports: list[BondPort] = field(default_factory=list)
    method4: str = "auto"
    method6: str = "auto"
    addresses: tuple[Address, ...] = ()
    gateway4: str = ""
    gateway6: str = ""
    dns: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    mtu: int | None = None
    autostart: bool = True
    own: Own = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def option(self, name: str) -> str | None:
        """Return the value of the driver's option *name*, None where nothing was said."""
        return dict(self.options).get(name)
