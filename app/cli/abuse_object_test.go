package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"latchkey/assets"
)

// readObject is what «latchkey read --json -» says about an input.
func readObject(t *testing.T, input []byte, args ...string) map[string]any {
	t.Helper()
	e, out, errOut := env(t)
	e.In = bytes.NewReader(input)
	if status := Run(context.Background(), append([]string{"read", "--json", "-"}, args...), e); status != statusAnswered {
		t.Fatalf("status %d: %s", status, errOut)
	}
	decoder := json.NewDecoder(out)
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		t.Fatal(err)
	}
	if decoder.More() {
		t.Error("more than one object")
	}
	return object
}

// The contract's fields are all there, null where the input does not say.
func TestReportObject(t *testing.T) {
	always := []string{"log_type", "incident", "direction", "sources", "rows", "capped", "targets", "target_ports", "protocols",
		"private_targets", "source_ports", "top_targets"}
	mayBeNull := []string{"provider", "first", "last", "time_zone", "packets_per_second", "bits_per_second", "abuse_id", "deadline"}
	files, err := filepath.Glob("testdata/report/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	nulls := map[string]int{}
	for _, file := range files {
		input, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		o := readObject(t, input)
		for _, name := range []string{"kind", "format", "report", "findings", "lines", "warnings"} {
			if o[name] == nil {
				t.Errorf("%s: %s is missing", file, name)
			}
		}
		report := o["report"].(map[string]any)
		for _, name := range always {
			if report[name] == nil {
				t.Errorf("%s: %s is missing or null", file, name)
			}
		}
		for _, name := range mayBeNull {
			v, ok := report[name]
			if !ok {
				t.Errorf("%s: %s is missing", file, name)
			}
			if v == nil {
				nulls[name]++
			}
		}
	}
	for _, name := range mayBeNull {
		if n := nulls[name]; n == 0 || n == len(files) {
			t.Errorf("%s is null in %d of %d inputs: nothing is tested", name, n, len(files))
		}
	}
}

// What is said about the shipped example is right.
func TestExampleObject(t *testing.T) {
	input, err := fs.ReadFile(assets.FS, "example/abuse-mail.eml")
	if err != nil {
		t.Fatal(err)
	}
	// The same again by counting words, without any of our readers.
	_, list, _ := strings.Cut(string(input), "-----\n>")
	list, _, _ = strings.Cut(list, "\n--=_")
	rows, targets := 0, map[string]bool{}
	for _, line := range strings.Split(list, "\n") {
		if words := strings.Fields(strings.TrimPrefix(line, "> ")); len(words) == 9 && words[4] == "->" {
			rows++
			targets[words[5]] = true
		}
	}
	if rows != 600 || len(targets) != 509 {
		t.Fatalf("the example has %d rows to %d targets", rows, len(targets))
	}
	o := readObject(t, input)
	report := o["report"].(map[string]any)
	for name, want := range map[string]any{
		"provider": "hetzner", "log_type": "scan-table", "incident": "net-scan", "direction": "out", "sources": []any{"192.0.2.10"},
		"rows": 600.0, "capped": true, "targets": 509.0, "target_ports": []any{22.0}, "protocols": map[string]any{"TCP": 600.0},
		"private_targets": 0.0, "first": "2026-11-17T04:05:06Z", "last": "2026-11-17T04:09:42Z", "time_zone": "UTC",
		"packets_per_second": nil, "bits_per_second": nil, "abuse_id": "ABCDEF:1A", "deadline": "2026-11-17T20:12:21+01:00",
	} {
		if !reflect.DeepEqual(report[name], want) {
			t.Errorf("%s is %v, want %v", name, report[name], want)
		}
	}
	secret := 0
	for _, link := range report["links"].([]any) {
		if link.(map[string]any)["secret"] == true {
			secret++
		}
	}
	if secret != 2 {
		t.Errorf("%d secret links", secret)
	}
	copies := 0
	for _, f := range o["findings"].([]any) {
		if f := f.(map[string]any); f["code"] == "abuse.copy-not-counted" {
			copies += int(f["params"].(map[string]any)["count"].(float64))
		}
	}
	if copies != 1 {
		t.Errorf("%d copies not counted", copies)
	}
	if lines := o["lines"].(map[string]any); lines["total"] != lines["understood"] {
		t.Errorf("lines %v", lines)
	}
}
