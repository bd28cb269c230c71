package statement

import (
	"io/fs"
	"os"
	"sync"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
	"latchkey/diag/verdict"
)

// shipped is the shipped questions and words.
func shipped(t testing.TB) *Library {
	t.Helper()
	l, problems, err := loadShipped()
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return l
}

var loadShipped = func() func() (*Library, []Problem, error) {
	type loaded struct {
		l        *Library
		problems []Problem
		err      error
	}
	once := sync.OnceValue(func() (x loaded) { x.l, x.problems, x.err = Load(os.DirFS("../../assets/statements")); return x })
	return func() (*Library, []Problem, error) { x := once(); return x.l, x.problems, x.err }
}()

func utc(clock string) time.Time {
	at, err := time.Parse(time.DateTime, "2026-11-17 "+clock)
	if err != nil {
		panic(err)
	}
	return at
}

// scan is a case of a netscan with its process found.
func scan(provider, name string) Facts {
	at := func(part string, line int) *diag.Source { return &diag.Source{Part: part, Line: line} }
	find := func(code string, source *diag.Source, params diag.Params) diag.Finding {
		return diag.Finding{Code: "evidence." + code, Severity: diag.Warning, Params: params, Source: source}
	}
	return Facts{
		Now: utc("15:10:00"), Version: "1.0", Address: "192.0.2.10", Name: "web1.example.org", Provider: provider, ProviderName: name,
		Zone: time.FixedZone("", 3600), ZoneKnown: true, Deadline: utc("19:12:21"),
		Report: &Report{Incident: abuse.NetScan, Direction: abuse.Out, Rows: 600, Capped: true, Targets: 509, Ports: []int{22}, First: utc("04:05:06"), Last: utc("04:09:42"),
			Reference: "ABCDEF:1A", Subject: "Abuse Message [AbuseID:ABCDEF:1A]: Netscan", Received: utc("04:12:21"), ReplyTo: "abuse@example.org", Language: "en",
			Networks: []Share{{"198.51.100.0/24", 254}, {"203.0.113.0/24", 255}}, Addresses: []string{"198.51.100.7"}, RetryLink: "https://abuse.example.org/retries/?token=EXAMPLE0",
			Excerpt: []string{"2026-11-17 05:05:06  192.0.2.10 40112 ->    198.51.100.1    22   74 TCP"}},
		Check: &Check{Code: verdict.Locked, Sure: verdict.Likely, LastHop: "nix-gw.hetzner.de", Hops: []Node{{Label: "1", Name: "router.home.arpa"}, {Label: "2", Name: "nix-gw.hetzner.de", State: StateLast}, {Label: "3–30", State: StateSilent}}},
		Matching: checklist.Matching{Grade: checklist.Proven, Processes: []checklist.Suspect{{PID: 4127, Name: "kswapd00", User: "www-data", Exe: "/var/tmp/.cache/kswapd00", Because: []diag.Finding{
			find("match.target-port", at("ss", 2), diag.Params{"count": 24, "port": 22, "address": "198.51.100.17"}),
			find("match.stray", at("ps", 1), diag.Params{"path": "/var/tmp/.cache/kswapd00"}),
			find("match.before", at("ps", 1), diag.Params{"time": "2026-11-16 22:41:09"}),
		}, Chain: []diag.Finding{find("chain.job", at("cron", 2), diag.Params{"user": "www-data", "command": "kswapd00"})}}}},
		Findings: []diag.Finding{{Code: "evidence.p03", Rule: "P03", Severity: diag.Warning, Params: diag.Params{"pid": 4127, "path": "/var/tmp/.cache/kswapd00"}, Source: at("ps", 1)}},
		Exhibits: []Exhibit{
			{ID: "E1", Name: "ss.txt", Command: "ss -tunap", Time: utc("13:04:10"), Exact: true, SHA256: "01ab", Lines: 2, Parts: []string{"ss"}, Data: []byte("tcp LISTEN\ntcp SYN-SENT 192.0.2.10:41200 198.51.100.17:22 pid=4127\n")},
			{ID: "E2", Name: "ps.txt", Command: "ps auxwwf", Time: utc("13:04:10"), Exact: true, SHA256: "02cd", Lines: 1, Parts: []string{"ps"}, Data: []byte("www-data 4127 /var/tmp/.cache/kswapd00\n")},
			{ID: "E3", Name: "cron.txt", Command: "crontab -l", Time: utc("13:04:10"), Exact: true, SHA256: "03ef", Lines: 2, Parts: []string{"cron"}, Data: []byte("#\n*/10 * * * * www-data kswapd00\n")},
			{ID: "E4", Name: "last.txt", Command: "last -Faixw", Time: utc("13:04:10"), Exact: true, SHA256: "0401", Lines: 1, Parts: []string{"last"}, Data: []byte("deploy pts/0\n")},
		},
		Done: []Step{
			{ID: "F1", Phase: checklist.Find, Title: Texts{"en": "Logins and failed logins", "de": "Anmeldungen und Fehlversuche"}, Commands: []string{"last -Faixw"}, Exhibits: []string{"E4"}},
			{ID: "R4", Phase: checklist.Fix, Title: Texts{"en": "Change all passwords and keys"}, Time: utc("14:30:00")},
		},
		Quiet: &Quiet{Since: utc("15:02:30"), Until: utc("15:02:30"), Looks: 1, Exhibits: []string{"E1"}},
		Users: []string{"www-data", "deploy"}, Hosts: []string{"web1"},
	}
}

// filled is a form as a careful person fills it in.
func filled() Form {
	return Form{
		"server-number": "1234567", "fix-time": "2026-11-17 15:10", "fix": "Process stopped; its file, its cron job and the upload script removed.",
		"retest": "2026-11-17T16:05:00+01:00", "prevent.h2": "active 2026-11-17", "prevent.outgoing": "active", "prevent.plugins": "2026-11-23", "prevent.h1": "planned",
		"prevent.x1": "active", "prevent.x1.text": "Backups are checked every month.", "name": "Kim Example", "contact": "owner@example.org", "place": "Example City",
	}
}

// libraryFiles is the shipped folder.
func libraryFiles(testing.TB) fs.FS { return os.DirFS("../../assets/statements") }
