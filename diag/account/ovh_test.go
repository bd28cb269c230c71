package account_test

import (
	"crypto/sha1"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/account"
)

func ovhAccount() map[string]answer {
	const block = "/ip/192.0.2.0%2F28"
	return map[string]answer{
		"/ip":               {body: `["192.0.2.0/28","198.51.100.9/32","2001:db8:9::/64"]`},
		block:               {body: `{"ip":"192.0.2.0/28","type":"dedicated","routedTo":{"serviceName":"ns1.ip-192-0-2.eu"}}`},
		block + "/antihack": {body: `["192.0.2.3"]`},
		block + "/antihack/192.0.2.3": {body: `{"ipBlocked":"192.0.2.3","state":"blocked","blockedSince":"2026-03-04T10:00:00+00:00","time":5400,
			"logs":"192.0.2.3 -> 198.51.100.7:22 SYN"}`},
		block + "/arp":                                   {body: `["192.0.2.3","192.0.2.4"]`},
		block + "/arp/192.0.2.3":                         {body: `{"ipBlocked":"192.0.2.3","state":"unblocking","blockedSince":"2026-03-04T10:00:00+00:00","time":0,"logs":"arp"}`},
		block + "/arp/192.0.2.4":                         {body: `{"ipBlocked":"192.0.2.4","state":"blocked","blockedSince":"2026-03-04T11:00:00+00:00","time":60,"logs":"arp who-has"}`},
		block + "/spam":                                  {body: `["192.0.2.5","192.0.2.7","192.0.2.4"]`},
		block + "/spam/192.0.2.7":                        {body: `{"ipSpamming":"192.0.2.7","state":"blockedForSpam","date":"2026-03-04T11:30:00+00:00","time":3600}`},
		block + "/spam/192.0.2.4":                        {body: `{"ipSpamming":"192.0.2.4","state":"blockedForSpam","date":"2026-03-04T11:30:00+00:00","time":3600}`},
		block + "/spam/192.0.2.5":                        {body: `{"ipSpamming":"192.0.2.5","state":"unblocked","date":"2026-03-01T00:00:00+00:00","time":3600}`},
		"/dedicated/server/ns1.ip-192-0-2.eu":            {body: `{"name":"ns1","state":"ok","powerState":"poweron","bootId":1122}`},
		"/dedicated/server/ns1.ip-192-0-2.eu/boot":       {body: `[1122]`},
		"/dedicated/server/ns1.ip-192-0-2.eu/virtualMac": {body: `["02:00:00:00:00:01"]`},
		"/ip/198.51.100.9%2F32":                          {body: `{"ip":"198.51.100.9/32","type":"vps","routedTo":{"serviceName":"vps-1.vps.ovh.net"}}`},
		"/vps/vps-1.vps.ovh.net":                         {body: `{"name":"vps-1","state":"rescued"}`},
		"/ip/2001:db8:9::%2F64":                          {body: `{"ip":"2001:db8:9::/64","type":"dedicated","routedTo":{"serviceName":"ns2.example.org"}}`},
		"/dedicated/server/ns2.example.org":              {body: `{"state":"hackedBlocked","powerState":"poweroff","bootId":1}`},
	}
}

func addresses(list ...string) []netip.Addr {
	var all []netip.Addr
	for _, a := range list {
		all = append(all, netip.MustParseAddr(a))
	}
	return all
}

func TestOVHSaysLocked(t *testing.T) {
	f := serve(t, account.OVH, ovhAccount())
	states, err := ask(t, clientOf(account.OVH, account.Options{Base: f.URL}), "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7", "198.51.100.9", "2001:db8:9::1", "203.0.113.1")
	if err != nil || len(states) != 8 {
		t.Fatalf("%v %+v", err, states)
	}
	by := map[string]account.State{}
	for _, s := range states {
		by[s.Shown()] = s
	}
	for address, want := range map[string]struct {
		locked diag.Answer
		reason account.Reason
		until  time.Time
		codes  string
	}{
		"192.0.2.3":     {diag.Yes, account.AntiHack, noon().Add(90 * time.Minute), "account.locked.antihack account.rescue-active account.virtual-mac"},
		"192.0.2.4":     {diag.Yes, account.ARP, noon().Add(time.Minute), "account.locked.arp account.mail-locked account.rescue-active account.virtual-mac"},
		"192.0.2.7":     {diag.No, account.Spam, noon().Add(30 * time.Minute), "account.not-locked account.mail-locked account.rescue-active account.virtual-mac"},
		"192.0.2.5":     {diag.No, "", time.Time{}, "account.not-locked account.rescue-active account.virtual-mac"},
		"192.0.2.6":     {diag.No, "", time.Time{}, "account.not-locked account.rescue-active account.virtual-mac"},
		"198.51.100.9":  {diag.No, "", time.Time{}, "account.not-locked account.rescue-active"},
		"2001:db8:9::1": {diag.Yes, account.HackedBlocked, time.Time{}, "account.locked.hacked-blocked account.powered-off"},
		"203.0.113.1":   {diag.NotAsked, "", time.Time{}, "account.unknown-address"},
	} {
		s := by[address]
		if s.Locked != want.locked || s.Reason != want.reason || !s.Until.Equal(want.until) || strings.Join(codes(s), " ") != want.codes {
			t.Errorf("%s: %+v, want %+v", address, s, want)
		}
	}
	if s := by["192.0.2.3"]; !strings.Contains(s.Log, "198.51.100.7:22") || s.Since.Hour() != 10 {
		t.Errorf("the evidence: %q since %v", s.Log, s.Since)
	}
	if slices.ContainsFunc(f.questions(), func(q string) bool { return !strings.HasPrefix(q, "GET ") }) {
		t.Errorf("changed something: %v", f.questions())
	}
}

