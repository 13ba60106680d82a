"""Gathers the rules that look at scripts, routes, groups and the text itself."""

from __future__ import annotations

from hatools_keepalived.rules.alert_without_mail import AlertWithoutMail
from hatools_keepalived.rules.group_not_used import GroupNotUsed
from hatools_keepalived.rules.group_without_entries import GroupWithoutEntries
from hatools_keepalived.rules.no_gratuitous_arp import NoGratuitousArp
from hatools_keepalived.rules.route_that_is_not_tracked import RouteThatIsNotTracked
from hatools_keepalived.rules.script_path_is_relative import ScriptPathIsRelative
from hatools_keepalived.rules.script_security_off import ScriptSecurityOff
from hatools_keepalived.rules.script_where_all_can_write import ScriptWhereAllCanWrite
from hatools_keepalived.rules.script_with_shell_signs import ScriptWithShellSigns
from hatools_keepalived.rules.script_without_user import ScriptWithoutUser
from hatools_keepalived.rules.value_cut_by_a_comment import ValueCutByAComment

RULES = (
    NoGratuitousArp(),
    RouteThatIsNotTracked(),
    AlertWithoutMail(),
    GroupNotUsed(),
    GroupWithoutEntries(),
    ScriptSecurityOff(),
    ScriptWithoutUser(),
    ScriptWhereAllCanWrite(),
    ScriptPathIsRelative(),
    ScriptWithShellSigns(),
    ValueCutByAComment(),
)
"""By code."""
