#!/bin/sh
# Latchkey's collector: what a server can tell, as ONE file on the standard output.
#
#   ssh root@SERVER 'sh -s' < collect.sh > server.fcb
#   in a rescue system, with the server's disk mounted read-only below /mnt:
#   ssh root@SERVER 'LATCHKEY_ROOT=/mnt sh -s' < collect.sh > server.fcb
#
# It only reads: nothing is written, changed, installed or stopped on the server.
# It never reads password hashes, private keys or the environment of programs.
# What vanishes first is collected first (RFC 3227). Each command has a time limit
# and a limit of bytes, no input and its own PATH. Outputs are packed (gzip,
# base64) between markers with a number drawn for this run, so that no output can
# pretend to be another one.
#
# shellcheck disable=SC2016 # the commands are expanded by the shell that runs them
#
# LATCHKEY_ROOT   folder of the mounted disk; empty: the running system
# LATCHKEY_DAYS   how far back logs and changed files go (14)
# LATCHKEY_LIMIT  seconds for everything (600)
# LATCHKEY_PACKAGES  «all» compares every file of every package with what was
#                 delivered, which takes minutes; else those of the base system

PATH=/usr/sbin:/usr/bin:/sbin:/bin # not /usr/local: an intruder's tools are often there
# Some programs keep things in these folders: top makes ~/.config/procps.
HOME=/dev/null XDG_CONFIG_HOME=/dev/null XDG_CACHE_HOME=/dev/null TMPDIR=/dev/null
LC_ALL=C TERM=dumb COLUMNS=2000 PAGER=cat SYSTEMD_PAGER=cat SYSTEMD_COLORS=0
unset HISTFILE LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT ENV BASH_ENV GREP_OPTIONS GZIP LSCOLORS
R=${LATCHKEY_ROOT:-} R=${R%/} DAYS=${LATCHKEY_DAYS:-14} LIMIT=${LATCHKEY_LIMIT:-600}
umask 077

refuse() { printf 'collect.sh: %s\n' "$1" >&2; exit 2; }
case $DAYS$LIMIT in *[!0-9]*) refuse 'LATCHKEY_DAYS and LATCHKEY_LIMIT are numbers' ;; esac
case $R in '' | /*) ;; *) refuse 'LATCHKEY_ROOT is a folder such as /mnt' ;; esac
[ -z "$R" ] || { [ -d "$R/etc" ] && R=$(cd "$R" && pwd -P); } || refuse "there is no system below $R"
for tool in od tr head gzip base64 date readlink; do
	command -v "$tool" >/dev/null 2>&1 || refuse "$tool is missing"
done
export PATH HOME XDG_CONFIG_HOME XDG_CACHE_HOME TMPDIR LC_ALL TERM COLUMNS PAGER SYSTEMD_PAGER SYSTEMD_COLORS R DAYS

MODE=live
[ -z "$R" ] || MODE=rescue
NONCE=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
[ ${#NONCE} -eq 16 ] || refuse 'no random numbers'
START=$(date +%s)
GENTLY=$(command -v nice) && GENTLY="$GENTLY -n 10"
TIMEOUT=$(command -v timeout) || TIMEOUT=
# Old BusyBox wants «timeout -t 5», which is no limit worth the trouble.
[ -z "$TIMEOUT" ] || "$TIMEOUT" -s KILL 5 true 2>/dev/null || TIMEOUT=
# That of BusyBox ends one program and not those it has started.
# Where it is part of the shell it has no folder.
GROUP=$TIMEOUT
case $TIMEOUT in /*) GROUP=$(readlink -f "$TIMEOUT") ;; ?*) GROUP=busybox ;; esac
case $GROUP in *busybox*) GROUP=$(command -v setsid) ;; *) GROUP= ;; esac
exec 5>&1

# In the commands below, cat shows regular files only, and follows a link only to
# a file of the same name on the same disk: whoever owns a home folder may have
# laid a link to the password hashes there.
GUARD='cat() {
	for file in "$@"; do
		case $file in /proc/net/* | /proc/mounts | /proc/mdstat) command cat "$file"; continue ;; esac
		[ -e "$file" ] || [ -L "$file" ] || { command cat "$file"; continue; }
		target=$(readlink -f "$file") && [ -f "$target" ] || continue
		case $target in "$R"/*) ;; *) continue ;; esac
		case ${target##*/} in *shadow* | environ | ssh_host_* | id_*) continue ;; "${file##*/}") command cat "$file" ;; esac
	done
}
'

