package account_test

import (
	"slices"
	"testing"

	"latchkey/diag"
	"latchkey/diag/account"
)

func cloudAccount() map[string]answer {
	return map[string]answer{
		"/servers": {body: `{"servers":[{"id":42,"name":"web1","status":"off","locked":true,"rescue_enabled":true,"public_net":{
			"ipv4":{"id":1,"ip":"192.0.2.20","blocked":true,"dns_ptr":"x"},"ipv6":{"id":2,"ip":"2001:db8:2::/64","blocked":false,"dns_ptr":[]},"floating_ips":[3]}}],
			"meta":{"pagination":{"page":1,"per_page":50,"previous_page":null,"next_page":null,"last_page":1,"total_entries":1}}}`},
		"/primary_ips": {body: `{"primary_ips":[{"id":1,"ip":"192.0.2.20","type":"ipv4","blocked":true,"assignee_id":42,"assignee_type":"server"},
			{"id":9,"ip":"192.0.2.21","type":"ipv4","blocked":false,"assignee_id":null,"assignee_type":"server"}]}`},
		"/floating_ips": {body: `{"floating_ips":[{"id":3,"ip":"2001:db8:3::/64","type":"ipv6","blocked":true,"server":42}]}`},
	}
}

func TestCloudSaysBlocked(t *testing.T) {
	f := serve(t, account.Cloud, cloudAccount())
	states, err := ask(t, clientOf(account.Cloud, account.Options{Base: f.URL}))
	if err != nil || len(states) != 4 {
		t.Fatalf("%v %+v", err, states)
	}
	for i, want := range []struct {
		address string
		locked  diag.Answer
	}{{"192.0.2.20", diag.Yes}, {"2001:db8:2::/64", diag.No}, {"192.0.2.21", diag.No}, {"2001:db8:3::/64", diag.Yes}} {
		if s := states[i]; s.Shown() != want.address || s.Locked != want.locked {
			t.Errorf("%d: %+v", i, s)
		}
	}
	// «locked» of a server is an action that runs, not a lock.
	want := []string{"account.locked.abuse", "account.action-running", "account.rescue-active", "account.powered-off"}
	if !slices.Equal(codes(states[0]), want) || states[0].Server != "42" || states[0].Name != "web1" {
		t.Errorf("%+v", states[0])
	}
	one, err := ask(t, clientOf(account.Cloud, account.Options{Base: f.URL}), "2001:db8:3::1", "198.51.100.7")
	if err != nil || len(one) != 2 || one[0].Locked != diag.Yes || one[1].Locked != diag.NotAsked {
		t.Errorf("%v %+v", err, one)
	}
}

// The parts are asked one after the other: what failed last takes nothing back,
// and an address not seen so far is not called unknown.
func TestCloudKeepsWhatItHeard(t *testing.T) {
	answers := cloudAccount()
	answers["/floating_ips"] = answer{status: 423, body: `{"error":{"code":"resource_locked","message":"contact support"}}`}
	f := serve(t, account.Cloud, answers)
	states, err := ask(t, clientOf(account.Cloud, account.Options{Base: f.URL}), "192.0.2.20", "2001:db8:3::1")
	wants(t, err, account.Cloud, account.SupportLocked)
	if len(states) != 1 || states[0].Locked != diag.Yes {
		t.Errorf("%+v", states)
	}
}

// A list whose pages never end ends.
func TestCloudPagesEnd(t *testing.T) {
	f := serve(t, account.Cloud, every(answer{body: `{"servers":[],"meta":{"pagination":{"page":1,"next_page":1,"last_page":2}}}`}))
	_, err := ask(t, clientOf(account.Cloud, account.Options{Base: f.URL}))
	wants(t, err, account.Cloud, account.LongAnswer)
}

func TestCloudSignsIn(t *testing.T) {
	var got string
	f := serve(t, account.Cloud, every(answer{do: func(w writer, r *request) {
		got = r.Header.Get("Authorization")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"servers":[]}`))
	}}))
	if err := clientOf(account.Cloud, account.Options{Base: f.URL}).Test(t.Context()); err != nil || got != "Bearer "+password {
		t.Errorf("%v, signed in as %q", err, got)
	}
}
