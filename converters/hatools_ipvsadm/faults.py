"""What can be wrong in a text of ipvsadm's: one code for each kind of remark."""

from __future__ import annotations

from hatools.text import Diagnostic, Severity, Span

REFUSED, UNDONE, DASH, SHORT, NAMED = "IV001", "IV002", "IV003", "IV004", "IV005"
PORT_NAME, PORT_MEANINGS, SAME_PORT, FULL_NAT, EMPTY = "IV006", "IV007", "IV008", "IV009", "IV010"
NO_VALUE, BRANCH, PARTIAL, DISAGREES, QUOTE = "IV011", "IV012", "IV013", "IV014", "IV015"
NO_EFFECT, ELSEWHERE, OLD_SAVE, TICKS, MISSPELT = "IV016", "IV017", "IV018", "IV019", "IV020"
LOOP = "IV021"
LEFT_OUT, ADVICE = "IV090", "IV091"

CODES = {
    REFUSED: (Severity.ERROR, "a command that ipvsadm refuses to read"),
    UNDONE: (Severity.ERROR, "a command that the kernel refuses"),
    DASH: (Severity.ERROR, "a dash or space that is none to the program"),
    SHORT: (Severity.WARNING, "an address with fewer than four parts"),
    NAMED: (Severity.INFO, "a host name, looked up when the command runs"),
    PORT_NAME: (Severity.ERROR, "a port name that is not known"),
    PORT_MEANINGS: (Severity.INFO, "a port name with several meanings"),
    SAME_PORT: (Severity.WARNING, "a port that direct routing and tunnels cannot change"),
    FULL_NAT: (Severity.ERROR, "options of forks of IPVS"),
    EMPTY: (Severity.WARNING, "a text that leaves an empty table"),
    NO_VALUE: (Severity.WARNING, "a variable without a value"),
    BRANCH: (Severity.INFO, "a condition that is not decided here"),
    PARTIAL: (Severity.WARNING, "a listing that does not show everything"),
    DISAGREES: (Severity.WARNING, "a listing that the commands do not lead to"),
    QUOTE: (Severity.ERROR, "a quote that does not end"),
    NO_EFFECT: (Severity.WARNING, "an option without effect"),
    ELSEWHERE: (Severity.WARNING, "rules that stand in another file"),
    OLD_SAVE: (Severity.WARNING, "a save that ipvsadm itself does not take back"),
    TICKS: (Severity.WARNING, "a time in ticks of the kernel's clock"),
    MISSPELT: (Severity.ERROR, "a command that is perhaps misspelt"),
    LOOP: (Severity.WARNING, "a loop that only a shell can run"),
    LEFT_OUT: (Severity.WARNING, "a service that IPVS cannot take over"),
    ADVICE: (Severity.INFO, "what has to be done beside the rules"),
}


def fault(code: str, message: str, span: Span | None = None, advice: str = "") -> Diagnostic:
    """Return a remark of kind *code* about *span*."""
    return Diagnostic(code, CODES[code][0], message, span, advice)


class Refusal(Exception):
    """Why ipvsadm would not take a command, with advice; never leaves this package."""

    def __init__(self, message: str, advice: str = "", code: str = REFUSED) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.code = code
