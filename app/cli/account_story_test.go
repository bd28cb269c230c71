package cli_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/app"
	"latchkey/diag/account"
)

// The secrets of the stories; no file may hold one.
func storySecrets() []string {
	return []string{"right-password", "wrong-password", "right-token-with-some-length-4c1d", "right-app-key", "right-app-secret", "right-consumer-key", "made-consumer-key"}
}

// provider is the interface of three services on loopback.
type provider struct {
	*httptest.Server
	asked atomic.Int32
}

func startProvider() *provider {
	p := &provider{}
	mux := http.NewServeMux()
	p.robot(mux)
	p.cloud(mux)
	p.ovh(mux)
	p.Server = httptest.NewServer(mux)
	return p
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

func (p *provider) robot(mux *http.ServeMux) {
	server := `{"server":{"server_number":321,"server_name":"web1","product":"EX44","status":"ready","cancelled":false,"paid_until":"2026-11-30"}}`
	address := `{"ip":{"ip":"192.0.2.10","server_number":321,"locked":true}}`
	for path, body := range map[string]string{
		"/robot/server": "[" + server + "]", "/robot/server/321": server, "/robot/ip": "[" + address + "]", "/robot/ip/192.0.2.10": address,
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			p.asked.Add(1)
			if user, password, _ := r.BasicAuth(); user != "#ws+example" || password != "right-password" {
				reply(w, 401, `{"error":{"status":401,"code":"UNAUTHORIZED","message":"Unauthorized"}}`)
				return
			}
			reply(w, 200, body)
		})
	}
	mux.HandleFunc("/robot/", func(w http.ResponseWriter, _ *http.Request) {
		p.asked.Add(1)
		reply(w, 404, `{"error":{"status":404,"code":"NOT_FOUND","message":"Not found"}}`)
	})
}

func (p *provider) cloud(mux *http.ServeMux) {
	for _, part := range []string{"servers", "primary_ips", "floating_ips"} {
		mux.HandleFunc("GET /cloud/"+part, func(w http.ResponseWriter, r *http.Request) {
			p.asked.Add(1)
			if r.Header.Get("Authorization") != "Bearer right-token-with-some-length-4c1d" {
				reply(w, 401, `{"error":{"code":"unauthorized","message":"unable to authenticate"}}`)
				return
			}
			list := ""
			if part == "primary_ips" {
				list = `{"id":1,"ip":"192.0.2.20","type":"ipv4","blocked":false}`
			}
			reply(w, 200, `{"`+part+`":[`+list+`]}`)
		})
	}
}

const spamMail = `Dear Customer,

our protection against spam found that 198.51.100.9 sends spam.

Destination IP: 203.0.113.1 - Message-ID: 20260304050601.1@mail.example.org - Spam score: 300
Destination IP: 203.0.113.2 - Message-ID: 20260304050602.2@mail.example.org - Spam score: 300
Destination IP: 203.0.113.3 - Message-ID: 20260304050603.3@mail.example.org - Spam score: 300
Destination IP: 203.0.113.4 - Message-ID: 20260304050604.4@mail.example.org - Spam score: 300
`

func (p *provider) ovh(mux *http.ServeMux) {
	mux.HandleFunc("GET /ovh/auth/time", func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "1772611200") })
	mux.HandleFunc("POST /ovh/auth/credential", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, `{"consumerKey":"made-consumer-key","validationUrl":"`+p.URL+`/confirm","state":"pendingValidation"}`)
	})
	for path, body := range map[string]string{
		"/ovh/auth/currentCredential": `{"status":"validated"}`, "/ovh/ip": `["198.51.100.9/32"]`,
		"/ovh/ip/198.51.100.9%2F32": `{"type":"dedicated","routedTo":{"serviceName":"ns1"}}`, "/ovh/dedicated/server/ns1": `{"state":"ok"}`,
		"/ovh/me/notification/email/history":              `[1,2]`,
		"/ovh/me/notification/email/history/1":            `{"id":1,"subject":"Invoice","body":"Please pay","date":"2026-03-01T00:00:00+00:00"}`,
		"/ovh/me/notification/email/history/2":            `{"id":2,"subject":"[SPAM] Your IP 198.51.100.9 was blocked","date":"2026-03-04T06:00:00+01:00","body":` + strconv.Quote(spamMail) + `}`,
		"/ovh/ip/198.51.100.9%2F32/antihack":              `["198.51.100.9"]`,
		"/ovh/ip/198.51.100.9%2F32/antihack/198.51.100.9": `{"state":"blocked","blockedSince":"2026-03-04T07:00:00+00:00","time":3600,"logs":"the log of the lock"}`,
	} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			p.asked.Add(1)
			if key := r.Header.Get("X-Ovh-Consumer"); key != "made-consumer-key" && key != "right-consumer-key" {
				reply(w, 403, `{"class":"Client::Forbidden","message":"This credential is not valid"}`)
				return
			}
			reply(w, 200, body)
		})
	}
	mux.HandleFunc("/ovh/", func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, `{"message":"no such object"}`) })
}

