package app

import (
	"net"
	"net/netip"

	"latchkey/app/casefile"
	"latchkey/diag"
)

// ownAddressField is where a case keeps the person's own public address.
const ownAddressField = "own-address"

// OwnAddress is the public address that a server sees of this computer, as far
// as that is known without asking anybody: as the person entered it, else that
// of the interface that packets to the server leave by. Behind a router that
// translates addresses only the person can say it: from the router's page, or
// from the provider's panel, which shows from where one is logged in. sure is
// Yes only for what the person entered or an interface has.
func OwnAddress(m casefile.Case) (addr netip.Addr, from string, sure diag.Answer) {
	if a, err := netip.ParseAddr(m.Fields[ownAddressField]); err == nil && public(a) {
		return a, "entered", diag.Yes
	}
	server, err := netip.ParseAddr(m.Server.Address)
	if err != nil {
		server = anyAddress()
	}
	if a := sourceOf(server); public(a) && a != server {
		return a, "interface", diag.Yes
	}
	return netip.Addr{}, "", diag.NotAsked
}

// sourceOf is the address of ours that packets to addr leave from; invalid if
// there is no route. Connecting a UDP socket sends nothing.
func sourceOf(addr netip.Addr) netip.Addr {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 9)))
	if err != nil {
		return netip.Addr{}
	}
	defer c.Close()
	own, ok := c.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}
	}
	return own.AddrPort().Addr().Unmap().WithZone("")
}

// public reports an address that others on the internet can send to: not
// private (RFC 1918, 4193), shared (RFC 6598), link-local or loopback.
func public(a netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10")
	return a.IsValid() && a.Zone() == "" && a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a.Unmap())
}
