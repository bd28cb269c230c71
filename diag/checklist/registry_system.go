package checklist

// systemReaders read what starts by itself, what was changed, and what the
// machine and its scanners say of themselves.
func systemReaders() []reader {
	return []reader{
		{"crontab", weighCrontab, readCrontab},
		{"systemctl", weighSystemctl, readSystemctl},
		{"dpkg-verify", weighDpkg, readDpkg},
		{"rpm-va", weighRPM, readRPM},
		{"debsums", weighDebsums, readDebsums},
		{"find", weighFind, readFind},
		{"stat", weighStat, readStat},
		{"lsattr", weighLsattr, readLsattr},
		{"rkhunter", weighRkhunter, readRkhunter},
		{"chkrootkit", weighChkrootkit, readChkrootkit},
		{"mdstat", weighMdstat, readMdstat},
		{"mdadm", weighMdadm, readMdadm},
		{"uname", weighUname, readUname},
		{"kernel-packages", weighKernel, readKernel},
		{"dmesg", weighDmesg, readDmesg},
		{"modules", weighModules, readModules},
		{"apt-history", weighApt, readApt},
		{"sysctl", weighSysctl, readSysctl},
		{"date", weighDate, readDate},
		{"ld-preload", weighPreload, readPreload},
	}
}
