"""Gathers the rules that only look at virtual servers."""

from __future__ import annotations

from hatools_keepalived.rules.all_weights_zero import AllWeightsZero
from hatools_keepalived.rules.checks_too_often import ChecksTooOften
from hatools_keepalived.rules.detection_too_slow import DetectionTooSlow
from hatools_keepalived.rules.hash_to_failed_servers import HashToFailedServers
from hatools_keepalived.rules.persistence_beside_hashing import PersistenceBesideHashing
from hatools_keepalived.rules.port_zero_without_persistence import PortZeroWithoutPersistence
from hatools_keepalived.rules.quorum_script_without_quorum import QuorumScriptWithoutQuorum
from hatools_keepalived.rules.scheduler_or_method_unsaid import SchedulerOrMethodUnsaid
from hatools_keepalived.rules.script_check_without_timeout import ScriptCheckWithoutTimeout
from hatools_keepalived.rules.server_is_the_service import ServerIsTheService
from hatools_keepalived.rules.server_without_check import ServerWithoutCheck
from hatools_keepalived.rules.sorry_server_is_a_real_server import SorryServerIsARealServer
from hatools_keepalived.rules.weights_without_use import WeightsWithoutUse

RULES = (
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
    WeightsWithoutUse(),
    QuorumScriptWithoutQuorum(),
)
"""By code."""
