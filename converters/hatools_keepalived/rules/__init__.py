"""The rules about one keepalived.conf, one file each, named by what is wrong."""

from __future__ import annotations

from hatools_keepalived.rules.address_in_two_instances import AddressInTwoInstances
from hatools_keepalived.rules.alert_without_mail import AlertWithoutMail
from hatools_keepalived.rules.all_weights_zero import AllWeightsZero
from hatools_keepalived.rules.authentication_header import AuthenticationHeader
from hatools_keepalived.rules.checks_too_often import ChecksTooOften
from hatools_keepalived.rules.detection_too_slow import DetectionTooSlow
from hatools_keepalived.rules.duplicate_virtual_router_id import DuplicateVirtualRouterId
from hatools_keepalived.rules.group_not_used import GroupNotUsed
from hatools_keepalived.rules.group_without_entries import GroupWithoutEntries
from hatools_keepalived.rules.hash_to_failed_servers import HashToFailedServers
from hatools_keepalived.rules.instance_in_two_sync_groups import InstanceInTwoSyncGroups
from hatools_keepalived.rules.native_ipv6_with_ipv4 import NativeIpv6WithIpv4
from hatools_keepalived.rules.no_gratuitous_arp import NoGratuitousArp
from hatools_keepalived.rules.nothing_is_tracked import NothingIsTracked
from hatools_keepalived.rules.owner_that_starts_as_backup import OwnerThatStartsAsBackup
from hatools_keepalived.rules.peer_of_itself import PeerOfItself
from hatools_keepalived.rules.persistence_beside_hashing import PersistenceBesideHashing
from hatools_keepalived.rules.port_zero_without_persistence import PortZeroWithoutPersistence
from hatools_keepalived.rules.prefix_length_missing import PrefixLengthMissing
from hatools_keepalived.rules.route_that_is_not_tracked import RouteThatIsNotTracked
from hatools_keepalived.rules.router_without_addresses import RouterWithoutAddresses
from hatools_keepalived.rules.router_without_interface import RouterWithoutInterface
from hatools_keepalived.rules.scheduler_or_method_unsaid import SchedulerOrMethodUnsaid
from hatools_keepalived.rules.script_check_without_timeout import ScriptCheckWithoutTimeout
from hatools_keepalived.rules.script_path_is_relative import ScriptPathIsRelative
from hatools_keepalived.rules.script_security_off import ScriptSecurityOff
from hatools_keepalived.rules.script_slower_than_its_interval import ScriptSlowerThanItsInterval
from hatools_keepalived.rules.script_where_all_can_write import ScriptWhereAllCanWrite
from hatools_keepalived.rules.script_without_user import ScriptWithoutUser
from hatools_keepalived.rules.server_is_the_service import ServerIsTheService
from hatools_keepalived.rules.server_without_check import ServerWithoutCheck
from hatools_keepalived.rules.sorry_server_is_a_real_server import SorryServerIsARealServer
from hatools_keepalived.rules.strict_mode_closes_addresses import StrictModeClosesAddresses
from hatools_keepalived.rules.sync_group_of_one import SyncGroupOfOne
from hatools_keepalived.rules.sync_group_of_unequals import SyncGroupOfUnequals
from hatools_keepalived.rules.takeover_too_slow import TakeoverTooSlow
from hatools_keepalived.rules.tracker_not_used import TrackerNotUsed
from hatools_keepalived.rules.unicast_without_peers import UnicastWithoutPeers
from hatools_keepalived.rules.value_cut_by_a_comment import ValueCutByAComment
from hatools_keepalived.rules.weight_in_sync_group import WeightInSyncGroup
from hatools_keepalived.rules.weight_of_an_address_owner import WeightOfAnAddressOwner
from hatools_keepalived.rules.weight_without_room import WeightWithoutRoom
from hatools_keepalived.rules.weights_without_use import WeightsWithoutUse

RULES = (
    DuplicateVirtualRouterId(),
    AddressInTwoInstances(),
    RouterWithoutAddresses(),
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
    NativeIpv6WithIpv4(),
    NoGratuitousArp(),
    RouteThatIsNotTracked(),
    StrictModeClosesAddresses(),
    AlertWithoutMail(),
    PrefixLengthMissing(),
    AuthenticationHeader(),
    TakeoverTooSlow(),
    SchedulerOrMethodUnsaid(),
    PortZeroWithoutPersistence(),
    AllWeightsZero(),
    ServerWithoutCheck(),
    DetectionTooSlow(),
    ChecksTooOften(),
    SorryServerIsARealServer(),
    ServerIsTheService(),
    HashToFailedServers(),
    PersistenceBesideHashing(),
    ScriptCheckWithoutTimeout(),
    GroupNotUsed(),
    GroupWithoutEntries(),
    WeightsWithoutUse(),
    ScriptSecurityOff(),
    ScriptWithoutUser(),
    ScriptWhereAllCanWrite(),
    ScriptPathIsRelative(),
    ValueCutByAComment(),
)
"""By code."""
