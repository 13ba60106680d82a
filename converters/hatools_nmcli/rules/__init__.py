"""The rules about bonds, one file each, named by what is wrong."""

from __future__ import annotations

from hatools_nmcli.rules.bond_of_one_port import BondOfOnePort
from hatools_nmcli.rules.hash_that_sees_one_router import HashThatSeesOneRouter
from hatools_nmcli.rules.mode_not_said import ModeNotSaid
from hatools_nmcli.rules.one_address_to_ask import OneAddressToAsk
from hatools_nmcli.rules.port_of_two_bonds import PortOfTwoBonds
from hatools_nmcli.rules.port_that_does_not_start import PortThatDoesNotStart

RULES = (
    BondOfOnePort(),
    PortOfTwoBonds(),
    PortThatDoesNotStart(),
    ModeNotSaid(),
    OneAddressToAsk(),
    HashThatSeesOneRouter(),
)
"""By code."""
