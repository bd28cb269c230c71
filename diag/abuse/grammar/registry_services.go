package grammar

func services() []Grammar {
	return []Grammar{sshd(), fail2ban(), maillog(), ftplog(), sip(), weblog(), iis(), serviceList(), keyValue()}
}
