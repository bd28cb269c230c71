package grammar

func providers() []Grammar {
	return []Grammar{hetznerISO()}
}
