package account_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"latchkey/diag"
	"latchkey/diag/account"
)

// Short names for handlers.
type (
	writer  = http.ResponseWriter
	request = http.Request
)

// same answers every request with one status and body, without a network.
type same struct {
	status int
	body   string
}

// RoundTrip is that of http.RoundTripper.
func (s same) RoundTrip(r *http.Request) (*http.Response, error) {
	body := s.body
	if strings.HasSuffix(r.URL.Path, "/auth/time") {
		body = "1772611200"
	}
	return &http.Response{StatusCode: s.status, Status: http.StatusText(s.status), Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// FuzzAnswer: whatever a service says, states are sound and clean.
func FuzzAnswer(f *testing.F) {
	for _, all := range []map[string]answer{robotAccount(), cloudAccount(), ovhAccount()} {
		for _, a := range all {
			f.Add(200, a.body)
		}
	}
	f.Add(403, `{"error":{"status":403,"code":"RATE_LIMIT_EXCEEDED","message":"\u001b[2J","missing":["a"],"invalid":{"b":1},"interval":1e99}}`)
	f.Add(200, `{"ip":{"ip":"192.0.2.1%eth0","mask":-1,"server_number":-5,"locked":null}}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 100 || status > 599 {
			return
		}
		for _, of := range services() {
			for _, list := range [][]string{nil, {"192.0.2.10", "2001:db8:1::7"}} {
				states, err := ask(t, clientOf(of, account.Options{Base: "http://192.0.2.1", Transport: same{status, body}}), list...)
				for _, s := range states {
					if !s.Address.IsValid() || s.Service != of || diag.Clean(s.Server+s.Name, 1000) != s.Server+s.Name || (s.Locked == diag.Yes) != (s.Reason != "" && s.Reason != account.Spam) {
						t.Errorf("%+v", s)
					}
				}
				if err != nil && diag.Clean(err.Error(), 10000) != err.Error() {
					t.Errorf("%q", err)
				}
			}
		}
	})
}
