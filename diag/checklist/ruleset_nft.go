package checklist

import (
	"slices"
	"strings"
)

// nftTable knows «table inet filter {».
func nftTable(f []string) bool {
	return len(f) >= 3 && len(f) <= 6 && f[0] == "table" && (f[len(f)-1] == "{" || f[len(f)-1] == "}") &&
		slices.Contains([]string{"ip", "ip6", "inet", "arp", "bridge", "netdev"}, f[1])
}

// nftLine reads a line of a table: depth 1 holds chains, sets and maps, depth 2
// the rules of a chain or the elements of a set.
func (r *rulesText) nftLine(at Where, f []string) bool {
	s := r.set(at, "nft")
	text := strings.Join(f, " ")
	switch {
	case nftTable(f):
	case r.nft == 1:
		r.chain = f[0] == "chain"
	case r.nft >= 2 && r.chain && f[0] != "}" && f[0] != "#" && f[0] != "comment":
		if f[0] == "type" || f[0] == "policy" {
			s.Drops = s.Drops || strings.Contains(text, "policy drop")
		} else {
			s.Rules++
			s.Drops = s.Drops || slices.ContainsFunc(f, func(w string) bool { w = strings.Trim(w, ",;"); return w == "drop" || w == "reject" })
		}
	}
	// quoted comments may hold braces
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 0 {
			r.nft += strings.Count(part, "{") - strings.Count(part, "}")
		}
	}
	r.nft = max(r.nft, 0)
	return true
}
