package grammar

func packets() []Grammar {
	return []Grammar{tcpdump(), pflog(), snort(), wireshark(), nfdump(), nfdumpCSV(), fastnetmon(), arrows()}
}
