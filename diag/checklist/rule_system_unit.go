package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

// judgeUnitStart: C03, a unit runs a program from a temporary or hidden folder,
// or fetches it first.
func judgeUnitStart(h *Host, found finder) {
	told := 0
	for _, u := range h.Units {
		if told == mostOfRule {
			return
		}
		for _, command := range strings.Split(u.Exec, " ; ") {
			command = strings.TrimLeft(command, "-@:+!|")
			program := oddProgram(command)
			if program == "" && !fetchesAndRuns(command) {
				continue
			}
			told++
			found(diag.Critical, u.Where, "name", given(u.Name), "path", given(u.File), "command", shown(command), "program", shown(program))
			break
		}
	}
}

// systemdUnits are what comes with systemd 257, without «systemd-» and kind.
var systemdUnits = strings.Fields(`ask-password-console ask-password-plymouth ask-password-wall backlight battery-check binfmt bless-boot boot-check-no-failures
	boot-random-seed boot-update bootctl bsod confext coredump creds cryptenroll cryptsetup exit factory-reset firstboot fsck fsck-root fsckd growfs
	growfs-root halt hibernate hibernate-clear hibernate-resume homed homed-activate homed-firstboot hostnamed hwdb-update hybrid-sleep importd initctl
	integritysetup journal-catalog-update journal-flush journal-gatewayd journal-remote journal-upload journald journald-audit journald-dev-log
	journald-varlink kexec localed lock-handler logind loop machine-id-commit machined makefs mkswap modules-load mountfsd mute-console networkd
	networkd-persistent-storage networkd-wait-online network-generator nspawn nsresourced oomd pcrextend pcrfs pcrfs-root pcrlock pcrlock-file-system
	pcrlock-firmware-code pcrlock-firmware-config pcrlock-machine-id pcrlock-make-policy pcrlock-secureboot-authority pcrlock-secureboot-policy pcrmachine
	pcrphase pcrphase-initrd pcrphase-sysinit portabled poweroff pstore quotacheck quotacheck-root quotaon random-seed reboot remount-fs repart resolved
	resolved-monitor resolved-varlink rfkill shutdownd soft-reboot ssh-generator sshd-vsock storagetm suspend suspend-then-hibernate sysctl sysext
	sysupdate sysupdate-reboot sysupdated sysusers time-wait-sync timedated timesyncd tmpfiles-clean tmpfiles-setup tmpfiles-setup-dev
	tmpfiles-setup-dev-early tpm2-setup tpm2-setup-early udev-load-credentials udev-settle udev-trigger udevd udevd-control udevd-kernel udevd-varlink
	update-done update-utmp update-utmp-runlevel user-sessions userdbd userwork validatefs vconsole-setup veritysetup vmspawn volatile-root xdg-autostart-condition
	analyze-pcrs entropy setup-dgram-qlen stub-resolv tpm2-clear keyctl cgroups-agent zram-setup boot-clear-sysfail sysuser oom-notify logger`)

// judgeUnitName: C04, a unit is named as if it belonged to systemd or were a
// thread of the kernel, and is neither.
func judgeUnitName(h *Host, found finder) {
	seen := map[string]bool{}
	compared := 0 // a comparison takes some microseconds
	check := func(name, file string, at Where) {
		stem := unitStem(name)
		short, systemd := strings.CutPrefix(stem, "systemd-")
		if systemd {
			compared++
		}
		switch {
		case stem == "" || seen[stem] || len(seen) >= mostOfRule:
			return
		case systemd && slices.Contains(systemdUnits, short):
			return
		case systemd && compared >= 1000:
			return
		case systemd && !strings.HasPrefix(file, "/etc/") && !strings.HasPrefix(file, "/mnt/etc/") && !resembles(short):
			return // a package of its own, such as systemd-cron
		case !systemd && !kernelThread(stem):
			return
		}
		seen[stem] = true
		found(diag.Notice, at, "name", shown(name), "path", given(file))
	}
	// A unit's own file is told before the lists that name it.
	for _, files := range []bool{true, false} {
		for _, u := range h.Units {
			if files == (u.File != "") && u.State != "not-found" && !strings.Contains(u.File, ".d/") && !generatedUnit(u.Name) {
				check(u.Name, u.File, u.Where)
			}
		}
	}
	for _, j := range h.Jobs {
		if j.Schedule == "timer" {
			check(j.File, "", j.Where)
		}
	}
}

// generatedUnit: units that follow from something else have its name.
func generatedUnit(name string) bool {
	for _, kind := range []string{".mount", ".automount", ".slice", ".scope", ".device", ".swap"} {
		if strings.HasSuffix(name, kind) {
			return true
		}
	}
	return false
}

// unitStem is a unit's name without kind and instance.
func unitStem(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	name, _, _ = strings.Cut(name, "@")
	return name
}

// resembles says whether a name is that of a unit of systemd but for one or two
// letters; short ones resemble too much.
func resembles(short string) bool {
	return len(short) >= 5 && len(short) <= 40 && slices.ContainsFunc(systemdUnits, func(known string) bool {
		return len(known) >= 6 && distance(short, known) <= 2
	})
}

// distance counts letters to put in, take out or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		corner := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := corner
			if a[i-1] != b[j-1] {
				cost = 1 + min(corner, row[j], row[j-1])
			}
			corner, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}

// guards are units that keep others out or write down what happens; their stems.
var guards = []string{"fail2ban", "nftables", "iptables", "ip6tables", "netfilter-persistent", "ufw", "firewalld", "shorewall", "ferm", "crowdsec",
	"crowdsec-firewall-bouncer", "sshguard", "csf", "lfd", "rsyslog", "syslog-ng", "pve-firewall", "proxmox-firewall", "apparmor"}

func guard(name string) bool {
	stem := unitStem(name)
	return slices.Contains(guards, stem) || strings.Contains(stem, "firewall")
}

// judgeUnitFailed: K03, a unit failed or keeps failing; one that guards the machine weighs more,
// also if it merely does not run. auditd fails in every container.
func judgeUnitFailed(h *Host, found finder) {
	seen := map[string]bool{}
	for _, u := range h.Units {
		if u.Command != "systemctl" || seen[u.Name] || len(seen) >= mostOfRule {
			continue
		}
		severity := diag.Notice
		switch {
		case strings.HasPrefix(u.State, "failed"):
			if guard(u.Name) {
				severity = diag.Warning
			}
		case unitStem(u.Name) == "fail2ban" && (u.State == "dead" || u.State == "inactive dead" || u.State == "disabled" || u.State == "masked"):
		case guard(u.Name) && u.State == "masked":
		case u.State == "activating auto-restart": // it ends again and again
		default:
			continue
		}
		seen[u.Name] = true
		found(severity, u.Where, "name", shown(u.Name), "state", shown(u.State))
	}
}
