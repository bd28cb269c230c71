package grammar

func packets() []Grammar {
	return []Grammar{tcpdump()}
}
