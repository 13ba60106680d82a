"""Contexts for checks over TLS, one for each way in which a configuration wants it."""

from __future__ import annotations

import ssl

from hatools.plugin.behaviour import Tls


class TlsContexts:
    """Makes contexts, and keeps them: reading the authorities of a system takes long."""

    def __init__(self) -> None:
        self._known: dict[Tls, ssl.SSLContext] = {}

    def of(self, tls: Tls) -> ssl.SSLContext:
        """Return a context; raises `OSError` where a file cannot be used.

        By default it takes any certificate, as keepalived's checks do.
        """
        context = self._known.get(tls)
        if context is None:
            context = self._known[tls] = _made(tls)
        return context


def _made(tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = bool(tls.verify and tls.host)
    context.verify_mode = ssl.CERT_REQUIRED if tls.verify else ssl.CERT_NONE
    if tls.verify and tls.authorities:
        context.load_verify_locations(tls.authorities)
    elif tls.verify:
        context.load_default_certs()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # as OpenSSL itself has it
    if tls.certificate:
        context.load_cert_chain(tls.certificate, password="")  # never asked for on a terminal
    if tls.alpn:
        context.set_alpn_protocols(list(tls.alpn))
    return context
