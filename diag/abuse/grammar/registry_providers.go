package grammar

func providers() []Grammar {
	return []Grammar{
		hetznerISO(), hetznerCtime(), hetzner2008(), hetznerDirection(), hetznerMAC(), hetznerLock(),
		ovhAttack(), ovh2014(), ovh2012(), ovhAntispam(), scaleway(), digitalOcean(),
	}
}
