package checklist

import "latchkey/diag"

func networkReaders() []reader {
	return []reader{ssReader(), netstatReader(), procNetReader()}
}

func networkRules() []rule { return nil }

// shown makes a text from an output fit for a screen (300 characters).
func shown(s string) string { return diag.Clean(s, 300) }
