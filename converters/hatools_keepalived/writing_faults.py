"""What is worth saying about a keepalived.conf that is being written: codes, words, advice."""

from __future__ import annotations

from hatools.text import Diagnostic, Severity, Span

FAULTS: dict[str, tuple[Severity, str, str]] = {
    "KA080": (Severity.INFO, "nothing here makes {0} an address of this node",
              "give it to a vrrp_instance on each director, or put it on an interface"),
    "KA081": (Severity.WARNING, "{0} takes TLS here, and IPVS passes it through to {1}",
              "the real servers must hold the certificate and terminate TLS on that port"),
    "KA082": (Severity.WARNING, "haproxy speaks TLS to {1}, and IPVS passes on what clients of "
              "{0} send", "clients must speak TLS themselves, or the real servers take plain text"),
    "KA083": (Severity.WARNING, "{0} expects the PROXY protocol, which IPVS cannot send",
              "switch it off on the real servers: they see the client's own address"),
    "KA084": (Severity.WARNING, "{0} is a loopback address: IPVS reaches no clients or servers "
              "there", "use an address of a network that directors and real servers share"),
    "KA085": (Severity.ERROR, "--set {0}={1}: {2}", "{3}"),
    "KA086": (Severity.WARNING, "{0}: {1}", "check the pool on the director"),
}  # fmt: skip


def fault(code: str, span: Span | None, *details: object) -> Diagnostic:
    """Return the diagnostic *code* at *span*, with *details* in the gaps of its message."""
    severity, message, advice = FAULTS[code]
    return Diagnostic(code, severity, message.format(*details), span, advice.format(*details))
