package account_test

import (
	"slices"
	"strings"
	"testing"

	"latchkey/diag"
	"latchkey/diag/account"
)

// robotAccount is an account with one locked server and one subnet, as the
// webservice's documentation writes it.
func robotAccount() map[string]answer {
	server := `{"server":{"server_ip":"192.0.2.10","server_ipv6_net":"2001:db8:1::","server_number":321,"server_name":"web1\u001b[31m","product":"EX44",
		"dc":"FSN1-DC8","traffic":"unlimited","status":"ready","cancelled":false,"paid_until":"2026-03-01","ip":["192.0.2.10"],"subnet":[{"ip":"2001:db8:1::","mask":"64"}],
		"reset":true,"rescue":true}}`
	locked := `{"ip":{"ip":"192.0.2.10","server_ip":"192.0.2.10","server_number":321,"locked":true,"separate_mac":null,"traffic_warnings":false,
		"gateway":"192.0.2.1","mask":27,"broadcast":"192.0.2.31"}}`
	free := `{"ip":{"ip":"192.0.2.11","server_ip":"192.0.2.10","server_number":321,"locked":false}}`
	subnet := `{"subnet":{"ip":"2001:db8:1::","mask":64,"gateway":"fe80::1","server_ip":null,"server_number":321,"failover":false,"locked":true}}`
	return map[string]answer{
		"/server": {body: "[" + server + "]"}, "/server/321": {body: server},
		"/ip": {body: "[" + locked + "," + free + "]"}, "/ip/192.0.2.10": {body: locked}, "/ip/192.0.2.11": {body: free},
		"/subnet":          {body: "[" + subnet + "]"},
		"/boot/321/rescue": {body: `{"rescue":{"server_number":321,"os":"vkvm","active":true,"password":"rescue-secret","authorized_key":[]}}`},
		"/reset/321":       {body: `{"reset":{"server_number":321,"type":["sw","hw","man"],"operating_status":"shut off"}}`},
		"/firewall/321": {body: `{"firewall":{"server_number":321,"status":"active","filter_ipv6":false,"whitelist_hos":true,"port":"main",
			"rules":{"input":[{"ip_version":"ipv4","dst_port":"22","action":"discard"}],"output":[]}}}`},
	}
}

func TestRobotSaysLocked(t *testing.T) {
	f := serve(t, account.Robot, robotAccount())
	var steps []string
	c := clientOf(account.Robot, account.Options{Base: f.URL})
	states, err := c.Ask(t.Context(), addresses("192.0.2.10", "::ffff:192.0.2.11", "2001:db8:1::7", "198.51.100.7"), func(s account.Step) { steps = append(steps, s.Act) })
	if err != nil || len(states) != 4 {
		t.Fatalf("%v %+v", err, states)
	}
	s := states[0]
	if s.Locked != diag.Yes || s.Reason != account.Flag || s.Server != "321" || s.PaidUntil != "2026-03-01" || s.Name != "web1�[31m" {
		t.Errorf("the locked one: %+v", s)
	}
	want := []string{"account.locked.flag", "account.paid-until-passed", "account.kvm-active", "account.powered-off", "account.firewall-accepts-nothing"}
	if !slices.Equal(codes(s), want) {
		t.Errorf("findings %v, want %v", codes(s), want)
	}
	if s := states[1]; s.Locked != diag.No || codes(s)[0] != "account.not-locked" {
		t.Errorf("the free one: %+v", s)
	}
	if s := states[2]; s.Locked != diag.Yes || s.Shown() != "2001:db8:1::/64" || slices.Contains(codes(s), "account.firewall-accepts-nothing") {
		t.Errorf("the subnet, whose traffic the firewall does not filter: %+v", s)
	}
	if s := states[3]; s.Locked != diag.NotAsked || !slices.Equal(codes(s), []string{"account.unknown-address"}) {
		t.Errorf("one of somebody else: %+v", s)
	}
	// Each question is asked once, and only questions are asked.
	asked := f.questions()
	if unique := slices.Compact(slices.Sorted(slices.Values(asked))); len(unique) != len(asked) || len(steps) != len(asked) {
		t.Errorf("asked %v, told %v", asked, steps)
	}
	for _, q := range asked {
		if !strings.HasPrefix(q, "GET ") {
			t.Errorf("changed something: %s", q)
		}
	}
}

// Whoever asks again and again asks for the lock alone.
func TestRobotInBrief(t *testing.T) {
	f := serve(t, account.Robot, robotAccount())
	states, err := ask(t, clientOf(account.Robot, account.Options{Base: f.URL, Brief: true}), "192.0.2.10")
	if err != nil || len(states) != 1 || states[0].Locked != diag.Yes || len(f.questions()) != 1 {
		t.Errorf("%v %+v after %v", err, states, f.questions())
	}
}

func TestRobotListsAll(t *testing.T) {
	f := serve(t, account.Robot, robotAccount())
	states, err := ask(t, clientOf(account.Robot, account.Options{Base: f.URL}))
	if err != nil || len(states) != 3 {
		t.Fatalf("%v %+v", err, states)
	}
	if s := states[0]; s.Locked != diag.Yes || s.PaidUntil != "2026-03-01" {
		t.Errorf("the locked one: %+v", s)
	}
	if n := len(f.questions()); n != 3 {
		t.Errorf("%d questions for three lists", n)
	}
	empty := serve(t, account.Robot, nil) // an account without anything answers 404
	if states, err := ask(t, clientOf(account.Robot, account.Options{Base: empty.URL})); err != nil || len(states) != 0 {
		t.Errorf("an empty account: %v %v", states, err)
	}
}

// What the login is, and that it is sent as basic authentication.
func TestRobotSignsIn(t *testing.T) {
	var got string
	f := serve(t, account.Robot, every(answer{do: func(w writer, r *request) {
		u, p, _ := r.BasicAuth()
		got = u + " " + p
		_, _ = w.Write([]byte("[]"))
	}}))
	if err := clientOf(account.Robot, account.Options{Base: f.URL}).Test(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got != user+" "+password {
		t.Errorf("signed in as %q", got)
	}
}

// A detail that is refused costs nothing of what was heard before.
func TestRobotKeepsWhatItHeard(t *testing.T) {
	answers := robotAccount()
	answers["/server/321"] = answer{status: 403, body: `{"error":{"status":403,"code":"RATE_LIMIT_EXCEEDED","message":"x","interval":"60"}}`}
	f := serve(t, account.Robot, answers)
	states, err := ask(t, clientOf(account.Robot, account.Options{Base: f.URL}), "192.0.2.10")
	wants(t, err, account.Robot, account.RateLimit)
	if len(states) != 1 || states[0].Locked != diag.Yes {
		t.Errorf("%+v", states)
	}
}

// An answer about another address is no answer.
func TestRobotAnswersAboutAnotherAddress(t *testing.T) {
	answers := robotAccount()
	answers["/ip/192.0.2.10"] = answers["/ip/192.0.2.11"]
	f := serve(t, account.Robot, answers)
	_, err := ask(t, clientOf(account.Robot, account.Options{Base: f.URL}), "192.0.2.10")
	wants(t, err, account.Robot, account.HalfAnswer)
}
