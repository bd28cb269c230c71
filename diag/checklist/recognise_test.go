package checklist

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/diag"
)

// TestNotMine: texts that look like an output and are another or none.
func TestNotMine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"trace": {"traceroute to 192.0.2.20 (192.0.2.20), 14 hops max, 60 byte packets\n 1  192.168.178.1  0.049 ms\n" +
			" 2  198.51.100.8  0.020 ms\n 3  203.0.113.4  0.016 ms\n 4  *\n 5  *\n", ""},
		"trace without heading":   {" 1  a.example (192.0.2.1)  0.044 ms  0.005 ms  0.005 ms\n 2  * * *\n 3  2001:db8::1  4.181 ms !X\n", ""},
		"history with a ping":     {"    1  ping -c 1 192.0.2.1\n    2  echo 5 ms\n    3  ls\n    4  exit\n", "history"},
		"IPv6 addresses":          {"00000000000000000000000000000001 01 80 10 80       lo\n20010db8000000000000000000000001 02 40 00 80     eth0\n", "proc-net"},
		"no bridge":               {"read of forward table failed: No such device\n", "brctl-showmacs"},
		"times with three digits": {"100 200 300 400 500 command\n", ""},
	} {
		got, _ := Read([]byte(c.text), "")
		if got.Command != c.want {
			t.Errorf("%s: recognised as %q, want %q", name, got.Command, c.want)
		}
	}
	if weighCrontab(newText([]byte("00000000000000000000000000000001 01 80 10 80       lo\n"))) > 0 {
		t.Error("a crontab of addresses")
	}
}

// TestNoTraceIsAnOutput holds for the collected traces of other programs.
func TestNoTraceIsAnOutput(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "cases", "traces", "cases", "*.txt"))
	if len(files) == 0 {
		t.Skip("the collected traces are not here")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := Read(data, ""); ok {
			t.Errorf("%s: recognised as %s", filepath.Base(file), got.Command)
		}
	}
}

// TestFindingsAreBounded: of a rule that finds a thousand things the worst are
// told, and how many more there are.
func TestFindingsAreBounded(t *testing.T) {
	h := &Host{}
	for i := range 1000 {
		h.Processes = append(h.Processes, Process{PID: i + 10, PPID: 1, Name: "x", Args: "/tmp/x", Exe: fmt.Sprintf("/tmp/.x/%d", i)})
	}
	count := map[string]int{}
	more := 0
	for _, f := range Judge(h) {
		if count[f.Rule]++; f.Code == "evidence.more" {
			more += f.Params["count"].(int)
			if f.Params["rule"] != f.Rule {
				t.Errorf("%+v", f)
			}
		}
	}
	for rule, n := range count {
		if n > mostFindings+1 {
			t.Errorf("%s: %d findings", rule, n)
		}
	}
	if more < 1000-mostFindings {
		t.Errorf("%d findings more of %v", more, count)
	}
	all := make([]diag.Finding, 500)
	for i := range all {
		all[i].Severity = diag.Notice
	}
	all[499].Severity = diag.Critical
	if got := worst(all); len(got) != mostFindings || got[0].Severity != diag.Critical {
		t.Errorf("%d findings, first %s", len(got), got[0].Severity)
	}
	if strings.Contains(fmt.Sprint(Judge(&Host{})), "more") {
		t.Error("more of nothing")
	}
}
