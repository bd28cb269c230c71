package grammar

func tables() []Grammar {
	return []Grammar{table(), fieldList(), hourly(), guess()}
}
