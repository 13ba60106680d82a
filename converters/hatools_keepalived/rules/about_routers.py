"""Gathers the rules that only look at virtual routers, their groups and what they track."""

from __future__ import annotations

from hatools_keepalived.rules.address_in_two_instances import AddressInTwoInstances
from hatools_keepalived.rules.authentication_header import AuthenticationHeader
from hatools_keepalived.rules.duplicate_virtual_router_id import DuplicateVirtualRouterId
from hatools_keepalived.rules.instance_in_two_sync_groups import InstanceInTwoSyncGroups
from hatools_keepalived.rules.multicast_source_of_a_unicast_router import (
    MulticastSourceOfAUnicastRouter,
)
from hatools_keepalived.rules.native_ipv6_with_ipv4 import NativeIpv6WithIpv4
from hatools_keepalived.rules.nothing_is_tracked import NothingIsTracked
from hatools_keepalived.rules.owner_that_starts_as_backup import OwnerThatStartsAsBackup
from hatools_keepalived.rules.peer_of_itself import PeerOfItself
from hatools_keepalived.rules.prefix_length_missing import PrefixLengthMissing
from hatools_keepalived.rules.router_that_only_runs_scripts import RouterThatOnlyRunsScripts
from hatools_keepalived.rules.router_without_addresses import RouterWithoutAddresses
from hatools_keepalived.rules.router_without_interface import RouterWithoutInterface
from hatools_keepalived.rules.script_slower_than_its_interval import ScriptSlowerThanItsInterval
from hatools_keepalived.rules.strict_mode_closes_addresses import StrictModeClosesAddresses
from hatools_keepalived.rules.sync_group_of_one import SyncGroupOfOne
from hatools_keepalived.rules.sync_group_of_unequals import SyncGroupOfUnequals
from hatools_keepalived.rules.takeover_too_slow import TakeoverTooSlow
from hatools_keepalived.rules.tracker_not_used import TrackerNotUsed
from hatools_keepalived.rules.unicast_without_peers import UnicastWithoutPeers
from hatools_keepalived.rules.weight_in_sync_group import WeightInSyncGroup
from hatools_keepalived.rules.weight_of_an_address_owner import WeightOfAnAddressOwner
from hatools_keepalived.rules.weight_without_room import WeightWithoutRoom

RULES = (
    DuplicateVirtualRouterId(),
    AddressInTwoInstances(),
    RouterWithoutAddresses(),
    RouterThatOnlyRunsScripts(),
    RouterWithoutInterface(),
    SyncGroupOfOne(),
    InstanceInTwoSyncGroups(),
    SyncGroupOfUnequals(),
    WeightInSyncGroup(),
    WeightOfAnAddressOwner(),
    WeightWithoutRoom(),
    TrackerNotUsed(),
    ScriptSlowerThanItsInterval(),
    OwnerThatStartsAsBackup(),
    NothingIsTracked(),
    UnicastWithoutPeers(),
    PeerOfItself(),
    MulticastSourceOfAUnicastRouter(),
    NativeIpv6WithIpv4(),
    StrictModeClosesAddresses(),
    PrefixLengthMissing(),
    AuthenticationHeader(),
    TakeoverTooSlow(),
)
"""By code."""
