package grammar

func firewalls() []Grammar {
	return []Grammar{iptables(), asa(), ciscoACL(), mikrotik(), psad(), windowsFirewall()}
}
