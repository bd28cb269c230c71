package grammar

import "slices"

// All lists every grammar. Where two of one Rank read a text equally well, the
// earlier one wins.
func All() []Grammar {
	return slices.Concat(providers(), packets(), firewalls(), services(), records(), tables())
}