// Every question is signed as the interface wants it, with the clock of OVH.
func TestOVHSignsIn(t *testing.T) {
	var wrong atomic.Value
	var base string
	f := serve(t, account.OVH, map[string]answer{
		"/auth/time": {body: "1772611200"},
		"*": {do: func(w writer, r *request) {
			sum := sha1.Sum([]byte(strings.Join([]string{password, password, r.Method, base + r.URL.RequestURI(), "", "1772611200"}, "+")))
			at, want := r.Header.Get("X-Ovh-Timestamp"), fmt.Sprintf("$1$%x", sum)
			if got := r.Header.Get("X-Ovh-Signature"); at == "1772611200" && got != want {
				wrong.Store(got)
			}
			_, _ = w.Write([]byte(`{"status":"validated"}`))
		}},
	})
	base = f.URL
	if err := clientOf(account.OVH, account.Options{Base: f.URL}).Test(t.Context()); err != nil || wrong.Load() != nil {
		t.Errorf("%v %v", err, wrong.Load())
	}
}

// The key is asked for with rights to read, and waited for until the person has
// confirmed it.
func TestOVHConnects(t *testing.T) {
	for _, c := range []struct {
		name   string
		last   string // what the key is in the end
		code   account.Code
		writes bool
	}{{"confirmed", `{"status":"validated"}`, "", false}, {"with write", `{"status":"validated"}`, "", true}, {"refused", `{"status":"refused"}`, account.Unconfirmed, false}} {
		t.Run(c.name, func(t *testing.T) {
			var polls atomic.Int32
			var rights []byte
			f := serve(t, account.OVH, map[string]answer{
				"/auth/credential": {do: func(w writer, r *request) {
					rights, _ = io.ReadAll(r.Body)
					_, _ = w.Write([]byte(`{"consumerKey":"ck-1","state":"pendingValidation","validationUrl":"https://www.example.org/confirm?token=1"}`))
				}},
				"/auth/currentCredential": {do: func(w writer, _ *request) {
					switch polls.Add(1) {
					case 1:
						w.WriteHeader(403)
						_, _ = w.Write([]byte(`{"class":"Client::Forbidden","message":"This credential is not valid"}`))
					case 2:
						_, _ = w.Write([]byte(`{"status":"pendingValidation"}`))
					default:
						_, _ = w.Write([]byte(c.last))
					}
				}},
			})
			s := diag.NewSecret(password)
			client := account.NewOVH(account.OVHLogin{Endpoint: "ovh-eu", AppKey: s, AppSecret: s}, account.Options{Base: f.URL, Poll: time.Millisecond, Now: noon})
			connection, err := client.Connect(t.Context(), c.writes)
			if err != nil || connection.URL != "https://www.example.org/confirm?token=1" {
				t.Fatalf("%v %+v", err, connection)
			}
			var asked struct {
				AccessRules []struct{ Method, Path string }
			}
			if err := json.Unmarshal(rights, &asked); err != nil || len(asked.AccessRules) == 0 {
				t.Fatalf("%v %s", err, rights)
			}
			for _, r := range asked.AccessRules {
				if r.Method != "GET" && !c.writes || r.Path == "/*" {
					t.Errorf("asked for the right %+v", r)
				}
			}
			login, err := connection.Await(t.Context())
			if c.code != "" {
				wants(t, err, account.OVH, c.code)
				return
			}
			if err != nil || login.ConsumerKey.Reveal() != "ck-1" || polls.Load() != 3 {
				t.Errorf("%v after %d polls", err, polls.Load())
			}
		})
	}
}

// A page that is no web page is not opened.
func TestOVHConnectRefusesOtherPages(t *testing.T) {
	for _, page := range []string{"file:///etc/passwd", "javascript:alert(1)", "https://user@www.example.org/", "ftp://www.example.org/", "", "https:///x"} {
		f := serve(t, account.OVH, every(answer{body: `{"consumerKey":"ck-1","validationUrl":"` + page + `"}`}))
		_, err := clientOf(account.OVH, account.Options{Base: f.URL}).(*account.OVHClient).Connect(t.Context(), false)
		wants(t, err, account.OVH, account.HalfAnswer)
	}
}

