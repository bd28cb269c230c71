package evidence_test

import (
	"errors"
	"testing"

	"latchkey/diag/evidence"
)

func TestParseHost(t *testing.T) {
	for text, want := range map[string]evidence.Host{
		"web1.example.org":            {User: "root", Name: "web1.example.org", Port: 22},
		"alice@192.0.2.10:2222":       {User: "alice", Name: "192.0.2.10", Port: 2222},
		"2001:db8::1":                 {User: "root", Name: "2001:db8::1", Port: 22},
		"root@[2001:DB8::1]":          {User: "root", Name: "2001:db8::1", Port: 22},
		"root@[2001:db8::1]:2200":     {User: "root", Name: "2001:db8::1", Port: 2200},
		"ssh://bob@example.org:2200/": {User: "bob", Name: "example.org", Port: 2200},
		"user@realm@192.0.2.10":       {User: "user@realm", Name: "192.0.2.10", Port: 22},
	} {
		if got, err := evidence.ParseHost(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "root@", "@host", "a b", "-oProxyCommand=x", "host:0", "host:70000", "host:ssh", "a,b", "*", "host#rescue", "a\nb", "host/..", "a:b:c"} {
		if got, err := evidence.ParseHost(text); !errors.Is(err, evidence.ErrHost) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for host, want := range map[evidence.Host]string{
		{User: "root", Name: "example.org", Port: 22}:   "root@example.org",
		{User: "root", Name: "2001:db8::1", Port: 2200}: "root@[2001:db8::1]:2200",
	} {
		if got := host.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
