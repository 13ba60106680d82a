"""A script check: its exit status says how the server is."""

from __future__ import annotations

import shlex

from hatools.model import ScriptRun
from hatools.plugin import Asked, Verdict

UNUSED = "NOT_USED"  # what haproxy says where a backend listens nowhere


class Script:
    """keepalived's MISC_CHECK, haproxy's external-check.

    The prober runs the command, without a shell and only where it is allowed to, and passes
    the exit status as text.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        detail = asked.check.detail
        self.run = detail if isinstance(detail, ScriptRun) else ScriptRun("")

    def begin(self) -> bytes:
        """Return the command: as written, or with what haproxy appends to its bare name.

        That is the proxy's address and port, which a check does not know, and the server's.
        """
        command = self.run.command
        if self._asked.proxy:
            place = (self._asked.address, str(self._asked.port))
            command = shlex.join([command, UNUSED, UNUSED, *place])
        return command.encode("utf-8", "surrogateescape")

    def received(self, data: bytes) -> Verdict | None:
        """Judge the exit status: 0 is good; of a dynamic script 2 to 255 are, too."""
        text = data.decode("ascii", "replace").strip()
        if not text.lstrip("-").isdigit():
            return Verdict(False, "the script did not end in time")
        code = int(text)
        passed = code == 0 or (self.run.dynamic and code >= 2)
        return Verdict(passed, f"exit status {code}", code)
