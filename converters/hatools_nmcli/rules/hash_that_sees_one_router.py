"""All traffic through the router takes one link of a bond."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_nmcli.rules.bond_rule import BondRule, bonds

HASHING = ("balance-xor", "802.3ad")


class HashThatSeesOneRouter(BondRule):
    """All traffic through the router takes one link of a bond.

    Why: xmit_hash_policy layer2, the default, looks at hardware addresses alone. All that
    goes to other networks has the router's, so it leaves over one link however many there
    are.

    Instead: xmit_hash_policy=layer2+3, or layer3+4 where the switch may see packets of one
    connection in any order.

    Reference: Documentation/networking/bonding.rst of the Linux kernel, xmit_hash_policy.
    """

    code = "BD506"
    severity = Severity.INFO
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for bond in bonds(subject):
            policy = dict(bond.options).get("xmit_hash_policy", "layer2")
            if bond.mode in HASHING and policy == "layer2" and (bond.gateway4 or bond.gateway6):
                yield self.found(
                    f"{bond.name} picks the link by hardware address: all that goes through"
                    f" {bond.gateway4 or bond.gateway6} takes one link",
                    bond.origin.span("options.xmit_hash_policy") or bond.origin.span("mode"),
                    "set xmit_hash_policy=layer2+3",
                )
