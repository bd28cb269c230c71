package grammar

import "strings"

// services are the names that tcpdump and others print for ports, each with its
// port behind it. One string needs no setting up and no memory of its own.
const services = " " +
	"ftp-data=20 ftp=21 ssh=22 telnet=23 smtp=25 domain=53 bootps=67 bootpc=68 tftp=69 http=80 www=80 " +
	"kerberos=88 pop3=110 sunrpc=111 auth=113 ident=113 nntp=119 ntp=123 epmap=135 loc-srv=135 " +
	"netbios-ns=137 netbios-dgm=138 netbios-ssn=139 imap2=143 imap=143 snmp=161 snmp-trap=162 " +
	"snmptrap=162 bgp=179 ldap=389 https=443 microsoft-ds=445 submissions=465 ssmtp=465 urd=465 " +
	"isakmp=500 syslog=514 shell=514 submission=587 ipp=631 ldaps=636 rsync=873 imaps=993 pop3s=995 " +
	"socks=1080 openvpn=1194 ms-sql-s=1433 ms-sql-m=1434 l2f=1701 l2tp=1701 pptp=1723 radius=1812 " +
	"ssdp=1900 nfs=2049 mysql=3306 ms-wbt-server=3389 ipsec-nat-t=4500 sip=5060 sip-tls=5061 " +
	"xmpp-client=5222 mdns=5353 postgresql=5432 amqp=5672 rfb=5900 vnc=5900 x11=6000 redis=6379 " +
	"ircd=6667 ircu=6667 http-alt=8080 webcache=8080 "

// servicePort gives the port of a service's name, as tcpdump prints it without -n;
// Unknown if it is none.
func servicePort(b []byte) int32 {
	const longest = 16 // of the names, without the marks around them
	var room [longest + 2]byte
	if len(b) < 2 || len(b) > longest || digit(b[0]) {
		return Unknown
	}
	name := append(append(append(room[:0], ' '), b...), '=')
	at := strings.Index(services, string(name))
	if at < 0 {
		return Unknown
	}
	port, _, _ := strings.Cut(services[at+len(name):], " ")
	n, _ := ReadPort([]byte(port))
	return n
}
