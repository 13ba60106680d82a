"""What an error of a socket says: of the server, or of this host."""

from __future__ import annotations

import errno
import ssl

from hatools.plugin.behaviour import Verdict

REASONS = {
    errno.ECONNREFUSED: "connection refused",
    errno.EHOSTUNREACH: "no route to the host",
    errno.ENETUNREACH: "no route to the network",
    errno.ETIMEDOUT: "no answer in time",
    errno.ECONNRESET: "the server closed the connection",
    errno.EPIPE: "the server closed the connection",
}
LATE = Verdict(False, "no answer in time")
CLOSED = Verdict(False, "the server closed the connection")
NAMELESS = Verdict(False, "no address is known by that name")
OURS = {
    errno.EMFILE: "hatools has too many files open",
    errno.ENFILE: "this host has too many files open",
    errno.EADDRNOTAVAIL: "this host has no address or port free to ask from",
    errno.ENODEV: "this host does not have the interface to ask from",
    errno.ENXIO: "this host does not have the address to ask from",
    errno.EPERM: "this host does not let hatools ask",
    errno.EACCES: "this host does not let hatools ask",
}


def failed(error: OSError) -> Verdict | str:
    """Return what *error* says of the server, or why this host could not ask it."""
    number = error.errno or 0
    if isinstance(error, ssl.SSLError):
        return Verdict(False, f"TLS: {(error.reason or str(error)).lower().replace('_', ' ')}")
    if number in OURS:
        return OURS[number]
    return Verdict(False, REASONS.get(number, error.strerror or str(error)))
