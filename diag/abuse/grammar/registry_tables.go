package grammar

func tables() []Grammar {
	return []Grammar{table()}
}
