"""The pages about what the reader and the writer of ipvsadm remark: one for each of their codes."""

from __future__ import annotations

from hatools.plugin import Remark
from hatools_ipvsadm.faults import CODES

_PAGES = {  # why it matters, what to write instead
    "IV001": (
        "ipvsadm stops at it, and an ipvsadm --restore at this line: what follows is not in"
        " the table.",
        "the options and arguments of ipvsadm(8); `ipvsadm -h` lists them.",
    ),
    "IV002": (
        "the kernel answers that the service or server is there already, or is not there; the"
        " table is another than the commands read.",
        "-e to change what is there, -a and -A once for each, a service before its servers.",
    ),
    "IV003": (
        "pages and word processors turn -- and - into dashes; to ipvsadm the word is no"
        " option and the line is refused.",
        "type the line anew with the hyphen of the keyboard.",
    ),
    "IV004": (
        "ipvsadm reads 198.51.100 as 198.51.0.100, as inet_aton(3) does; packets go to a"
        " machine that nobody meant.",
        "all four numbers of the address.",
    ),
    "IV005": (
        "the name is looked up once, when the command runs; what the name leads to later does"
        " not reach the table, and without a resolver the line is refused.",
        "the address.",
    ),
    "IV006": (
        "ipvsadm looks it up in /etc/services and refuses the line when it is not there.",
        "the number; ipvsadm-save -n saves numbers.",
    ),
    "IV007": (
        "/etc/services has said different things by version and distribution; restored on"
        " another machine the service listens elsewhere.",
        "the number; ipvsadm-save -n saves numbers.",
    ),
    "IV008": (
        "direct routing and tunnels hand the packet on as it is: the kernel takes the"
        " service's port and the other one is never asked.",
        "the service's port, or -m (masquerading), which can change it.",
    ),
    "IV009": (
        "-b (full NAT) is an option of DPVS and other forks; the mainline ipvsadm refuses the"
        " line.",
        "-m, -g or -i, or the tools of the fork.",
    ),
    "IV010": (
        "the last command that counts clears the table, so nothing is balanced when all of it"
        " has run.",
        "take the -C out, or put it before the commands that fill the table.",
    ),
    "IV011": (
        "hatools asks no machine: what stands for the address or port is not known here.",
        "--set env@NAME=VALUE, or the value itself.",
    ),
    "IV012": (
        "which branch runs is decided by the shell; hatools takes one and says which.",
        "--set case=NAME for another branch.",
    ),
    "IV013": (
        "a listing of connections or rates lacks scheduler, method or weight; the program's"
        " defaults stand in for them.",
        "the output of ipvsadm -Ln, or of ipvsadm-save -n.",
    ),
    "IV014": (
        "the text shows a table that its own commands do not make: one of them is out of"
        " date.",
        "convert the listing by itself to have what runs, or the commands to have what is set"
        " up.",
    ),
    "IV015": (
        "the shell takes all up to the next quote, lines below included, for one word.",
        "close it on the same line.",
    ),
    "IV016": (
        "ipvsadm takes the option and the kernel does nothing with it: the netmask -M groups"
        " clients only where persistence is on.",
        "add what it belongs to (-p SECONDS), or take it out.",
    ),
    "IV017": (
        "the rules are in a file that is not beside the script; what they make is missing"
        " here.",
        "lint that file itself, or put it beside the script.",
    ),
    "IV018": (
        "ipvsadm before 1.28 saved `ops` and `(null)`, which ipvsadm --restore refuses: after"
        " a reboot the table ends at that line.",
        "-o for ops, and nothing for (null); save again with a newer ipvsadm.",
    ),
    "IV019": (
        "/proc/net/ip_vs tells persistence in ticks of the kernel's clock, whose rate is not"
        " shown; 250 a second are assumed.",
        "--set hz=1000 (or 100, 300), or the output of ipvsadm -Ln.",
    ),
    "IV020": (
        "the shell finds no such program, and the command does nothing.",
        "the name of the program.",
    ),
    "IV021": (
        "the words that it runs over come from a file, a command or the network, which nobody"
        " asks here; what it makes is missing.",
        "write the commands out, or lint what ipvsadm-save -n prints.",
    ),
    "IV090": (
        "IPVS balances TCP, UDP and SCTP by address, port or mark: what needs the contents of"
        " a request is left out.",
        "keep that service with a proxy such as HAProxy.",
    ),
    "IV091": (
        "the rules alone do not make direct routing, tunnels or masquerading work: the real"
        " servers and the director need addresses, sysctls and routes.",
        "apply the companion files that `hatools convert -o DIR` writes.",
    ),
}  # fmt: skip
_WRITING = (
    "IV090",
    "IV091",
)  # said of what is written, not of what is read


REMARKS = tuple(
    Remark.explained(code, CODES[code], page, "man ipvsadm.", ("ipvsadm",), code in _WRITING)
    for code, page in _PAGES.items()
)