// Unlocking is one POST; before the time is over OVH answers 404.
func TestOVHUnblocks(t *testing.T) {
	answers := ovhAccount()
	answers["/ip/192.0.2.0%2F28/arp/192.0.2.3/unblock"] = answer{body: `null`}
	f := serve(t, account.OVH, answers)
	c := clientOf(account.OVH, account.Options{Base: f.URL}).(*account.OVHClient)
	if err := c.Unblock(t.Context(), netip.MustParseAddr("192.0.2.3"), account.ARP); err != nil {
		t.Error(err)
	}
	err := c.Unblock(t.Context(), netip.MustParseAddr("192.0.2.3"), account.AntiHack)
	wants(t, err, account.OVH, account.TooEarly)
	var e *account.Error
	if errors.As(err, &e) && e.Wait != 90*time.Minute {
		t.Errorf("wait %v", e.Wait)
	}
	wants(t, c.Unblock(t.Context(), netip.MustParseAddr("192.0.2.9"), account.AntiHack), account.OVH, account.NotFound)
	wants(t, c.Unblock(t.Context(), netip.MustParseAddr("203.0.113.1"), account.AntiHack), account.OVH, account.NotFound)
	wants(t, c.Unblock(t.Context(), netip.MustParseAddr("192.0.2.3"), account.Hacked), account.OVH, account.BadRequest)
	posts := slices.DeleteFunc(f.questions(), func(q string) bool { return strings.HasPrefix(q, "GET") })
	if len(posts) != 3 {
		t.Errorf("posted %v", posts)
	}
}

func TestOVHMailsAndTickets(t *testing.T) {
	var sent []byte
	f := serve(t, account.OVH, map[string]answer{
		"/me/notification/email/history":    {body: `[11,13,12]`},
		"/me/notification/email/history/11": {body: `{"id":11,"subject":"Abuse","body":"old","date":"2026-01-01T00:00:00+00:00"}`},
		"/me/notification/email/history/12": {body: `{"id":12,"subject":"Invoice","body":"Please pay","date":"2026-03-01T00:00:00+00:00"}`},
		"/me/notification/email/history/13": {body: `{"id":13,"subject":"[AntiHack] Sécurité\nBcc: x","body":"<html><body>Abnormal activity</body></html>","date":"2026-03-04T10:00:00+01:00"}`},
		"/me/abuse":                         {body: `[7,"ABC"]`},
		"/support/tickets/create": {do: func(w writer, r *request) {
			sent, _ = io.ReadAll(r.Body)
			_, _ = w.Write([]byte(`{"ticketId":5,"ticketNumber":77,"messageId":9}`))
		}},
	})
	c := clientOf(account.OVH, account.Options{Base: f.URL}).(*account.OVHClient)
	mails, err := c.Mails(t.Context(), 2, nil) // the last two: 13 and 12
	if err != nil || len(mails) != 1 || mails[0].ID != 13 {
		t.Fatalf("%v %+v", err, mails)
	}
	text := string(mails[0].Text)
	if !strings.HasPrefix(text, "Subject: ") || strings.Contains(text, "\nBcc:") || !strings.Contains(text, "Content-Type: text/html") ||
		!strings.Contains(text, "Date: Wed, 04 Mar 2026 10:00:00 +0100\r\n") || !strings.HasSuffix(text, "\r\n\r\n<html><body>Abnormal activity</body></html>") {
		t.Errorf("%q", text)
	}
	if cases, err := c.Cases(t.Context()); err != nil || !slices.Equal(cases, []string{"7", "ABC"}) {
		t.Errorf("%v %v", cases, err)
	}
	number, err := c.Send(t.Context(), account.Ticket{Subject: "Unlock", Body: "Done.", Server: "ns1"})
	if err != nil || number != "77" || !strings.Contains(string(sent), `"serviceName":"ns1"`) {
		t.Errorf("%v %s %s", err, number, sent)
	}
}

// A stray line break in a key, or an endpoint nobody knows, is never sent.
func TestOVHLoginThatCannotBeSent(t *testing.T) {
	s := diag.NewSecret
	for _, l := range []account.OVHLogin{{Endpoint: "ovh-xx", AppKey: s("a"), AppSecret: s("b"), ConsumerKey: s("c")},
		{Endpoint: "ovh-eu", AppKey: s("a\r\nX: y"), AppSecret: s("b"), ConsumerKey: s("c")}} {
		wants(t, account.NewOVH(l, account.Options{}).Test(t.Context()), account.OVH, account.BadLogin)
	}
	for _, endpoint := range account.Endpoints() {
		if account.CreateAppURL(endpoint) == "" {
			t.Errorf("%s: no page for keys", endpoint)
		}
	}
}
