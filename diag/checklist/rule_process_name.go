package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

// threadNames are names of kernel threads, threadOnly those of them that no
// ordinary program bears (a daemon called «watchdog» exists, for example).
var (
	threadNames = diag.NewPattern(`^(?:kworker/|kthreadd|ksoftirqd/|migration/|rcu_|rcuo?[bcps]/|kswapd|kblockd|kdevtmpfs|khungtaskd|kauditd|cpuhp/|kcompactd|khugepaged|ksmd|jbd2/|scsi_|irq/|oom_reaper|kintegrityd|md\d|ext4-|xfs|btrfs-|kthrotld|ata_sff|writeback|mm_percpu_wq|netns|watchdog|kdmflush|kcryptd|dm_bufio|nfsd|lockd|bioset|crypto|deferwq|ipv6_addrconf|kstrp|kpsmoused|khelper|kmpath|inet_frag_wq|slub_flushwq|idle_inject/|acpi_|edac-|devfreq|tpm_dev|blkcg_|events/|kondemand|psimon|loop\d|usb-storage|hwrng|kjournald|flush-|sync_supers|bdi-|aio/|async/|pm$|cgroup|kvm-|vhost-|z_|arc_|spl_|txg_)`)
	threadOnly  = diag.NewPattern(`^(?:kworker/|kthreadd$|ksoftirqd/|migration/\d|rcu_(?:sched|preempt|bh|gp|par_gp)$|kswapd\d|kblockd$|kdevtmpfs$|khungtaskd$|kauditd$|cpuhp/|kcompactd\d|khugepaged$|jbd2/|scsi_eh_\d|irq/\d|mm_percpu_wq$)`)
	inBrackets  = diag.NewPattern(`^\[(.+)\](?: <defunct>)?$`)
)

// judgeKernelThread: kernel threads have no memory, no file and no command line
// of their own (ps puts their name into brackets for that) and are children of
// kthreadd (PID 2; in some containers another).
func judgeKernelThread(h *Host, found reporter) {
	all := everybody(h)
	byPID := byPIDs(all)
	for _, w := range all {
		name, bracketed := w.Name, false
		if m := inBrackets.FindStringSubmatch(w.Args); m != nil {
			name, bracketed = m[1], true
		}
		if !bracketed && !threadOnly.MatchString(name) {
			continue
		}
		foreign := bracketed && !w.dead() && !strings.HasPrefix(name, "kthreadd") && !ofKernel(w.PPID, byPID)
		severity := diag.Critical
		if bracketed && !threadNames.MatchString(name) {
			severity = diag.Warning
			// A program that is just ending has brackets and no memory.
			foreign = foreign && w.VSZ != 0
		}
		if w.owns() || foreign {
			found(severity, w.Where, w.about("ppid", w.PPID, "memory", max(w.RSS, 0))...)
		}
	}
}

// owns tells whether a process has what no thread of the kernel has.
func (w person) owns() bool {
	return w.VSZ > 0 || w.RSS > 0 || w.Exe != "" || slices.Contains(w.lists, "proc-cmdline")
}

// ofKernel tells whether kernel threads have this parent; -1 is not known.
func ofKernel(ppid int, byPID map[int]person) bool {
	return ppid <= 0 || ppid == 2 || strings.HasPrefix(byPID[ppid].Name, "kthreadd")
}

// dead tells whether a process ended and only waits to be collected.
func (w person) dead() bool {
	return strings.HasPrefix(w.State, "Z") || strings.HasSuffix(w.Args, "<defunct>")
}

var (
	minerWords = diag.NewPattern(`(?i)stratum\d?\+(?:tcp|ssl|udp|tls)|--donate-level|--algo[= ]rx|--coin[= ]monero|\bxmrig|\bxmr-stak|\bminerd\b|\bcpuminer|\bkdevtmpfsi\b|\bkinsing\b|cryptonight|randomx\b|monero-?miner|\b(?:nanopool\.org|supportxmr\.com|minexmr\.com|hashvault\.pro|moneroocean\.stream|2miners\.com|f2pool\.com|nicehash\.com|c3pool\.(?:com|org)|unmineable\.com|herominers\.com)\b`)
	// remoteShell: what opens a shell to another machine or runs what it
	// downloads. «||» is no pipe.
	remoteShell = diag.NewPattern(`(?:\b(?:curl|wget)\b[^|;]*|\bbase64 +(?:-d|-D|--decode)\b[^|;]*)\|\s*(?:sudo +)?(?:/\S*/)?(?:ba|da|z|k)?sh\b|/dev/(?:tcp|udp)/|\bbash +-i\b.*[<>]&|\b(?:nc|ncat|netcat)\b.* -\w*[ec] +\S*sh\b|\bsocat\b.*\bexec:\S*sh\b|\b(?:python[\d.]*|perl|ruby|php) +-\w*[cer]\b.*(?:socket|fsockopen)`)
	toLoopback  = diag.NewPattern(`/dev/(?:tcp|udp)/(?:localhost|127\.[\d.]+|::1)/`)
	// steering is what is left of an escape sequence once ps masked it.
	steering = diag.NewPattern(`[.?^](?:\[[0-9;]*[mHJKABCD](?:\W|\w{2}|$)|\][0-9]{1,2};)|\\033|\\e\[|\^\[`)
)

// searchers read about malware without being any.
var searchers = []string{"grep", "egrep", "fgrep", "rg", "ag", "pgrep", "pkill", "killall", "find", "less", "more", "vi", "vim", "nano", "tail", "cat",
	"journalctl", "clamscan", "maldet", "ps", "locate", "awk", "sed", "rkhunter", "chkrootkit"}

