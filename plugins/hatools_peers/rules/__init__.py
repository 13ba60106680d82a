"""The rules across nodes, one file each."""

from __future__ import annotations

from hatools_peers.rules.address_in_two_routers import AddressInTwoRouters
from hatools_peers.rules.addresses_differ import AddressesDiffer
from hatools_peers.rules.advertisement_intervals_differ import AdvertisementIntervalsDiffer
from hatools_peers.rules.authentication_differs import AuthenticationDiffers
from hatools_peers.rules.bind_to_an_address_of_the_peer import BindToAnAddressOfThePeer
from hatools_peers.rules.equal_priorities import EqualPriorities
from hatools_peers.rules.failover_never_happens import FailoverNeverHappens
from hatools_peers.rules.master_is_not_the_highest import MasterIsNotTheHighest
from hatools_peers.rules.preemption_differs import PreemptionDiffers
from hatools_peers.rules.router_without_peer import RouterWithoutPeer
from hatools_peers.rules.services_differ import ServicesDiffer
from hatools_peers.rules.several_start_as_master import SeveralStartAsMaster
from hatools_peers.rules.sync_groups_differ import SyncGroupsDiffer
from hatools_peers.rules.takeover_by_a_tracker import TakeoverByATracker
from hatools_peers.rules.two_clusters_on_one_number import TwoClustersOnOneNumber
from hatools_peers.rules.unicast_and_multicast import UnicastAndMulticast
from hatools_peers.rules.unicast_peers_not_mutual import UnicastPeersNotMutual
from hatools_peers.rules.versions_differ import VersionsDiffer
from hatools_peers.rules.weights_reverse_the_order import WeightsReverseTheOrder

RULES = (
    AddressInTwoRouters(),
    AdvertisementIntervalsDiffer(),
    VersionsDiffer(),
    AuthenticationDiffers(),
    AddressesDiffer(),
    EqualPriorities(),
    SeveralStartAsMaster(),
    UnicastPeersNotMutual(),
    UnicastAndMulticast(),
    RouterWithoutPeer(),
    PreemptionDiffers(),
    SyncGroupsDiffer(),
    ServicesDiffer(),
    FailoverNeverHappens(),
    BindToAnAddressOfThePeer(),
    TakeoverByATracker(),
    TwoClustersOnOneNumber(),
    WeightsReverseTheOrder(),
    MasterIsNotTheHighest(),
)
