package grammar

func records() []Grammar {
	return []Grammar{xarfJSON(), xarfYAML(), arf(), spamcop()}
}