// providerVariable leads the program of the stories to the interface above.
const providerVariable = "STORY_PROVIDER"

func storyAccounts() app.Accounts {
	base := os.Getenv(providerVariable)
	if base == "" {
		return app.Accounts{}
	}
	return app.Accounts{Poll: time.Millisecond, Bases: map[account.Service]string{
		account.Robot: base + "/robot", account.Cloud: base + "/cloud", account.OVH: base + "/ovh"}}
}

// accountStories runs a folder of stories with an interface of its own for each.
// «asked N» wants N questions since the last time; «secretless DIR…» wants no
// secret in any file below, nor in what was printed last.
func accountStories(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(e *testscript.Env) error {
			p := startProvider()
			e.Defer(p.Close)
			e.Values[providerVariable] = p
			for name, value := range map[string]string{
				"LATCHKEY_HOME": e.WorkDir + "/home", "LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", providerVariable: p.URL,
				"DBUS_SESSION_BUS_ADDRESS": os.Getenv("DBUS_SESSION_BUS_ADDRESS"), "XDG_RUNTIME_DIR": os.Getenv("XDG_RUNTIME_DIR"),
			} {
				e.Setenv(name, value)
			}
			return os.MkdirAll(e.WorkDir+"/home", 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "takes": takes, "asked": asked, "secretless": secretless,
		},
	})
}

func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: asked N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := ts.Value(providerVariable).(*provider).asked.Swap(0); int(got) != want {
		ts.Fatalf("the provider was asked %d times, want %d", got, want)
	}
}

func secretless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: secretless DIR…")
	}
	look := func(where string, text []byte) {
		for _, secret := range storySecrets() {
			if bytes.Contains(text, []byte(secret)) {
				ts.Fatalf("%s holds «%s»", where, secret)
			}
		}
	}
	look("what was printed", []byte(ts.ReadFile("stdout")+ts.ReadFile("stderr")))
	for _, dir := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(name)
			look(name, text)
			return err
		}))
	}
}

// TestAccountStoriesWithoutKeyring: everything works without one, but saving.
func TestAccountStoriesWithoutKeyring(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	accountStories(t, "testdata/account/without")
}

// TestAccountStories run in a desktop session of their own, with a real
// gnome-keyring and a throw-away home.
func TestAccountStories(t *testing.T) {
	const inside = "LATCHKEY_TEST_IN_SESSION"
	if os.Getenv(inside) != "" {
		accountStories(t, "testdata/account")
		return
	}
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon", "bash"} {
		if _, err := exec.LookPath(program); err != nil || runtime.GOOS != "linux" {
			t.Skipf("needs %s (Debian: gnome-keyring, dbus)", program)
		}
	}
	home := t.TempDir()
	env := []string{"PATH=" + os.Getenv("PATH"), inside + "=1"}
	for name, dir := range map[string]string{"HOME": "home", "XDG_DATA_HOME": "data", "XDG_RUNTIME_DIR": "run"} {
		env = append(env, fmt.Sprintf("%s=%s/%s", name, home, dir))
		if err := os.Mkdir(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("dbus-run-session", "--", "bash", "-euo", "pipefail", "-c",
		`printf ci-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$0" -test.v -test.run '^TestAccountStories$'`, os.Args[0])
	c.Env = env
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestAccountStories/") {
		t.Fatalf("%v\n%s", err, out)
	}
}
