package app

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/checklist"
)

// evidenceOf reads outputs given as texts.
func evidenceOf(t *testing.T, s *Session, texts ...string) []Evidence {
	t.Helper()
	var list []Evidence
	for _, text := range texts {
		e, err := s.ReadEvidence(context.Background(), "output", strings.NewReader(text), "")
		if err != nil || !e.Known {
			t.Fatalf("%v: not recognised: %s", err, text)
		}
		list = append(list, e)
	}
	return list
}

// The offset is told of the report's clock as it is printed, whether its zone is
// written or only this provider's habit.
func TestMatchClock(t *testing.T) {
	s := open(t, nil)
	processes := `    PID    PPID   UID USER     TT       STAT                  STARTED ELAPSED COMMAND         COMMAND
    592       1    33 www-data ?        S    Wed Mar  4 05:06:00 2026     100 scan            /tmp/.x/scan
`
	for _, row := range []struct {
		name, report string
		offset       time.Duration
	}{
		{"UTC as written", scanTable, 0},
		{"a zone that nobody writes", "time                protocol src_ip src_port          dest_ip dest_port\n" +
			"---------------------------------------------------------------------------\n" +
			"Wed Mar  4 05:06:07 2026 TCP      192.0.2.10 40112  =>    198.51.100.2 22\n" +
			"Wed Mar  4 05:06:08 2026 TCP      192.0.2.10 40113  =>    198.51.100.3 22\n" +
			"Wed Mar  4 05:06:09 2026 TCP      192.0.2.10 40114  =>    198.51.100.4 22\n", 0},
		{"a zone that nobody writes, an hour ahead of the server", "time                protocol src_ip src_port          dest_ip dest_port\n" +
			"---------------------------------------------------------------------------\n" +
			"Wed Mar  4 06:06:07 2026 TCP      192.0.2.10 40112  =>    198.51.100.2 22\n" +
			"Wed Mar  4 06:06:08 2026 TCP      192.0.2.10 40113  =>    198.51.100.3 22\n" +
			"Wed Mar  4 06:06:09 2026 TCP      192.0.2.10 40114  =>    198.51.100.4 22\n", -time.Hour},
	} {
		r, err := s.Read(context.Background(), row.name, strings.NewReader(row.report), ReadOptions{})
		if err != nil || r.Kind != KindReport {
			t.Fatal(row.name, r.Kind, err)
		}
		m := s.Match(r.Report, evidenceOf(t, s, ssTable, processes))
		if m.Grade == checklist.None || len(m.Processes) == 0 || m.Processes[0].PID != 592 || m.Processes[0].Excluded {
			t.Errorf("%s: %s, %+v", row.name, m.Grade, m.Processes)
		}
		if m.ClockOffset != row.offset {
			t.Errorf("%s: offset %v, want %v", row.name, m.ClockOffset, row.offset)
		}
	}
}

// The reports of the laboratory, and packets that were recorded there, name the
// process that was planted.
func TestLabMatch(t *testing.T) {
	s, dir := open(t, nil), lab(t)
	var list []Evidence
	for _, name := range []string{"ss-tuanpOHe.txt", "ps-lstart.txt", "proc-exe.txt", "last-Faixw.txt", "cron-all.txt", "passwd.txt"} {
		e, err := s.ReadEvidenceFile(context.Background(), filepath.Join(dir, "incident", name))
		if err != nil || !e.Known {
			t.Fatal(name, e.Known, err)
		}
		list = append(list, e)
	}
	for _, row := range []struct {
		file  string
		pid   int
		grade checklist.Grade
	}{
		{"hetzner-netscan-incident.txt", 141539, checklist.Proven},
		{"hetzner-trafficdump-udp.txt", 141630, checklist.Proven},
		{"hetzner-packetlimit-udp.txt", 141630, checklist.Strong},
		{"../incident/tcpdump-lo-syn.txt", 141623, checklist.Proven},
		{"../incident/tcpdump-lo-udp.txt", 141630, checklist.Proven},
	} {
		r, err := s.ReadFile(context.Background(), filepath.Join(dir, "reports", row.file), ReadOptions{})
		if err != nil || r.Kind != KindReport {
			t.Fatal(row.file, r.Kind, err)
		}
		m := s.Match(r.Report, list)
		if m.Grade != row.grade || m.Processes[0].PID != row.pid || m.Processes[0].Excluded || m.ClockOffset != 0 {
			t.Errorf("%s: %s, %v, offset %v; want %s, PID %d", row.file, m.Grade, m.Processes, m.ClockOffset, row.grade, row.pid)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// One report is about a scanner that made its own packets and had ended when the
// outputs were collected: no process is proved, and its file, which the
// collection still lists, is the first that is told.
func TestLabMatchEnded(t *testing.T) {
	s, dir := open(t, nil), lab(t)
	e, err := s.ReadEvidenceFile(context.Background(), filepath.Join(dir, "incident", "bundle.fcb"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.ReadFile(context.Background(), filepath.Join(dir, "reports", "hetzner-netscan-synscan.txt"), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m := s.Match(r.Report, []Evidence{e})
	i := slices.IndexFunc(m.Traces, func(f diag.Finding) bool { return f.Code == "evidence.trace.file" })
	if m.Grade != checklist.Indirect || i < 0 || m.Traces[i].Params["path"] != "/tmp/.ICE-unix/.b/dhcpcd" {
		t.Errorf("%s, %v", m.Grade, m.Traces)
	}
}
