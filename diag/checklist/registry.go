package checklist

// readers is the registry, in the order of volatility (RFC 3227, section 2.1):
// what the next minute or restart destroys comes before what lies on the disk,
// as one collects it. Of two that weigh the same the earlier one reads, but no
// two should.
func readers() []reader {
	return []reader{
		// What runs.
		{"ps", weighPS, readPS},
		{"top", weighTop, readTop},
		{"lsof", weighLsof, readLsof},
		{"proc-exe", weighProcExe, readProcExe},
		{"proc-cmdline", weighCmdline, readCmdline},
		{"pstree", weighPstree, readPstree},
		{"proc-mounts", weighMounts, readMounts},
		{"unhide", weighUnhide, readUnhide},
		{"docker", weighDocker, readDocker},
		{"guest-list", weighGuestList, readGuestList},
		{"guest-nets", weighGuestNets, readGuestNets},
		{"container-nets", weighContainerNets, readContainerNets},
		{"modules", weighModules, readModules},
		{"date", weighDate, readDate},
		// What it talks to.
		{"ss", weighSS, readSS},
		{"netstat", weighNetstat, readNetstat},
		{"proc-net", weighProcNet, readProcNet},
		oneOf("ip-addr", ipKind, 85, readIP),
		oneOf("ip-link", ipKind, 85, readIP),
		oneOf("ip-route", ipKind, 85, readIP),
		oneOf("ip-neigh", ipKind, 85, readIP),
		oneOf("bridge-fdb", ipKind, 85, readIP),
		{"arp", weighARP, readARP},
		{"ifconfig", weighIfconfig, readIfconfig},
		{"brctl-showmacs", weighBrctl, readBrctl},
		oneOf("iptables", rulesetKind, 90, readRules),
		oneOf("nft", rulesetKind, 90, readRules),
		{"ufw", weighUFW, readUFW},
		// Who is there, and what the machine says of itself.
		{"who", weighWho, readWho},
		{"systemctl", weighSystemctl, readSystemctl},
		{"fail2ban-status", weighFail2ban, readFail2ban},
		{"mailq", weighMailq, readMailq},
		{"mdstat", weighMdstat, readMdstat},
		{"mdadm", weighMdadm, readMdadm},
		{"dmesg", weighDmesg, readDmesg},
		{"uname", weighUname, readUname},
		{"sysctl", weighSysctl, readSysctl},
		{"needrestart", weighNeedrestart, readNeedrestart},
		// Logs, which are rotated.
		{"last", weighLast, readLast},
		{"lastb", weighLastb, readLastb},
		{"lastlog", weighLastlog, readLastlog},
		{"auth-log", weighAuthLog, readAuthLog},
		{"journal", weighJournal, readJournal},
		{"mail-log", weighMailLog, readMailLog},
		{"web-log", weighWebLog, readWebLog},
		{"apt-history", weighApt, readApt},
		{"dnf-history", weighDNF, readDNF},
		// What lies on the disk until somebody changes it.
		{"passwd", weighPasswd, readPasswd},
		{"group", weighGroup, readGroup},
		{"authorized-keys", weighKeys, readKeys},
		{"history", weighHistory, readHistory},
		{"sshd-t", weighSSHD, readSSHD},
		{"crontab", weighCrontab, readCrontab},
		{"ld-preload", weighPreload, readPreload},
		{"kernel-packages", weighKernel, readKernel},
		{"find", weighFind, readFind},
		{"stat", weighStat, readStat},
		{"lsattr", weighLsattr, readLsattr},
		{"dpkg-verify", weighDpkg, readDpkg},
		{"rpm-va", weighRPM, readRPM},
		{"debsums", weighDebsums, readDebsums},
		// What others made of all that.
		{"rkhunter", weighRkhunter, readRkhunter},
		{"chkrootkit", weighChkrootkit, readChkrootkit},
		{"lynis", weighLynis, readLynis},
	}
}

// oneOf is a reader of several that tell their outputs apart together.
func oneOf(id string, kind func(*text) string, weight int, read func(id string, t *text, h *Host) tallied) reader {
	return reader{id, func(t *text) int {
		if kind(t) == id {
			return weight
		}
		return 0
	}, func(t *text, h *Host) tallied { return read(id, t, h) }}
}

// Commands lists the ids of all readers.
func Commands() []string {
	var ids []string
	for _, r := range readers() {
		ids = append(ids, r.id)
	}
	return ids
}
