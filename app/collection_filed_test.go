package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/app/casefile"
)

// A collection that is added to a case is told in its timeline, settles open
// steps and knows its twin, as in the window.
func TestAddCollectionToCase(t *testing.T) {
	s := open(t, nil)
	now := time.Date(2026, 3, 14, 13, 28, 0, 0, time.UTC)
	c := s.NewCase(CaseOptions{Now: func() time.Time { return now }})
	c.Change(func(m *casefile.Case) { m.Server.Name = "web1.example.org" })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	id := c.Model().ID
	for _, host := range []string{"web1", "web2"} {
		text := strings.Replace(collected(t, "live", usualSections()...), "host=web1", "host="+host, 1)
		if _, err := s.AddToCase(t.Context(), id, host+".fcb", strings.NewReader(text), now); err != nil {
			t.Fatal(err)
		}
	}
	f, err := s.Cases().Load(id)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := f.Case
	var roles, told []string
	for _, in := range m.Evidence {
		roles = append(roles, in.Role)
	}
	for _, e := range m.Timeline {
		if e.Code == EventCollection {
			told = append(told, e.With["host"]+" "+e.With["role"])
		}
	}
	if !slices.Equal(roles, []string{"", casefile.RoleTwin}) || !slices.Equal(told, []string{"web1 ", "web2 twin"}) {
		t.Errorf("roles %q, told %q", roles, told)
	}
	done := 0
	for _, check := range m.Checks {
		if check.State == "done" && check.Changed.Equal(now) {
			done++
		}
	}
	if done == 0 {
		t.Error("it settles no step")
	}
}
