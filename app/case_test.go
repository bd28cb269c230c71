package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/app/casefile"
)

// newCase makes a case about 192.0.2.10.
func newCase(t *testing.T, s *Session, now time.Time) string {
	t.Helper()
	f, err := s.Cases().Create(casefile.Server{Input: "192.0.2.10", Address: "192.0.2.10"}, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Case.ID
}

func load(t *testing.T, s *Session, id string) casefile.Case {
	t.Helper()
	f, err := s.Cases().Load(id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, in := range append(f.Case.Reports, f.Case.Evidence...) {
		if err := f.Verify(in.SHA256); err != nil {
			t.Errorf("%s: %v", in.Name, err)
		}
	}
	return f.Case
}

// Every input lands where it belongs, once, unchanged.
func TestAddToCase(t *testing.T) {
	s, now := open(t, nil), time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	id := newCase(t, s, now)
	for _, row := range []struct{ name, text, kind string }{
		{"report.txt", scanTable, KindReport},
		{"trace.txt", quotedTrace, KindTrace},
		{"ss.txt", ssTable, KindEvidence},
		{"again.txt", strings.Replace(ssTable, "40000", "40009", 1), KindEvidence},
		{"note.txt", "I think somebody was there.\n", KindUnrecognised},
		{"empty.txt", "", KindUnrecognised},
		// Of the server in question a log of several attackers is a report.
		{"attacks.log", moreAttackers, KindReport},
	} {
		for _, again := range []bool{false, true} {
			a, err := s.AddToCase(context.Background(), id, row.name, strings.NewReader(row.text), now)
			if err != nil || a.Input.Kind != row.kind || a.Already != again || a.Reading.Name != row.name || a.Input.Size != int64(len(row.text)) {
				t.Errorf("%s: %+v, already %v, %v; want %s", row.name, a.Input, a.Already, err, row.kind)
			}
		}
	}
	c := load(t, s, id)
	if len(c.Reports) != 3 || len(c.Diagnoses) != 1 || len(c.Evidence) != 4 || len(c.Timeline) != 5 {
		t.Fatalf("%d reports, %d diagnoses, %d outputs, %d events", len(c.Reports), len(c.Diagnoses), len(c.Evidence), len(c.Timeline))
	}
	if c.Diagnoses[0].Input != c.Reports[1].SHA256 || c.Diagnoses[0].Verdict == nil || len(c.Diagnoses[0].Path.Hops) == 0 {
		t.Errorf("the trace: %+v", c.Diagnoses[0])
	}
	if last, ok := LastReport(c); !ok || last.Name != "attacks.log" || c.Server.Provider != "hetzner" {
		t.Errorf("the last report is %s, from %q", last.Name, c.Server.Provider)
	}
	answered := map[string]string{}
	for _, in := range c.Evidence {
		if in.Item != "" && answered[in.Item] != "" {
			t.Errorf("step %s is answered by %s and %s", in.Item, answered[in.Item], in.Name)
		}
		answered[in.Item] = in.Name
	}
	if item := c.Evidence[1].Item; item == "" || c.Checks[item].State != "done" {
		t.Errorf("the last list of connections answers %q, %+v", item, c.Checks)
	}
}

// What could not be taken in changes nothing.
func TestAddNothing(t *testing.T) {
	s, now := open(t, nil), time.Now()
	id := newCase(t, s, now)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := s.AddToCase(ctx, id, "report.txt", strings.NewReader(scanTable), now); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before the first byte: %v", err)
	}
	if c := load(t, s, id); len(c.Reports) != 0 {
		t.Errorf("%+v", c.Reports)
	}
	if _, err := s.AddFileToCase(context.Background(), id, t.TempDir(), now); !errors.Is(err, ErrFolder) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := s.AddFileToCase(context.Background(), id, filepath.Join(t.TempDir(), "none"), now); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// A case that cannot be changed is left alone, with an error that says why.
func TestCasesThatCannotChange(t *testing.T) {
	home := t.TempDir()
	s := open(t, nil)
	s.config.Home = home
	now := time.Now()
	id := newCase(t, s, now)
	set := func() error {
		_, err := s.SetInCase(id, map[string]string{"cause": "x"}, now)
		return err
	}
	f, err := s.Cases().Load(id)
	if err != nil {
		t.Fatal(err)
	}
	if err := set(); !errors.Is(err, ErrCaseOpen) {
		t.Errorf("open elsewhere: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := set(); err != nil {
		t.Errorf("closed again: %v", err)
	}
	path := filepath.Join(home, "cases", id, "case.json")
	for _, row := range []struct {
		text string
		want error
	}{
		{`{"schema": 1, "reports": 7}`, ErrCaseDamaged},
		{`{"schema": 99}`, ErrCaseNewer},
		{`nothing`, ErrCaseDamaged},
	} {
		if err := os.WriteFile(path, []byte(row.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := set(); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.text, err, row.want)
		}
		if left, err := os.ReadFile(path); err != nil || string(left) != row.text {
			t.Errorf("%s became %s, %v", row.text, left, err)
		}
	}
	if _, err := s.SetInCase("../settings", nil, now); !errors.Is(err, ErrNoCase) {
		t.Errorf("a path as id: %v", err)
	}
}

// Fields take what they can have and name what they cannot; nothing is changed
// then.
func TestSetInCase(t *testing.T) {
	s, now := open(t, nil), time.Now()
	id := newCase(t, s, now)
	good := map[string]string{"invoice": "no", "reason": "spam", "deadline": "2026-03-05T12:00:00+01:00", "provider": "ovh", "cause": "äöü\nsecond line", "prevent.h2": "active 2026-03-01"}
	c, err := s.SetInCase(id, good, now)
	if err != nil || c.Invoice != "no" || c.Reason != "spam" || c.Server.Provider != "ovh" || c.Deadline.Unix() != 1772708400 || len(c.Fields) != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	for name, value := range map[string]string{"invoice": "maybe", "reason": "bad luck", "deadline": "tomorrow", "": "x", "Cause": "x", "a b": "x",
		"cause": "\xff", "fix": strings.Repeat("x", 64<<10+1), "certainty": "rather", "x.y": "1", "prevent.h2": "some day"} {
		var wrong *FieldError
		if _, err := s.SetInCase(id, map[string]string{name: value}, now); !errors.As(err, &wrong) || wrong.Name != name {
			t.Errorf("%s=%.20s: %v", name, value, err)
		}
	}
	if _, err := s.SetInCase(id, map[string]string{"provider": "nobody"}, now); !errors.Is(err, ErrProvider) {
		t.Errorf("an unknown provider: %v", err)
	}
	if got := load(t, s, id); got.Fields["cause"] != good["cause"] || got.Invoice != "no" {
		t.Errorf("%+v", got)
	}
	if c, err = s.SetInCase(id, map[string]string{"cause": "", "invoice": "", "deadline": ""}, now); err != nil || len(c.Fields) != 1 || c.Invoice != "" || !c.Deadline.IsZero() {
		t.Errorf("cleared: %+v, %v", c, err)
	}
}

// Changes of one case at once take turns: none is refused, none is lost.
func TestChangesTakeTurns(t *testing.T) {
	s := open(t, nil)
	f, err := s.Cases().Create(casefile.Server{Address: "192.0.2.10"}, start)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	const many = 8
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			_, err := s.ChangeStored(f.Case.ID, start, func(m *casefile.Case) error {
				_, err := AddEntry(m, EventNote, "seen", start)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	_, err = s.ChangeStored(f.Case.ID, start, func(m *casefile.Case) error {
		if len(m.Timeline) != many {
			t.Errorf("%d notes, want %d", len(m.Timeline), many)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A case that is handed on while it is being watched asks nothing of its server
// where it arrives.
func TestAnImportedCaseIsNotWatched(t *testing.T) {
	s := keeping(t.TempDir())
	c := s.NewCase(CaseOptions{})
	c.Change(func(m *casefile.Case) {
		m.Server.Address = "192.0.2.10"
		NoteWatch(m, casefile.Event{Time: time.Now(), Code: EventWatch})
	})
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	var zip bytes.Buffer
	if err := s.Cases().Export(c.Model().ID, &zip); err != nil {
		t.Fatal(err)
	}
	other := keeping(t.TempDir())
	id, err := other.ImportCase(bytes.NewReader(zip.Bytes()), int64(zip.Len()), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	d, err := other.LoadCase(id, CaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if m := d.Model(); Watching(m) || m.Server.Address != "192.0.2.10" {
		t.Errorf("%+v", m)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
