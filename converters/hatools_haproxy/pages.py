"""The pages about what the reader of haproxy.cfg remarks by itself."""

from __future__ import annotations

from hatools.plugin.behaviour import Remark
from hatools.text import Severity
from hatools_haproxy.codes import CODES
from hatools_haproxy.drafting import CODES as WRITING_CODES
from hatools_haproxy.reading_notes import MEANING_CODES

_MANUAL = "Reference: HAProxy configuration manual, "
_TEXTS = {
    "HP001": "haproxy reads a quote to its end on the same line, and refuses the file where there"
    " is none.\n\nInstead: close it, or write \\' or \\\" for the character itself.\n\n"
    f"{_MANUAL}2.2, quoting and escaping.",
    "HP002": "Behind a backslash haproxy knows a blank, #, quotes, n, r, t and xHH; \\x needs two"
    f" hexadecimal digits.\n\nInstead: write \\\\ for a backslash.\n\n{_MANUAL}2.2.",
    "HP003": "A name in ${…} has letters, digits and _, and ends with }.\n\nInstead: write"
    f' "${{NAME}}", or "${{NAME-default}}".\n\n{_MANUAL}2.3, environment variables.',
    "HP004": "haproxy refuses a line of more than 64 words.\n\nInstead: spread it over several"
    f" lines, as acl and http-request permit, or read patterns from a file with -f.\n\n{_MANUAL}2.",
    "HP005": "haproxy joins no lines: it takes the backslash for what is written, and what was"
    " meant to continue stands on a line of its own. Most often it refuses one of the two."
    f"\n\nInstead: write all on one line.\n\n{_MANUAL}2.2.",
    "HP006": "An empty word ends the line for haproxy: what stands behind it is not read. From 3.3"
    f" on it refuses the file.\n\nInstead: take the empty quotes out.\n\n{_MANUAL}2.2.",
    "HP007": "A heading in brackets has a meaning only in the file of a SPOE agent.\n\nInstead:"
    " take it out.\n\nReference: doc/SPOE.txt of HAProxy.",
    "HP010": "Nobody said which value the variable has, so statements with it are left out here."
    f"\n\nInstead: give it with --set env@NAME=VALUE.\n\n{_MANUAL}2.3, environment variables.",
    "HP011": "The file names a value for the case that the variable is unset, and that one was"
    f" taken.\n\nInstead: give another with --set env@NAME=VALUE.\n\n{_MANUAL}2.3.",
    "HP012": "haproxy replaces variables only inside double quotes, and in addresses. Elsewhere"
    f' the text stays as it is.\n\nInstead: write "${{NAME}}", quotes included.\n\n{_MANUAL}2.3.',
    "HP020": "haproxy refuses an .if whose condition it cannot read.\n\nInstead: write a number, or"
    f" a predicate such as defined(NAME) or version_atleast(2.6).\n\n{_MANUAL}2.4.",
    "HP021": "Each .if needs an .endif, and .elif, .else and .endif an .if above them.\n\nInstead:"
    f" add what is missing.\n\n{_MANUAL}2.4, conditional blocks.",
    "HP022": "Whether a feature is built in, or a service was given, only the running haproxy"
    f" knows; here the condition is taken for false.\n\nInstead: nothing.\n\n{_MANUAL}2.4.",
    "HP023": "Conditional blocks and their predicates came with haproxy 2.4 and grew since.\n\n"
    f"Instead: ask for a later version with --source-version.\n\n{_MANUAL}2.4.",
    "HP024": "A directive takes a fixed number of words: a message with blanks needs quotes.\n\n"
    f'Instead: write .notice "all in quotes".\n\n{_MANUAL}2.4.',
    "HP025": "An .alert that counts makes haproxy refuse the file, with its message.\n\nInstead:"
    f" mend what the message says, or the .if around it.\n\n{_MANUAL}2.4.",
    "HP026": "haproxy prints this message when it reads the file.\n\nInstead: nothing; take the"
    f" line out when it is not wanted any more.\n\n{_MANUAL}2.4.",
    "HP090": "The check has no counterpart in haproxy: the server is written without it.\n\n"
    f"Instead: choose a check with --set check=KIND.\n\n{_MANUAL}5.2, check.",
    "HP091": "An address that moves between nodes must be bound where it is not, too.\n\nInstead:"
    f" set net.ipv4.ip_nonlocal_bind=1, or add transparent.\n\n{_MANUAL}5.1, transparent.",
    "HP092": "Servers behind a proxy see the proxy's address.\n\nInstead: option forwardfor, or"
    f" send-proxy where the server understands it.\n\n{_MANUAL}4.2, option forwardfor.",
    "HP093": "haproxy passes TCP connections on: services of UDP, SCTP or marks alone stay behind."
    f"\n\nInstead: keep them in their own program.\n\n{_MANUAL}4, proxies.",
    "HP094": "haproxy cannot listen there: the rest of the service is written without it.\n\n"
    f"Instead: keep this address in its own program.\n\n{_MANUAL}5.1, bind.",
    "HP101": "haproxy refuses the whole file for one word that it does not know; the line is left"
    f" out here.\n\nInstead: the spelling that the finding names.\n\n{_MANUAL}4.1, the matrix.",
    "HP102": "Lines before the first section, and in sections that haproxy does not know, make it"
    f" refuse the file.\n\nInstead: begin with global, defaults, frontend, …\n\n{_MANUAL}3 and 4.",
    "HP103": "The version that is asked for refuses the file for this word.\n\nInstead: what the"
    f" finding names; hatools convert --to haproxy --target-version V rewrites it.\n\n{_MANUAL}4.",
    "HP104": "haproxy refuses what is no number, time or size where one belongs.\n\nInstead: a time"
    f" such as 500ms, 5s, 1m; a size such as 16k.\n\n{_MANUAL}2.5, time format.",
    "HP105": "haproxy refuses the file for an address that it cannot read.\n\nInstead: write"
    f" 192.0.2.11:80, [2001:db8::11]:80 or a path.\n\n{_MANUAL}11, address formats.",
    "HP106": "A bind needs a port, and so does a server that is checked.\n\nInstead: write"
    f" ADDRESS:PORT, or port PORT for the check.\n\n{_MANUAL}5.1, bind; 5.2, port.",
    "HP107": "haproxy refuses the file when a name leads to nothing.\n\nInstead: the name that the"
    f" finding suggests, or write what is missing.\n\n{_MANUAL}4.2, use_backend.",
    "HP108": "Names of proxies, and of the servers in one of them, must differ.\n\nInstead: give"
    f" each its own.\n\n{_MANUAL}4, proxies.",
    "HP109": "haproxy knows the word, warns that it is not for this section, and ignores it.\n\n"
    f"Instead: move the line to where the finding says.\n\n{_MANUAL}4.1, the matrix.",
    "HP110": "Something is missing behind the word, or is not what belongs there; haproxy refuses"
    f" the file.\n\nInstead: complete the line.\n\n{_MANUAL}4.2.",
    "HP111": "Up to 1.6 a heading could have an address behind its name; now haproxy refuses it."
    f"\n\nInstead: write a bind line below the heading.\n\n{_MANUAL}4, proxies.",
    "HP112": "haproxy looks ACLs up as it reads: they must stand above the rule, in the same"
    f" section.\n\nInstead: define it above.\n\n{_MANUAL}7.1, ACL basics.",
    "HP113": "The statement cannot be read without the variable's value.\n\nInstead: give it with"
    f" --set env@NAME=VALUE.\n\n{_MANUAL}2.3, environment variables.",
    "HP114": "haproxy starts with this line, and does something else than it seems to say.\n\n"
    f"Instead: what the finding says.\n\n{_MANUAL}4.2.",
    "HP115": "haproxy still takes the word and warns; a later version is going to refuse it.\n\n"
    f"Instead: what the finding names.\n\n{_MANUAL}4.2.",
    "HP116": "haproxy takes the nearest unit and warns.\n\nInstead: us, ms, s, m, h or d.\n\n"
    f"{_MANUAL}2.5, time format.",
    "HP117": "haproxy refuses the file when this word stands in such a section.\n\nInstead: move"
    f" the line to where the finding says.\n\n{_MANUAL}4.1, the matrix.",
    "HP118": "The version that is asked for does not know the word yet, and refuses the file.\n\n"
    f"Instead: ask for a later version, or take the line out.\n\n{_MANUAL}4.",
    "HP119": "Names have letters, digits, - _ . and : alone; haproxy refuses others.\n\nInstead:"
    f" write - for what is not permitted.\n\n{_MANUAL}2.1, configuration file format.",
    "HP120": "From 2.4 on a defaults section is either named by all that use it, or by none.\n\n"
    f"Instead: write from NAME in each heading.\n\n{_MANUAL}4, proxies.",
}
_MODERNISING = {
    "HP190": (Severity.ERROR, "a removed line that cannot be rewritten by itself"),
    "HP191": (Severity.WARNING, "a discouraged line that cannot be rewritten by itself"),
}
_MODERNISING_TEXT = (
    "Its successor depends on what only the owner of the file knows; the line stays as it is.\n\n"
    "Instead: what the finding says, by hand.\n\nReference: the changelog of HAProxy."
)


def _remarks() -> list[Remark]:
    found = []
    for table, kind in ((CODES, "reading"), (MEANING_CODES, "reading"), (WRITING_CODES, "writing")):
        for code, (severity, title) in table.items():
            if code.startswith("HP"):
                found.append(_remark(code, severity, title, _TEXTS[code], kind))
    for code, (severity, title) in _MODERNISING.items():
        found.append(_remark(code, severity, title, _MODERNISING_TEXT, "modernising"))
    return found


def _remark(code: str, severity: Severity, title: str, text: str, kind: str) -> Remark:
    return Remark(code, severity, title[0].upper() + title[1:], text, ("haproxy",), kind)


REMARKS: list[Remark] = _remarks()
