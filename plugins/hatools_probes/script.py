"""A script check: its exit status says how the server is."""

from __future__ import annotations

from hatools.model import ScriptRun
from hatools.plugin import Asked, Verdict


class Script:
    """keepalived's MISC_CHECK, haproxy's external-check.

    The prober runs the command, without a shell and only where it is allowed to, and passes
    the exit status as text.
    """

    def __init__(self, asked: Asked) -> None:
        detail = asked.check.detail
        self.run = detail if isinstance(detail, ScriptRun) else ScriptRun("")

    def begin(self) -> bytes:
        """Return the command as written."""
        return self.run.command.encode("utf-8", "surrogateescape")

    def received(self, data: bytes) -> Verdict | None:
        """Judge the exit status: 0 is good; of a dynamic script 2 to 255 are, too."""
        text = data.decode("ascii", "replace").strip()
        if not text.lstrip("-").isdigit():
            return Verdict(False, "the script did not end in time")
        code = int(text)
        passed = code == 0 or (self.run.dynamic and code >= 2)
        return Verdict(passed, f"exit status {code}", code)
