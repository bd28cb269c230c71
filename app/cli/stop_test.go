package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/assets"
	"latchkey/diag/verdict"
)

// env is a run into buffers, in English.
func env(t *testing.T) (e Env, out, errOut *bytes.Buffer) {
	t.Helper()
	out, errOut = &bytes.Buffer{}, &bytes.Buffer{}
	return Env{In: strings.NewReader(""), Out: out, Err: errOut, Now: time.Now, Language: "en",
		Config: app.Config{Home: t.TempDir(), Assets: assets.FS, Version: "0"}}, out, errOut
}

// A check that is stopped says what it knows and that it was stopped, with
// status 1 and not the 130 of a killed program.
func TestStoppedCheck(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	e, out, errOut := env(t)
	if got := Run(ctx, []string{"check", "127.0.0.1"}, e); got != statusUnanswered {
		t.Errorf("exit status %d, want %d", got, statusUnanswered)
	}
	if !strings.Contains(out.String(), "The check was stopped before its end.") {
		t.Errorf("the page does not say that it was stopped:\n%s", out)
	}
	if !strings.HasPrefix(errOut.String(), "latchkey: Stopped before the end.") {
		t.Errorf("stderr: %s", errOut)
	}

	e, out, _ = env(t)
	if got := Run(ctx, []string{"check", "127.0.0.1", "--json"}, e); got != statusUnanswered {
		t.Errorf("exit status %d, want %d", got, statusUnanswered)
	}
	var object map[string]any
	decoder := json.NewDecoder(out)
	if err := decoder.Decode(&object); err != nil {
		t.Fatal(err)
	}
	if object["kind"] != "check" || object["cancelled"] != true {
		t.Errorf("kind %v, cancelled %v", object["kind"], object["cancelled"])
	}
	if decoder.More() {
		t.Error("more than one object on stdout")
	}
}

// The live line exists on a terminal only, changes only when there is news, and
// is gone before the answer comes.
func TestProgress(t *testing.T) {
	e, out, errOut := env(t)
	if got := Run(context.Background(), []string{"check", "127.0.0.1", "--no-names"}, e); got != statusAnswered {
		t.Fatalf("exit status %d: %s", got, errOut)
	}
	if errOut.Len() > 0 || out.Len() == 0 {
		t.Errorf("without a terminal stderr gets %q", errOut)
	}

	_, _, errOut = env(t)
	p, err := start(Env{Err: errOut, ErrTerminal: true, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	line := p.startProgress()
	c := lockedCheck()
	c.Verdict = nil
	line.update(app.Check{Input: "web1.example.org\x1b[2J"})
	line.update(c)
	line.update(c)
	c.Verdict = &verdict.Verdict{Code: verdict.Locked, Confidence: verdict.Likely}
	line.update(c)
	line.clear()
	want := "\r\x1b[KChecking web1.example.org\uFFFD[2J …" +
		"\r\x1b[KHop 4: nix-gw.hetzner.de" +
		"\r\x1b[KSo far: Locked – Likely. Listening for late answers …" +
		"\r\x1b[K"
	if errOut.String() != want {
		t.Errorf("got  %q\nwant %q", errOut.String(), want)
	}
}
