package grammar

func packets() []Grammar {
	return []Grammar{tcpdump(), pflog(), wireshark(), nfdump(), nfdumpCSV()}
}
