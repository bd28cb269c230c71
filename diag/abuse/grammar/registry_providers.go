package grammar

func providers() []Grammar {
	return []Grammar{hetznerISO(), hetznerCtime(), hetzner2008(), hetznerDirection()}
}