# What ignores the end of its time is killed, with all it has started.
within() { # seconds command
	if [ -n "$GROUP" ]; then
		$GENTLY "$TIMEOUT" "$1" "$GROUP" sh -c "trap 'kill -KILL 0' TERM; { $GUARD$2
		} & wait \$!"
	elif [ -n "$TIMEOUT" ]; then
		$GENTLY "$TIMEOUT" -s KILL "$1" sh -c "$GUARD$2"
	else
		$GENTLY sh -c "$GUARD$2"
	fi
}

run() { # id bytes seconds command
	left=$((START + LIMIT - $(date +%s)))
	[ "$left" -gt "$3" ] && left=$3
	printf '@@FCB %s BEGIN %s t=%s cap=%s\n@@cmd %s\n' "$NONCE" "$1" "$(date +%s)" "$2" "$4"
	if [ "$left" -gt 0 ]; then
		status=$({ { within "$left" "$4" 4>&- 5>&-; echo $? >&4; } </dev/null 2>&1 | head -c "$2" | gzip -c | base64 >&5; } 4>&1)
	else # what there is no time for counts as cut off
		: | gzip -c | base64
		status=124
	fi
	printf '@@FCB %s END %s rc=%s t=%s\n' "$NONCE" "$1" "$status" "$(date +%s)"
}

few=262144 many=4000000

NAME='hostname || uname -n'
[ -z "$R" ] || NAME='cat "$R/etc/hostname"'
HOST=$(within 5 "$NAME" </dev/null 5>&- 2>/dev/null | head -c 400 | head -n 1 | tr -cd 'A-Za-z0-9._-' | head -c 253)
printf '@@FCB %s HELLO v=1 mode=%s root=%s uid=%s host=%s t=%s\n' "$NONCE" "$MODE" "$([ -n "$R" ] && echo mounted || echo /)" "$(id -u)" "$HOST" "$START"

# The clock first: everything else is compared by it.
run date $few 5 "date -u '+%Y-%m-%dT%H:%M:%SZ'; date '+%Y-%m-%dT%H:%M:%S%z %Z'; uptime"