func (w person) searches() bool {
	name := base(w.argv())
	if name == "" {
		name = w.called()
	}
	return slices.Contains(searchers, name)
}

func judgeMiner(h *Host, found reporter) {
	for _, w := range everybody(h) {
		if !w.searches() && (minerWords.MatchString(w.Args) || minerWords.MatchString(w.Name)) {
			found(diag.Critical, w.Where, w.about()...)
		}
	}
}

func judgeMinerContainer(h *Host, found reporter) {
	for _, c := range h.Containers {
		if minerWords.MatchString(c.Image) || minerWords.MatchString(c.Command) {
			found(diag.Critical, c.Where, "name", short(c.Name), "image", short(c.Image), "command", short(c.Command), "container", short(c.ID))
		}
	}
}

func judgeRemoteShell(h *Host, found reporter) {
	for _, w := range everybody(h) {
		// Health checks ask a port of their own machine.
		if !w.searches() && remoteShell.MatchString(toLoopback.ReplaceAllString(w.Args, "")) {
			found(diag.Warning, w.Where, w.about()...)
		}
	}
}

// attackTools scan, flood, guess passwords or listen to the network.
var attackTools = []string{"masscan", "zmap", "nmap", "hping3", "hping", "pnscan", "hydra", "medusa", "ncrack", "patator", "tcpdump", "tshark", "dumpcap",
	"dsniff", "ettercap", "bettercap", "arpspoof", "slowloris", "mausezahn", "sqlmap", "nikto", "zgrab2"}

func judgeAttackTool(h *Host, found reporter) {
	for _, w := range everybody(h) {
		path, _ := deleted(w.Exe)
		first, _, _ := strings.Cut(w.Args, " ")
		for _, name := range []string{base(first), w.Name, base(path)} {
			if slices.Contains(attackTools, name) {
				found(diag.Warning, w.Where, w.about("tool", name)...)
				break
			}
		}
	}
}

func judgeMaskedName(h *Host, found reporter) {
	for _, w := range everybody(h) {
		if w.Masked || steering.MatchString(w.Args) && !w.searches() && !strings.Contains(w.Args, "printf") {
			found(diag.Warning, w.Where, w.about()...)
		}
	}
}

// The load that is told: a third of a processor, of the five that use most.
const (
	loadFrom = 30 // per cent
	loadMost = 5
)

// judgeLoad names who uses the processors. Listing processes is work too, and
// shows in the list itself.
func judgeLoad(h *Host, found reporter) {
	all := slices.DeleteFunc(everybody(h), func(w person) bool {
		return w.CPU < loadFrom || w.RSS <= 0 || slices.Contains([]string{"ps", "top", "htop", "lsof", "ss"}, w.called())
	})
	slices.SortStableFunc(all, func(a, b person) int { return int(b.CPU) - int(a.CPU) })
	for _, w := range all[:min(len(all), loadMost)] {
		found(diag.Info, w.Where, w.about("cpu", int(w.CPU), "samples", len(w.samples))...)
	}
}

// webServers start scripts; webTools are what a script should not start.
// helpers are programs that web applications rightly call.
var (
	webServers = diag.NewPattern(`^(?:apache2?|httpd|nginx|lighttpd|php-fpm[\d.]*|php-cgi|lsphp|litespeed|openlitespeed|caddy|uwsgi|gunicorn)$`)
	webTools   = diag.NewPattern(`^(?:sh|bash|dash|zsh|ksh|perl|python[\d.]*|curl|wget|nc|ncat|netcat|socat|busybox|telnet|ssh)$`)
	webHelpers = diag.NewPattern(`rotatelogs|cronolog|/logger\b|sendmail|wkhtmlto|\bconvert\b|\bmagick\b|\bgs\b|ffmpeg|exiftool|pdfto|cgi-bin/|awstats|/usr/(?:lib|share)/`)
)

// judgeWebShell: a web server's process started a shell or a loader.
func judgeWebShell(h *Host, found reporter) {
	all := everybody(h)
	byPID := byPIDs(all)
	for _, w := range all {
		parent, ok := byPID[w.PPID]
		name := base(strings.Fields(w.Args + " " + w.Name + " -")[0])
		if !ok || !webServers.MatchString(parent.Name) && !webServers.MatchString(base(parent.argv())) || !webTools.MatchString(name) && !webTools.MatchString(w.Name) {
			continue
		}
		if !webHelpers.MatchString(w.Args) {
			found(diag.Warning, w.Where, w.about("parent", short(parent.called()), "ppid", w.PPID, "path", short(w.Cwd))...)
		}
	}
}

// judgeStrangeWorker: a process with the command line of a service that runs
// workers under another user, but not started by it.
func judgeStrangeWorker(h *Host, found reporter) {
	all := everybody(h)
	byPID := byPIDs(all)
	drawn := false // some output told parents
	workers := map[int]int{}
	main := map[string]person{}
	for _, w := range all {
		drawn = drawn || w.PPID > 0
		if parent, ok := byPID[w.PPID]; ok && parent.Args == w.Args {
			if workers[parent.PID]++; workers[parent.PID] == 2 {
				main[parent.Args] = parent
			}
		}
	}
	for _, w := range all {
		m, ok := main[w.Args]
		if !ok || !drawn || w.PID == m.PID || w.User == m.User || w.User == "" || w.PPID > 1 {
			continue
		}
		found(diag.Warning, w.Where, w.about("main", m.PID)...)
	}
}
