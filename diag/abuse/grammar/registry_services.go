package grammar

func services() []Grammar {
	return []Grammar{sshd(), fail2ban(), maillog(), weblog(), iis(), serviceList(), keyValue()}
}
