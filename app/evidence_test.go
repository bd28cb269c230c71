package app

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/diag/checklist"
)

const (
	ssTable = `Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=107,fd=3))
tcp   ESTAB  0      0         192.0.2.10:40000 198.51.100.2:22   users:(("scan",pid=592,fd=5))
tcp   ESTAB  0      0         192.0.2.10:40001 198.51.100.3:22   users:(("scan",pid=592,fd=6))
tcp   ESTAB  0      0         192.0.2.10:40002 198.51.100.4:22   users:(("scan",pid=592,fd=7))
`
	oneAttacker = `Mar  4 05:06:07 web1 sshd[101]: Failed password for root from 192.0.2.10 port 40001 ssh2
Mar  4 05:06:09 web1 sshd[102]: Failed password for root from 192.0.2.10 port 40002 ssh2
Mar  4 05:06:11 web1 sshd[103]: Failed password for root from 192.0.2.10 port 40003 ssh2
Mar  4 05:06:13 web1 sshd[104]: Failed password for root from 192.0.2.10 port 40004 ssh2
`
	moreAttackers = oneAttacker + `Mar  4 05:07:07 web1 sshd[105]: Failed password for root from 198.51.100.7 port 40001 ssh2
Mar  4 05:07:09 web1 sshd[106]: Failed password for root from 203.0.113.9 port 40002 ssh2
`
	cameIn = oneAttacker + `Mar  4 05:08:00 web1 sshd[107]: Accepted publickey for deploy from 203.0.113.9 port 40003 ssh2: ED25519 SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG
`
	complaint = "Your server 192.0.2.10 attacks our servers. This is the log:\n\n"
)

// The output of a command is evidence, also where a table in it can be guessed.
// A log of a server is the owner's own if it tells what nobody complains about.
func TestOutputOrReport(t *testing.T) {
	s := open(t, nil)
	for _, row := range []struct{ name, text, server, kind, format string }{
		{"connections", ssTable, "", KindEvidence, "ss"},
		{"connections of the server in question", ssTable, "192.0.2.10", KindEvidence, "ss"},
		{"connections in a mail", abuseHead + complaint + ssTable, "", KindReport, ""},
		{"the log of one attacker", oneAttacker, "", KindReport, "sshd"},
		{"the log of several attackers", moreAttackers, "", KindEvidence, "journal"},
		{"a log in which the server in question attacks", moreAttackers, "192.0.2.10", KindReport, "sshd"},
		{"a log in which somebody came in", cameIn, "", KindEvidence, "journal"},
		{"two lines of a log", firstLines(oneAttacker, 2), "", KindEvidence, "journal"},
		{"a complaint with a log", complaint + moreAttackers, "", KindReport, "sshd"},
		{"a mail with a log", abuseHead + moreAttackers, "", KindReport, "sshd"},
		{"a trace", quotedTrace, "", KindTrace, "traceroute"},
		{"a scan table", scanTable, "", KindReport, "hetzner-iso"},
	} {
		o := ReadOptions{}
		if row.server != "" {
			o.Server = netip.MustParseAddr(row.server)
		}
		r, err := s.Read(context.Background(), row.name, strings.NewReader(row.text), o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != row.kind || row.format != "" && r.Format != row.format {
			t.Errorf("%s: %s, %s; want %s, %s", row.name, r.Kind, r.Format, row.kind, row.format)
		}
		if (r.Evidence != nil) != (r.Kind == KindEvidence) || r.Evidence != nil && (r.Evidence.Reading.Rows == 0 || r.Lines.Total == 0) {
			t.Errorf("%s: %+v, %+v", row.name, r.Evidence, r.Lines)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// PowerShell saves what a command prints as UTF-16.
func TestOutputAsWindowsSavesIt(t *testing.T) {
	wide := []byte{0xff, 0xfe}
	for _, r := range strings.ReplaceAll(ssTable, "\n", "\r\n") {
		wide = append(wide, byte(r), 0)
	}
	r, err := open(t, nil).Read(context.Background(), "ss.txt", strings.NewReader(string(wide)), ReadOptions{})
	if err != nil || r.Kind != KindEvidence || r.Evidence.Reading.Rows != 4 {
		t.Errorf("%s, %v: %+v", r.Kind, err, r.Evidence)
	}
}

// lab is the folder of outputs taken from machines whose state is known.
func lab(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "cases", "evidence")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the laboratory's outputs are not here")
	}
	return dir
}

// Every output of the laboratory that a reader knows is evidence; dumps of
// packets and the reports are not.
func TestLabOutputs(t *testing.T) {
	s, dir := open(t, nil), lab(t)
	for _, pattern := range []string{"clean/*", "incident/*", "vm/*/*", "reports/*.txt"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) == 0 {
				continue
			}
			want := ""
			if _, known := checklist.Read(data, ""); known {
				want = KindEvidence
			} else if name := filepath.Base(file); strings.HasPrefix(name, "tcpdump-lo") || strings.HasPrefix(name, "hetzner-") {
				want = KindReport
			}
			r, err := s.ReadFile(context.Background(), file, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if want != "" && r.Kind != want {
				t.Errorf("%s is %s, %s; want %s", file, r.Kind, r.Format, want)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
