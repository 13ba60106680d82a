"""Names of ports, the same on every machine: IANA's, their aliases, and older ones.

What ``/etc/services`` of common systems says.  A few names mean another port on
some systems: *SEVERAL* says which.
"""

from __future__ import annotations

_TABLE = """
1 tcpmux; 7 echo; 9 discard null sink; 11 systat users; 13 daytime; 15 netstat; 17 qotd quote;
19 chargen source ttytst; 20 ftp-data; 21 fsp fspd ftp; 22 ssh; 23 telnet; 25 mail smtp;
37 time timserver; 43 nicname whois; 49 tacacs; 53 domain; 67 bootps; 68 bootpc; 69 tftp;
70 gopher; 79 finger; 80 http world-wide-web www www-http;
88 kerberos kerberos-sec kerberos5 krb5; 102 iso-tsap tsap; 104 acr-nema; 106 poppassd;
110 pop-3 pop3; 111 portmapper sunrpc; 113 auth authentication ident tap;
119 nntp readnews untp; 123 ntp; 135 epmap loc-srv; 137 netbios-ns; 138 netbios-dgm;
139 netbios-ssn; 143 imap imap2; 161 snmp; 162 snmp-trap snmptrap; 163 cmip-man; 164 cmip-agent;
174 mailq; 177 xdmcp; 179 bgp; 199 smux; 209 qmtp; 210 wais z3950; 213 ipx; 280 http-mgmt;
319 ptp-event; 320 ptp-general; 345 pawserv; 346 zserv; 369 rpc2portmap; 370 codaauth2;
371 clearcase; 389 ldap; 427 svrloc; 443 https; 444 snpp; 445 microsoft-ds; 464 kpasswd;
465 smtps ssmtp submissions urd; 487 saft; 500 isakmp; 512 biff comsat exec; 513 login who whod;
514 cmd shell syslog; 515 printer spooler; 517 talk; 518 ntalk; 520 route routed router;
538 gdomap; 540 uucp uucpd; 543 klogin; 544 krcmd kshell; 546 dhcpv6-client; 547 dhcpv6-server;
548 afpovertcp; 554 rtsp; 563 nntps snntp; 587 submission; 607 nqs; 623 asf-rmcp; 626 asia;
628 qmqp; 631 ipp; 636 ldaps; 646 ldp; 655 tinc; 706 silc; 749 kerberos-adm;
750 kdc kerberos-iv kerberos4; 751 kerberos-master kerberos_master;
752 passwd-server passwd_server; 754 hprop krb-prop krb5_prop krb_prop; 775 moira-db moira_db;
777 moira-update moira_update; 779 moira-ureg moira_ureg; 783 spamd; 800 mdbs_daemon;
853 domain-s; 871 supfilesrv; 873 rsync; 989 ftps-data; 990 ftps; 992 telnets; 993 imaps;
995 pop3s; 1080 socks; 1093 proofd; 1094 rootd; 1099 rmiregistry; 1111 lmsocialserver;
1127 supfiledbg; 1178 skkserv; 1194 openvpn; 1210 predict; 1236 rmtcfg; 1313 xtel; 1314 xtelw;
1352 lotusnote lotusnotes; 1433 ms-sql-s; 1434 ms-sql-m; 1512 wins; 1524 ingreslock;
1645 datametrics old-radius; 1646 old-radacct sa-msg-port; 1649 kermit; 1677 groupwise;
1701 l2f l2tp; 1748 oracle-em1; 1812 radius; 1813 radacct radius-acct; 1883 mqtt;
1935 macromedia-fcs rtmp; 2000 cisco-sccp; 2049 nfs; 2086 gnunet; 2101 rtcm-sc104;
2102 zephyr-srv; 2103 zephyr-clt; 2104 zephyr-hm; 2119 gsigatekeeper; 2121 iprop;
2123 gtp-control; 2135 gris; 2152 gtp-user; 2181 eforward; 2375 docker; 2376 docker-s;
2379 etcd-client; 2380 etcd-server; 2401 cvspserver; 2430 venus; 2431 venus-se; 2432 codasrv;
2433 codasrv-se; 2583 mon; 2600 zebrasrv; 2601 zebra; 2602 ripd; 2603 ripngd; 2604 ospfd;
2605 bgpd; 2606 ospf6d; 2607 ospfapi; 2608 isisd; 2628 dict; 2792 f5-globalsite; 2811 gsiftp;
2947 gpsd; 3000 hbci remoteware-cl; 3050 gds-db gds_db; 3128 ndl-aas squid; 3130 icp icpv2;
3205 isns; 3260 iscsi-target; 3268 msft-gc; 3269 msft-gc-ssl; 3306 mysql; 3389 ms-wbt-server;
3407 ldap-admin; 3478 stun turn; 3493 nut; 3632 distcc; 3689 daap; 3690 subversion svn;
3784 bfd-control; 4031 suucp; 4094 sysrqd; 4190 sieve; 4353 f5-iquery; 4369 epmd; 4373 remctl;
4420 nvme; 4460 ntske; 4500 ipsec-nat-t; 4557 fax; 4559 hylafax; 4569 iax; 4691 mtn; 4789 vxlan;
4899 radmin-port; 4949 lrrd munin; 5000 commplex-main; 5001 commplex-link; 5060 sip;
5061 sip-tls sips; 5222 jabber-client xmpp-client; 5269 jabber-server xmpp-server;
5308 cfengine; 5353 mdns; 5432 postgres postgresql; 5555 rplay; 5556 freeciv rptp; 5666 nrpe;
5667 nsca; 5671 amqps; 5672 amqp; 5680 canna; 5683 coap; 5900 vnc-server; 5984 couchdb;
5985 wsman; 5986 wsmans; 6000 x11 x11-0; 6001 x11-1; 6002 x11-2; 6003 x11-3; 6004 x11-4;
6005 x11-5; 6006 x11-6; 6007 x11-7; 6081 geneve; 6346 gnutella-svc; 6347 gnutella-rtr;
6379 redis; 6444 sge-qmaster sge_qmaster; 6445 sge-execd sge_execd; 6446 mysql-proxy;
6514 syslog-tls; 6566 sane sane-port saned; 6640 ovsdb; 6653 openflow; 6667 ircd; 6696 babel;
6697 ircs-u; 7000 afs3-fileserver bbs; 7001 afs3-callback; 7002 afs3-prserver;
7003 afs3-vlserver; 7004 afs3-kaserver; 7005 afs3-volser; 7007 afs3-bos; 7008 afs3-update;
7009 afs3-rmtsys; 7070 arcp realserver; 7100 font-service xfs; 7777 cbt; 8000 irdmi;
8001 vcom-tunnel; 8002 teradataordbms; 8003 mcreport; 8009 ajp13; 8020 intu-ec-svcdisc;
8021 zope-ftp; 8052 senomix01; 8080 http-alt webcache; 8081 tproxy; 8082 us-cli; 8083 us-srv;
8086 d-s-n; 8087 simplifymedia; 8088 omniorb radan-http; 8130 indigo-vrmi; 8140 puppet;
8181 intermapper; 8200 trivnet1; 8443 pcsync-https; 8444 pcsync-http; 8473 vp2p; 8600 asterix;
8883 secure-mqtt; 8888 ddi-tcp-1 sun-answerbook; 8990 clc-build-daemon; 9000 cslistener;
9001 etlservicemgr; 9002 dynamid; 9080 glrpc; 9090 websm zeus-admin; 9098 xinetd;
9100 hp-pdl-datastr jetdirect pdl-datastream; 9101 bacula-dir; 9102 bacula-fd; 9103 bacula-sd;
9200 wap-wsp; 9418 git; 9443 tungsten-https; 9667 xmms2; 9673 zope; 10000 webmin;
10050 zabbix-agent; 10051 zabbix-trapper; 10080 amanda; 10081 kamanda; 10082 amandaidx;
10083 amidxtape; 10809 nbd; 11211 memcache; 11371 hkp; 17001 sgi-cmsd; 17002 sgi-crsd;
17003 sgi-gcd; 17004 sgi-cad; 17500 db-lsp; 22125 dcap; 22128 gsidcap; 22273 wnn6; 24554 binkp;
27017 mongodb; 27374 asp; 30000 ndmps; 30865 csync2; 33060 mysqlx; 57000 dircproxy; 60177 tfido;
60179 fido; 61613 stomp; 11112 dicom;
"""
SEVERAL: dict[str, str] = {
    "http-alt": "8008 on Red Hat systems before 2010, and 591 before that",
    "radius": "1645 on old systems",
}

_ports: dict[str, int] = {}


def port_of(name: str) -> int | None:
    """Return the port that *name* stands for; None when it is not known."""
    if not _ports:
        for row in _TABLE.replace("\n", " ").split(";"):
            number, *names = row.split() or ("0",)
            _ports.update(dict.fromkeys(names, int(number)))
    return _ports.get(name.lower())


def known() -> list[str]:
    """Return all names, for finding the one that was perhaps meant."""
    port_of("")
    return list(_ports)
