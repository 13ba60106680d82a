"""Pages that a plugin adds to the interface of `hatools watch`, beside its API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol, runtime_checkable


class PageAsked(NamedTuple):
    """What somebody asks of a page: the query, and the header ``Accept``."""

    query: Mapping[str, str] = {}
    accept: str = ""


class PageAnswer(NamedTuple):
    """What a page says: *kind* is its Content-Type."""

    kind: str
    body: bytes
    status: int = 200


class Page(NamedTuple):
    """One path of the interface, such as ``/metrics``.

    *answer* is called in a thread of its own, for one request at a time: it may
    take its time, and has to do without the daemon's event loop.  An *open* page
    is shown to who knows no token: it tells nothing of the setup (a web page's
    script, a style).
    """

    path: str
    answer: Callable[[PageAsked], PageAnswer]
    open: bool = False


@runtime_checkable
class HasPages(Protocol):
    """An exporter with pages.  It is asked once, after `start`."""

    def pages(self) -> Iterable[Page]:
        """Return them."""


def is_loopback(host: str) -> bool:
    """Tell whether only this host can connect to *host*, an address or a name."""
    from ipaddress import ip_address

    try:
        return ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def shows(authorization: str, token: str) -> bool:
    """Tell whether a header ``Authorization`` shows *token*; how long that takes tells nothing."""
    from hmac import compare_digest

    scheme, _, shown = authorization.partition(" ")
    same = compare_digest(shown.strip().encode("utf-8", "replace"), token.encode("utf-8"))
    return scheme.lower() == "bearer" and same
