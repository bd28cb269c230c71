package grammar

// All lists every grammar. Where two of one Rank read a text equally well, the
// earlier one wins.
func All() []Grammar {
	return []Grammar{
		// Providers.
		hetznerISO(), hetznerCtime(), hetzner2008(), hetznerDirection(), hetznerMAC(), hetznerLock(),
		ovhAttack(), ovh2014(), ovh2012(), ovhAntispam(), scaleway(), digitalOcean(),
		// Packets and flows.
		tcpdump(), pflog(), snort(), wireshark(), nfdump(), nfdumpCSV(), fastnetmon(), arrows(),
		// Firewalls.
		iptables(), asa(), ciscoACL(), mikrotik(), psad(), windowsFirewall(),
		// Services.
		sshd(), fail2ban(), maillog(), ftplog(), sip(), weblog(), iis(), serviceList(), keyValue(),
		// Records of one incident each.
		xarfJSON(), xarfYAML(), arf(), spamcop(),
		// What names its columns or fields, and what does not.
		table(), fieldList(), hourly(), guess(),
	}
}
