"""What is wrong in a haproxy.cfg: one file for each rule, named by the mistake."""

from __future__ import annotations

from hatools_haproxy.rules.acl_line_twice import AclLineTwice
from hatools_haproxy.rules.acl_not_used import AclNotUsed
from hatools_haproxy.rules.acl_twice_with_other_tests import AclTwiceWithOtherTests
from hatools_haproxy.rules.address_bound_twice import AddressBoundTwice
from hatools_haproxy.rules.backend_not_used import BackendNotUsed
from hatools_haproxy.rules.balance_first_without_limit import BalanceFirstWithoutLimit
from hatools_haproxy.rules.check_asked_of_nobody import CheckAskedOfNobody
from hatools_haproxy.rules.check_time_unsaid import CheckTimeUnsaid
from hatools_haproxy.rules.condition_across_sections import ConditionAcrossSections
from hatools_haproxy.rules.condition_never_holds import ConditionNeverHolds
from hatools_haproxy.rules.cookie_of_two_servers import CookieOfTwoServers
from hatools_haproxy.rules.cookie_value_without_cookie import CookieValueWithoutCookie
from hatools_haproxy.rules.default_backend_never_reached import DefaultBackendNeverReached
from hatools_haproxy.rules.expectation_without_check import ExpectationWithoutCheck
from hatools_haproxy.rules.failure_noticed_late import FailureNoticedLate
from hatools_haproxy.rules.global_setting_refused_twice import GlobalSettingRefusedTwice
from hatools_haproxy.rules.global_setting_said_twice import GlobalSettingSaidTwice
from hatools_haproxy.rules.handshake_not_awaited import HandshakeNotAwaited
from hatools_haproxy.rules.haproxy_rule import HaproxyRule
from hatools_haproxy.rules.hash_over_one_server import HashOverOneServer
from hatools_haproxy.rules.httplog_in_mode_tcp import HttplogInModeTcp
from hatools_haproxy.rules.https_port_without_tls import HttpsPortWithoutTls
from hatools_haproxy.rules.leads_nowhere import LeadsNowhere
from hatools_haproxy.rules.limit_above_global import LimitAboveGlobal
from hatools_haproxy.rules.log_without_target import LogWithoutTarget
from hatools_haproxy.rules.modes_do_not_fit import ModesDoNotFit
from hatools_haproxy.rules.needs_mode_http import NeedsModeHttp
from hatools_haproxy.rules.nothing_gets_connections import NothingGetsConnections
from hatools_haproxy.rules.old_keyword import OldKeyword
from hatools_haproxy.rules.old_tls import OldTls
from hatools_haproxy.rules.only_first_backup import OnlyFirstBackup
from hatools_haproxy.rules.redirect_to_itself import RedirectToItself
from hatools_haproxy.rules.redispatch_off import RedispatchOff
from hatools_haproxy.rules.rule_never_reached import RuleNeverReached
from hatools_haproxy.rules.rule_runs_earlier import RuleRunsEarlier
from hatools_haproxy.rules.runtime_socket_open import RuntimeSocketOpen
from hatools_haproxy.rules.section_not_used import SectionNotUsed
from hatools_haproxy.rules.server_address_twice import ServerAddressTwice
from hatools_haproxy.rules.server_certificate_not_verified import ServerCertificateNotVerified
from hatools_haproxy.rules.server_name_looked_up_once import ServerNameLookedUpOnce
from hatools_haproxy.rules.server_without_check import ServerWithoutCheck
from hatools_haproxy.rules.server_without_cookie import ServerWithoutCookie
from hatools_haproxy.rules.setting_said_twice import SettingSaidTwice
from hatools_haproxy.rules.slow_requests_not_bounded import SlowRequestsNotBounded
from hatools_haproxy.rules.statistics_changeable_by_all import StatisticsChangeableByAll
from hatools_haproxy.rules.statistics_password_in_clear import StatisticsPasswordInClear
from hatools_haproxy.rules.table_without_expiry import TableWithoutExpiry
from hatools_haproxy.rules.time_without_unit import TimeWithoutUnit
from hatools_haproxy.rules.timeouts_missing import TimeoutsMissing
from hatools_haproxy.rules.tunnel_ends_unequally import TunnelEndsUnequally
from hatools_haproxy.rules.use_backend_never_reached import UseBackendNeverReached
from hatools_haproxy.rules.variable_without_quotes import VariableWithoutQuotes

RULES: tuple[HaproxyRule, ...] = (
    OldKeyword(),
    BackendNotUsed(),
    AclNotUsed(),
    AclTwiceWithOtherTests(),
    AclLineTwice(),
    RuleRunsEarlier(),
    UseBackendNeverReached(),
    DefaultBackendNeverReached(),
    RuleNeverReached(),
    ConditionNeverHolds(),
    TimeoutsMissing(),
    ServerWithoutCheck(),
    ServerCertificateNotVerified(),
    RuntimeSocketOpen(),
    StatisticsChangeableByAll(),
    StatisticsPasswordInClear(),
    VariableWithoutQuotes(),
    ConditionAcrossSections(),
    ServerNameLookedUpOnce(),
    CheckTimeUnsaid(),
    FailureNoticedLate(),
    LimitAboveGlobal(),
    ServerWithoutCookie(),
    CookieOfTwoServers(),
    CookieValueWithoutCookie(),
    ServerAddressTwice(),
    OnlyFirstBackup(),
    NothingGetsConnections(),
    RedispatchOff(),
    NeedsModeHttp(),
    HttplogInModeTcp(),
    LogWithoutTarget(),
    ExpectationWithoutCheck(),
    CheckAskedOfNobody(),
    AddressBoundTwice(),
    ModesDoNotFit(),
    TableWithoutExpiry(),
    OldTls(),
    HttpsPortWithoutTls(),
    RedirectToItself(),
    HandshakeNotAwaited(),
    TimeWithoutUnit(),
    LeadsNowhere(),
    SettingSaidTwice(),
    GlobalSettingRefusedTwice(),
    GlobalSettingSaidTwice(),
    SlowRequestsNotBounded(),
    TunnelEndsUnequally(),
    SectionNotUsed(),
    BalanceFirstWithoutLimit(),
    HashOverOneServer(),
)
