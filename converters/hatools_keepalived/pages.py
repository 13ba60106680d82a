"""The pages about what the reader itself remarks: one for each of its codes."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools.text import Severity
from hatools_keepalived.faults import FAULTS
from hatools_keepalived.remarks import SEVERITY
from hatools_keepalived.writing_faults import FAULTS as WRITING

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_MANUAL = "Reference: man keepalived.conf"

_TEXT = {
    "TX001": ("The file begins with a byte order mark",
              "Why: neither keepalived nor haproxy knows it: it becomes a part of the first word,"
              " which is then unknown, and in keepalived the whole first block with it.\n\n"
              "Instead: UTF-8 without a byte order mark, as sed -i '1s/^\\xEF\\xBB\\xBF//'"
              " makes it."
              "\n\nReference: RFC 3629 section 6."),
    "TX002": ("A space that is none to the program",
              "Why: a no-break space, as web pages and word processors put it, is an ordinary"
              " letter"
              " of a word to keepalived and haproxy: nbsp and keyword are one unknown word.\n\n"
              "Instead: an ordinary space.\n\nReference: Unicode chapter 6.2, space characters."),
    "TX003": ("Punctuation from a word processor or an East Asian keyboard",
              "Why: curly quotes quote nothing, a full-width colon or brace is a letter: the words"
              " around it are one word.\n\n"
              "Instead: the ASCII character.\n\nReference: Unicode, fullwidth forms (FF01 to"
              " FF5E)."),
    "TX004": ("There is a NUL byte in a line",
              "Why: keepalived reads the line up to it, haproxy refuses the file. Mostly the"
              " file was"
              " saved as UTF-16.\n\n"
              "Instead: plain text in UTF-8."),
    "TX005": ("This is a template, not a configuration",
              "Why: {{ … }} and {% … %} are for Jinja and the like; the program takes the"
              " braces for"
              " its own.\n\n"
              "Instead: render it, and look at what comes out."),
    "TX007": ("A comment in another language's spelling stands behind a statement",
              "Why: keepalived and haproxy know only # (keepalived ! as well): // and /* are words"
              " like others, read as further arguments.\n\n"
              "Instead: # and a blank."),
    "TX009": ("A placeholder stands where a value belongs",
              "Why: <ADDRESS> or the like was never filled in, and is a word like others to the"
              " program.\n\nInstead: the real value."),
    "TX010": ("The marks of a merge that was not finished",
              "Why: both sides of a conflict stand in the file, and the program reads both, marks"
              " included.\n\n"
              "Instead: one side, without the marks.\n\nReference: man git-merge."),
    "TX011": ("A line is a comment in another language's spelling",
              "Why: keepalived knows # and ! for comments. A line that begins with // or /* is a"
              " statement with an unknown keyword, and keepalived -t refuses the file.\n\n"
              "Instead: # in its place."),
    "KA001": ("A definition is used and nowhere made",
              "Why: keepalived leaves $NAME as it stands, and takes the dollar and the name for the"
              " value.\n\nInstead: define it above its use: $NAME=value.\n\n"
              f"{_MANUAL}, section on parameter substitution."),
    "KA002": ("A definition leads back to itself",
              "Why: replacing it never ends; keepalived gives up or runs out of memory.\n\n"
              "Instead: definitions that build on others only.\n\n"
              f"{_MANUAL}, section on parameter substitution."),
    "KA003": ("A ~SEQ or ~LST cannot be read",
              "Why: keepalived takes the line for a keyword that it does not know.\n\n"
              "Instead: ~SEQ(name, first, step, last), with a step that leads to the last"
              " number, or"
              " ~LST(name, value, value).\n\n"
              f"{_MANUAL}, section on sequence blocks."),
    "KA004": ("The sequences of a file make too many lines",
              "Why: sequences within sequences multiply; hatools stops before memory does.\n\n"
              "Instead: shorter sequences.\n\n"
              f"{_MANUAL}, section on sequence blocks."),
    "KA005": ("A file to include is not there",
              "Why: keepalived goes on without it, and what stands in it is missing.\n\n"
              "Instead: the name of a file that exists, relative to the including file.\n\n"
              f"{_MANUAL}, include."),
    "KA006": ("A file was not included",
              "Why: hatools reads no file outside the tree that it was pointed at, and what stands"
              " in it is not looked at.\n\n"
              "Instead: name its folder with --include-root.\n\n"
              f"{_MANUAL}, include."),
    "KA007": ("A file includes itself",
              "Why: reading would never end.\n\n"
              "Instead: take one of the includes out.\n\n"
              f"{_MANUAL}, include."),
    "KA008": ("This version of keepalived lacks a part of its text language",
              "Why: it takes the line for a keyword that it does not know.\n\n"
              "Instead: write it in the words of the version that runs, or say with"
              " --source-version"
              " which one that is.\n\n"
              "Reference: keepalived's ChangeLog."),
    "KA009": ("A condition with nothing behind it",
              "Why: @name alone on a line selects nothing; the next line counts everywhere.\n\n"
              "Instead: @name and the statement on one line.\n\n"
              f"{_MANUAL}, section on conditional configuration."),
    "KA010": ("A backslash at the end of an ordinary line",
              "Why: keepalived goes on with the next line only inside a definition; here the"
              " backslash is a part of the last word.\n\n"
              "Instead: all on one line.\n\n"
              f"{_MANUAL}, section on parameter substitution."),
    "KA011": ("The opening brace of a block is missing",
              "Why: keepalived takes what was meant for the block as statements of the block"
              " around it.\n\nInstead: add the brace.\n\n"
              f"{_MANUAL}."),
    "KA012": ("An opening brace without a statement before it",
              "Why: it opens nothing, and the brace that closes it closes another block.\n\n"
              "Instead: take it out, with the one that closes it.\n\n"
              f"{_MANUAL}."),
    "KA013": ("A name stands for what only the machine knows",
              "Why: ${_PWD}, ${_INSTANCE}, ${_ENV NAME} and ${_RANDOM} have no value before"
              " keepalived runs; hatools asks no machine.\n\n"
              "Instead: say --set env@NAME=VALUE.\n\n"
              f"{_MANUAL}, section on parameter substitution."),
    "KA014": ("A pattern of files to include matches nothing",
              "Why: keepalived says nothing of it. That is right for a folder that may be empty,"
              " and hides a misspelt name.\n\n"
              "Instead: includer, or include_check, where files must be there.\n\n"
              f"{_MANUAL}, include, include_check."),
    "KA015": ("An include behind a condition",
              "Why: the manual rules it out, and what keepalived does differs by version.\n\n"
              "Instead: the condition inside the included file.\n\n"
              f"{_MANUAL}, include."),
    "KA016": ("A conditional definition goes on over lines that count everywhere",
              "Why: only its first line has the condition. Where that fails, keepalived reads the"
              " others as settings.\n\nInstead: the condition in front of each line.\n\n"
              f"{_MANUAL}, section on conditional configuration."),
    "KA017": ("A name in braces is not defined",
              "Why: keepalived takes the braces of ${NAME} for those of a block, and loses"
              " count.\n\n"
              "Instead: define it above its use.\n\n"
              f"{_MANUAL}, section on parameter substitution."),
    "KA018": ("A line is too long once its definitions are replaced",
              "Why: keepalived cuts it, or reads the rest as a line of its own.\n\n"
              "Instead: shorter definitions.\n\n"
              f"{_MANUAL}."),
    "KA020": ("A block is never closed",
              "Why: keepalived takes all that follows as a part of it.\n\n"
              "Instead: add the missing brace.\n\n"
              f"{_MANUAL}."),
    "KA021": ("A closing brace that closes nothing",
              "Why: one too many here is often one too few above: what stands between belongs to"
              " another block than it seems.\n\nInstead: take it out, or open the block.\n\n"
              f"{_MANUAL}."),
    "KA022": ("A double quote is never closed",
              "Why: keepalived drops the word that it begins. An apostrophe does not quote.\n\n"
              "Instead: close it.\n\n"
              f"{_MANUAL}, section on quoted strings."),
    "KA023": ("A line is longer than keepalived reads at once",
              "Why: keepalived 2.2 takes what is beyond 1,023 bytes for a line of its own; newer"
              " ones may ignore it.\n\nInstead: shorter lines.\n\n"
              f"{_MANUAL}."),
    "KA080": ("Nothing makes an address one of this node",
              "Why: the services that were written listen on it, and neither a vrrp_instance nor"
              " anything else here gives it to the node.\n\n"
              "Instead: a vrrp_instance on each director, or the address on an interface."),
    "KA081": ("TLS that ended in haproxy passes through to the servers",
              "Why: IPVS forwards packets and cannot terminate TLS.\n\n"
              "Instead: certificates on the real servers."),
    "KA082": ("TLS that haproxy spoke to the servers is the clients' now",
              "Why: IPVS passes on what clients send.\n\n"
              "Instead: clients that speak TLS, or servers that take plain text."),
    "KA083": ("The servers expect the PROXY protocol",
              "Why: IPVS cannot send it; the servers would refuse every connection.\n\n"
              "Instead: switch it off on the servers, which see the clients' addresses anyway."),
    "KA084": ("A loopback address in a service of IPVS",
              "Why: packets for it never leave or reach the machine.\n\n"
              "Instead: an address of a network that directors and servers share."),
    "KA085": ("A --set has a value that cannot be",
              "Why: what depends on it is left out.\n\n"
              "Instead: the kind of value that the message names."),
    "KA086": ("A pool on the director needs a look",
              "Why: the other language says it in a way that IPVS follows only in part.\n\n"
              "Instead: check what the message names on the director."),
    "KA190": ("A word that a version removed was left as it is",
              "Why: another word alone does not replace it, so a person has to.\n\n"
              "Instead: what the message names."),
    "KA191": ("A word that a version advises against was left as it is",
              "Why: it still works, and another word alone does not replace it.\n\n"
              "Instead: what the message names."),
    "KA201": ("A keyword that keepalived does not know",
              "Why: keepalived ignores the line, so what it was to do is not done, and"
              " keepalived -t"
              " refuses the file. Mostly a letter is wrong, or the line stands in another"
              " block than"
              " it should.\n\nInstead: the word that the message suggests.\n\n"
              f"{_MANUAL}."),
    "KA202": ("A block that keepalived does not know",
              "Why: keepalived does not skip it: it reads the lines in it as if they stood around"
              " it, and the brace that closes it closes the block around it.\n\n"
              "Instead: the block that was meant, or none.\n\n"
              f"{_MANUAL}."),
    "KA203": ("A value that keepalived does not take",
              "Why: it ignores the line, the default counts, and keepalived -t refuses the"
              " file.\n\n"
              "Instead: a value in the range, or of the kind, that the message names.\n\n"
              f"{_MANUAL}."),
    "KA204": ("A keyword without its value",
              "Why: keepalived stops reading there and does not start.\n\n"
              "Instead: write the value, or take the line out.\n\n"
              f"{_MANUAL}."),
    "KA205": ("A placeholder was not filled in",
              "Why: it is a word like others to keepalived, which ignores it or takes it for the"
              " value.\n\nInstead: the real value.\n\n"
              f"{_MANUAL}."),
    "KA206": ("A block or line that keepalived skips",
              "Why: its address, name or number cannot be used, so the whole is not there when"
              " keepalived runs.\n\nInstead: mend what the message names.\n\n"
              f"{_MANUAL}."),
    "KA207": ("A keyword that keepalived advises against",
              "Why: it still works, and a later version may no longer know it.\n\n"
              "Instead: the word that the message names; hatools convert --target-version brings a"
              " whole file up to date.\n\n"
              f"{_MANUAL}."),
    "KA208": ("A keyword that is newer than this keepalived",
              "Why: the version named with --source-version ignores the line.\n\n"
              "Instead: name the version that runs, or take the line out.\n\n"
              "Reference: keepalived's ChangeLog."),
    "KA209": ("A keyword that keepalived has removed",
              "Why: it is ignored, and keepalived -t refuses the file.\n\n"
              "Instead: take it out, or write its successor.\n\n"
              "Reference: keepalived's ChangeLog."),
    "KA210": ("nb_get_retry in a checker that does not have it",
              "Why: keepalived 2 knows it only in HTTP_GET and SSL_GET; elsewhere the default"
              " number"
              " of retries counts.\n\nInstead: retry N.\n\n"
              f"{_MANUAL}, retry."),
    "KA211": ("A value that keepalived replaces by another",
              "Why: what is written does not go with the rest: nopreempt with state MASTER, another"
              " port with direct routing, a fraction of a second in VRRP version 2. keepalived -t"
              " complains and takes what it can do.\n\n"
              "Instead: write the value that is to count.\n\n"
              f"{_MANUAL}."),
    "KA212": ("What a line refers to does not exist",
              "Why: nothing of that name is defined, or only further down: it is not tracked,"
              " or not"
              " in the group, and its failure moves nothing.\n\n"
              "Instead: define it above.\n\n"
              f"{_MANUAL}, track_script, vrrp_sync_group."),
    "KA213": ("The same is said twice, and the second is taken out",
              "Why: two real servers of one address and port, a tracker named twice, or two scripts"
              " for one event: keepalived keeps the first, whatever the second says.\n\n"
              "Instead: one of them.\n\n"
              f"{_MANUAL}."),
    "KA214": ("A virtual_server says no protocol",
              "Why: keepalived then takes UDP, and a service for TCP answers nobody.\n\n"
              "Instead: protocol TCP.\n\n"
              f"{_MANUAL}, protocol."),
    "KA215": ("A statement that has no effect",
              "Why: it does not go with what stands around it; keepalived -t complains and ignores"
              " it.\n\nInstead: take it out, or write what it needs.\n\n"
              f"{_MANUAL}."),
    "KA216": ("Something that keepalived needs is missing",
              "Why: without it keepalived leaves the block out.\n\n"
              "Instead: add what the message names.\n\n"
              f"{_MANUAL}."),
    "KA217": ("Words behind a statement that keepalived does not read",
              "Why: a line holds one statement; what stands behind its values is dropped without a"
              " word.\n\nInstead: a line of its own.\n\n"
              f"{_MANUAL}."),
    "KA218": ("A password is longer than VRRP can send",
              "Why: VRRP version 2 has room for eight bytes. keepalived -t leaves with 5, so"
              " whatever checks before it deploys stops here; keepalived itself runs, sends eight"
              " bytes, and takes two passwords that differ only behind them for one.\n\n"
              "Instead: eight bytes, the same on all nodes. They are sent in the clear: do not"
              " rely on them.\n\nReference: RFC 2338 section 5.3.10; man keepalived.conf,"
              " auth_pass."),
    "KA219": ("keepalived does something else than what is written, and says nothing",
              "Why: a state without a priority, a mask that is none, a password without its type:"
              " keepalived has its own reading of them.\n\n"
              "Instead: say in full what is meant.\n\n"
              f"{_MANUAL}."),
    "KA220": ("Two blocks have one name, or one place",
              "Why: the first counts, or the kernel has one service for both; keepalived says"
              " nothing.\n\nInstead: one block with what both say.\n\n"
              f"{_MANUAL}."),
}  # fmt: skip
_SEVERITIES = {
    **{code: severity for code, (severity, _, _) in {**FAULTS, **WRITING}.items()},
    **SEVERITY,
    "KA190": _ERROR,
    "KA191": _WARNING,
}
_WHEN = {"KA08": "writing", "KA19": "modernising"}
_OWN = ("keepalived",)
_FORMATS = {"TX": ("keepalived", "haproxy")}  # whose readers look for the same


def _when(code: str) -> str:
    return _WHEN.get(code[:4], "reading")


REMARKS = tuple(
    Remark(code, _SEVERITIES[code], title, text, _FORMATS.get(code[:2], _OWN), _when(code))
    for code, (title, text) in _TEXT.items()
)
"""By code."""