if [ "$MODE" = live ]; then
	# Connections and programs: gone with the next moment.
	run ss $many 20 'ss -H -tuanpO -e'
	run ss_listen $few 20 'ss -tulpnO'
	run ss_raw $few 20 'ss -0bpnO; ss -wanpO'
	run ps_lstart $many 20 'ps -eo pid,ppid,uid,user,tty,stat,lstart,etimes,pcpu,pmem,rss,comm,args -ww'
	run ps_auxf $many 20 'ps auxwwf'
	run proc_exe $many 30 'ls -lnq --time-style=full-iso /proc/[0-9]*/exe /proc/[0-9]*/cwd /proc/[0-9]*/root 2>/dev/null'
	run netstat $many 20 'netstat -tuanpe'
	run proc_net $many 10 'for f in tcp tcp6 udp udp6 raw packet; do printf "== %s\n" "$f"; cat /proc/net/$f; done'
	run netns_ss $many 30 'me=$(readlink /proc/self/ns/net); seen=; for p in /proc/[0-9]*; do n=$(readlink "$p/ns/net" 2>/dev/null) || continue; case "$me $seen" in *"$n"*) continue ;; esac; seen="$seen $n"; nsenter -t "${p#/proc/}" -n ss -H -tuanpO; done'
	run lsof_i $many 60 'lsof -i -n -P -l +c 0'
	run lsof_deleted $many 60 'lsof -n -P -l +L1 +c 0'
	run top $few 15 'top -b -n 1 -w 512'
	run who $few 10 'w -i; who -a'
	run mounts $few 10 'cat /proc/mounts'
	run ip_addr $few 10 'ip -d addr'
	run ip_route $few 10 'ip route; ip -6 route'
	run ip_neigh $few 10 'ip neigh'
	run bridge_fdb $few 10 'bridge fdb show'
	run docker $few 30 'docker ps -a --no-trunc'
	# Not where there never was a container: podman would make its folders.
	run podman $few 30 '[ -d /var/lib/containers/storage ] && podman ps -a --no-trunc'
	run qm $few 30 'qm list'
	run pct $few 30 'pct list'
	run virsh $few 30 'virsh -r list --all'
	run lxc $few 30 'lxc-ls -f'
	run container_nets $few 30 'for e in docker podman; do command -v $e >/dev/null || continue; [ $e = docker ] || [ -d /var/lib/containers/storage ] || continue; ids=$($e ps -aq --no-trunc) && [ -n "$ids" ] && $e inspect --format "$e|{{.Id}}|{{.Name}}|{{.State.Pid}}|{{range \$n, \$v := .NetworkSettings.Networks}}{{\$n}},{{\$v.IPAddress}},{{\$v.GlobalIPv6Address}},{{\$v.MacAddress}};{{end}}" $ids; done'
	run nft $many 20 'nft list ruleset'
	run iptables $many 20 'iptables-save'
	run ip6tables $many 20 'ip6tables-save'
	run uname $few 5 'uname -a'
	run cmdline $few 5 'cat /proc/cmdline'
	run modules $few 10 'cat /proc/modules'
	run sysctl $few 10 'sysctl net.ipv4.ip_forward net.ipv6.conf.all.disable_ipv6 net.ipv6.conf.all.forwarding kernel.modules_disabled'
	run units $many 20 'systemctl list-units --all --no-pager --plain --full'
	run units_failed $few 20 'systemctl --failed --no-pager --plain --full'
	run timers $few 20 'systemctl list-timers --all --no-pager --plain --full'
	run unit_files $many 20 'systemctl list-unit-files --no-pager --plain --full'
	run mailq $many 20 'command -v mailq >/dev/null && mailq | head -n 4000'
	run fail2ban $few 10 'fail2ban-client status; fail2ban-client status sshd'
	if command -v lastlog2 >/dev/null; then
		run lastlog $few 20 'lastlog2'
	else
		run lastlog $few 20 'lastlog'
	fi
	run sshd_t $few 10 'sshd -T'
fi

