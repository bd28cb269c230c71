package casefile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func newCase(t *testing.T) (Store, *File) {
	t.Helper()
	s := Open(t.TempDir())
	f, err := s.Create(Server{Input: "web1.example.org", Name: "web1.example.org", Address: "192.0.2.10", Provider: "hetzner"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return s, f
}

// full gives every part of a case something that must survive.
func full(c *Case) {
	c.Invoice, c.Reason, c.Deadline = "no", "net-scan", noon.Add(6*time.Hour)
	c.Promise = Promise{GTI: time.Hour, GTR: 2 * time.Hour, From: noon, Reacted: noon.Add(time.Minute), Repaired: noon.Add(time.Hour)}
	c.Diagnoses = []Diagnosis{{Time: noon, Path: trace.Path{
		Method: trace.UDP, Target: netip.MustParseAddr("192.0.2.10"), Reached: diag.No, Complete: true,
		Hops: []trace.Hop{{TTL: 1, Sent: 3, Replies: []trace.Reply{{Addr: netip.MustParseAddr("192.168.0.1"), Name: "router.lan", RTT: 1200 * time.Microsecond, Kind: trace.TimeExceeded}}}, {TTL: 2, Sent: 3, Lost: 3}},
	}, Ping: &trace.Ping{Sent: 5, Min: trace.Unknown, Avg: trace.Unknown, Max: trace.Unknown},
		Verdict: &verdict.Verdict{Code: verdict.Locked, Confidence: verdict.Likely, LastHop: "nix-gw.hetzner.de"}}}
	c.Reports = []Input{{SHA256: strings.Repeat("ab", 32), Name: "abuse.eml", Size: 12, Added: noon, Kind: "abuse-report"}}
	c.Checks = map[string]Check{"F3": {State: "done", Changed: noon}}
	c.Evidence = []Input{{SHA256: strings.Repeat("cd", 32), Name: "ss.txt", Kind: "evidence", Format: "ss", Item: "F3", Added: noon}}
	c.Timeline = []Event{{ID: "1", Time: noon, Code: "note", Text: "Called the provider."}}
	c.Statements = []Statement{{Time: noon, Sent: true, Fields: map[string]string{"cause": "unknown yet"}}}
	c.Fields = map[string]string{"cause": "unknown yet"}
}

func TestACaseComesBackAsItWasSaved(t *testing.T) {
	s, f := newCase(t)
	full(&f.Case)
	if err := f.Save(noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	want := f.Case
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	g, err := s.Load(want.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	g.Case.Unknown = nil
	if !reflect.DeepEqual(g.Case, want) {
		t.Errorf("got  %+v\nwant %+v", g.Case, want)
	}
}

func TestDamageCostsOnlyItself(t *testing.T) {
	for _, name := range []string{"diagnoses", "reports", "timeline", "fields", "deadline"} {
		t.Run(name, func(t *testing.T) {
			s, f := newCase(t)
			full(&f.Case)
			if err := f.Save(noon); err != nil {
				t.Fatal(err)
			}
			id := f.Case.ID
			f.Close()
			path := filepath.Join(s.dir(id), modelFile)
			var parts map[string]json.RawMessage
			data, _ := os.ReadFile(path)
			if err := json.Unmarshal(data, &parts); err != nil {
				t.Fatal(err)
			}
			parts[name] = json.RawMessage(`"something else"`)
			data, _ = json.Marshal(parts)
			os.WriteFile(path, data, 0o600)
			g, err := s.Load(id)
			var damage *Damage
			if !errors.As(err, &damage) || len(damage.Fields) != 1 || damage.Fields[0] != name {
				t.Fatalf("damage %v", err)
			}
			defer g.Close()
			if g.Case.Server.Address != "192.0.2.10" || g.Case.Invoice != "no" {
				t.Errorf("the rest is lost: %+v", g.Case)
			}
			// Saving keeps what could not be read.
			if err := g.Save(noon); err != nil {
				t.Fatal(err)
			}
			if data, _ = os.ReadFile(path); !bytes.Contains(data, []byte("something else")) {
				t.Error("saving threw the damaged part away")
			}
		})
	}
}

func TestATornFileFallsBackToTheCopyBefore(t *testing.T) {
	s, f := newCase(t)
	f.Case.Reason = "first"
	f.Save(noon)
	f.Case.Reason = "second"
	f.Save(noon)
	id := f.Case.ID
	f.Close()
	path := filepath.Join(s.dir(id), modelFile)
	data, _ := os.ReadFile(path)
	os.WriteFile(path, data[:len(data)/2], 0o600)
	g, err := s.Load(id)
	var damage *Damage
	if !errors.As(err, &damage) || !damage.Backup || g.Case.Reason != "first" {
		t.Fatalf("%v, reason %q", err, g.Case.Reason)
	}
	// The torn file must not replace the sound copy.
	g.Case.Reason = "third"
	if err := g.Save(noon); err != nil {
		t.Fatal(err)
	}
	g.Close()
	if older, err := readModel(filepath.Join(s.dir(id), backupFile)); err != nil || older.Reason != "first" {
		t.Errorf("copy: %v %q", err, older.Reason)
	}
}

func TestANewerCaseIsReadButNotWritten(t *testing.T) {
	s, f := newCase(t)
	id := f.Case.ID
	f.Close()
	path := filepath.Join(s.dir(id), modelFile)
	data, _ := os.ReadFile(path)
	data = bytes.Replace(data, []byte(`"schema": 1`), []byte(`"schema": 99, "invention": {"a": 1}`), 1)
	os.WriteFile(path, data, 0o600)
	g, err := s.Load(id)
	if !errors.Is(err, ErrNewer) || !g.ReadOnly || g.Case.Server.Name != "web1.example.org" {
		t.Fatalf("%v %+v", err, g)
	}
	defer g.Close()
	if err := g.Save(noon); !errors.Is(err, ErrReadOnly) {
		t.Errorf("saved: %v", err)
	}
}

func TestUnknownFieldsSurviveSaving(t *testing.T) {
	s, f := newCase(t)
	f.Case.Unknown = map[string]json.RawMessage{"invention": json.RawMessage(`{"a":1}`)}
	f.Save(noon)
	id := f.Case.ID
	f.Close()
	g, err := s.Load(id)
	if err != nil || string(g.Case.Unknown["invention"]) == "" {
		t.Fatalf("%v %v", err, g.Case.Unknown)
	}
	g.Close()
}

// TestMain lets the test program stand in for a second program.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CASEFILE_SECOND"); dir != "" {
		second(dir, os.Getenv("CASEFILE_ID"), os.Getenv("CASEFILE_DO"))
		return
	}
	os.Exit(m.Run())
}

func second(home, id, do string) {
	f, err := Open(home).Load(id)
	if err != nil {
		os.Stdout.WriteString("error " + err.Error())
		return
	}
	if do == "save" { // until it is killed
		for i := 0; ; i++ {
			f.Case.Fields = map[string]string{"cause": strings.Repeat("x", i%5000), "end": "yes"}
			if err := f.Save(noon); err != nil {
				os.Stdout.WriteString("error " + err.Error())
				return
			}
			os.Stdout.WriteString(".")
		}
	}
	if f.ReadOnly {
		os.Stdout.WriteString("read-only")
	}
}

func secondProgram(s Store, id, do string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "CASEFILE_SECOND="+filepath.Dir(s.root), "CASEFILE_ID="+id, "CASEFILE_DO="+do)
	return c
}

func TestASecondProgramReadsOnly(t *testing.T) {
	s, f := newCase(t)
	out, err := secondProgram(s, f.Case.ID, "look").Output()
	if err != nil || string(out) != "read-only" {
		t.Fatalf("%q %v", out, err)
	}
	f.Close()
	if out, err = secondProgram(s, f.Case.ID, "look").Output(); err != nil || string(out) != "" {
		t.Fatalf("after closing: %q %v", out, err)
	}
}

// A program killed at any moment while it saves leaves a whole case.
func TestKilledWhileSaving(t *testing.T) {
	rounds := 500
	if testing.Short() {
		rounds = 10
	}
	s, f := newCase(t)
	id := f.Case.ID
	f.Close()
	for i := range rounds {
		c := secondProgram(s, id, "save")
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		saved := make([]byte, 1+i%7) // killed after so many saves, wherever it stands
		for n := 0; n < len(saved); {
			k, err := out.Read(saved[n:])
			if err != nil {
				t.Fatal(err)
			}
			n += k
		}
		c.Process.Kill()
		rest, err := io.ReadAll(out)
		if err != nil {
			t.Fatal(err)
		}
		c.Wait()
		g, err := s.Load(id)
		if err != nil || g.Case.Fields["end"] != "yes" || g.ReadOnly {
			t.Fatalf("round %d: %v %v", i, err, g)
		}
		// The last save that was reported, or the one that ran then.
		if saves, have := len(saved)+len(rest), len(g.Case.Fields["cause"]); have != saves-1 && have != saves {
			t.Fatalf("round %d: killed after %d saves, the case is that of save %d", i, saves, have+1)
		}
		g.Close()
	}
}

func TestInputsAreKeptByTheirHash(t *testing.T) {
	_, f := newCase(t)
	text := []byte("Subject: abuse\n\nrows\n")
	sum := sha256.Sum256(text)
	in, err := f.Keep(bytes.NewReader(text), "/home/me/mail.eml", noon)
	if err != nil || in.SHA256 != hex.EncodeToString(sum[:]) || in.Name != "mail.eml" || in.Size != int64(len(text)) {
		t.Fatalf("%+v %v", in, err)
	}
	if again, err := f.Keep(bytes.NewReader(text), "copy.eml", noon); err != nil || again.SHA256 != in.SHA256 {
		t.Fatalf("%+v %v", again, err)
	}
	if err := f.Verify(in.SHA256); err != nil {
		t.Fatal(err)
	}
	path, err := f.Path(in.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	os.Chmod(path, 0o600)
	os.WriteFile(path, []byte("something else"), 0o600)
	if err := f.Verify(in.SHA256); !errors.Is(err, ErrAltered) {
		t.Errorf("altered input: %v", err)
	}
	for _, sha := range []string{"", "../case.json", strings.Repeat("g", 64)} {
		if _, err := f.Path(sha); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %v", sha, err)
		}
	}
}

func TestDeletingCanBeUndone(t *testing.T) {
	s, f := newCase(t)
	id := f.Case.ID
	if err := s.Delete(id); !errors.Is(err, ErrReadOnly) {
		t.Fatalf("deleted while it is open: %v", err)
	}
	f.Close()
	if err := s.Delete(id); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.List(); len(list) != 0 {
		t.Fatalf("still listed: %v", list)
	}
	if err := s.Restore(id); err != nil {
		t.Fatal(err)
	}
	g, err := s.Load(id)
	if err != nil || g.Case.Server.Name != "web1.example.org" {
		t.Fatalf("%v", err)
	}
	g.Close()
	if err := s.Delete(id); err != nil {
		t.Fatal(err)
	}
	if err := s.Empty(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if ids, _ := s.Trash(); len(ids) != 0 {
		t.Errorf("trash still holds %v", ids)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"schema":1,"id":"x","server":{"address":"192.0.2.10"},"diagnoses":[{}]}`))
	f.Add([]byte(`{"schema":2,"checks":{"F3":{"state":"done"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decode(data)
		if err != nil {
			return
		}
		again, err := marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		d, err := decode(again)
		if err != nil || d.ID != c.ID || len(d.Unknown) != len(c.Unknown) {
			t.Fatalf("what is saved is not read: %v\n%s", err, again)
		}
	})
}

// A case of the version before promises and own entries is read and written as
// it was.
func TestAnOlderCaseStaysAsItWas(t *testing.T) {
	const older = `{"schema":1,"id":"2026-03-14-0a1b2c","created":"2026-03-14T12:00:00Z","changed":"2026-03-14T12:00:00Z","server":{"address":"192.0.2.10"},` +
		`"timeline":[{"time":"2026-03-14T12:00:00Z","code":"check.finished","with":{"verdict":"locked"}}]}`
	c, err := decode([]byte(older))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(c)
	if err != nil || string(got) != older {
		t.Errorf("%v\n got %s\nwant %s", err, got, older)
	}
}
