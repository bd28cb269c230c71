package grammar

// tcpdumpService gives the port of a service's name, as printed without -n.
func tcpdumpService(b []byte) int32 {
	switch string(b) {
	case "ftp-data":
		return 20
	case "ftp":
		return 21
	case "ssh":
		return 22
	case "telnet":
		return 23
	case "smtp":
		return 25
	case "domain":
		return 53
	case "bootps":
		return 67
	case "bootpc":
		return 68
	case "tftp":
		return 69
	case "http", "www":
		return 80
	case "kerberos":
		return 88
	case "pop3":
		return 110
	case "sunrpc":
		return 111
	case "auth", "ident":
		return 113
	case "nntp":
		return 119
	case "ntp":
		return 123
	case "epmap", "loc-srv":
		return 135
	case "netbios-ns":
		return 137
	case "netbios-dgm":
		return 138
	case "netbios-ssn":
		return 139
	case "imap2", "imap":
		return 143
	case "snmp":
		return 161
	case "snmp-trap", "snmptrap":
		return 162
	case "bgp":
		return 179
	case "ldap":
		return 389
	case "https":
		return 443
	case "microsoft-ds":
		return 445
	case "submissions", "ssmtp", "urd":
		return 465
	case "isakmp":
		return 500
	case "syslog", "shell":
		return 514
	case "submission":
		return 587
	case "ipp":
		return 631
	case "ldaps":
		return 636
	case "rsync":
		return 873
	case "imaps":
		return 993
	case "pop3s":
		return 995
	case "socks":
		return 1080
	case "openvpn":
		return 1194
	case "ms-sql-s":
		return 1433
	case "ms-sql-m":
		return 1434
	case "l2f", "l2tp":
		return 1701
	case "pptp":
		return 1723
	case "radius":
		return 1812
	case "ssdp":
		return 1900
	case "nfs":
		return 2049
	case "mysql":
		return 3306
	case "ms-wbt-server":
		return 3389
	case "ipsec-nat-t":
		return 4500
	case "sip":
		return 5060
	case "sip-tls":
		return 5061
	case "xmpp-client":
		return 5222
	case "mdns":
		return 5353
	case "postgresql":
		return 5432
	case "amqp":
		return 5672
	case "rfb", "vnc":
		return 5900
	case "x11":
		return 6000
	case "redis":
		return 6379
	case "ircd", "ircu":
		return 6667
	case "http-alt", "webcache":
		return 8080
	}
	return Unknown
}
