// Package checklist answers «which command printed this, and what in it should
// one look at?»: it recognises the outputs of the forensic checklist by
// themselves, reads them into facts about the host, and judges the facts by
// rules that each say why and what would be harmless. Running commands is left
// to package evidence, words to app/.
package checklist

import (
	"time"

	"latchkey/diag"
)

// Reading is what one output says.
type Reading struct {
	Command string // id of the reader: «ss», «ps», «auth-log», …
	Rows    int    // entries understood
	// Lines counts the lines that are not blank, Understood those of them the
	// reader made something of.
	Lines, Understood int
	Host              *Host // the facts of this output alone
	Warnings          []Warning
}

// Warning is a defect of the output that was read around.
type Warning struct {
	Code string // one of the Warn constants
	Line int    // 1-based; 0: the output as a whole
	Text string // cleaned and shortened
}

// The codes of warnings.
const (
	WarnUnread    = "unread-line"  // looks like a row, was not understood
	WarnCut       = "cut"          // the output was cut off, or read only up to a limit
	WarnLocale    = "locale"       // headings in another language than English
	WarnNotRoot   = "not-root"     // owners of foreign sockets or files are missing
	WarnTruncated = "short-column" // the command itself cut a column
)

// Host is what outputs say about a machine. Several readings of one machine are
// merged; each fact keeps where it came from. Nil slices: not asked.
type Host struct {
	Processes  []Process
	Sockets    []Socket
	OpenFiles  []OpenFile
	Logins     []Login
	Accounts   []Account
	Jobs       []Job
	Units      []Unit
	Changes    []Change
	Files      []File
	Keys       []Key
	Mounts     []Mount
	Scans      []ScannerHit
	Requests   []Request
	Mails      []Mail
	Boots      []Boot
	Addresses  []Address
	Neighbours []Neighbour
	Arrays     []Array
	Kernel     Kernel
	Rulesets   []Ruleset
	Containers []Container
	Guests     []Guest
	Groups     []Group
	Logs       []Log
	Settings   []Setting
	Updates    []Update
	Modules    []Module
	Faults     []Fault
	Clock      Clock
	// Listed names the lists that were whole where the facts alone cannot tell:
	// no failed unit is a fact too. The names are those of the Listed constants.
	Listed []string
}

// The lists of which an empty one says something.
const (
	ListedUnits     = "units"      // systemctl --failed, list-units
	ListedUnitFiles = "unit-files" // systemctl list-unit-files
	ListedTimers    = "timers"     // systemctl list-timers
)

// Where is the place of a fact in its output.
type Where struct {
	Command string // reader's id
	Line    int    // 1-based
}

// Process is a running program. Unknown numbers are -1, unknown texts "".
type Process struct {
	Where
	PID, PPID   int
	User        string
	Name        string // as listed, possibly made up by the program itself
	Args        string // whole command line as listed
	Exe         string // file behind it (/proc/PID/exe, lsof txt), with « (deleted)» if so
	Cwd         string
	VSZ, RSS    int64 // KiB
	CPU         float64
	Started     time.Time // zero if not told
	StartedText string    // as printed
	State       string    // as ps prints it: S, R, Z, …
	// Masked: the name or command line carried control or formatting
	// characters, which the texts here no longer do.
	Masked bool
}

// Socket is an open socket.
type Socket struct {
	Where
	Protocol  string // tcp, udp, raw, packet, unix
	State     string // LISTEN, ESTAB, SYN-SENT, UNCONN, …
	Local     End
	Peer      End
	PID       int // -1 not told
	Name      string
	User      string
	Cgroup    string
	Ownerless bool // the command was asked for owners and names none
	// Interface is the one it is bound to, Also are further processes that
	// hold the same socket (workers of a server).
	Interface string `json:",omitempty"`
	Also      []int  `json:",omitempty"`
}

// End is one end of a socket; Port -1: any or not told.
type End struct {
	Host string // address as printed, without brackets and interface
	Port int
}

// OpenFile is a file or socket a process holds, as lsof lists it.
type OpenFile struct {
	Where
	PID     int
	Name    string // of the process
	User    string
	FD      string
	Kind    string // REG, DIR, IPv4, …
	Path    string
	Deleted bool
}

// Login is somebody who came in, or tried to. Times have year 0 if the log
// tells none, and are UTC if it tells no zone: then they are the server's clock.
type Login struct {
	Where
	PID, Port int // of sshd and of the client; -1 not told
	User      string
	From      string // address or host, "" for a console
	Method    string // password, publickey, su, "" not told
	Time      time.Time
	End       time.Time
	Success   bool
	Invalid   bool // no such user
	Tampers   bool // the line carries what looks like a forged part
}

// Account is a user of the machine.
type Account struct {
	Where
	Name, Home, Shell string
	UID, GID          int       // -1 not told
	Made              time.Time // when a log says it was made
}

// Group is a group of users. One from a log has the members it was given then.
type Group struct {
	Where
	Name    string
	GID     int // -1 not told
	Members []string
}

