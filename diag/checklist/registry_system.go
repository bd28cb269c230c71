package checklist

// systemReaders read what starts by itself, what was changed, and what the
// machine and its scanners say of themselves.
func systemReaders() []reader {
	return []reader{
		{"crontab", weighCrontab, readCrontab},
		{"systemctl", weighSystemctl, readSystemctl},
	}
}
