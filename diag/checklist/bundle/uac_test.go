package bundle_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"latchkey/diag/checklist/bundle"
)

type entry struct{ name, text string }

func tarred(t testing.TB, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o600, Size: int64(len(e.text)), ModTime: time.Unix(1795300000+int64(i), 0)}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func usualArchive() []entry {
	return []entry{
		{"uac.log", "started"},
		{"./live_response/process/ps_auxwwwf.txt", "USER PID\n"},
		{"live_response/process/ps_-ef.txt", "again\n"},
		{"live_response/process/running_processes_full_paths.txt", "exe\n"},
		{"live_response/process/proc/1/environ.txt", "SECRET=1\n"},
		{"live_response/network/ss_-tanp.txt", "State\n"},
		{"live_response/network/ss_-tanp.txt.stderr", "oops\n"},
		{"live_response/network/hostname.txt", "web1\x1b[2J\n"},
		{"[root]/etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
		{"[root]/etc/shadow", "root:$6$secret\n"},
		{"[root]/root/.ssh/id_ed25519", "PRIVATE\n"},
		{"[root]/root/.ssh/authorized_keys", "ssh-ed25519 AAAA\n"},
		{"[root]/var/log/auth.log", "x\n"},
	}
}

func TestReadUAC(t *testing.T) {
	want := map[string]string{
		"live_response/process/ps_auxwwwf.txt":                   "ps auxwwwf",
		"live_response/process/running_processes_full_paths.txt": "ls -l /proc/[0-9]*/exe",
		"live_response/network/ss_-tanp.txt":                     "ss -tanp",
		"live_response/network/hostname.txt":                     "hostname",
		"[root]/etc/passwd":                                      "cat /etc/passwd",
		"[root]/root/.ssh/authorized_keys":                       "cat /root/.ssh/authorized_keys",
		"[root]/var/log/auth.log":                                "cat /var/log/auth.log",
	}
	for name, data := range map[string][]byte{"tar": tarred(t, usualArchive()), "zip": zipped(t, usualArchive())} {
		b, err := bundle.ReadUAC(bytes.NewReader(data), int64(len(data)))
		if err != nil || !b.Complete || b.Mode != bundle.Live || b.Hostname != "web1�[2J" {
			t.Errorf("%s: %q %v %v", name, b.Hostname, b.Complete, err)
		}
		if name == "tar" && b.Started.Unix() != 1795300001 {
			t.Errorf("started %v", b.Started)
		}
		got := map[string]string{}
		for _, s := range b.Sections {
			got[s.ID] = s.Command
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s:\n%v, want\n%v", name, got, want)
		}
	}
}

func TestReadUACHostile(t *testing.T) {
	outside := []entry{
		{"../live_response/process/ps_aux.txt", "x"}, {"/live_response/process/ps_aux.txt", "x"},
		{"live_response/process/../../../etc/cron.d/x.txt", "x"}, {`live_response\process\ps_aux.txt`, "x"},
		{"live_response/process/ps\x1b[2J.txt", "x"}, {"[root]/etc/cron.d/../shadow", "x"},
	}
	for _, data := range [][]byte{tarred(t, outside), zipped(t, outside), tarred(t, nil), zipped(t, nil), []byte("PK\x03\x04xx"), {0x1f, 0x8b, 8, 0}, []byte("plain text"), {}} {
		if b, err := bundle.ReadUAC(bytes.NewReader(data), int64(len(data))); !errors.Is(err, bundle.ErrNotBundle) {
			t.Errorf("%.10q: %d sections, %v", data, len(b.Sections), err)
		}
	}
	var many []entry
	for i := range 300 {
		many = append(many, entry{fmt.Sprintf("live_response/system/x_%d.txt", i), "x"})
	}
	big := entry{"live_response/system/big.txt", strings.Repeat("x", 9<<20)}
	twice := entry{"live_response/system/x.txt", "x"}
	link := tarred(t, []entry{twice})
	for name, c := range map[string]struct {
		data     []byte
		sections int
		complete bool
	}{
		"many":    {tarred(t, many), 200, false},
		"big":     {tarred(t, []entry{big, twice}), 2, true},
		"twice":   {zipped(t, []entry{twice, twice}), 1, false},
		"cut off": {tarred(t, []entry{twice, big})[:600], 2, false},
		"small":   {link, 1, true},
	} {
		b, err := bundle.ReadUAC(bytes.NewReader(c.data), int64(len(c.data)))
		if err != nil || len(b.Sections) != c.sections || b.Complete != c.complete {
			t.Errorf("%s: %d sections, complete %v, %v", name, len(b.Sections), b.Complete, err)
		}
	}
	var bombs []entry
	for i := range 20 {
		bombs = append(bombs, entry{fmt.Sprintf("live_response/system/x_%d.txt", i), big.text})
	}
	data := zipped(t, bombs)
	if b, err := bundle.ReadUAC(bytes.NewReader(data), int64(len(data))); err != nil || b.Complete || len(b.Sections) != 16 {
		t.Errorf("180 MB: %d sections, complete %v, %v", len(b.Sections), b.Complete, err)
	}
}

// The logs of a server with many sites come first, and are longer than all the
// rest: they leave room for what the commands printed.
func TestReadUACWithLongLogs(t *testing.T) {
	var entries []entry
	for i := range 9 {
		entries = append(entries, entry{fmt.Sprintf("[root]/var/log/nginx/site%d.access.log", i), strings.Repeat("x", 8<<20)})
	}
	entries = append(entries, usualArchive()...)
	data := tarred(t, entries)
	b, err := bundle.ReadUAC(bytes.NewReader(data), int64(len(data)))
	if err != nil || b.Complete || b.Mode != bundle.Live || b.Hostname == "" {
		t.Errorf("%d sections of %q, complete %v, %v", len(b.Sections), b.Hostname, b.Complete, err)
	}
}

func FuzzReadUAC(f *testing.F) {
	f.Add(tarred(f, usualArchive()))
	f.Add(zipped(f, usualArchive()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := bundle.ReadUAC(bytes.NewReader(data), int64(len(data))); err == nil && (len(b.Sections) == 0 || len(b.Sections) > 200) {
			t.Errorf("%d sections", len(b.Sections))
		}
	})
}
