"""The rules about tables of IPVS, one file each, named by what is wrong."""

from __future__ import annotations

from hatools_ipvsadm.rules.all_weights_zero import AllWeightsZero
from hatools_ipvsadm.rules.hash_to_drained_servers import HashToDrainedServers
from hatools_ipvsadm.rules.persistence_beside_hashing import PersistenceBesideHashing
from hatools_ipvsadm.rules.service_without_servers import ServiceWithoutServers
from hatools_ipvsadm.rules.thresholds_not_saved import ThresholdsNotSaved
from hatools_ipvsadm.rules.weights_without_use import WeightsWithoutUse

RULES = (
    ThresholdsNotSaved(),
    AllWeightsZero(),
    ServiceWithoutServers(),
    HashToDrainedServers(),
    WeightsWithoutUse(),
    PersistenceBesideHashing(),
)
"""By code."""
