package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
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

// A read that is stopped says so, in one sentence or one object; nothing is
// left behind.
func TestStoppedRead(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	e, out, errOut := env(t)
	if got := Run(ctx, []string{"read", "--json", "testdata/report/flood.txt"}, e); got != statusUnanswered {
		t.Errorf("exit status %d, want %d", got, statusUnanswered)
	}
	var object errorJSON
	if err := json.Unmarshal(out.Bytes(), &object); err != nil || object.Kind != "error" || object.Code != "stopped" {
		t.Errorf("%+v, %v", object, err)
	}
	if !strings.HasPrefix(errOut.String(), "latchkey: Stopped before the end.") {
		t.Errorf("stderr: %s", errOut)
	}

	// Somebody typed «latchkey read -» and nothing else: ^C gets out.
	source, keyboard := io.Pipe()
	defer keyboard.Close()
	ctx, stop = context.WithCancel(context.Background())
	e, out, _ = env(t)
	e.In = source
	status := make(chan int)
	go func() { status <- Run(ctx, []string{"read", "-"}, e) }()
	if _, err := io.WriteString(keyboard, "TIME (UTC)"); err != nil {
		t.Error(err)
	}
	stop()
	if got := <-status; got != statusUnanswered || out.Len() > 0 {
		t.Errorf("exit status %d, stdout %q", got, out)
	}
}

// The line of a long read counts megabytes, on a terminal only, and is gone
// before the answer.
func TestReadProgress(t *testing.T) {
	var errOut bytes.Buffer
	p, err := start(Env{Err: &errOut, ErrTerminal: true, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	const mb = 1 << 20
	line := p.startProgress()
	line.bytes(1*mb, longRead-1) // read within a blink
	line.bytes(10*mb, 5000*mb)
	line.bytes(10*mb+5, 5000*mb)
	line.bytes(1234*mb, 5000*mb)
	line.bytes(5000*mb, 5000*mb) // the answer follows
	line.clear()
	line.clear()
	if want := "\r\x1b[KReading 10 of 5,000 MB\r\x1b[KReading 1,234 of 5,000 MB\r\x1b[K"; errOut.String() != want {
		t.Errorf("got  %q\nwant %q", errOut.String(), want)
	}

	errOut.Reset()
	p.env.ErrTerminal = false
	line = p.startProgress()
	line.bytes(10*mb, 5000*mb)
	line.clear()
	if errOut.Len() > 0 {
		t.Errorf("without a terminal: %q", errOut.String())
	}
}
