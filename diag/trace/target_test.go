package trace

import (
	"errors"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	long := strings.Repeat(strings.Repeat("a", 62)+".", 4) + "a" // 253 characters
	for _, test := range []struct{ in, want string }{
		{"web1.example.org", "web1.example.org"},
		{"WEB1.Example.ORG.", "web1.example.org"},
		{"  web1.example.org\n", "web1.example.org"},
		{"https://web1.example.org/x?y=1#z", "web1.example.org"},
		{"https://web1.example.org", "web1.example.org"},
		{"http://user:secret@web1.example.org:8080/", "web1.example.org"},
		{"root@web1.example.org", "web1.example.org"},
		{"ssh://root@[2001:db8::1]:2222/", "2001:db8::1"},
		{"web1.example.org:22", "web1.example.org"},
		{"web1.example.org/admin", "web1.example.org"},
		{"localhost", "localhost"},
		{"my_host.example.org", "my_host.example.org"},
		{"bücher.example.org", "xn--bcher-kva.example.org"},
		{"192.0.2.10", "192.0.2.10"},
		{"192.0.2.10:22", "192.0.2.10"},
		{"http://192.0.2.10/", "192.0.2.10"},
		{"2001:db8::1", "2001:db8::1"},
		{"[2001:db8::1]", "2001:db8::1"},
		{"[2001:db8::1]:443", "2001:db8::1"},
		{"::ffff:192.0.2.10", "192.0.2.10"},
		{"fe80::1%eth0", "fe80::1%eth0"},
		{"static.130.2.0.192.clients.your-server.de", "static.130.2.0.192.clients.your-server.de"},
		{long, long},
	} {
		got, err := ParseTarget(test.in)
		if err != nil || got.String() != test.want {
			t.Errorf("%q is %q, %v; want %q", test.in, got, err, test.want)
		}
	}
}

func TestParseTargetRefuses(t *testing.T) {
	for what, in := range map[string]string{
		"nothing":                "",
		"blanks":                 " \t ",
		"a blank inside":         "web1 example.org",
		"label of 64 characters": strings.Repeat("a", 64) + ".example.org",
		"64 characters":          strings.Repeat("x", 64),
		"254 characters":         strings.Repeat(strings.Repeat("a", 62)+".", 4) + "aa",
		"control character":      "web1\x1b[31m.example.org",
		"bidi override":          "web1\u202e.example.org",
		"empty label":            "web1..example.org",
		"only a dot":             ".",
		"hyphen first":           "-web1.example.org",
		"too few numbers":        "192.0.2",
		"number too high":        "192.0.2.256",
		"five numbers":           "192.0.2.1.5",
		"one number":             "12345",
		"network":                "[192.0.2.0",
		"any address":            "0.0.0.0",
		"multicast":              "224.0.0.1",
		"bad IPv6":               "2001:db8:::1",
		"shell":                  "$(reboot)",
		"option":                 "--help",
		"scheme only":            "https://",
		"invalid UTF-8":          "web1\xff.example.org",
	} {
		if got, err := ParseTarget(in); !errors.Is(err, ErrBadTarget) {
			t.Errorf("%s: %q is %+v, %v", what, in, got, err)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"https://web1.example.org/x", "root@[2001:db8::1%eth0]:22", "bücher.example.org:1", "192.0.2.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := ParseTarget(in)
		if err != nil {
			if !errors.Is(err, ErrBadTarget) {
				t.Errorf("%q: %v", in, err)
			}
			return
		}
		if got.Addr.IsValid() == (got.Name != "") || len(got.Name) > 253 || strings.HasPrefix(got.Name, "-") {
			t.Errorf("%q: %+v", in, got)
		}
		again, err := ParseTarget(got.String())
		if err != nil || again != got {
			t.Errorf("%q: %+v reads back as %+v, %v", in, got, again, err)
		}
	})
}
