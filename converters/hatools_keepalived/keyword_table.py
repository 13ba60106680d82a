"""The keywords of keepalived.conf 1.2 to 2.4, block by block: the data behind `keywords`.

One line a keyword: name ; arguments ; default ; since ; flags ; what replaces it ; note.
An argument is ``name type`` with ``?`` when it may be left out, ``min..max``,
``=value|value`` and ``unit=…``.  Flags: ``word`` stands inside another keyword's line,
``entry`` is a kind of line without keyword, ``directive`` belongs to the text language;
``opens`` a block; ``repeat``: all count, ``once``: the first does (else the last);
``list``: the last argument repeats; ``needs`` what must be built in.
Since ``1.2`` means 1.2 or before, ``>`` not yet released.
Worked out from the histories of the program and its manual, and tried on 2.2.7.
"""
# ruff: noqa: E501

BLOCKS = {
    "<parser>": """\
include ; files glob ;  ; 1.2 ; directive repeat ;  ; glob and braces, relative to the including file; missing files are silent unless include_check
includer ; files glob ;  ; 2.2.0 ; directive repeat ;  ; files must be readable
includem ; files glob ;  ; 2.2.0 ; directive repeat ;  ; every pattern must match
includew ; files glob ;  ; 2.2.0 ; directive repeat ;  ; wildcards must match
includeb ; files glob ;  ; 2.2.0 ; directive repeat ;  ; each brace choice must match
includea ; files glob ;  ; 2.2.0 ; directive repeat ;  ; all of these
@ID ;  ;  ; 1.3.0 ; directive ;  ; line kept only when the config id is ID; @^ID the reverse; id from -i, else the host name
$NAME= ; value string ;  ; 1.4.0 ; directive repeat ;  ; definition; $NAME or ${NAME} to use
~SEQ ; name string, start? int, step? int, end int ;  ; 2.0.9 ; directive ;  ; repeats the line; ~SEQx in hex since 2.1.0
~LST ; name string, values string ;  ; 2.1.0 ; directive ;  ; repeats the line for each value
${_PWD} ;  ;  ; 1.4.3 ; directive ;  ; directory of the file
${_INSTANCE} ;  ;  ; 2.0.1 ; directive ;  ; instance name
${_RANDOM} ;  ;  ; 2.0.15 ; directive ;  ; random number, optional bounds
${_HASH} ;  ;  ; 2.1.4 ; directive ;  ; a literal #
${_BANG} ;  ;  ; 2.1.4 ; directive ;  ; a literal !
${_ENV} ;  ;  ; 2.4.0 ; directive ;  ; environment variable
""",
    "": """\
global_defs ;  ;  ; 1.2 ; opens repeat ;  ; several blocks merge
linkbeat_use_polling ;  ; off ; 1.2 ; needs=linkbeat ;  ; poll link state instead of netlink, for all interfaces
net_namespace ; name string ;  ; 1.2.24 ;  ;  ; network namespace to run in; also turns on use_pid_dir; second one refused; cannot change on reload
net_namespace_ipvs ; name? string ;  ; 2.1.0 ;  ;  ; namespace for IPVS; bare means the default namespace; second one refused
namespace_with_ipsets ;  ; off ; 1.3.0 ;  ;  ; allow ipsets inside a namespace
use_pid_dir ;  ; off ; 1.2.24 ;  ;  ; put PID files in a keepalived directory under the run directory
instance ; name string ;  ; 1.2.24 ;  ;  ; name of this process instance; turns on use_pid_dir; second one refused; sets ${_INSTANCE}
child_wait_time ; time int 0..4294967295 unit=s ; 5 ; 2.0.0 ;  ;  ; how long the parent waits for children at exit; whole seconds
track_group ; name string ;  ; 2.0.3 ; opens repeat ;  ; groups instances so that static addresses, routes and rules are restored; name must be unique
static_ipaddress ; addresses block content=address_lines ;  ; 1.2 ; opens repeat ;  ; line grammar in block static_ipaddress
static_routes ; routes block content=route_lines ;  ; 1.2 ; opens repeat ;  ; line grammar in block static_routes
static_rules ; rules block content=rule_lines ;  ; 1.2.20 ; opens repeat ;  ; line grammar in block static_rules
vrrp_sync_group ; name string ;  ; 1.2 ; opens repeat ;  ; exactly one name, unique; without a group list the block is dropped with a complaint
garp_group ;  ;  ; 1.2.21 ; opens repeat ;  ; no name; needs garp_interval or gna_interval, else dropped with a complaint
linkbeat_interfaces ; interfaces block content=interface_lines ;  ; 2.0.13 ; opens repeat needs=linkbeat ;  ; one interface a line, optional method word; ignored for vmac/ipvlan
vrrp_instance ; name string ;  ; 1.2 ; opens repeat ;  ; exactly one name, unique
vrrp_script ; name string ;  ; 1.2 ; opens repeat ;  ; without a script line it is dropped; unused scripts are reported
vrrp_track_process ; name string ;  ; 2.0.11 ; opens repeat needs=track-process ;  ; needs kernel process events; without a process line it is dropped
interface_up_down_delays ; delays block content=interface_lines ;  ; 2.2.3 ; opens repeat ;  ; one interface a line: name, down delay, optional up delay, seconds
SSL ;  ;  ; 1.2 ; opens ;  ; client certificate settings for SSL_GET; a second block replaces the first with a complaint
virtual_server_group ; name string ;  ; 1.2 ; opens repeat ;  ; line grammar in block virtual_server_group; an empty group is dropped with a complaint
virtual_server ; address address, port? int 0..65535 ;  ; 1.2 ; opens repeat ;  ; other heads: fwmark N, group NAME; port must be numeric, 0 or none needs persistence; since 2.2.8 dropped with a complaint when it has no real_server
bfd_instance ; name string max_length=31 ;  ; 2.0.0 ; opens repeat needs=bfd ;  ; name at most 31 characters; needs neighbor_ip, else dropped
track_file ; name string ;  ; 2.1.0 ; opens repeat ;  ; file whose number changes priorities; without a file line it is dropped
vrrp_track_file ; name string ;  ; 2.0.0 ; opens repeat alias=track_file ;  ; file whose number changes priorities; without a file line it is dropped
""",
    "global_defs": """\
process_names ;  ; off ; 2.0.16 ;  ;  ; sets standard names for the child processes
process_name ; name string max_length=15 ;  ; 2.0.16 ;  ;  ; longer names are cut to 15 with a complaint
vrrp_process_name ; name string max_length=15 ;  ; 2.0.16 ;  ;  ; longer names are cut to 15 with a complaint
checker_process_name ; name string max_length=15 ;  ; 2.2.0 ;  ;  ; longer names are cut to 15 with a complaint
bfd_process_name ; name string max_length=15 ;  ; 2.0.16 ; needs=bfd ;  ; longer names are cut to 15 with a complaint
lvs_process_name ; name string max_length=15 ;  ; 2.0.16 ; deprecated=2.2.0 alias=checker_process_name ; checker_process_name ; longer names are cut to 15 with a complaint
use_symlink_paths ; state? bool =on|true|yes|off|false|no ; off ; 2.3.0 ;  ;  ; keep symbolic links in script paths
router_id ; name string ; local host name ; 1.2 ;  ;  ; name used in mails
notification_email_from ; address email ; user@host ; 1.2 ;  ;  ; 2.3.0 quotes display names; extra words complain
smtp_server ; server host, port? int 1..65535 ;  ; 1.2 ;  ;  ; host name or address, default port 25
smtp_helo_name ; name string ; local host name ; 1.2.20 ;  ;  ; name given to the mail server
smtp_connect_timeout ; time int 0..4294 unit=s ; 30 ; 1.2 ;  ;  ; 0 is changed to 1 with a complaint
notification_email ; addresses block content=mail_addresses ;  ; 1.2 ; opens repeat ;  ; one address a line or several
smtp_alert ; state? bool =on|true|yes|off|false|no ; unset ; 2.0.0 ;  ;  ; default for all smtp_alert; unset means vrrp off, virtual servers off, real servers on
smtp_alert_vrrp ; state? bool =on|true|yes|off|false|no ; smtp_alert ; 2.0.0 ;  ;  ; default for instances and sync groups
smtp_alert_checker ; state? bool =on|true|yes|off|false|no ; smtp_alert ; 2.0.0 ;  ;  ; default for virtual and real servers
startup_script ; script script, user? string, group? string ;  ; 2.1.0 ; once ;  ; run by the parent before anything else; a second one is refused
startup_script_timeout ; time int 1..1000 unit=s ; 10 ; 2.1.0 ;  ;  ; whole seconds
shutdown_script ; script script, user? string, group? string ;  ; 2.1.0 ; once ;  ; run by the parent at exit; a second one is refused
shutdown_script_timeout ; time int 1..1000 unit=s ; 10 ; 2.1.0 ;  ;  ; whole seconds
max_auto_priority ; priority? int -1..99 ; 0 ; 2.1.0 ;  ;  ; ceiling for raising real-time priority by itself; bare means 99, 0 is off, -1 is off without the message at start
min_auto_priority_delay ; delay int 1..10000000 unit=us ; 1000000 ; 2.1.0 ;  ;  ; microseconds
checker_log_all_failures ; state? bool =on|true|yes|off|false|no ; off ; 2.0.11 ;  ;  ; default for log_all_failures
dynamic_interfaces ; mode? enum =allow_if_changes ; off ; 2.0.0 ;  ;  ; interfaces may appear later; mode word since 2.0.8
no_email_faults ;  ; off ; 2.0.0 ;  ;  ; no mail on fault state
default_interface ; interface interface ; eth0 ; 1.2.24 ;  ;  ; used for static addresses and rules without dev; must come before them
disable_local_igmp ;  ; off ; 2.2.0 ;  ;  ; stop IGMP reports for link-local groups; complains when the kernel lacks the setting
v3_checksum_as_v2 ;  ; off ; 2.2.8 ;  ;  ; plain flag here: a following off is ignored; in vrrp_instance it takes a bool
lvs_timeouts ; options words =tcp|tcpfin|udp ;  ; 1.2.24 ; repeat ;  ; word and seconds pairs; a lone word is refused
lvs_flush ;  ; off ; 1.2.23 ;  ;  ; clear all IPVS entries at start
lvs_flush_on_stop ; what? enum =VS ; off ; 2.2.0 ;  ;  ; bare clears real and virtual servers at exit, VS removes virtual servers only (quicker)
lvs_flush_onstop ; what? enum =VS ; off ; 2.0.15 ; deprecated=2.2.0 alias=lvs_flush_on_stop ; lvs_flush_on_stop ; old spelling, still accepted silently; from 2.0.15 to 2.1.5 it took no word
lvs_sync_daemon ; interface interface, options? words =inst|id|maxlen|port|ttl|group ;  ; 1.2.20 ; once ;  ; option words in block global_defs/lvs_sync_daemon; old form INTERFACE INSTANCE [ID] by position still works, the bare id complains; a second line is refused; interface at most 15 characters
vrrp_mcast_group4 ; group address family=inet multicast=yes ; 224.0.0.18 ; 1.2.10 ;  ;  ; must be IPv4 multicast
vrrp_mcast_group6 ; group address family=inet6 multicast=yes ; ff02::12 ; 1.2.10 ;  ;  ; must be IPv6 multicast, complains when not link-local
vrrp_garp_master_delay ; delay int 0..4294 unit=s ; 5 ; 1.2.20 ;  ;  ; second burst of gratuitous ARP after becoming master; 0 sends none; whole seconds
vrrp_garp_master_repeat ; count int 0..4294967295 ; 5 ; 1.2.20 ;  ;  ; 0 is changed to 1 with a complaint
vrrp_garp_master_refresh ; interval int 0..4294967295 unit=s ; 0 ; 1.2.20 ;  ;  ; 0 means no refresh
vrrp_garp_master_refresh_repeat ; count int 0..4294967295 ; 1 ; 1.2.20 ;  ;  ; 0 is changed to 1 with a complaint
vrrp_garp_lower_prio_delay ; delay int 0..4294 unit=s ; garp_master_delay ; 1.2.20 ;  ;  ; reset to 0 under strict mode
vrrp_garp_lower_prio_repeat ; count int 0..2147483647 ; garp_master_repeat ; 1.2.20 ;  ;  ; reset to 0 under strict mode
vrrp_down_timer_adverts ; count int 1..100 ; 3 ; 2.2.3 ;  ;  ; adverts missed before the master counts as gone; strict mode forces 3
vrrp_lower_prio_no_advert ; state? bool =on|true|yes|off|false|no ; off ; 1.2.20 ;  ;  ; strict mode forces on
vrrp_higher_prio_send_advert ; state? bool =on|true|yes|off|false|no ; off ; 1.3.5 ;  ;  ; strict mode forces off
vrrp_owner_ignore_adverts ; state? bool =on|true|yes|off|false|no ; off ; 2.3.3 ;  ;  ; default for instances of priority 255
vrrp_garp_interval ; interval seconds 1e-06..4294.967295 unit=s ; 0 ; 1.2.21 ;  ;  ; pause between gratuitous ARPs on one interface; 1 s or more is logged as very large
vrrp_gna_interval ; interval seconds 1e-06..4294.967295 unit=s ; 0 ; 1.2.21 ;  ;  ; same for IPv6 neighbour adverts
vrrp_min_garp ; state? bool =on|true|yes|off|false|no ; off ; 2.0.12 ;  ;  ; one gratuitous ARP, no repeats; only replaces values still at their defaults, so set others before it
vrrp_garp_extra_if ; which? enum =all, interval int 1..86400 unit=s ; 0 ; 2.2.3 ; needs=vmac ;  ; also send on the parent interfaces of a vmac; words in any order
vrrp_vmac_garp_intvl ; which? enum =all, interval int 1..86400 unit=s ; 0 ; 2.2.0 ; deprecated=2.2.3 alias=vrrp_garp_extra_if needs=vmac ; vrrp_garp_extra_if ; also send on the parent interfaces of a vmac; words in any order
vrrp_version ; version int 2..3 ; 2 ; 1.2.20 ;  ;  ; IPv6 instances use 3 whatever this says
vrrp_iptables ; in_chain? string max_length=27, out_chain? string max_length=27 ; INPUT OUTPUT when bare ; 1.2.20 ; needs=iptables|nftables once ;  ; without iptables support it complains and uses nftables; a second one is refused; the two names must differ since 2.3.2
vrrp_ipsets ; address? string max_length=30, address6? string, address_iface6? string, igmp? string, mld? string, nd? string ; keepalived ; 1.2.20 ; needs=iptables+ipset ;  ; bare disables ipsets; missing names are derived from the first; needs vrrp_iptables; all names must differ since 2.3.2
nftables ; table? string max_length=254 ; off ; 2.0.11 ; needs=nftables ;  ; bare uses table keepalived; chosen by itself for vmac, no_accept or strict when no firewall is named
nftables_priority ; priority int -2147483648..2147483647 ; -1 ; 2.0.11 ; needs=nftables ;  ; chain priority
nftables_ifindex ;  ; off ; 2.0.11 ; needs=nftables ;  ; match by interface index rather than name
nftables_counters ;  ; off ; 2.0.11 ; needs=nftables ;  ; add counters
nftables_ipvs ; table? string max_length=254 ; off ; 2.2.2 ; needs=nftables ;  ; mark packets with nftables for virtual server groups; bare uses table keepalived_ipvs
nftables_ipvs_priority ; priority int -2147483648..2147483647 ; -1 ; 2.2.2 ; needs=nftables ;  ; chain priority
nftables_ipvs_start_fwmark ; fwmark int 1..4294967295 ; 1000 ; 2.2.2 ; needs=nftables ;  ; nftables_ipvs given later puts it back to 1000
vrrp_check_unicast_src ;  ; off ; 1.2.20 ;  ;  ; adverts must come from a configured peer
vrrp_skip_check_adv_addr ; state? bool =on|true|yes|off|false|no ; off ; 1.2.20 ;  ;  ; a plain flag before 2.3.0: a following off was ignored and it was turned on
vrrp_strict ; state? bool =on|true|yes|off|false|no ; off ; 1.2.20 ;  ;  ; a plain flag before 2.3.0: a following off was ignored and strict was turned on
vrrp_priority ; nice int -20..19 ; 0 ; 1.2.20 ;  ;  ; process nice value, not the VRRP election priority
vrrp_no_swap ;  ; off ; 1.2.20 ;  ;  ; lock the process in memory
vrrp_rt_priority ; priority int 1..99 ; off ; 2.0.0 ;  ;  ; real-time priority; out of range is moved to the limit with a complaint
vrrp_cpu_affinity ; cpu int 0.. ;  ; 2.0.17 ; list ;  ; one or more CPU numbers, up to the number of CPUs less one; one bad number drops all
vrrp_rlimit_rttime ; limit int 1..4294967295 unit=us ; 10000 ; 2.1.0 ;  ;  ; microseconds of real-time CPU; 1 becomes 2
vrrp_rlimit_rtime ; limit int 1..4294967295 unit=us ; 10000 ; 2.0.0 ; deprecated=2.1.0 alias=vrrp_rlimit_rttime ; vrrp_rlimit_rttime ; misspelt first name, logged
checker_priority ; nice int -20..19 ; 0 ; 1.2.20 ;  ;  ; process nice value
checker_no_swap ;  ; off ; 1.2.20 ;  ;  ; lock the process in memory
checker_rt_priority ; priority int 1..99 ; off ; 2.0.0 ;  ;  ; real-time priority; out of range is moved to the limit with a complaint
checker_cpu_affinity ; cpu int 0.. ;  ; 2.0.17 ; list ;  ; one or more CPU numbers, up to the number of CPUs less one; one bad number drops all
checker_rlimit_rttime ; limit int 1..4294967295 unit=us ; 10000 ; 2.1.0 ;  ;  ; microseconds of real-time CPU; 1 becomes 2
checker_rlimit_rtime ; limit int 1..4294967295 unit=us ; 10000 ; 2.0.0 ; deprecated=2.1.0 alias=checker_rlimit_rttime ; checker_rlimit_rttime ; misspelt first name, logged
bfd_priority ; nice int -20..19 ; 0 ; 2.0.0 ; needs=bfd ;  ; process nice value
bfd_no_swap ;  ; off ; 2.0.0 ; needs=bfd ;  ; lock the process in memory
bfd_rt_priority ; priority int 1..99 ; off ; 2.0.0 ; needs=bfd ;  ; real-time priority; out of range is moved to the limit with a complaint
bfd_cpu_affinity ; cpu int 0.. ;  ; 2.0.17 ; list needs=bfd ;  ; one or more CPU numbers, up to the number of CPUs less one; one bad number drops all
bfd_rlimit_rttime ; limit int 1..4294967295 unit=us ; 10000 ; 2.1.0 ; needs=bfd ;  ; microseconds of real-time CPU; 1 becomes 2
bfd_rlimit_rtime ; limit int 1..4294967295 unit=us ; 10000 ; 2.0.0 ; deprecated=2.1.0 alias=bfd_rlimit_rttime needs=bfd ; bfd_rlimit_rttime ; misspelt first name, logged
notify_fifo ; path path, user? string, group? string ;  ; 1.3.6 ; once ;  ; pipe for state changes; a second one is refused
notify_fifo_script ; script script, user? string, group? string ;  ; 1.3.6 ; once ;  ; reader of the pipe, gets its name as last argument; a second one is refused
vrrp_notify_fifo ; path path, user? string, group? string ;  ; 1.3.6 ; once ;  ; pipe for state changes; a second one is refused
vrrp_notify_fifo_script ; script script, user? string, group? string ;  ; 1.3.6 ; once ;  ; reader of the pipe, gets its name as last argument; a second one is refused
lvs_notify_fifo ; path path, user? string, group? string ;  ; 1.3.6 ; once ;  ; pipe for state changes; a second one is refused
lvs_notify_fifo_script ; script script, user? string, group? string ;  ; 1.3.6 ; once ;  ; reader of the pipe, gets its name as last argument; a second one is refused
vrrp_notify_priority_changes ; state? bool =on|true|yes|off|false|no ; off ; 2.0.16 ;  ;  ; send priority changes to the pipe
fifo_write_vrrp_states_on_reload ;  ; off ; 2.2.5 ;  ;  ; write all states to the pipe after a reload
snmp_socket ; socket string ; unix:/var/agentx/master ; 1.2.20 ; needs=snmp once ;  ; e.g. udp:1.2.3.4:705; a second one is refused
enable_traps ;  ; off ; 1.2.5 ; needs=snmp ;  ; send SNMP traps
enable_snmp_vrrp ;  ; off ; 2.0.0 ; needs=snmp+snmp-vrrp ;  ; VRRP part of the keepalived MIB
enable_snmp_keepalived ;  ; off ; 1.2.20 ; deprecated=2.0.0 alias=enable_snmp_vrrp needs=snmp+snmp-vrrp ; enable_snmp_vrrp ; old name, accepted silently
enable_snmp_checker ;  ; off ; 1.2.20 ; needs=snmp+snmp-checker ;  ; checker part of the keepalived MIB
enable_snmp_rfc ;  ; off ; 1.2.20 ; needs=snmp+snmp-rfc ;  ; both RFC MIBs
enable_snmp_rfcv2 ;  ; off ; 1.2.20 ; needs=snmp+snmp-rfcv2 ;  ; RFC 2787 MIB
enable_snmp_rfcv3 ;  ; off ; 1.2.20 ; needs=snmp+snmp-rfcv3 ;  ; RFC 6527 MIB
snmp_vs_stats_update_interval ; interval seconds 0.001..30 unit=s ; 5 ; 2.3.0 ; needs=snmp+snmp-checker ;  ; how often figures are refreshed
snmp_rs_stats_update_interval ; interval seconds 0.001..30 unit=s ; snmp_vs_stats_update_interval ; 2.3.0 ; needs=snmp+snmp-checker ;  ; how often figures are refreshed
enable_dbus ;  ; off ; 1.3.0 ; needs=dbus ;  ; D-Bus interface
dbus_service_name ; name string ; org.keepalived.Vrrp1 ; 1.3.7 ; needs=dbus ;  ; D-Bus name to own
dbus_no_interface_name ; name string ; none ; 2.3.0 ; needs=dbus ;  ; path part for instances without an interface
script_user ; user string, group? string ; keepalived_script, else root ; 1.3.0 ;  ;  ; must come before scripts without their own user
set_supplementary_groups ; state? bool =on|true|yes|off|false|no ;  ; >2.4.3 ;  ;  ; not in any release yet
enable_script_security ;  ; off ; 1.3.0 ;  ;  ; refuse scripts run as root that others can write
vrrp_netlink_cmd_rcv_bufs ; size int 0..4294967295 unit=bytes ;  ; 2.0.0 ;  ;  ; 0 keeps the system size
vrrp_netlink_monitor_rcv_bufs ; size int 0..4294967295 unit=bytes ;  ; 2.0.0 ;  ;  ; 0 keeps the system size
process_monitor_rcv_bufs ; size int 0..4294967295 unit=bytes ;  ; 2.0.11 ; needs=track-process ;  ; 0 keeps the system size
lvs_netlink_cmd_rcv_bufs ; size int 0..4294967295 unit=bytes ;  ; 2.0.0 ;  ;  ; 0 keeps the system size
lvs_netlink_monitor_rcv_bufs ; size int 0..4294967295 unit=bytes ;  ; 2.0.0 ;  ;  ; 0 keeps the system size
vrrp_netlink_cmd_rcv_bufs_force ; state? bool =on|true|yes|off|false|no ; off ; 2.0.0 ;  ;  ; may exceed the system limit
vrrp_netlink_monitor_rcv_bufs_force ; state? bool =on|true|yes|off|false|no ; off ; 2.0.0 ;  ;  ; may exceed the system limit
process_monitor_rcv_bufs_force ; state? bool =on|true|yes|off|false|no ; off ; 2.0.11 ; needs=track-process ;  ; may exceed the system limit
lvs_netlink_cmd_rcv_bufs_force ; state? bool =on|true|yes|off|false|no ; off ; 2.0.0 ;  ;  ; may exceed the system limit
lvs_netlink_monitor_rcv_bufs_force ; state? bool =on|true|yes|off|false|no ; off ; 2.0.0 ;  ;  ; may exceed the system limit
rs_init_notifies ; state? bool =on|true|yes|off|false|no ; off ; 2.0.0 ;  ;  ; run notify scripts for the first state of real servers
no_checker_emails ; state? bool =on|true|yes|off|false|no ; off ; 2.0.0 ;  ;  ; no mail for single checker changes, only for real server changes
vrrp_rx_bufs_policy ; policy words =MTU|ADVERT|NUMBER ; system ; 2.0.3 ;  ;  ; MTU and ADVERT in any case, or a byte count 0..4294967295; count wins over words, MTU wins over ADVERT; NO_SEND_RX only in 2.0.3 to 2.0.5
vrrp_rx_bufs_multiplier ; count int 1..4294967295 ; 3 ; 2.0.3 ;  ;  ; times the policy size; exactly one argument
vrrp_startup_delay ; delay seconds 0.001..4294.967295 unit=s ; 0 ; 2.0.14 ;  ;  ; 60 s or more is logged as very large
vrrp_delay_after_boot ; delay seconds 0.001..4294.967295 unit=s ; 0 ; 2.4.0 ;  ;  ; measured from boot; the larger of this and vrrp_startup_delay counts
log_unknown_vrids ;  ; off ; 2.0.16 ;  ;  ; log adverts for other router ids
vmac_prefix ; prefix string ; vrrp ; 2.2.0 ; needs=vmac once ;  ; start of vmac interface names; a second one is refused
vmac_addr_prefix ; prefix string ; vmac_prefix ; 2.2.0 ; needs=vmac once ;  ; same for use_vmac_addr; a second one is refused
umask ; mask umask ;  ; 2.0.9 ;  ;  ; a number (C style, so 022 is octal and 0x12 hex) or names such as IRGRP | IWGRP; groups IRWXU, IRWXG, IRWXO since 2.2.8; ignored when given on the command line
random_seed ; seed int 0..4294967295 ;  ; 2.0.15 ;  ;  ; for testing
reload_check_config ; log_file? path ; off ; 2.2.0 ;  ;  ; check the new configuration before a reload; bare writes to the null device
reload_time_file ; path path ;  ; 2.1.0 ;  ;  ; file holding the time of a planned reload; exactly one argument
reload_repeat ;  ; off ; 2.1.0 ;  ;  ; look at the time file again after each reload
reload_file ; path? path ;  ; 2.2.0 ;  ;  ; file that exists while a reload runs; bare uses the run directory
include_check ; checks? words =read|match|wildcard_match|brace_match ; none ; 2.2.0 ; repeat ;  ; bare asks for all; first word sets, further words need + or -, a second plain word complains; acts on includes read after it
config_save_dir ; path path ;  ; 2.2.3 ;  ;  ; configuration is saved there at start and reload; made when missing; -t too makes it and writes a copy there (2.2.7)
tmp_config_directory ; path path ;  ; 2.2.0 ; once ;  ; where the copy of the configuration is kept; a second one is refused
data_use_instance ; state? bool =on|true|yes|off|false|no ; off ; 2.2.3 ;  ;  ; instance name in dump file names
json_version ; version int 1..2 ; 1 ; 2.2.8 ; needs=json ;  ; layout of the JSON dump
iproute_usr_dir ; path path ;  ; 2.3.2 ;  ;  ; exactly one argument; where routing table names are found
iproute_etc_dir ; path path ;  ; 2.3.2 ;  ;  ; exactly one argument; where routing table names are found
state_dump_file ; path path ; keepalived.data ; 2.3.3 ;  ;  ; exactly one non-empty argument; the manual calls it state_file_location, which is unknown to the program
stats_dump_file ; path path ; keepalived.stats ; 2.3.3 ;  ;  ; exactly one non-empty argument; the manual calls it stats_file_location, which is unknown to the program
json_dump_file ; path path ; keepalived.json ; 2.3.3 ;  ;  ; exactly one non-empty argument; the manual calls it json_file_location, which is unknown to the program
plugin_dir ; path path ;  ; 1.2 ; removed=1.2.20 ;  ; gone, no successor
""",
    "global_defs/lvs_sync_daemon": """\
inst ; name string ;  ; 2.1.0 ; word ;  ; instance whose state drives the daemon
id ; id int 0..255 ; router id of the instance ; 1.2.24 ; word
maxlen ; length int 1..65507 unit=bytes ;  ; 1.2.24 ; word ;  ; 0 allowed from 2.0.7 to 2.1.2
port ; port int 1..65535 ; 8848 ; 1.2.24 ; word ;  ; kernel default; 0 allowed from 2.0.7 to 2.1.2
ttl ; ttl int 1..255 ; 1 ; 1.2.24 ; word ;  ; kernel default; 0 allowed from 2.0.7 to 2.1.2
group ; address address multicast=yes ; 224.0.0.81 ; 1.2.24 ; word ;  ; kernel default; must be multicast
""",
    "global_defs/lvs_timeouts": """\
tcp ; timeout int 0..2678400 unit=s ;  ; 1.2.24 ; word ;  ; 0 leaves it unchanged
tcpfin ; timeout int 0..2678400 unit=s ;  ; 1.2.24 ; word ;  ; 0 leaves it unchanged
udp ; timeout int 0..2678400 unit=s ;  ; 1.2.24 ; word ;  ; 0 leaves it unchanged
""",
    "SSL": """\
password ; password string ;  ; 1.2 ;  ;  ; second value replaces with a complaint
ca ; file path ;  ; 1.2 ;  ;  ; second value replaces with a complaint
certificate ; file path ;  ; 1.2 ;  ;  ; second value replaces with a complaint
key ; file path ;  ; 1.2 ;  ;  ; second value replaces with a complaint
""",
    "track_group": """\
group ; names block content=instance_names ;  ; 2.0.3 ; opens ;  ; one list per track_group, a second is refused
""",
    "garp_group": """\
garp_interval ; interval seconds 0..4294.967295 unit=s ;  ; 1.2.21 ;  ;  ; maximum was 2147.483647 before 2.3.2; 1 s or more is logged as very large
gna_interval ; interval seconds 0..4294.967295 unit=s ;  ; 1.2.21 ;  ;  ; maximum was 2147.483647 before 2.3.2; 1 s or more is logged as very large
interface ; interface interface ;  ; 1.2.21 ; repeat ;  ; an interface can be in one garp_group only; not for vmacs
interfaces ; interfaces block content=interface_names ;  ; 1.2.21 ; opens repeat ;  ; the interfaces share the delay as one group
""",
    "track_file": """\
file ; path path ;  ; 2.1.0 ;  ;  ; second one refused; the file system must support inotify
weight ; weight int -254..254, reverse? enum =reverse ; 1 ; 2.1.0 ;  ;  ; multiplied by the number in the file; second one refused once it is not 1
init_file ; value? int -254..254, mode? enum =overwrite ; 0 ; 2.1.0 ;  ;  ; words in any order; creates the file, overwrite also replaces it; not written on reload or -t; values outside -254..254 complain but are kept
""",
    "vrrp_track_file": """\
file ; path path ;  ; 2.0.0 ;  ;  ; second one refused; the file system must support inotify
weight ; weight int -254..254, reverse? enum =reverse ; 1 ; 2.0.0 ;  ;  ; multiplied by the number in the file; second one refused once it is not 1
init_file ; value? int -254..254, mode? enum =overwrite ; 0 ; 2.0.0 ;  ;  ; words in any order; creates the file, overwrite also replaces it; not written on reload or -t; values outside -254..254 complain but are kept
""",
    "vrrp_track_process": """\
process ; command string, arg? string ;  ; 2.0.11 ; list needs=track-process once ;  ; further words are arguments to match (since 2.0.16) and turn on full_command; a second one is refused
param_match ; how? enum =initial|partial ; exact when arguments are given ; 2.0.16 ; needs=track-process ;  ; bare means exact
weight ; weight int -254..254, reverse? enum =reverse ; 0 ; 2.0.11 ; needs=track-process once ;  ; a second one is refused
quorum ; count int 1..65535 ; 1 ; 2.0.11 ; needs=track-process ;  ; refused when above quorum_max
quorum_max ; count int 0..65535 ; none ; 2.0.16 ; needs=track-process ;  ; refused when below quorum; 0 means the process must not run
delay ; delay seconds 1e-06..3600 unit=s ; 0 ; 2.0.11 ; needs=track-process ;  ; sets both fork_delay and terminate_delay
fork_delay ; delay seconds 1e-06..3600 unit=s ; 0 ; 2.0.16 ; needs=track-process ;  ; wait after a start
terminate_delay ; delay seconds 1e-06..3600 unit=s ; 0 ; 2.0.16 ; needs=track-process ;  ; wait after an end
full_command ;  ; off ; 2.0.11 ; needs=track-process ;  ; match the full command line, not the short name
""",
    "vrrp_script": """\
script ; script script ;  ; 1.2 ;  ;  ; no user here, use the user line
interval ; interval seconds 0..4294 unit=s ; 1 ; 1.2 ;  ;  ; three decimals since 2.3.2, whole seconds before; 0 becomes 1 with a complaint
timeout ; timeout seconds 0..4294 unit=s ; interval ; 1.2.6 ;  ;  ; three decimals since 2.3.2, whole seconds before; 0 becomes 1 with a complaint
weight ; weight int -253..253, reverse? enum =reverse ; 0 ; 1.2 ;  ;  ; 0 means fault on failure; reverse since 2.0.18; the bad number is stored all the same when out of range
rise ; count int 1..2147483647 ; 1 ; 1.2 ;  ;  ; bad value gives 1
fall ; count int 1..2147483647 ; 1 ; 1.2 ;  ;  ; bad value gives 1
user ; user string, group? string ; script_user ; 1.3.0 ;  ;  ; unknown user drops the script
init_fail ;  ; off ; 1.3.2 ;  ;  ; start in failed state
""",
    "bfd_instance": """\
source_ip ; address address ;  ; 2.0.0 ; needs=bfd ;  ; same family as the neighbour
neighbor_ip ; address address ;  ; 2.0.0 ; needs=bfd ;  ; required; a bad address drops the instance
neighbour_ip ; address address ;  ; 2.0.0 ; alias=neighbor_ip needs=bfd ;  ; other spelling
min_rx ; interval milliseconds 1..4294967 unit=ms ; 10 ; 2.0.0 ; needs=bfd ;  ; three decimals since 2.2.0; above 10000 is logged
min_tx ; interval milliseconds 1..4294967 unit=ms ; 10 ; 2.0.0 ; needs=bfd ;  ; three decimals since 2.2.0; above 10000 is logged
idle_tx ; interval milliseconds 1000..4294967 unit=ms ; 1000 ; 2.0.0 ; needs=bfd ;  ; three decimals since 2.2.0; above 10000 is logged
multiplier ; count int 1..255 ; 5 ; 2.0.0 ; needs=bfd ;  ; packets missed before the session is down
passive ;  ; off ; 2.0.0 ; needs=bfd ;  ; wait for the other side
ttl ; ttl int 1..255 ; 255 for IPv4, 64 for IPv6 ; 2.0.0 ; needs=bfd ;  ; shares its field with hoplimit
hoplimit ; hops int 1..255 ; 255 for IPv4, 64 for IPv6 ; 2.0.0 ; alias=ttl needs=bfd ;  ; same field as ttl
max_hops ; hops int -1..255 ; 0 ; 2.0.0 ; needs=bfd ;  ; -1 skips the check; above ttl is lowered with a complaint
multihop ; state? bool =on|true|yes|off|false|no ; off ; 2.2.8 ; needs=bfd ;  ; port 4784 instead of 3784
weight ; weight int -253..253, reverse? enum =reverse ; 0 ; 2.0.0 ; needs=bfd ;  ; only for the vrrp process
vrrp ;  ;  ; 2.0.0 ; needs=bfd ;  ; send events to vrrp only (or to both when checker is given too); neither word means both
checker ;  ;  ; 2.0.0 ; needs=bfd ;  ; send events to the checker only (or to both when vrrp is given too); neither word means both; alone, track_bfd cannot find it
""",
    "static_ipaddress": """\
<address> ; address address prefix=yes ;  ; 1.2 ; entry repeat ;  ; first word, ADDRESS[/PREFIX]; bare is /32 or /128; a bad prefix complains and the full length is used
dev ; interface interface ;  ; 1.2 ; word ;  ; once only; default is default_interface
scope ; scope enum =site|link|host|nowhere|global ;  ; 1.2 ; word ;  ; also a number; ignored with a complaint for IPv6
brd ; broadcast address =+|- ;  ; 1.2 ; word ;  ; IPv4 only, else the line is dropped; + and - since 1.3.7
broadcast ; broadcast address =+|- ;  ; 1.2 ; word alias=brd ;  ; same as brd
label ; label string max_length=15 ;  ; 1.2 ; word ;  ; longer drops the address; ignored with a complaint for IPv6
peer ; address address ;  ; 2.0.0 ; word ;  ; IPv6 or IPv4 peer; no prefix on the address itself; excludes brd
home ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
-nodad ;  ;  ; 1.3.6 ; word ;  ; with the leading minus
mngtmpaddr ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
noprefixroute ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
autojoin ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
no_track ;  ;  ; 2.0.3 ; word ;  ; was no-track in 2.0.0 to 2.0.2
no-track ;  ;  ; 2.0.0 ; word removed=2.0.3 ; no_track ; hyphen form of three releases
preferred_lft ; time int 0..4294967295 =forever unit=s ; 0 for /128, else forever ; 2.0.20 ; word ;  ; default is for IPv6
track_group ; name string ;  ; 2.0.3 ; word ;  ; the track_group must be defined earlier
""",
    "static_routes": """\
<destination> ; destination address =default|any|all prefix=yes ;  ; 1.2 ; entry repeat ;  ; may follow the word to and a route type; a lone unknown word is taken as destination and complains
to ; destination address prefix=yes ;  ; 1.2 ; word ;  ; before the destination
<type> ; type enum =unicast|local|broadcast|multicast|throw|unreachable|prohibit|blackhole|nat ;  ; 1.2.24 ; word ;  ; before the destination; blackhole alone is older
default6 ;  ;  ; 1.2.20 ; word deprecated=2.0.8 ; ::/0 ; only logged; the hint given, inet6 default, does not work (see inet6): write ::/0, or default via an IPv6 gateway
inet ;  ;  ; 2.0.8 ; word ;  ; as a word of its own it swallows the word after it (2.0.8 to 2.4.3), so inet6 default has no destination; fine after via
inet6 ;  ;  ; 2.0.8 ; word ;  ; as a word of its own it swallows the word after it (2.0.8 to 2.4.3), so inet6 default has no destination; fine after via
src ; address address ;  ; 1.2 ; word ;  ; preferred source
from ; source address prefix=yes ;  ; 1.2.24 ; word ;  ; IPv6 only
via ; family? enum =inet|inet6, gateway address ;  ; 1.2 ; word ;  ; gateway
gw ; gateway address ;  ; 1.2 ; word deprecated=1.2.24 alias=via ; via ; complains
or ; gateway address ;  ; 1.2 ; word deprecated=1.2.24 ; nexthop ; second gateway, complains
dev ; interface interface ;  ; 1.2 ; word ;  ; output interface; without it 2.0.1 to 2.3.1 complain that the route cannot be tracked, unless no_track
oif ; interface interface ;  ; 1.2 ; word alias=dev ;  ; same as dev
table ; table table ;  ; 1.2 ; word ;  ; name or number
scope ; scope enum =site|link|host|nowhere|global ;  ; 1.2 ; word ;  ; IPv4
metric ; metric int 0..4294967295 ;  ; 1.2 ; word
priority ; metric int 0..4294967295 ;  ; 1.2.24 ; word alias=metric ;  ; same as metric
preference ; metric int 0..4294967295 ;  ; 1.2.24 ; word alias=metric ;  ; same as metric
tos ; tos string ;  ; 1.2.24 ; word ;  ; IPv4; hex or name
dsfield ; tos string ;  ; 1.2.24 ; word alias=tos ;  ; same as tos
protocol ; protocol protocol ;  ; 1.2.24 ; word ;  ; reset to keepalived's own with a complaint unless no_track
onlink ;  ;  ; 1.2.24 ; word ;  ; IPv4
encap ; type enum =mpls|ip|ip6|ila ;  ; 1.2.24 ; word ;  ; words: ip id dst src tos ttl flags; ip6 id dst src tc hoplimit flags; mpls LABELS; ila LOCATOR
expires ; time int 0..4294967295 unit=s ;  ; 1.2.24 ; word ;  ; IPv6 only
mtu ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
advmss ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
reordering ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
cwnd ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
ssthresh ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
rtt ; lock? enum =lock, time string ;  ; 1.2.24 ; word ;  ; plain number, or with s or ms
rttvar ; lock? enum =lock, time string ;  ; 1.2.24 ; word ;  ; plain number, or with s or ms
rto_min ; lock? enum =lock, time string ;  ; 1.2.24 ; word ;  ; plain number, or with s or ms
hoplimit ; hops int 0..255 ;  ; 1.2.24 ; word
window ; value int 0..4294967295 ;  ; 1.2.24 ; word
initcwnd ; value int 0..4294967295 ;  ; 1.2.24 ; word
initrwnd ; value int 0..4294967295 ;  ; 1.2.24 ; word
realms ; realms string ;  ; 1.2.24 ; word ;  ; IPv4 only; [SRC/]DST
features ; feature enum =ecn ;  ; 1.2.24 ; word
quickack ; value int 0..1 ;  ; 1.2.24 ; word
congctl ; lock? enum =lock, name string ;  ; 1.2.24 ; word
pref ; pref enum =low|medium|high ;  ; 1.2.24 ; word ;  ; IPv6 only; also 0 to 255
as ; to? string, address address ;  ; 1.2.24 ; word ;  ; for MPLS; always complains and is ignored
ttl-propagate ; state enum =enabled|disabled ;  ; 2.0.8 ; word ;  ; hyphen; enabled or disabled, not on or off
fastopen_no_cookie ; value int 0..1 ;  ; 1.4.3 ; word
add ;  ;  ; 2.2.5 ; word ;  ; how the kernel is asked to insert; prepend is the default
append ;  ;  ; 2.2.5 ; word ;  ; how the kernel is asked to insert; prepend is the default
prepend ;  ;  ; 2.2.5 ; word ;  ; how the kernel is asked to insert; prepend is the default
vrf ; vrf interface ;  ; 2.2.5 ; word ;  ; must exist; sets the table
no_track ;  ;  ; 2.0.3 ; word ;  ; was no-track in 2.0.1 and 2.0.2
no-track ;  ;  ; 2.0.1 ; word removed=2.0.3 ; no_track ; hyphen form of two releases
track_group ; name string ;  ; 2.0.3 ; word ;  ; needs dev
nexthop ; hop words =via|dev|weight|onlink|encap|realms|as ;  ; 1.2.24 ; word repeat ;  ; must come last; repeat for more hops
""",
    "static_routes/nexthop": """\
via ; family? enum =inet|inet6, gateway address ;  ; 1.2.24 ; word
dev ; interface interface ;  ; 1.2.24 ; word
weight ; weight int 1..256 ;  ; 1.2.24 ; word
onlink ;  ;  ; 1.2.24 ; word
encap ; type enum =mpls|ip|ip6|ila ;  ; 1.2.24 ; word
realms ; realms string ;  ; 1.2.24 ; word ;  ; IPv4 only
""",
    "static_rules": """\
from ; from address =default|any|all prefix=yes ;  ; 1.2.20 ; word
to ; to address =default|any|all prefix=yes ;  ; 1.2.20 ; word
table ; table table ;  ; 1.2.20 ; word ;  ; name or number, not 0
lookup ; table table ;  ; 1.2.24 ; word alias=table ;  ; same as table
not ;  ;  ; 1.2.24 ; word ;  ; invert
priority ; priority int 0..4294967295 ;  ; 1.2.24 ; word ;  ; C style number, so 0x10 is 16; missing one is chosen with a complaint since 2.0.16
preference ; priority int 0..4294967295 ;  ; 1.2.24 ; word alias=priority ;  ; same as priority
order ; priority int 0..4294967295 ;  ; 1.2.24 ; word alias=priority ;  ; same as priority
tos ; tos string ;  ; 1.2.24 ; word ;  ; hex or name
dsfield ; tos string ;  ; 1.2.24 ; word alias=tos ;  ; same as tos
fwmark ; mark string ;  ; 1.2.24 ; word ;  ; MARK[/MASK], C style numbers
realms ; realms string ;  ; 1.2.24 ; word ;  ; IPv4; only with table
suppress_prefixlength ; length int 0..2147483647 ;  ; 1.2.24 ; word ;  ; only with table
sup_pl ; length int 0..2147483647 ;  ; 1.2.24 ; word alias=suppress_prefixlength ;  ; only with table
suppress_ifgroup ; group group ;  ; 1.2.24 ; word ;  ; only with table
sup_group ; group group ;  ; 1.2.24 ; word alias=suppress_ifgroup ;  ; only with table
iif ; interface interface ;  ; 1.2.24 ; word ;  ; input interface
dev ; interface interface ;  ; 1.2.24 ; word alias=iif ;  ; same as iif
oif ; interface interface ;  ; 1.2.24 ; word ;  ; output interface
tunnel-id ; id int 0.. ;  ; 1.2.24 ; word ;  ; hyphen
uidrange ; range string ;  ; 1.3.5 ; word ;  ; N-M
l3mdev ;  ;  ; 1.4.3 ; word ;  ; instead of table
protocol ; protocol int 0..255 ;  ; 2.0.1 ; word ;  ; number only here, a name is allowed for routes; reset to keepalived's own with a complaint unless no_track
ipproto ; protocol string ;  ; 2.0.1 ; word ;  ; name or number
sport ; ports range 0..65535 ;  ; 2.0.1 ; word ;  ; needs N-M: a single port always complains (2.0.1 to 2.4.3)
dport ; ports range 0..65535 ;  ; 2.0.1 ; word ;  ; needs N-M: a single port always complains (2.0.1 to 2.4.3)
inet ;  ;  ; 2.0.1 ; word ;  ; first word; since 2.0.8 it swallows the word after it (2.2.7 tried, 2.4.3 the same)
inet6 ;  ;  ; 2.0.1 ; word ;  ; first word; since 2.0.8 it swallows the word after it (2.2.7 tried, 2.4.3 the same)
type ; action enum =goto|nop|blackhole|prohibit|unreachable ;  ; 1.2.24 ; word ;  ; optional word before the action
goto ; priority int 0..4294967295 ;  ; 1.2.24 ; word ;  ; needs a priority below the target
nop ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
blackhole ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
prohibit ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
unreachable ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
no_track ;  ;  ; 2.0.3 ; word ;  ; was no-track in 2.0.1 and 2.0.2
no-track ;  ;  ; 2.0.1 ; word removed=2.0.3 ; no_track ; hyphen form of two releases
track_group ; name string ;  ; 2.0.3 ; word ;  ; needs iif
""",
    "linkbeat_interfaces": """\
<interface> ; interface interface ;  ; 2.0.13 ; entry repeat needs=linkbeat ;  ; first word
MII ;  ;  ; 2.0.13 ; word needs=linkbeat ;  ; method, upper case; default tries each
ETHTOOL ;  ;  ; 2.0.13 ; word needs=linkbeat ;  ; method, upper case; default tries each
IOCTL ;  ;  ; 2.0.13 ; word needs=linkbeat ;  ; method, upper case; default tries each
""",
    "interface_up_down_delays": """\
<interface> ; interface interface, down_delay seconds 0..255 unit=s, up_delay? seconds 0..255 unit=s ;  ; 2.2.3 ; entry repeat ;  ; order is down, then up; a missing up delay is 0; bad numbers are only logged; reset when not below twice advert_int (more with down_timer_adverts)
""",
    "vrrp_sync_group": """\
group ; names block content=instance_names ;  ; 1.2 ; opens ;  ; one list per sync group, a second is refused; one member only is complained about; an instance may be in one group only
track_interface ; entries block content=track_entries ;  ; 2.0.0 ; opens repeat ;  ; NAME [weight N [reverse]]; the own interface is ignored with a complaint unless dont_track_primary
track_script ; entries block content=track_entries ;  ; 2.0.0 ; opens repeat ;  ; NAME [weight N [reverse|noreverse]]; the script must be defined earlier in the file
track_file ; entries block content=track_entries ;  ; 2.0.0 ; opens repeat ;  ; NAME [weight N [reverse|noreverse]]; the file must be defined earlier
track_process ; entries block content=track_entries ;  ; 2.0.11 ; opens repeat needs=track-process ;  ; NAME [weight N [reverse|noreverse]]; the process must be defined earlier
track_bfd ; entries block content=track_entries ;  ; 2.0.0 ; opens repeat needs=bfd ;  ; NAME [weight N [reverse|noreverse]]; the BFD instance must be defined earlier
notify_backup ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify_master ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify_fault ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify_stop ; script script, user? string, group? string ;  ; 2.0.0 ; once ;  ; run on that state; a second one is refused
notify ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; gets four more arguments: GROUP or INSTANCE, name, state, priority; a second one is refused
smtp_alert ; state? bool =on|true|yes|off|false|no ; smtp_alert_vrrp, smtp_alert, off ; 1.2 ;  ;  ; mail on state change; plain flag before 2.0.0
notify_priority_changes ; state? bool =on|true|yes|off|false|no ; vrrp_notify_priority_changes ; 2.2.0 ;  ;  ; send priority changes to the pipe
global_tracking ;  ; off ; 1.2.3 ; deprecated=2.0.0 ; track_interface, track_script, track_file in the sync group ; complains and acts as sync_group_tracking_weight
sync_group_tracking_weight ;  ; off ; 2.0.0 ;  ;  ; allow tracking with weights inside a sync group
""",
    "vrrp_sync_group/track_bfd": """\
<name> ; name string ;  ; 2.0.0 ; entry repeat needs=bfd ;  ; first word; a duplicate is refused
weight ; weight int -253..253 ; weight of the tracked object ; 2.0.0 ; word needs=bfd ;  ; 254 is refused
reverse ;  ;  ; 2.0.18 ; word needs=bfd ;  ; after the weight only
noreverse ;  ;  ; 2.0.18 ; word needs=bfd ;  ; after the weight only
""",
    "vrrp_sync_group/track_file": """\
<name> ; name string ;  ; 2.0.0 ; entry repeat ;  ; first word; a duplicate is refused
weight ; weight int -254..254 ; weight of the tracked object ; 2.0.0 ; word ;  ; 254 allowed here
reverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
noreverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
""",
    "vrrp_sync_group/track_interface": """\
<name> ; name string ;  ; 2.0.0 ; entry repeat ;  ; first word; a duplicate is refused
weight ; weight int -253..253 ; 0 ; 2.0.0 ; word ;  ; 254 and -254 complain and become 253
reverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
""",
    "vrrp_sync_group/track_process": """\
<name> ; name string ;  ; 2.0.11 ; entry repeat needs=track-process ;  ; first word; a duplicate is refused
weight ; weight int -254..254 ; weight of the tracked object ; 2.0.11 ; word needs=track-process ;  ; 254 allowed here
reverse ;  ;  ; 2.0.18 ; word needs=track-process ;  ; after the weight only
noreverse ;  ;  ; 2.0.18 ; word needs=track-process ;  ; after the weight only
""",
    "vrrp_sync_group/track_script": """\
<name> ; name string ;  ; 2.0.0 ; entry repeat ;  ; first word; a duplicate is refused
weight ; weight int -253..253 ; weight of the tracked object ; 2.0.0 ; word ;  ; 254 and -254 complain and become 253
reverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
noreverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
""",
    "vrrp_instance": """\
track_interface ; entries block content=track_entries ;  ; 1.2 ; opens repeat ;  ; NAME [weight N [reverse]]; the own interface is ignored with a complaint unless dont_track_primary
track_script ; entries block content=track_entries ;  ; 1.2 ; opens repeat ;  ; NAME [weight N [reverse|noreverse]]; the script must be defined earlier in the file
track_file ; entries block content=track_entries ;  ; 2.0.0 ; opens repeat ;  ; NAME [weight N [reverse|noreverse]]; the file must be defined earlier
track_process ; entries block content=track_entries ;  ; 2.0.11 ; opens repeat needs=track-process ;  ; NAME [weight N [reverse|noreverse]]; the process must be defined earlier
track_bfd ; entries block content=track_entries ;  ; 2.0.0 ; opens repeat needs=bfd ;  ; NAME [weight N [reverse|noreverse]]; the BFD instance must be defined earlier
notify_backup ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify_master ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify_fault ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify_stop ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; run on that state; a second one is refused
notify ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; gets four more arguments: GROUP or INSTANCE, name, state, priority; a second one is refused
smtp_alert ; state? bool =on|true|yes|off|false|no ; smtp_alert_vrrp, smtp_alert, off ; 1.2 ;  ;  ; mail on state change; plain flag before 2.0.0
notify_priority_changes ; state? bool =on|true|yes|off|false|no ; sync group, then global ; 2.0.16 ;  ;  ; send priority changes to the pipe
state ; state enum =MASTER|BACKUP ; MASTER when priority 255, else BACKUP ; 1.2 ;  ;  ; anything else complains and means BACKUP; BACKUP after MASTER is refused; strict ties MASTER to priority 255
interface ; interface interface ;  ; 1.2 ;  ;  ; may be left out with unicast_src_ip; loopback refused; must exist unless dynamic_interfaces
virtual_router_id ; vrid int 1..255 ;  ; 1.2 ;  ;  ; required; shown as 0 and rejected when missing
priority ; priority int 1..255 ; 100, or 255 when state MASTER ; 1.2 ;  ;  ; out of range gives 100
advert_int ; interval seconds 0.01..255 unit=s ; 1 ; 1.2 ;  ;  ; version 2 wants whole seconds and rounds; version 3 steps of 0.01 up to 40.95; whole seconds only before 1.2.17
version ; version int 2..3 ; vrrp_version, 3 for IPv6 ; 1.2.17 ;  ;  ; a version that conflicts with the address family is refused
authentication ;  ;  ; 1.2 ; opens needs=vrrp-auth ;  ; ignored with a complaint in version 3 and under strict mode
auth_hmac ;  ;  ; 2.4.0 ; opens repeat needs=vrrp-auth ;  ; keyed digest for adverts; replaces authentication; without a defined active_key it is switched off
use_vmac ; options? words =NAME|MAC|group|name|netlink_notify_msg ;  ; 1.2.3 ; needs=vmac ;  ; name and MAC in any order; MAC may leave out the last octet, which then is the router id; words group, name, netlink_notify_msg since 2.3.0; MAC since 2.2.5, not multicast and cleared under strict
use_vmac_addr ;  ;  ; 2.2.0 ; needs=vmac ;  ; vmac for the VIPs of an instance that already sits on another interface
vmac_xmit_base ;  ; off ; 1.2.10 ; needs=vmac ;  ; send from the parent interface; without a vmac it complains; forced on for unicast with use_vmac, with a complaint
use_ipvlan ; options? words =NAME|ADDRESS|bridge|private|vepa|group|name ; off ; 2.0.17 ; needs=ipvlan once ;  ; one of bridge, private, vepa; address also becomes the source address, and IPv4 wants it (mcast_src_ip does not count in 2.2.7); group and name since 2.3.0; a second line is refused
unicast_peer ; peers block content=peer_lines ;  ; 1.2.8 ; opens repeat ;  ; ADDRESS [min_ttl N] [max_ttl N]; empty means multicast with a complaint since 2.2.5; refused in strict mode on multicast interfaces, except 2.2.5 to 2.3.4 where that test came too early and never hit
unicast_fault_no_peer ;  ; off ; 2.2.5 ;  ;  ; fault instead of multicast when there are no peers
check_unicast_src ;  ; vrrp_check_unicast_src ; 2.1.0 ;  ;  ; adverts must come from a peer; implied by min_ttl or max_ttl
old_unicast_checksum ; mode? enum =never ; auto ; 1.3.7 ; needs=checksum-compat ;  ; checksum of version 3 unicast as in old releases; never stops the automatic fallback
native_ipv6 ;  ; off ; 1.2 ;  ;  ; forces IPv6 and version 3; refused when the instance is IPv4
vrf ; vrf interface ;  ; 2.2.5 ; needs=vrf once ;  ; only for unicast without interface; a second one is refused
dont_track_primary ;  ; off ; 1.2 ;  ;  ; do not go to fault when the own interface fails
mcast_src_ip ; address address ;  ; 1.2 ;  ;  ; sets the family of the instance when first; shares its field with unicast_src_ip
unicast_src_ip ; address address ;  ; 1.2.10 ;  ;  ; as mcast_src_ip, and counts as a unicast keyword
mcast_dst_ip ; group address multicast=yes ; vrrp_mcast_group4 or 6 ; 2.2.5 ;  ;  ; IPv6 must be link-local multicast; ignored with unicast
track_src_ip ;  ; off ; 2.0.0 ;  ;  ; fault when the source address goes; only with a configured source address
unicast_ttl ; ttl int 0..255 ; 255 for IPv4, kernel for IPv6 ; 2.1.0 ;  ;  ; without unicast peers it complains and is reset
virtual_ipaddress ; addresses block content=address_lines ;  ; 1.2 ; opens repeat ;  ; line grammar below; first address sets the family; over what fits in a packet moves to excluded
virtual_ipaddress_excluded ; addresses block content=address_lines ;  ; 1.2 ; opens repeat ;  ; not advertised; may be of the other family
no_virtual_ipaddress ;  ; off ; 2.2.8 ;  ;  ; no complaint about an instance without addresses
promote_secondaries ;  ; off ; 1.3.0 ;  ;  ; set the kernel flag on the interface
linkbeat_use_polling ;  ; off ; 2.0.0 ; deprecated=2.0.13 needs=linkbeat ; linkbeat_interfaces ; complains
v3_checksum_as_v2 ; state? bool =on|true|yes|off|false|no ; global ; 2.2.8 ;  ;  ; takes a bool here, not in global_defs
virtual_routes ; routes block content=route_lines ;  ; 1.2 ; opens repeat ;  ; line grammar in block vrrp_instance/virtual_routes
virtual_rules ; rules block content=rule_lines ;  ; 1.2.20 ; opens repeat ;  ; line grammar in block vrrp_instance/virtual_rules
accept ;  ; on unless strict and not owner ; 1.2.17 ;  ;  ; strict with version 2 resets it, with a complaint; no effect without firewall support
no_accept ;  ;  ; 1.3.0 ; needs=iptables|nftables ;  ; drop packets to the VIPs; last of accept and no_accept wins; needs firewall support
skip_check_adv_addr ; state? bool =on|true|yes|off|false|no ; vrrp_skip_check_adv_addr ; 1.2.20 ;  ;  ; since 2.2.5 any valid word turns it on, even off (still so in 2.4.3)
strict_mode ; state? bool =on|true|yes|off|false|no ; vrrp_strict ; 1.2.20 ;  ;  ; per instance strictness
preempt ;  ; on ; 1.2 ;  ;  ; default, kept for old files; undoes nopreempt
nopreempt ;  ; off ; 1.2 ;  ;  ; cleared with a complaint for state MASTER or priority 255
preempt_delay ; delay seconds 0..1000 unit=s ; 0 ; 1.2 ;  ;  ; cleared for state MASTER, nopreempt and strict; decimals since 2.0.0
debug ; level int 0..4 ; 0 ; 1.2 ;  ;  ; debug output must be built in
notify_deleted ; script? script, user? string, group? string ;  ; 2.1.0 ; once ;  ; bare makes the other notifies say DELETED instead of FAULT when a reload removes the instance; a script is run as well; a second one is refused
notify_master_rx_lower_pri ; script script, user? string, group? string ;  ; 2.0.6 ; once ;  ; run when a master hears a lower priority; a second one is refused
lvs_sync_daemon_interface ; interface interface ;  ; 1.2 ; deprecated=1.2.20 ; lvs_sync_daemon in global_defs ; complains
garp_master_delay ; delay int 0..4294 unit=s ; global ; 1.2 ;  ;  ; second burst of gratuitous ARP after becoming master; 0 sends none; whole seconds
garp_master_repeat ; count int 0..4294967295 ; global ; 1.2.14 ;  ;  ; 0 is changed to 1 with a complaint
garp_master_refresh ; interval int 0..4294967295 unit=s ; global ; 1.2.10 ;  ;  ; 0 means no refresh
garp_master_refresh_repeat ; count int 0..4294967295 ; global ; 1.2.14 ;  ;  ; 0 is changed to 1 with a complaint
garp_lower_prio_delay ; delay int 0..4294 unit=s ; global ; 1.2.20 ;  ;  ; reset to 0 under strict mode with a complaint
garp_lower_prio_repeat ; count int 0..2147483647 ; global ; 1.2.20 ;  ;  ; reset to 0 under strict mode with a complaint
down_timer_adverts ; count int 1..100 ; global ; 2.2.3 ;  ;  ; adverts missed before the master counts as gone; strict mode forces 3
lower_prio_no_advert ; state? bool =on|true|yes|off|false|no ; global, on when strict ; 1.2.20 ;  ;  ; strict mode forces on
higher_prio_send_advert ; state? bool =on|true|yes|off|false|no ; global, off when strict ; 1.3.5 ;  ;  ; strict mode forces off
owner_ignore_adverts ; state? bool =on|true|yes|off|false|no ; global, on when strict and priority 255 ; 2.3.3 ;  ;  ; only for priority 255; an explicit off at priority 255 is forced on with a complaint, strict or not (2.4.3)
timer_expired_backup ; highest_priority? int 1..254 ; off ; 2.2.8 ;  ;  ; bare means 254; needs nopreempt, else reset with a complaint
thread_timer_expired ; highest_priority? int 1..254 ; off ; 2.3.2 ; deprecated=2.3.2 alias=timer_expired_backup ; timer_expired_backup ; name from the release notes, complains from the start
garp_extra_if ; which? enum =all, interval int 0..86400 unit=s ; global ; 2.2.3 ; needs=vmac ;  ; 0 allowed here, not in global_defs; words in any order
vmac_garp_intvl ; which? enum =all, interval int 0..86400 unit=s ; global ; 2.2.0 ; deprecated=2.2.3 alias=garp_extra_if needs=vmac ; garp_extra_if ; 0 allowed here, not in global_defs; words in any order
kernel_rx_buf_size ; size int 0..4294967295 unit=bytes ;  ; 2.0.3 ;  ;  ; exactly one argument
""",
    "vrrp_instance/auth_hmac": """\
key ; id int 1..255, value secret max_length=64 min_length=32 ;  ; 2.4.0 ; repeat needs=vrrp-auth ;  ; text, hex:DIGITS, or file:PATH; 32 to 64 bytes; ids must differ; a key file readable by others is a script-security complaint
active_key ; id int 1..255 ;  ; 2.4.0 ; needs=vrrp-auth ;  ; key used for sending; must be defined
time_window ; time int 1..300 unit=s ; 3 x advert_int, at least 5 ; 2.4.0 ; needs=vrrp-auth ;  ; only for anti_replay time
anti_replay ; how enum =time|monotonic ; time ; 2.4.0 ; needs=vrrp-auth ;  ; how old adverts are refused
mode ; mode enum =enforce|permissive|receive-only ; enforce ; 2.4.0 ; needs=vrrp-auth ;  ; receive-only since 2.4.2; strict mode forces enforce
""",
    "vrrp_instance/authentication": """\
auth_type ; type enum =PASS|AH ; none ; 1.2 ; needs=vrrp-auth ;  ; case matters; AH not with IPv6, and AH clears state MASTER below priority 255
auth_pass ; password string max_length=8 ;  ; 1.2 ; needs=vrrp-auth ;  ; longer is cut to 8 bytes with a complaint; without it the type is dropped
""",
    "vrrp_instance/track_interface": """\
<name> ; name string ;  ; 1.2 ; entry repeat ;  ; first word; a duplicate is refused
weight ; weight int -253..253 ; 0 ; 1.2 ; word ;  ; 254 and -254 complain and become 253
reverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
""",
    "vrrp_instance/track_script": """\
<name> ; name string ;  ; 1.2 ; entry repeat ;  ; first word; a duplicate is refused
weight ; weight int -253..253 ; weight of the tracked object ; 1.2 ; word ;  ; 254 and -254 complain and become 253
reverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
noreverse ;  ;  ; 2.0.18 ; word ;  ; after the weight only
""",
    "vrrp_instance/unicast_peer": """\
<address> ; address address ;  ; 1.2.8 ; entry repeat ;  ; same family for all; a duplicate is refused
min_ttl ; ttl int 0..255 ; 0 ; 2.1.0 ; word ;  ; turns on check_unicast_src; a bad value is skipped silently at run time
max_ttl ; ttl int 0..255 ; 255 ; 2.1.0 ; word ;  ; turns on check_unicast_src; a bad value is skipped silently at run time
""",
    "vrrp_instance/use_ipvlan": """\
bridge ;  ;  ; 2.0.17 ; word needs=ipvlan ;  ; once only
private ;  ;  ; 2.0.17 ; word needs=ipvlan ;  ; once only
vepa ;  ;  ; 2.0.17 ; word needs=ipvlan ;  ; once only
group ; group group ;  ; 2.3.0 ; word needs=ipvlan ;  ; interface group
name ; name string max_length=15 ;  ; 2.3.0 ; word needs=ipvlan ;  ; optional word before the interface name
""",
    "vrrp_instance/use_vmac": """\
netlink_notify_msg ;  ;  ; 2.3.0 ; word needs=vmac
group ; group group ;  ; 2.3.0 ; word needs=vmac ;  ; interface group
name ; name string max_length=15 ;  ; 2.3.0 ; word needs=vmac ;  ; optional word before the interface name
""",
    "vrrp_instance/virtual_ipaddress": """\
<address> ; address address prefix=yes ;  ; 1.2 ; entry repeat ;  ; first word, ADDRESS[/PREFIX]; bare is /32 or /128; a bad prefix complains and the full length is used
dev ; interface interface ;  ; 1.2 ; word ;  ; once only; default is the interface of the instance
scope ; scope enum =site|link|host|nowhere|global ;  ; 1.2 ; word ;  ; also a number; ignored with a complaint for IPv6
brd ; broadcast address =+|- ;  ; 1.2 ; word ;  ; IPv4 only, else the line is dropped; + and - since 1.3.7
broadcast ; broadcast address =+|- ;  ; 1.2 ; word alias=brd ;  ; same as brd
label ; label string max_length=15 ;  ; 1.2 ; word ;  ; longer drops the address; ignored with a complaint for IPv6
peer ; address address ;  ; 2.0.0 ; word ;  ; IPv6 or IPv4 peer; no prefix on the address itself; excludes brd
home ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
-nodad ;  ;  ; 1.3.6 ; word ;  ; with the leading minus
mngtmpaddr ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
noprefixroute ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
autojoin ;  ;  ; 1.3.6 ; word ;  ; kernel address flag
no_track ;  ;  ; 2.0.3 ; word ;  ; was no-track in 2.0.0 to 2.0.2
no-track ;  ;  ; 2.0.0 ; word removed=2.0.3 ; no_track ; hyphen form of three releases
preferred_lft ; time int 0..4294967295 =forever unit=s ; 0 for /128, else forever ; 2.0.20 ; word ;  ; default is for IPv6
use_vmac ;  ;  ; 2.2.0 ; word needs=vmac ;  ; put this address on a vmac of its own interface
""",
    "vrrp_instance/virtual_routes": """\
<destination> ; destination address =default|any|all prefix=yes ;  ; 1.2 ; entry repeat ;  ; may follow the word to and a route type; a lone unknown word is taken as destination and complains
to ; destination address prefix=yes ;  ; 1.2 ; word ;  ; before the destination
<type> ; type enum =unicast|local|broadcast|multicast|throw|unreachable|prohibit|blackhole|nat ;  ; 1.2.24 ; word ;  ; before the destination; blackhole alone is older
default6 ;  ;  ; 1.2.20 ; word deprecated=2.0.8 ; ::/0 ; only logged; the hint given, inet6 default, does not work (see inet6): write ::/0, or default via an IPv6 gateway
inet ;  ;  ; 2.0.8 ; word ;  ; as a word of its own it swallows the word after it (2.0.8 to 2.4.3), so inet6 default has no destination; fine after via
inet6 ;  ;  ; 2.0.8 ; word ;  ; as a word of its own it swallows the word after it (2.0.8 to 2.4.3), so inet6 default has no destination; fine after via
src ; address address ;  ; 1.2 ; word ;  ; preferred source
from ; source address prefix=yes ;  ; 1.2.24 ; word ;  ; IPv6 only
via ; family? enum =inet|inet6, gateway address ;  ; 1.2 ; word ;  ; gateway
gw ; gateway address ;  ; 1.2 ; word deprecated=1.2.24 alias=via ; via ; complains
or ; gateway address ;  ; 1.2 ; word deprecated=1.2.24 ; nexthop ; second gateway, complains
dev ; interface interface ;  ; 1.2 ; word ;  ; output interface; without it 2.0.1 to 2.3.1 complain that the route cannot be tracked, unless no_track
oif ; interface interface ;  ; 1.2 ; word alias=dev ;  ; same as dev
table ; table table ;  ; 1.2 ; word ;  ; name or number
scope ; scope enum =site|link|host|nowhere|global ;  ; 1.2 ; word ;  ; IPv4
metric ; metric int 0..4294967295 ;  ; 1.2 ; word
priority ; metric int 0..4294967295 ;  ; 1.2.24 ; word alias=metric ;  ; same as metric
preference ; metric int 0..4294967295 ;  ; 1.2.24 ; word alias=metric ;  ; same as metric
tos ; tos string ;  ; 1.2.24 ; word ;  ; IPv4; hex or name
dsfield ; tos string ;  ; 1.2.24 ; word alias=tos ;  ; same as tos
protocol ; protocol protocol ;  ; 1.2.24 ; word ;  ; reset to keepalived's own with a complaint unless no_track
onlink ;  ;  ; 1.2.24 ; word ;  ; IPv4
encap ; type enum =mpls|ip|ip6|ila ;  ; 1.2.24 ; word ;  ; words: ip id dst src tos ttl flags; ip6 id dst src tc hoplimit flags; mpls LABELS; ila LOCATOR
expires ; time int 0..4294967295 unit=s ;  ; 1.2.24 ; word ;  ; IPv6 only
mtu ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
advmss ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
reordering ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
cwnd ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
ssthresh ; lock? enum =lock, value int 0..4294967295 ;  ; 1.2.24 ; word
rtt ; lock? enum =lock, time string ;  ; 1.2.24 ; word ;  ; plain number, or with s or ms
rttvar ; lock? enum =lock, time string ;  ; 1.2.24 ; word ;  ; plain number, or with s or ms
rto_min ; lock? enum =lock, time string ;  ; 1.2.24 ; word ;  ; plain number, or with s or ms
hoplimit ; hops int 0..255 ;  ; 1.2.24 ; word
window ; value int 0..4294967295 ;  ; 1.2.24 ; word
initcwnd ; value int 0..4294967295 ;  ; 1.2.24 ; word
initrwnd ; value int 0..4294967295 ;  ; 1.2.24 ; word
realms ; realms string ;  ; 1.2.24 ; word ;  ; IPv4 only; [SRC/]DST
features ; feature enum =ecn ;  ; 1.2.24 ; word
quickack ; value int 0..1 ;  ; 1.2.24 ; word
congctl ; lock? enum =lock, name string ;  ; 1.2.24 ; word
pref ; pref enum =low|medium|high ;  ; 1.2.24 ; word ;  ; IPv6 only; also 0 to 255
as ; to? string, address address ;  ; 1.2.24 ; word ;  ; for MPLS; always complains and is ignored
ttl-propagate ; state enum =enabled|disabled ;  ; 2.0.8 ; word ;  ; hyphen; enabled or disabled, not on or off
fastopen_no_cookie ; value int 0..1 ;  ; 1.4.3 ; word
add ;  ;  ; 2.2.5 ; word ;  ; how the kernel is asked to insert; prepend is the default
append ;  ;  ; 2.2.5 ; word ;  ; how the kernel is asked to insert; prepend is the default
prepend ;  ;  ; 2.2.5 ; word ;  ; how the kernel is asked to insert; prepend is the default
vrf ; vrf interface ;  ; 2.2.5 ; word ;  ; must exist; sets the table
no_track ;  ;  ; 2.0.3 ; word ;  ; was no-track in 2.0.1 and 2.0.2
no-track ;  ;  ; 2.0.1 ; word removed=2.0.3 ; no_track ; hyphen form of two releases
nexthop ; hop words =via|dev|weight|onlink|encap|realms|as ;  ; 1.2.24 ; word repeat ;  ; must come last; repeat for more hops
""",
    "vrrp_instance/virtual_rules": """\
from ; from address =default|any|all prefix=yes ;  ; 1.2.20 ; word
to ; to address =default|any|all prefix=yes ;  ; 1.2.20 ; word
table ; table table ;  ; 1.2.20 ; word ;  ; name or number, not 0
lookup ; table table ;  ; 1.2.24 ; word alias=table ;  ; same as table
not ;  ;  ; 1.2.24 ; word ;  ; invert
priority ; priority int 0..4294967295 ;  ; 1.2.24 ; word ;  ; C style number, so 0x10 is 16; missing one is chosen with a complaint since 2.0.16
preference ; priority int 0..4294967295 ;  ; 1.2.24 ; word alias=priority ;  ; same as priority
order ; priority int 0..4294967295 ;  ; 1.2.24 ; word alias=priority ;  ; same as priority
tos ; tos string ;  ; 1.2.24 ; word ;  ; hex or name
dsfield ; tos string ;  ; 1.2.24 ; word alias=tos ;  ; same as tos
fwmark ; mark string ;  ; 1.2.24 ; word ;  ; MARK[/MASK], C style numbers
realms ; realms string ;  ; 1.2.24 ; word ;  ; IPv4; only with table
suppress_prefixlength ; length int 0..2147483647 ;  ; 1.2.24 ; word ;  ; only with table
sup_pl ; length int 0..2147483647 ;  ; 1.2.24 ; word alias=suppress_prefixlength ;  ; only with table
suppress_ifgroup ; group group ;  ; 1.2.24 ; word ;  ; only with table
sup_group ; group group ;  ; 1.2.24 ; word alias=suppress_ifgroup ;  ; only with table
iif ; interface interface ;  ; 1.2.24 ; word ;  ; input interface
dev ; interface interface ;  ; 1.2.24 ; word alias=iif ;  ; same as iif
oif ; interface interface ;  ; 1.2.24 ; word ;  ; output interface
tunnel-id ; id int 0.. ;  ; 1.2.24 ; word ;  ; hyphen
uidrange ; range string ;  ; 1.3.5 ; word ;  ; N-M
l3mdev ;  ;  ; 1.4.3 ; word ;  ; instead of table
protocol ; protocol int 0..255 ;  ; 2.0.1 ; word ;  ; number only here, a name is allowed for routes; reset to keepalived's own with a complaint unless no_track
ipproto ; protocol string ;  ; 2.0.1 ; word ;  ; name or number
sport ; ports range 0..65535 ;  ; 2.0.1 ; word ;  ; needs N-M: a single port always complains (2.0.1 to 2.4.3)
dport ; ports range 0..65535 ;  ; 2.0.1 ; word ;  ; needs N-M: a single port always complains (2.0.1 to 2.4.3)
inet ;  ;  ; 2.0.1 ; word ;  ; first word; since 2.0.8 it swallows the word after it (2.2.7 tried, 2.4.3 the same)
inet6 ;  ;  ; 2.0.1 ; word ;  ; first word; since 2.0.8 it swallows the word after it (2.2.7 tried, 2.4.3 the same)
type ; action enum =goto|nop|blackhole|prohibit|unreachable ;  ; 1.2.24 ; word ;  ; optional word before the action
goto ; priority int 0..4294967295 ;  ; 1.2.24 ; word ;  ; needs a priority below the target
nop ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
blackhole ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
prohibit ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
unreachable ;  ;  ; 1.2.24 ; word ;  ; action; one action only, and one is required
no_track ;  ;  ; 2.0.3 ; word ;  ; was no-track in 2.0.1 and 2.0.2
no-track ;  ;  ; 2.0.1 ; word removed=2.0.3 ; no_track ; hyphen form of two releases
""",
    "virtual_server_group": """\
<address> ; address address range=yes, port? int 0..65535 ;  ; 1.2 ; entry repeat ;  ; ADDRESS, ADDRESS-LAST (IPv4 last octet decimal, IPv6 last group hex), ADDRESS-ADDRESS or ADDRESS/MASK; port numeric, 0 or none needs persistence
fwmark ; fwmark int 0..4294967295, family? enum =inet|inet6 ;  ; 1.2 ; word repeat ;  ; family since 2.1.0; mixed families need it
""",
    "virtual_server": """\
ip_family ; family enum =inet|inet6 ;  ; 1.2.20 ;  ;  ; for fwmark; refused when it contradicts the address
retry ; count int 1..4294967295 ; checker default ; 1.3.7 ;  ;  ; minimum 1 here, 0 inside a checker
delay_before_retry ; delay seconds 0.. unit=s ; checker default ; 1.3.7 ;  ;  ; inherited by checkers
warmup ; delay seconds 0.. unit=s ; delay_loop of the checker ; 1.3.7 ;  ;  ; first check is at a random moment within this
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; 5 ; 2.0.13 ;  ;  ; inherited by checkers
delay_loop ; interval seconds 1e-06.. unit=s ; 60 ; 1.2 ;  ;  ; decimals since 2.0.13, whole seconds before
inhibit_on_failure ;  ; off ; 1.3.7 ;  ;  ; plain flag: a following off is ignored and turns it on; in real_server it takes a bool
lb_algo ; scheduler enum =rr|wrr|lc|wlc|lblc|sh|mh|dh|fo|ovf|lblcr|sed|nq|twos ; wlc ; 1.2 ;  ;  ; names checked since 2.0.7, twos since 2.2.5; an unknown name complains and wlc is used; missing one complains too
lvs_sched ; scheduler enum =rr|wrr|lc|wlc|lblc|sh|mh|dh|fo|ovf|lblcr|sed|nq|twos ; wlc ; 1.2 ; alias=lb_algo ;  ; names checked since 2.0.7, twos since 2.2.5; an unknown name complains and wlc is used; missing one complains too
hashed ;  ; off ; 1.3.0 ; deprecated=2.1.4 ;  ; no effect since 2.1.4: it complains, or is silent under sh or mh
ops ;  ; off ; 1.2.8 ;  ;  ; one-packet scheduling; only UDP or fwmark, else reset with a complaint
flag-1 ;  ; off ; 1.3.0 ; needs=kernel-3.11 ;  ; scheduler flag bit
flag-2 ;  ; off ; 1.3.0 ; needs=kernel-3.11 ;  ; scheduler flag bit
flag-3 ;  ; off ; 1.3.0 ; needs=kernel-3.11 ;  ; scheduler flag bit
sh-port ;  ; off ; 1.3.0 ; needs=kernel-3.11 ;  ; must come after lb_algo sh, else it complains (or is silent under mh)
sh-fallback ;  ; off ; 1.3.0 ; needs=kernel-3.11 ;  ; must come after lb_algo sh, else it complains (or is silent under mh)
mh-port ;  ; off ; 2.0.20 ; needs=kernel-3.11 ;  ; must come after lb_algo mh, else it complains (or is silent under sh)
mh-fallback ;  ; off ; 2.0.20 ; needs=kernel-3.11 ;  ; must come after lb_algo mh, else it complains (or is silent under sh)
lb_kind ; method enum =NAT|DR|TUN, options? words =type|port|nocsum|csum|remcsum ; NAT ; 1.2 ;  ;  ; upper case only; tunnel words since 2.0.18; none set complains and NAT is used
lvs_method ; method enum =NAT|DR|TUN, options? words =type|port|nocsum|csum|remcsum ; NAT ; 1.2 ; alias=lb_kind ;  ; upper case only; tunnel words since 2.0.18; none set complains and NAT is used
sorry_server_lvs_method ; method enum =NAT|DR|TUN, options? words =type|port|nocsum|csum|remcsum ; lb_kind ; 1.3.6 ;  ;  ; needs sorry_server before it
persistence_engine ; engine string max_length=15 ;  ; 1.2.20 ;  ;  ; sip is the only one in the kernel; longer is cut
persistence_timeout ; timeout? int 1..2678400 unit=s ; off; 360 when bare ; 1.2 ;  ;  ; maximum 31 days since 2.1.3; a port of 0 turns it on at 360
persistence_granularity ; mask netmask ; host ; 1.2 ;  ;  ; IPv4 dotted mask, or 1..128 for IPv6; for IPv4 a bare 24 is taken silently as 0.0.0.24; turns persistence on at 360 when off
protocol ; protocol enum =TCP|UDP|SCTP ; UDP ; 1.2 ;  ;  ; any letter case since 2.0.0; missing complains and is UDP; ignored with a complaint for fwmark; before 1.2.20 anything but TCP meant UDP
ha_suspend ;  ; off ; 1.2 ;  ;  ; stop checks while the address is not here; not for fwmarks
smtp_alert ; state? bool =on|true|yes|off|false|no ; smtp_alert_checker, smtp_alert, off ; 2.0.0 ;  ;  ; quorum mails; off by default here but on in real_server
virtualhost ; host string ;  ; 1.2 ;  ;  ; default Host header for HTTP_GET and SSL_GET below
snmp_name ; name string ;  ; 2.2.3 ; needs=snmp-checker ;  ; exactly one argument
alpha ;  ; off ; 1.2 ;  ;  ; plain flag; in real_server and checkers it takes a bool; servers start down
omega ;  ; off ; 1.2 ;  ;  ; run the down scripts at exit
quorum_up ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; a second one is refused
quorum_down ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; a second one is refused
quorum ; weight int 1..4294967295 ; 1 ; 1.2 ;  ;  ; bad value gives 1; above the sum of weights is lowered with a complaint
hysteresis ; weight int 0..4294967295 ; 0 ; 1.2 ;  ;  ; must be below quorum, else lowered with a complaint; all weights 0 give quorum 0 and a hysteresis of 4294967295 (2.2.7)
weight ; weight int 1..2147483647 ; 1 ; 1.3.7 ;  ;  ; default weight of real servers; 65535 at most before 2.1.0; 0 not allowed here but in real_server
sorry_server ; address address, port? int 0..65535 ;  ; 1.2 ;  ;  ; last one wins
sorry_server_inhibit ;  ; off ; 1.2.13 ;  ;  ; needs sorry_server before it, else ignored with a complaint
nat_mask ; mask netmask ;  ; 1.2 ; removed=1.2.20 ;  ; gone, no successor
real_server ; address address, port? int 0..65535 ;  ; 1.2 ; opens repeat ;  ; port 0 or none takes the port of the virtual server; for DR and TUN another port is reset; a duplicate is dropped with a complaint
""",
    "virtual_server/<head>": """\
fwmark ; fwmark int 0..4294967295 ;  ; 1.2 ; word ;  ; instead of address and port
group ; name string ;  ; 1.2 ; word ;  ; instead of address and port; names a virtual_server_group
""",
    "virtual_server/lb_kind": """\
type ; type enum =ipip|gue|gre ; ipip ; 2.0.18 ; word ;  ; tunnel type
port ; port int 1..65535 ;  ; 2.0.18 ; word ;  ; required for gue, refused for others
nocsum ;  ;  ; 2.0.18 ; word ;  ; default
csum ;  ;  ; 2.0.18 ; word ;  ; gue and gre only
remcsum ;  ;  ; 2.0.18 ; word ;  ; gue only
""",
    "virtual_server/real_server": """\
retry ; count int 1..4294967295 ; virtual_server ; 1.3.7 ;  ;  ; minimum 1 here, 0 inside a checker
delay_before_retry ; delay seconds 0.. unit=s ; virtual_server ; 1.3.7 ;  ;  ; inherited by checkers
warmup ; delay seconds 0.. unit=s ; virtual_server ; 1.3.7 ;  ;  ; first check is at a random moment within this
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; virtual_server ; 2.0.13 ;  ;  ; inherited by checkers
delay_loop ; interval seconds 1e-06.. unit=s ; virtual_server ; 1.3.7 ;  ;  ; decimals since 2.0.13, whole seconds before
weight ; weight int 0..2147483647 ; weight of the virtual server ; 1.2 ;  ;  ; 0 allowed since 2.0.16; at most 65535 before 2.1.0
lvs_method ; method enum =NAT|DR|TUN, options? words =type|port|nocsum|csum|remcsum ; lb_kind ; 1.3.6 ;  ;  ; per server method
uthreshold ; connections int 0..4294967295 ; 0 ; 1.2 ;  ;  ; 0 means none
lthreshold ; connections int 0..4294967295 ; 0 ; 1.2 ;  ;  ; 0 means none
inhibit_on_failure ; state? bool =on|true|yes|off|false|no ; virtual_server ; 1.2 ;  ;  ; weight 0 instead of removal; a bool since 1.3.7, plain flag before
notify_up ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; a second one is refused
notify_down ; script script, user? string, group? string ;  ; 1.2 ; once ;  ; a second one is refused
alpha ; state? bool =on|true|yes|off|false|no ; virtual_server ; 1.3.7 ;  ;  ; start down until the checks succeed
smtp_alert ; state? bool =on|true|yes|off|false|no ; smtp_alert_checker, smtp_alert, on ; 2.0.0 ;  ;  ; on by default, unlike everywhere else
virtualhost ; host string ; virtual_server ; 1.3.6 ;  ;  ; Host header for HTTP_GET and SSL_GET below
snmp_name ; name string ;  ; 2.2.3 ; needs=snmp-checker ;  ; exactly one argument
HTTP_GET ;  ;  ; 1.2 ; opens repeat ;  ; needs at least one url
SSL_GET ;  ;  ; 1.2 ; opens repeat ;  ; needs at least one url; SSL itself is not named here
TCP_CHECK ;  ;  ; 1.2 ; opens repeat
SMTP_CHECK ;  ;  ; 1.2 ; opens repeat ;  ; the port of the server is used since 1.2.17, before that 25
DNS_CHECK ;  ;  ; 1.3.0 ; opens repeat
MISC_CHECK ;  ;  ; 1.2 ; opens repeat ;  ; needs misc_path
UDP_CHECK ;  ;  ; 2.1.0 ; opens repeat
PING_CHECK ;  ;  ; 2.1.0 ; opens repeat ;  ; port keywords are accepted without effect
BFD_CHECK ;  ;  ; 2.0.0 ; opens repeat needs=bfd ;  ; needs name; not with delay or retry keywords
FILE_CHECK ;  ;  ; 2.1.0 ; opens repeat ;  ; needs track_file; no delay or retry keywords
""",
    "virtual_server/real_server/BFD_CHECK": """\
name ; name string ;  ; 2.0.0 ; needs=bfd once ;  ; BFD instance defined earlier; a second one is refused
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 2.0.0 ; needs=bfd ;  ; start down
""",
    "virtual_server/real_server/DNS_CHECK": """\
connect_ip ; address address ; real server ; 1.3.0 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 1.3.0 ;  ;  ; numeric only
bindto ; address address ;  ; 1.3.0 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 1.3.0 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 1.3.7 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 1.3.0 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 1.3.0 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 3 ; 1.3.0 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.3.7 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.3.7 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; log each failed try
type ; type enum =A|NS|CNAME|SOA|MX|TXT|AAAA|RRSIG|DNSKEY ; SOA ; 1.3.0 ;  ;  ; any letter case; another name complains and keeps SOA
name ; name string ; root ; 1.3.0 ; once ;  ; default is the root domain; empty labels refused; a second one is refused since 2.1.4
""",
    "virtual_server/real_server/FILE_CHECK": """\
track_file ; name string ;  ; 2.1.0 ;  ;  ; a root track_file defined earlier; a name here, a block of entries in vrrp_instance
weight ; weight int -2147483647..2147483647, reverse? enum =reverse|noreverse ; weight of the track_file ; 2.1.0 ;  ;  ; a far wider range than in track_file
""",
    "virtual_server/real_server/HTTP_GET": """\
connect_ip ; address address ; real server ; 1.2.13 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 1.2 ;  ;  ; numeric only
bindto ; address address ;  ; 1.2 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 1.2.13 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 1.3.7 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 1.2 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 1.2.13 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 1.3.7 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 3 ; 1.2 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.2.13 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; log each failed try
nb_get_retry ; count int 0..4294967295 ;  ; 1.2 ; deprecated=1.3.7 alias=retry ; retry ; complains since 2.0.15; known only here
virtualhost ; host string ; real server, virtual server ; 1.3.6 ;  ;  ; Host header of all urls below
http_protocol ; version enum =1.0|1.1|1.0C|1.0c ; 1.0 ; 2.0.17 ;  ;  ; 1.0C adds a Connection: close header
enable_sni ; state? bool =on|true|yes|off|false|no ; off ; 1.4.3 ; needs=tls-sni ;  ; send the host name in TLS; accepted but useless in HTTP_GET
sni_name ; name string ;  ; >2.4.3 ; needs=tls-sni ;  ; not in any release yet
fast_recovery ; state? bool =on|true|yes|off|false|no ; off ; 2.0.17 ;  ;  ; no delay_loop pause between urls at start and after a failure
url ;  ;  ; 1.2 ; opens repeat ;  ; needs path; without digest, regex or status_code, 200 to 299 is good since 2.0.17
""",
    "virtual_server/real_server/HTTP_GET/url": """\
path ; path string ;  ; 1.2 ;  ;  ; required
digest ; md5 hex length=32 ;  ; 1.2 ; once ;  ; 32 hex digits, checked since 2.0.6; a second one is refused
status_code ; codes range 100..599 ; 200-299 ; 1.2 ; repeat list ;  ; several codes or ranges since 2.0.17; before that one code, 100 to 999, and no check when missing
virtualhost ; host string ; checker, real server, virtual server ; 1.3.6 ;  ;  ; Host header of this url
regex ; pattern quoted ;  ; 2.0.7 ; needs=regex ;  ; exactly one word, quoting and escapes as for scripts; a second replaces with a complaint since 2.2.8
regex_no_match ;  ; off ; 2.0.7 ; needs=regex ;  ; good when the pattern does not match
regex_options ; options words =allow_empty_class|alt_bsux|auto_callout|caseless|dollar_endonly|dotall|dupnames|extended|firstline|match_unset_backref|multiline|never_ucp|never_utf|no_auto_capture|no_auto_possess|no_dotstar_anchor|no_start_optimize|ucp|ungreedy|utf|never_backslash_c|alt_circumflex|alt_verbnames|use_offset_limit ;  ; 2.0.7 ; repeat needs=regex ;  ; unknown words are ignored without any message
regex_min_offset ; offset int 0.. unit=bytes ; 0 ; 2.0.7 ; needs=regex ;  ; bad values are only logged
regex_max_offset ; offset int 0.. unit=bytes ; none ; 2.0.7 ; needs=regex ;  ; bad values are only logged
regex_stack ; start int 0.. unit=bytes, max int 0.. unit=bytes ;  ; 2.0.7 ; needs=regex+pcre2-jit ;  ; exactly two numbers, start not above max
""",
    "virtual_server/real_server/MISC_CHECK": """\
retry ; count int 0..4294967295 ; real server, virtual server, 0 ; 1.3.7 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 1 ; 1.3.7 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.2.13 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; log each failed try
misc_path ; script script ;  ; 1.2 ;  ;  ; required; no user here, use the user line
misc_timeout ; timeout int 0..4294 unit=s ; delay_loop of the virtual server ; 1.2 ;  ;  ; whole seconds, no decimals unlike the other times
misc_dynamic ;  ; off ; 1.2 ;  ;  ; exit code 2 to 255 sets weight to code less 2
user ; user string, group? string ; script_user ; 1.3.0 ;  ;  ; unknown user drops the checker
""",
    "virtual_server/real_server/PING_CHECK": """\
connect_ip ; address address ; real server ; 2.1.0 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 2.1.0 ;  ;  ; accepted, no meaning for ping
bindto ; address address ;  ; 2.1.0 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 2.1.0 ;  ;  ; accepted, no meaning for ping
bind_if ; interface interface max_length=15 ;  ; 2.1.0 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 2.1.0 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 2.1.0 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 2.1.0 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 1 ; 2.1.0 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 2.1.0 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 2.1.0 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 2.1.0 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.1.0 ;  ;  ; log each failed try
""",
    "virtual_server/real_server/SMTP_CHECK": """\
connect_ip ; address address ; real server ; 1.2.17 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 1.2.17 ;  ;  ; numeric only
bindto ; address address ;  ; 1.2.17 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 1.2.17 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 1.3.7 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 1.2 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 1.2.17 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 1.2 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 1 ; 1.2 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.2.13 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; log each failed try
helo_name ; name string ; smtpchecker.keepalived.org ; 1.2 ;  ;  ; name sent in HELO; a second one replaces with a complaint since 2.2.8
host ;  ;  ; 1.2 ; opens repeat deprecated=1.3.7 ; several SMTP_CHECK blocks ; one more address to check; use several SMTP_CHECK instead; only logged; from 2.2.8 its connection keywords act on the SMTP_CHECK itself (read, not tried)
""",
    "virtual_server/real_server/SMTP_CHECK/host": """\
connect_ip ; address address ; real server ; 1.2 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 1.2 ;  ;  ; numeric only
bindto ; address address ;  ; 1.2 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 1.2.13 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 1.3.7 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 1.2.13 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 1.2.13 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 1.3.7 ;  ;  ; inside host it sets the SMTP_CHECK itself; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 1 ; 1.3.7 ;  ;  ; inside host it sets the SMTP_CHECK itself; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.3.7 ;  ;  ; inside host it sets the SMTP_CHECK itself; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; inside host it sets the SMTP_CHECK itself; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; inside host it sets the SMTP_CHECK itself; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; inside host it sets the SMTP_CHECK itself; log each failed try
""",
    "virtual_server/real_server/SSL_GET": """\
connect_ip ; address address ; real server ; 1.2.13 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 1.2 ;  ;  ; numeric only
bindto ; address address ;  ; 1.2 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 1.2.13 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 1.3.7 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 1.2 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 1.2.13 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 1.3.7 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 3 ; 1.2 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.2.13 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; log each failed try
nb_get_retry ; count int 0..4294967295 ;  ; 1.2 ; deprecated=1.3.7 alias=retry ; retry ; complains since 2.0.15; known only here
virtualhost ; host string ; real server, virtual server ; 1.3.6 ;  ;  ; Host header of all urls below
http_protocol ; version enum =1.0|1.1|1.0C|1.0c ; 1.0 ; 2.0.17 ;  ;  ; 1.0C adds a Connection: close header
enable_sni ; state? bool =on|true|yes|off|false|no ; off ; 1.4.3 ; needs=tls-sni ;  ; send the host name in TLS; accepted but useless in HTTP_GET
sni_name ; name string ;  ; >2.4.3 ; needs=tls-sni ;  ; not in any release yet
fast_recovery ; state? bool =on|true|yes|off|false|no ; off ; 2.0.17 ;  ;  ; no delay_loop pause between urls at start and after a failure
url ;  ;  ; 1.2 ; opens repeat ;  ; needs path; without digest, regex or status_code, 200 to 299 is good since 2.0.17
tls_compliant ; state? bool =on|true|yes|off|false|no ; off ; 2.2.8 ;  ;  ; treat an early close without notify as an error; only in SSL_GET
""",
    "virtual_server/real_server/SSL_GET/url": """\
path ; path string ;  ; 1.2 ;  ;  ; required
digest ; md5 hex length=32 ;  ; 1.2 ; once ;  ; 32 hex digits, checked since 2.0.6; a second one is refused
status_code ; codes range 100..599 ; 200-299 ; 1.2 ; repeat list ;  ; several codes or ranges since 2.0.17; before that one code, 100 to 999, and no check when missing
virtualhost ; host string ; checker, real server, virtual server ; 1.3.6 ;  ;  ; Host header of this url
regex ; pattern quoted ;  ; 2.0.7 ; needs=regex ;  ; exactly one word, quoting and escapes as for scripts; a second replaces with a complaint since 2.2.8
regex_no_match ;  ; off ; 2.0.7 ; needs=regex ;  ; good when the pattern does not match
regex_options ; options words =allow_empty_class|alt_bsux|auto_callout|caseless|dollar_endonly|dotall|dupnames|extended|firstline|match_unset_backref|multiline|never_ucp|never_utf|no_auto_capture|no_auto_possess|no_dotstar_anchor|no_start_optimize|ucp|ungreedy|utf|never_backslash_c|alt_circumflex|alt_verbnames|use_offset_limit ;  ; 2.0.7 ; repeat needs=regex ;  ; unknown words are ignored without any message
regex_min_offset ; offset int 0.. unit=bytes ; 0 ; 2.0.7 ; needs=regex ;  ; bad values are only logged
regex_max_offset ; offset int 0.. unit=bytes ; none ; 2.0.7 ; needs=regex ;  ; bad values are only logged
regex_stack ; start int 0.. unit=bytes, max int 0.. unit=bytes ;  ; 2.0.7 ; needs=regex+pcre2-jit ;  ; exactly two numbers, start not above max
tls_compliant ; state? bool =on|true|yes|off|false|no ; off ; 2.2.8 ;  ;  ; same for one url
""",
    "virtual_server/real_server/TCP_CHECK": """\
connect_ip ; address address ; real server ; 1.2.13 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 1.2 ;  ;  ; numeric only
bindto ; address address ;  ; 1.2 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 1.2.13 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 1.3.7 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 1.2 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 1.2.13 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 1.2.20 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 1 ; 1.2.20 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 1.2.13 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 1.3.7 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 1.3.7 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.0.11 ;  ;  ; log each failed try
""",
    "virtual_server/real_server/UDP_CHECK": """\
connect_ip ; address address ; real server ; 2.1.0 ;  ;  ; must match the family of bindto
connect_port ; port int 1..65535 ; real server ; 2.1.0 ;  ;  ; numeric only
bindto ; address address ;  ; 2.1.0 ;  ;  ; must match the family of connect_ip; link-local needs bind_if
bind_port ; port int 1..65535 ;  ; 2.1.0 ;  ;  ; numeric only
bind_if ; interface interface max_length=15 ;  ; 2.1.0 ;  ;  ; not checked for existence
connect_timeout ; timeout seconds 1e-06..4294.967295 unit=s ; real server, virtual server, 5 ; 2.1.0 ;  ;  ; decimals since 2.0.13
fwmark ; fwmark int 0..4294967295 ; 0 ; 2.1.0 ; needs=so-mark ;  ; mark on the check packets
retry ; count int 0..4294967295 ; real server, virtual server, 1 ; 2.1.0 ;  ;  ; 0 allowed here, not in virtual_server or real_server
delay_before_retry ; delay seconds 0.. unit=s ; real server, virtual server, 1 ; 2.1.0 ;  ;  ; decimals since 2.0.13
warmup ; delay seconds 0.. unit=s ; real server, virtual server, delay_loop ; 2.1.0 ;  ;  ; decimals since 2.0.13
delay_loop ; interval seconds 1e-06.. unit=s ; real server, virtual server, 60 ; 2.1.0 ;  ;  ; decimals since 2.0.13
alpha ; state? bool =on|true|yes|off|false|no ; real server, virtual server, off ; 2.1.0 ;  ;  ; start down
log_all_failures ; state? bool =on|true|yes|off|false|no ; checker_log_all_failures ; 2.1.0 ;  ;  ; log each failed try
payload ; bytes hex ; none ; 2.2.0 ;  ;  ; hex digits, spaces allowed
require_reply ; bytes? hex ; off ; 2.1.0 ;  ;  ; bare wants any reply; since 2.2.0 hex digits with x as a wildcard digit, ? is refused
min_reply_length ; length int 0..65535 unit=bytes ; 0 ; 2.2.0 ;  ;  ; only with require_reply; above max_reply_length complains
max_reply_length ; length int 0..65535 unit=bytes ; 255 ; 2.2.0 ;  ;  ; only with require_reply; the default is 255, not 65535
""",
}

SAME = {
    "vrrp_instance/track_bfd": "vrrp_sync_group/track_bfd",
    "vrrp_instance/track_file": "vrrp_sync_group/track_file",
    "vrrp_instance/track_process": "vrrp_sync_group/track_process",
    "vrrp_instance/virtual_ipaddress_excluded": "vrrp_instance/virtual_ipaddress",
    "vrrp_instance/virtual_routes/nexthop": "static_routes/nexthop",
    "virtual_server/real_server/lvs_method": "virtual_server/lb_kind",
    "virtual_server/sorry_server_lvs_method": "virtual_server/lb_kind",
}
"""Blocks that hold what another holds."""