// Log is a stretch of a log, for what is missing in it.
type Log struct {
	Where
	From, To time.Time
	// Whole: lines of several programs follow one another, so it was not
	// searched for some word, and what it does not tell was not logged.
	Whole    bool
	Gaps     []Gap // longer than an hour
	Controls int   // lines with control characters
}

// Gap is a time without a line.
type Gap struct{ From, To time.Time }

// Setting is an option in force: of the SSH server, of the kernel (sysctl), a
// library of ld.so.preload.
type Setting struct {
	Where
	Name, Value string // names in lower case
}

// Update is a run of the package manager.
type Update struct {
	Where
	Time, End time.Time // the machine's clock; zero if not told
	Command   string
	User      string
	Packages  []string // at most 50
}

// Clock is what time it was on the machine when it was asked.
type Clock struct {
	Where
	Time time.Time     // an instant if Zone is known, else the machine's clock as if UTC
	Zone string        // as printed; "" not told
	Up   time.Duration // since the start; -1 not told
}

// Job is something that runs by itself: cron, at, timer.
type Job struct {
	Where
	User, Schedule, Command, File string
	Length                        int // bytes of a command of which the middle is left out; else 0
}

// Unit is a systemd unit.
type Unit struct {
	Where
	Name, State, Exec, File string // State: failed, running, enabled, …
}

// Change is a packaged file that is not as packaged (dpkg -V, rpm -Va, debsums).
type Change struct {
	Where
	Path   string
	Flags  string // as printed; «?» in a list that may be another command's
	Config bool
}

// File is a file that a search listed (SUID, temporary places, recent, immutable).
type File struct {
	Where
	Path, Mode, Owner string
	Link              string // what a symbolic link points to
	SUID, Immutable   bool
	Masked            bool // the name carried control or formatting characters
	Executable        bool
	Size              int64
	Time              time.Time // of the last change; of the attributes too, if told (ctime)
	Written           time.Time // of the last change of the content (mtime), if told besides
}

// Key is an authorised SSH key.
type Key struct {
	Where
	User, Kind, Comment, Options string
	File, Fingerprint            string    // «SHA256:…», as sshd logs it
	Changed                      time.Time // of the file
}

// Mount is an entry of /proc/mounts or df.
type Mount struct {
	Where
	Device, Point, Kind, Options string
}

// ScannerHit is what rkhunter, chkrootkit, unhide or lynis printed as a warning.
// Its wording is never repeated as fact.
type ScannerHit struct {
	Where
	Tool, Text, Path string
	Test             string // the scanner's own id of what it tested: «AUTH-9204»
	Noise            bool   // known to come up on clean machines, or advice
	Mute             bool   // it was run so that it reports nothing
}

// Request is a line of a web server's log.
type Request struct {
	Where
	Client, Method, Path, Agent string
	Status                      int
	Time                        time.Time
}

// Mail is a queued or submitted mail.
type Mail struct {
	Where
	ID, Sender, User, From string // From: address it was handed in from
	More                   int    // further mails of which only the sum was printed
	Recipients             int
	Queued                 bool
}

// Boot is a start of the machine.
type Boot struct {
	Where
	Kernel string
	Time   time.Time
}

// Address is an address or interface of the machine.
type Address struct {
	Where
	Interface, MAC, Prefix string
	Promiscuous, Down      bool
}

// Neighbour is a MAC seen on an interface (ip neigh, bridge fdb, arp).
type Neighbour struct {
	Where
	MAC, Address, Interface, Bridge string
	Permanent                       bool
}

// Array is a RAID.
type Array struct {
	Where
	Name, State string
	Missing     int      // members that are not there
	Faulty      []string `json:",omitempty"` // members that failed, as printed
	Progress    float64  // of a resync or check, per cent; -1 none
	Finish      string   // as printed
}

// Kernel is what runs and what is installed.
type Kernel struct {
	Where
	Machine   string // its own name (uname -n)
	Running   string
	Installed []string
	Arguments string // of the boot
	IPv6Off   bool
}

// Module is a loaded part of the kernel.
type Module struct {
	Where
	Name, Taints string // Taints: letters as printed («OE»), see the kernel's tainted-kernels document
}

// Ruleset is a packet filter's rules.
type Ruleset struct {
	Where
	Tool  string // iptables, ip6tables, nft, ufw
	Rules int
	Drops bool // a policy or rule drops something
}

// Container is a container as its engine lists it.
type Container struct {
	Where
	ID, Name, Image, Command string
	Status, Ports            string // as printed
}

// Guest is an interface of a virtual machine or container behind this host, or
// the guest itself where a list names no interfaces. Several entries may be of
// one guest.
type Guest struct {
	Where
	Kind         string // qemu, lxc, libvirt, docker, podman
	ID, Name     string // VMID or the container's short id
	State        string // as printed, in lower case
	MAC, Address string
	Bridge       string // or network
	PID          int    // of its first process on the host; -1 not told
}

// Note is a Finding before it has words: rule, severity and what it is about.
type Note = diag.Finding