# Of the disk alone, the same in a rescue system.
run mdstat $few 5 'cat /proc/mdstat'
run dmesg $many 10 'dmesg -T | tail -n 3000'
run os_release $few 5 'cat "$R/etc/os-release"'
run passwd $few 5 'cat "$R/etc/passwd"'
run group $few 5 'cat "$R/etc/group"'
run account_files $few 5 'ls -ln --time-style=full-iso "$R/etc/passwd" "$R/etc/shadow" "$R/etc/group" "$R/etc/sudoers"'
run authkeys $few 30 'for f in "$R"/root/.ssh/authorized_keys* "$R"/home/*/.ssh/authorized_keys* "$R"/etc/ssh/authorized_keys*; do [ -f "$f" ] && { ls -ln --time-style=full-iso "$f"; cat "$f"; }; done'
run guest_nets $few 10 'grep -HEs "^(name|hostname|net[0-9]+): |^lxc\.(uts\.name|net\.)|<name>|<mac " "$R"/etc/pve/qemu-server/*.conf "$R"/etc/pve/lxc/*.conf "$R"/var/lib/lxc/*/config "$R"/etc/libvirt/qemu/*.xml | head -n 4000'
run lsattr $few 20 'lsattr -d "$R"/root/.ssh "$R"/root/.ssh/* "$R"/home/*/.ssh/* "$R"/etc/cron.d/* "$R"/etc/crontab "$R"/var/spool/cron/crontabs/* "$R"/etc/passwd "$R"/usr/bin/ps "$R"/usr/bin/ss "$R"/usr/sbin/sshd 2>/dev/null'
run sshd_config $few 10 'cat "$R"/etc/ssh/sshd_config "$R"/etc/ssh/sshd_config.d/*.conf 2>/dev/null'
run cron $few 20 'for f in "$R"/etc/crontab "$R"/etc/anacrontab "$R"/etc/cron.d/* "$R"/var/spool/cron/crontabs/* "$R"/var/spool/cron/*; do [ -f "$f" ] && { printf "== %s\n" "$f"; ls -ln --time-style=full-iso "$f"; cat "$f"; }; done'
run cron_folders $few 10 'ls -lnR --time-style=full-iso "$R"/etc/cron.hourly "$R"/etc/cron.daily "$R"/etc/cron.weekly "$R"/var/spool/cron/atjobs 2>/dev/null'
run unit_local $many 20 'for f in "$R"/etc/systemd/system/*.service "$R"/etc/systemd/system/*.timer "$R"/etc/systemd/system/*/*.conf; do [ -f "$f" ] && [ ! -L "$f" ] && { printf "== %s\n" "$f"; ls -ln --time-style=full-iso "$f"; cat "$f"; }; done'
run startup $few 10 'ls -ln --time-style=full-iso "$R"/etc/rc.local "$R"/etc/init.d "$R"/etc/profile.d "$R"/etc/ld.so.preload "$R"/etc/update-motd.d "$R"/etc/udev/rules.d 2>/dev/null'
run ld_preload $few 5 'cat "$R/etc/ld.so.preload"'
if [ -f "$R/var/lib/wtmpdb/wtmp.db" ] && command -v wtmpdb >/dev/null; then
	run last $many 20 'wtmpdb last -f "$R/var/lib/wtmpdb/wtmp.db"'
else
	run last $many 20 'last -Faixw -f "$R/var/log/wtmp"'
fi
run lastb $many 20 'lastb -Faiw -f "$R/var/log/btmp" | head -n 20000'
run logs $few 10 'ls -lnR --time-style=full-iso "$R/var/log" | head -n 2000'
run authlog $many 30 'cat "$R/var/log/auth.log.1" "$R/var/log/auth.log" "$R/var/log/secure" 2>/dev/null | tail -n 60000'
run journal_ssh $many 60 'journalctl ${R:+-D "$R/var/log/journal"} --no-pager -o short-iso -t sshd -t sshd-session -t sudo -t su -t useradd -t usermod -t passwd -t cron -t CRON --since "-$DAYS days" | tail -n 60000'
run journal_err $many 60 'journalctl ${R:+-D "$R/var/log/journal"} --no-pager -o short-iso -p err --since "-$DAYS days" | tail -n 5000'
run apt_history $many 10 'cat "$R/var/log/apt/history.log.1.gz" 2>/dev/null | gzip -dc 2>/dev/null; cat "$R/var/log/apt/history.log" 2>/dev/null'
run dpkg_log $many 10 'cat "$R/var/log/dpkg.log" | tail -n 2000'
if [ -d "$R/var/lib/dpkg" ]; then
	run kernels $few 20 'dpkg-query --admindir="$R/var/lib/dpkg" -l "linux-image*" "pve-kernel*" "proxmox-kernel*" 2>/dev/null'
	run packages $many 30 'dpkg-query --admindir="$R/var/lib/dpkg" -W -f "\${Package}\t\${Version}\t\${Status}\n"'
else
	run kernels $few 20 'rpm --root "${R:-/}" -qa --last "kernel*"'
	run packages $many 30 'rpm --root "${R:-/}" -qa'
