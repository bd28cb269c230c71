package checklist

import (
	"net/netip"
	"slices"
	"strings"

	"latchkey/diag"
)

// newAddress is S03: an address that never logged in before, where others did.
func newAddress(h *Host, found finder) {
	seen := map[string]bool{} // networks
	all := entered(h)
	if len(all) == 0 {
		all = sessions(h, "last")
		slices.Reverse(all) // the newest stands first
	}
	for _, l := range all {
		from := homeNetwork(l.From)
		if seen[from] || l.Tampers || len(seen) > mostOfRule {
			continue
		}
		if len(seen) > 0 {
			found(diag.Notice, l.Where, "user", l.User, "address", l.From, "time", moment(l.Time), "name", l.Method)
		}
		seen[from] = true
	}
}

// sessions are those over the net that lists of sessions name.
func sessions(h *Host, commands ...string) (all []Login) {
	for _, l := range h.Logins {
		if l.Success && l.From != "" && !l.Tampers && slices.Contains(commands, l.Command) {
			all = append(all, l)
		}
	}
	return all
}

// sessionsFrom is S06: who came in from where, as last and who list it, for the
// owner to say which of them he is. Where there is a log, it speaks; then only
// passwords are told that were right at once, of which no other rule knows.
func sessionsFrom(h *Host, found finder) {
	all := sessions(h, "last", "who")
	if log := entered(h); len(log) > 0 {
		all = atOnce(h, log)
	}
	if len(all) == 0 {
		return
	}
	pairs := map[string]int{}
	for _, l := range all {
		pairs[l.User+" ("+l.From+")"]++
	}
	found(diag.Info, all[0].Where, "count", len(pairs), "names", shown(strings.Join(frequent(pairs, 6), ", ")))
}

// atOnce are logins by password of users who never failed, if all came from one
// network: else S03 tells the new ones.
func atOnce(h *Host, log []Login) (all []Login) {
	failed := map[string]bool{}
	for _, l := range h.Logins {
		failed[l.User] = failed[l.User] || !l.Success
	}
	for _, l := range log {
		if homeNetwork(l.From) != homeNetwork(log[0].From) {
			return nil
		}
		if l.Method == "password" && !failed[l.User] && !l.Tampers {
			all = append(all, l)
		}
	}
	return all
}

// homeNetwork is the part of an address that a provider keeps while the rest
// changes daily: /16 and /32, "" if it is a name.
func homeNetwork(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 16
	if a.Is6() && !a.Is4In6() {
		bits = 32
	}
	p, err := a.Unmap().WithZone("").Prefix(bits)
	if err != nil {
		return address
	}
	return p.String()
}
