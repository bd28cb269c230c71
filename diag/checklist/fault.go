package checklist

import (
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// FaultKind is what the kernel complains of.
type FaultKind string

// The kinds of faults: none of them is made by somebody who broke in.
const (
	FaultDisk   FaultKind = "disk"        // a drive that cannot read, write or answer
	FaultMemory FaultKind = "memory"      // RAM or processor, as EDAC and machine checks tell
	FaultFiles  FaultKind = "file-system" // a file system that is damaged or was closed
	FaultRoom   FaultKind = "no-memory"   // a process ended for want of memory
)

// Fault is trouble of the hardware, or for want of memory, that the kernel
// logged: all lines of one kind about one device together.
type Fault struct {
	Where     // of the first line
	Kind      FaultKind
	Device    string // disk, controller, file system or process; "" not told
	Text      string // the first line
	Count     int    // lines
	Corrected bool   // every one of them was put right
	First     time.Time
	Last      time.Time // zero if the log tells no time of day
}

// mostFaults bounds the devices that faults are told of.
const mostFaults = 200

// sign is a message of the kernel that tells of a fault; its group is the
// device. The messages are those of Linux 3.10 to 6.12 (block/blk-core.c,
// drivers/ata/libata-*.c, drivers/nvme/host, drivers/scsi, drivers/md,
// drivers/edac, arch/x86/kernel/cpu/mce, fs/ext4, fs/xfs, fs/btrfs,
// mm/oom_kill.c) and of smartd.
type sign struct {
	kind      FaultKind
	corrected bool
	pattern   *diag.Pattern
}

var signs = []sign{
	{FaultDisk, false, diag.NewPattern(`\b(?:I/O|critical medium) error, dev (\S+?),? `)},
	{FaultDisk, false, diag.NewPattern(`^Buffer I/O error on (?:dev|device) (\S+?),`)},
	{FaultDisk, false, diag.NewPattern(`^sd \S+ \[(\w+)\].*(?:Sense Key : (?:Medium|Hardware) Error|Unrecovered read error)`)},
	{FaultDisk, false, diag.NewPattern(`^(ata\d+)(?:\.\d+)?: (?:exception Emask|failed command:|error: \{|hard resetting link|COMRESET failed|link is slow to respond|disabled$)`)},
	{FaultDisk, false, diag.NewPattern(`^nvme (nvme\d+): .*(?:QID \d+ timeout|timeout, (?:aborting|reset|disable) |controller is down; will reset|Device not ready|Removing after probe failure|Device shutdown incomplete)`)},
	{FaultDisk, false, diag.NewPattern(`^md/raid\w*:\S+: (?:Disk failure on|read error not corrected|unrecoverable I/O) ?(\w+)?`)},
	{FaultDisk, false, diag.NewPattern(`^Device: /dev/(\S+).*(?:Currently unreadable \(pending\) sectors|Offline uncorrectable sectors|FAILED SMART self-check|Failed SMART usage)`)},
	{FaultMemory, true, diag.NewPattern(`^EDAC (\w+): \d+ CE `)},
	{FaultMemory, false, diag.NewPattern(`^EDAC (\w+): \d+ UE `)},
	{FaultMemory, true, diag.NewPattern(`\[Hardware Error\]: (?:Corrected error|Machine check events logged|event severity: corrected)`)},
	{FaultMemory, false, diag.NewPattern(`\[Hardware Error\]: (?:Uncorrected|Deferred error|event severity: (?:fatal|recoverable)|Fatal|(?:CPU \d+: )?Machine Check(?: Exception)?: )`)},
	{FaultFiles, false, diag.NewPattern(`^EXT[234]-fs error \(device ([^)]+)\)`)},
	{FaultFiles, false, diag.NewPattern(`^EXT[234]-fs \(([^)]+)\): (?:Remounting filesystem read-only|error count since last fsck|failed to convert unwritten|I/O error)`)},
	{FaultFiles, false, diag.NewPattern(`^JBD2: (?:Detected IO errors|I/O error detected).* (?:on|device) (\S+)`)},
	{FaultFiles, false, diag.NewPattern(`^Aborting journal on device (\S+?)(?:-\d+)?\.?$`)},
	{FaultFiles, false, diag.NewPattern(`^XFS \(([^)]+)\): (?:Metadata (?:corruption|CRC error)|Corruption|Internal error|metadata I/O error|[Ll]og I/O error|Filesystem has been shut down|xfs_do_force_shutdown)`)},
	{FaultFiles, false, diag.NewPattern(`^BTRFS:? (?:error|critical) \(device ([^):\s]+)`)},
	{FaultRoom, false, diag.NewPattern(`(?:^|out of memory: |^Out of memory: )Kill(?:ed)? process \d+ \(([^)]*)\)`)},
}

// toys are drives that virtual machines have and nobody puts a disk into; the
// kernel complains of them at every start.
var toys = diag.NewPattern(`^(?:fd|sr|loop|ram|nbd)\d`)

// faultsIn collects the faults of a log.
type faultsIn struct {
	h     *Host
	known map[[2]string]int // index in Faults
}

// take looks at what the kernel, or smartd, said.
func (c *faultsIn) take(at Where, when time.Time, text string) {
	if strings.Contains(text, " SRC=") { // the packet filter's, by the hundred thousand
		return
	}
	for _, s := range signs {
		m := s.pattern.FindStringSubmatch(text[:min(len(text), 1<<10)])
		if m == nil {
			continue
		}
		device := ""
		if len(m) > 1 {
			device = told(m[1])
		}
		if !toys.MatchString(device) {
			c.add(Fault{Where: at, Kind: s.kind, Device: device, Text: told(strings.TrimSpace(text)), Count: 1, Corrected: s.corrected, First: when, Last: when})
		}
		return
	}
}

func (c *faultsIn) add(f Fault) {
	if c.known == nil {
		c.known = map[[2]string]int{}
	}
	key := [2]string{string(f.Kind), f.Device}
	i, known := c.known[key]
	if !known {
		if len(c.h.Faults) < mostFaults {
			c.known[key] = len(c.h.Faults)
			c.h.Faults = append(c.h.Faults, f)
		}
		return
	}
	old := &c.h.Faults[i]
	if old.Count++; old.Corrected && !f.Corrected { // the worst line is the one to show
		old.Where, old.Text, old.Corrected = f.Where, f.Text, false
	}
	if f.Last.After(old.Last) {
		old.Last = f.Last
	}
	if f.First.Before(old.First) {
		old.First = f.First
	}
}

// faulty are the programs whose lines in a log tell of faults.
func faulty(program string) bool { return slices.Contains([]string{"kernel", "smartd"}, program) }
