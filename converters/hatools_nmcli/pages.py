"""The pages about what all readers of bonds remark, and nmcli's alone: one for each code."""

from __future__ import annotations

from hatools.model import bonding_options
from hatools.plugin import Remark
from hatools_nmcli import faults

_PAGES = {  # why it matters, what to write instead
    "BD001": (
        "the driver has no such option: nmcli refuses the command, NetworkManager and ifup"
        " ignore the word, and what it was to do is not done.",
        "one of the driver's options; `hatools formats nmcli --keywords` lists them.",
    ),
    "BD002": (
        "the option keeps its default, or the bond is refused as a whole.",
        "a value from the driver's documentation.",
    ),
    "BD003": (
        "the driver refuses the option in this mode; some tools then make the bond without"
        " it, others not at all. It is an error where failover hangs on it.",
        "an option that goes with the mode, or the mode that it goes with.",
    ),
    "BD004": (
        "the driver takes the option and does not look at it in this mode.",
        "take it out, or use the mode that it goes with.",
    ),
    "BD005": (
        "the driver watches links in one way; with both given ARP counts, and miimon is"
        " dropped.",
        "miimon alone, or arp_interval with arp_ip_target alone.",
    ),
    "BD006": (
        "without targets nothing is asked, without an interval never: the bond does not"
        " notice that a link is dead.",
        "both arp_interval and arp_ip_target.",
    ),
    "BD007": (
        "delays are counted in looks at the link; without miimon there are none and the"
        " driver refuses the delay.",
        "miimon=100.",
    ),
    "BD008": (
        "the driver rounds the delay down to whole intervals, to 0 where it is shorter than"
        " one.",
        "a multiple of miimon.",
    ),
    "BD009": (
        "num_grat_arp and num_unsol_na are two names of one number; which value counts"
        " depends on the order.",
        "one of them, once.",
    ),
    "BD010": (
        "a port whose cable is pulled stays in use: the bond goes on sending into it and"
        " nothing fails over.",
        "miimon=100, or arp_interval with arp_ip_target.",
    ),
    "BD011": (
        "the driver prefers a port that the bond does not have, so none is preferred.",
        "the name of a port of this bond.",
    ),
    "BD012": (
        "the bond is not made, or is made as balance-rr, which most switches answer with"
        " packets out of order.",
        "balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb or balance-"
        " alb.",
    ),
    "BD101": (
        "the shell takes all up to the next quote, lines below included, for one word.",
        "close it on the same line.",
    ),
    "BD102": (
        "what the shell would decide is not known here; the commands inside are taken to run.",
        "keep only the commands that count on this machine.",
    ),
    "BD103": (
        "hatools asks no machine: what the name stands for is not known here.",
        "--set env@NAME=VALUE, or the value itself.",
    ),
    "BD104": (
        "nmcli refuses the command and the rest of the script goes on without what it was to"
        " do.",
        "the commands of nmcli(1): connection add, modify, up, down, delete.",
    ),
    "BD105": (
        "nmcli refuses the whole command because of it.",
        "a property of nm-settings-nmcli(5) that fits the type of connection.",
    ),
    "BD106": (
        "nmcli refuses the whole command because of it.",
        "a value of the kind that the remark names.",
    ),
    "BD107": (
        "the connection is made elsewhere; what it is, and whether it is a port of a bond, is"
        " not known here.",
        "the commands that make it in the same script, or leave it out.",
    ),
    "BD108": (
        "nmcli takes everything behind the first = for one value and refuses it.",
        "options separated by commas: mode=1,miimon=100.",
    ),
    "BD109": (
        "with method auto the bond asks DHCP, or waits for router advertisements, and has"
        " that address beside the fixed one; where no server answers, activation may fail.",
        "ipv4.method manual.",
    ),
    "BD110": (
        "nmcli refuses a manual method, or a gateway, without an address.",
        "ipv4.addresses ADDRESS/PREFIX in the same command or before.",
    ),
    "BD111": (
        "the nmcli of that version refuses the whole command because of it.",
        "the word of that version, or say with --source-version which one runs.",
    ),
    "BD112": (
        "nmcli still takes it; the manual names another word.",
        "the word that the remark names.",
    ),
    "BD113": (
        "ip(8) changes the running kernel alone: after the next start the route is gone.",
        "+ipv4.routes of the bond's connection.",
    ),
    "BD114": (
        "bond.options replaces all options: without a mode among them the bond is refused, or"
        " becomes balance-rr.",
        "say the mode, too, or change one option with +bond.options.",
    ),
    "BD115": (
        "a bond without ports has no link: the addresses on it are reached by nobody.",
        "a connection with port-type bond (slave-type bond before 1.46) for each link.",
    ),
    "BD116": (
        "the words that it runs over come from a file or a command, which nobody asks here;"
        " what it makes is missing.",
        "write the commands out.",
    ),
    "BD190": (
        "nmcli has no way to say this of a bond.",
        "the remark names what is lost; set it by other means.",
    ),
}  # fmt: skip
_WRITING = ("BD190",)  # said of what is written, not of what is read
_EVERY = ("nmcli", "keyfile", "ifcfg", "bonding-state")
_DRIVER = "Documentation/networking/bonding.rst of the Linux kernel."


def _remark(code: str) -> Remark:
    """Return the page of one code."""
    driver = code in bonding_options.CODES
    severity, title = bonding_options.CODES[code] if driver else faults.CODES[code]
    reference = _DRIVER if driver else "man nmcli, man nm-settings-nmcli."
    formats = _EVERY if driver else ("nmcli",)
    kind = (severity, title.partition(" (")[0])
    return Remark.explained(code, kind, _PAGES[code], reference, formats, code in _WRITING)


REMARKS = tuple(map(_remark, _PAGES))
