package app

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/app/casefile"
)

// A collection that turns out to be the twin's takes back the steps that only it
// answered, and gives them again when it is the server's after all.
func TestRoleOfACollection(t *testing.T) {
	s := open(t, nil)
	f, err := s.Cases().Create(casefile.Server{Address: "192.0.2.10"}, start)
	if err != nil {
		t.Fatal(err)
	}
	id := f.Case.ID
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var roleless *RoleError
	if _, err := s.SetRole(t.Context(), id, "web1.fcb", casefile.RoleTwin, start); !errors.As(err, &roleless) || len(roleless.Have) != 0 {
		t.Errorf("no collection: %v", err)
	}
	if _, err := s.AddToCase(t.Context(), id, "web1.fcb", strings.NewReader(collected(t, "live", usualSections()...)), start); err != nil {
		t.Fatal(err)
	}
	done := func() (n int) {
		m, err := s.ChangeStored(id, start, func(*casefile.Case) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range m.Checks {
			if c.State == stepDone {
				n++
			}
		}
		return n
	}
	before := done()
	if before == 0 {
		t.Fatal("the collection answers no step")
	}
	for _, step := range []struct {
		item, role string
		want       int
	}{{"web1.fcb", casefile.RoleTwin, 0}, {"web1.fcb", casefile.RoleUnused, 0}, {"web1.fcb", "", before}} {
		m, err := s.SetRole(t.Context(), id, step.item, step.role, start.Add(time.Hour))
		if err != nil || m.Evidence[0].Role != step.role || done() != step.want {
			t.Errorf("%+v: %v, role %q, %d steps", step, err, m.Evidence[0].Role, done())
		}
	}
	m, err := s.SetRole(t.Context(), id, firstHash(t, s, id)[:8], casefile.RoleTwin, start)
	if err != nil || m.Evidence[0].Role != casefile.RoleTwin {
		t.Errorf("by checksum: %v %+v", err, m.Evidence)
	}
	// A name that two have names neither.
	if _, err := s.AddToCase(t.Context(), id, "web1.fcb", strings.NewReader(strings.Replace(collected(t, "live", usualSections()...), "host=web1", "host=web2", 1)), start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetRole(t.Context(), id, "web1.fcb", "", start); !errors.As(err, &roleless) || len(roleless.Have) != 2 {
		t.Errorf("two of one name: %v", err)
	}
}

func firstHash(t *testing.T, s *Session, id string) (sha string) {
	t.Helper()
	_, err := s.ChangeStored(id, start, func(m *casefile.Case) error { sha = m.Evidence[0].SHA256; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

// Each saying becomes its event; what cannot be said changes nothing.
func TestMark(t *testing.T) {
	s := open(t, nil)
	fresh := func() casefile.Case {
		return casefile.Case{Reason: "net-scan", Server: casefile.Server{Provider: "hetzner"}}
	}
	for said, code := range map[string]string{"paid": EventPaid, "retest": EventRetest, "sent=form": EventSent, "works=own-ip": EventAccess,
		"refused=rescue": EventRefused, "access-closed": EventNoAccess, "reacted": EventReacted, "reminded": EventReminded, "closed": EventClosed, "reopened": EventReopened} {
		m := fresh()
		if err := s.Mark(&m, said, start); err != nil || len(m.Timeline) != 1 || m.Timeline[0].Code != code || !m.Timeline[0].Time.Equal(start) {
			t.Errorf("%s: %v %+v", said, err, m.Timeline)
		}
		if title, _ := EventWords(words(t, "en"), m.Timeline[0], time.UTC); title == "" || strings.HasPrefix(title, "timeline.") {
			t.Errorf("%s has no words: %q", said, title)
		}
	}
	for _, said := range []string{"", "paid=yes", "sent", "sent=", "sent=pigeon", "works", "works=restart", "works=invoice", "opened", "=form"} {
		m := fresh()
		if err := s.Mark(&m, said, start); !errors.Is(err, ErrMark) || len(m.Timeline) != 0 {
			t.Errorf("%q: %v %+v", said, err, m.Timeline)
		}
	}
	m := fresh()
	for _, said := range []string{"works=console", "access-closed", "reacted", "paid"} {
		_ = s.Mark(&m, said, start)
	}
	if m.Invoice != "yes" || m.Promise.Reacted.IsZero() || WayInUse(m) != "" || m.Timeline[1].With["way"] != "console" {
		t.Errorf("%+v", m)
	}
	if !slices.Contains(Marks(), "sent=form|mail|panel|ticket") {
		t.Errorf("%v", Marks())
	}
}
