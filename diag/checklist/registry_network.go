package checklist

import (
	"slices"

	"latchkey/diag"
)

func networkReaders() []reader {
	return slices.Concat([]reader{ssReader(), netstatReader(), procNetReader()}, ipReaders(),
		[]reader{arpReader(), ifconfigReader(), brctlReader()}, rulesetReaders())
}

// shown makes a text from an output fit for a screen (300 characters).
func shown(s string) string { return diag.Clean(s, 300) }