fi
run shell_history $few 10 'for f in "$R"/root/.*history "$R"/home/*/.*history; do { [ -e "$f" ] || [ -L "$f" ]; } && { ls -ln --time-style=full-iso "$f"; cat "$f" | tail -n 500; }; done'
run web_log $many 60 'for f in "$R"/var/log/apache2/*access*.log "$R"/var/log/nginx/*access*.log "$R"/var/log/httpd/*access*log; do [ -f "$f" ] && { printf "== %s\n" "$f"; cat "$f" | grep -aE "\"POST |[?&](cmd|exec|base64)" | tail -n 5000; }; done'
run mail_log $many 30 'cat "$R/var/log/mail.log" "$R/var/log/maillog" "$R/var/log/exim4/mainlog" 2>/dev/null | tail -n 20000'
run temporary $many 30 'find "$R/tmp" "$R/var/tmp" "$R/dev/shm" "$R/run/shm" -xdev -printf "%C+ %T+ %y %m %u:%g %s %p\0" 2>/dev/null'
run suid $few 120 'find "${R:-/}" -xdev -type f -perm /6000 -printf "%C+ %m %u:%g %s %p\0" 2>/dev/null'
run web_folders $many 120 'find "$R"/var/www "$R"/home/*/public_html "$R"/srv -xdev -type f -ctime "-$DAYS" \( -name "*.ph*" -o -name ".htaccess" -o -name "*.pl" -o -name "*.cgi" \) -printf "%C+ %T+ %m %u:%g %s %p\0" 2>/dev/null'
# No sort here: for long lists it writes temporary files.
run recent $many 120 'find "$R"/etc "$R"/usr "$R"/bin "$R"/sbin "$R"/lib "$R"/root "$R"/opt "$R"/boot "$R"/home "$R"/var/spool "$R"/var/www -xdev \( -type f -o -type l \) -ctime "-$DAYS" -printf "%C+ %T+ %m %u:%g %s %p -> %l\0" 2>/dev/null | head -zn 20000'
# Whose files are as delivered? What ps, ss, ls, login and sshd say is only worth
# as much as they are, so those are always compared. In /dev/null dpkg would warn
# that it finds no settings. Packages bring scripts of their own for a comparison,
# an intruder's package too: none is run. rpm as root marks in its database that it
# was read (rpmdb.sqlite-shm and -wal); it can be asked in no other way.
if [ "${LATCHKEY_PACKAGES:-}" = all ]; then
	if [ -d "$R/var/lib/dpkg" ]; then
		run package_check $many 300 'HOME=/nonexistent dpkg --root="${R:-/}" --verify'
	else
		run package_check $many 300 'rpm --root "${R:-/}" -Va --noscripts --nomtime'
	fi
else
	if [ -d "$R/var/lib/dpkg" ]; then
		run package_tools $many 60 'HOME=/nonexistent dpkg --root="${R:-/}" --verify $(dpkg-query --admindir="$R/var/lib/dpkg" -W -f "\${db:Status-Abbrev} \${Priority} \${binary:Package}\n" | sed -n "s/^ii  *\(required\|important\|standard\) //p; s/^ii  *[a-z]* \(openssh-[a-z-]*\|sudo\|lsof\|net-tools\|iproute2\|procps\|psmisc\|curl\|wget\|cron\|rsyslog\|libpam[a-z0-9-]*\|systemd[a-z-]*\|libsystemd[a-z0-9-]*\)\(:[a-z0-9]*\)*$/\1\2/p")'
	else
		run package_tools $many 60 'rpm --root "${R:-/}" -V --noscripts --nomtime $(rpm --root "${R:-/}" -qa --qf "%{NAME}\n" | grep -xE "coreutils.*|procps-ng|iproute|openssh.*|sudo|lsof|net-tools|psmisc|util-linux.*|bash|shadow-utils|pam.*|systemd.*|glibc.*|curl|wget|cronie.*|rsyslog|findutils|grep|sed|gawk|tar|gzip|kmod|rpm.*|ncurses.*|passwd")'
	fi
fi

printf '@@FCB %s BYE t=%s\n' "$NONCE" "$(date +%s)"
