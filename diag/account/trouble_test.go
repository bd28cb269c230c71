package account_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/diag/account"
)

func every(a answer) map[string]answer { return map[string]answer{"*": a} }

// halfBody promises more than it sends.
func halfBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"servers":[`))
}

// silent holds the request until the caller has gone.
func silent(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// silentBody begins an answer and holds it.
func silentBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`[`))
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	line := []byte(strings.Repeat(" ", 64<<10))
	for range 200 {
		if _, err := w.Write(line); err != nil {
			return
		}
	}
}

// Whatever a service answers instead of an answer gets its own name, once.
func TestTroubleIsNamed(t *testing.T) {
	robot, cloud, ovh := account.Robot, account.Cloud, account.OVH
	for name, c := range map[string]struct {
		answers map[account.Service]answer
		code    account.Code
		wait    time.Duration
	}{
		"login refused": {map[account.Service]answer{
			robot: {status: 401, body: `{"error":{"status":401,"code":"UNAUTHORIZED","message":"Unauthorized"}}`},
			cloud: {status: 401, body: `{"error":{"code":"unauthorized","message":"unable to authenticate"}}`},
			ovh:   {status: 403, body: `{"class":"Client::Forbidden","message":"This credential is not valid","errorCode":"INVALID_CREDENTIAL"}`},
		}, account.LoginRefused, 0},
		"refused in HTML": {map[account.Service]answer{
			robot: {status: 401, body: `<html>no</html>`}, cloud: {status: 401, header: map[string]string{"Content-Type": "text/html"}, body: `<html>no</html>`},
			ovh: {status: 401, body: `<html>no</html>`},
		}, account.LoginRefused, 0},
		"rate limit": {map[account.Service]answer{
			robot: {status: 403, body: `{"error":{"status":403,"code":"RATE_LIMIT_EXCEEDED","message":"rate limit exceeded","max_request":200,"interval":3600}}`},
			cloud: {status: 429, header: map[string]string{"RateLimit-Reset": fmt.Sprint(noon().Unix() + 3600)}, body: `{"error":{"code":"rate_limit_exceeded","message":"limit reached"}}`},
			ovh:   {status: 429, header: map[string]string{"Retry-After": "3600"}, body: `{"message":"Too many requests"}`},
		}, account.RateLimit, time.Hour},
		"may not": {map[account.Service]answer{
			robot: {status: 403, body: `{"error":{"status":403,"code":"FORBIDDEN","message":"no"}}`},
			cloud: {status: 403, body: `{"error":{"code":"forbidden","message":"insufficient permissions"}}`},
			ovh:   {status: 403, body: `{"class":"Client::Forbidden","message":"This call has not been granted"}`},
		}, account.NotAllowed, 0},
		"wrong form": {map[account.Service]answer{
			robot: {status: 400, body: `{"error":{"status":400,"code":"INVALID_INPUT","message":"invalid input","missing":["ip"],"invalid":null}}`},
			cloud: {status: 400, body: `{"error":{"code":"invalid_input","message":"invalid","details":{"fields":[{"name":"ip","messages":["x"]}]}}}`},
			ovh:   {status: 400, body: `{"class":"Client::BadRequest","message":"[ip] wrong"}`},
		}, account.BadRequest, 0},
		"own fault": {map[account.Service]answer{
			robot: {status: 500, body: `{"error":{"status":500,"code":"INTERNAL_ERROR","message":"oops"}}`},
			cloud: {status: 500, body: `{"error":{"code":"server_error","message":"oops"}}`}, ovh: {status: 500, body: `{"message":"oops"}`},
		}, account.ServerError, 0},
		"gateway in HTML": {map[account.Service]answer{
			robot: {status: 502, body: "<html>"}, cloud: {status: 502, body: "<html>"}, ovh: {status: 502, body: "<html>"},
		}, account.ServerError, 0},
		"maintenance": {map[account.Service]answer{
			robot: {status: 503, body: ""}, cloud: {status: 503, body: `{"error":{"code":"maintenance","message":"x"}}`}, ovh: {status: 503, body: ""},
		}, account.Maintenance, 0},
		"cut off": {each(answer{do: halfBody}), account.HalfAnswer, 0},
		"no JSON": {each(answer{body: "<html>welcome</html>"}), account.HalfAnswer, 0},
		"cut JSON": {map[account.Service]answer{
			robot: {body: `[{"server":{"server_number":321,`}, cloud: {body: `{"servers":[{"id":1,`}, ovh: {body: `["192.0.2.0/2`},
		}, account.HalfAnswer, 0},
		"other JSON": {map[account.Service]answer{
			robot: {body: `{"servers":7}`}, cloud: {body: `{"servers":7}`}, ovh: {body: `{"a":7}`},
		}, account.HalfAnswer, 0},
		"nothing":             {each(answer{body: ""}), account.HalfAnswer, 0},
		"too much":            {each(answer{do: endless}), account.LongAnswer, 0},
		"silence":             {each(answer{do: silent}), account.Slow, 0},
		"begun, then silence": {each(answer{do: silentBody}), account.Slow, 0},
	} {
		for _, of := range services() {
			t.Run(name+"/"+string(of), func(t *testing.T) {
				t.Parallel()
				f := serve(t, of, every(c.answers[of]))
				o := account.Options{Base: f.URL, Timeout: 20 * time.Second}
				if c.code == account.Slow {
					o.Timeout = time.Second
				}
				_, err := ask(t, clientOf(of, o))
				wants(t, err, of, c.code)
				var e *account.Error
				if errors.As(err, &e) && e.Wait != c.wait {
					t.Errorf("wait %v, want %v", e.Wait, c.wait)
				}
				if n := len(f.questions()); n != 1 {
					t.Errorf("%d questions: %v", n, f.questions())
				}
			})
		}
	}
}

func each(a answer) map[account.Service]answer {
	all := map[account.Service]answer{}
	for _, of := range services() {
		all[of] = a
	}
	return all
}

func wants(t *testing.T, err error, of account.Service, code account.Code) {
	t.Helper()
	var e *account.Error
	if !errors.As(err, &e) || e.Code != code || e.Service != of {
		t.Errorf("got %v, want %s", err, code)
	}
	if err != nil && strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, e), password) {
		t.Error("the error names the password")
	}
}

// Three refusals block the caller for ten minutes: after the first, Robot is
// asked nothing more with this login.
func TestRefusedLoginIsAskedOnce(t *testing.T) {
	f := serve(t, account.Robot, every(answer{status: 401, body: `{"error":{"status":401,"code":"UNAUTHORIZED","message":"Unauthorized"}}`}))
	c := clientOf(account.Robot, account.Options{Base: f.URL})
	for range 3 {
		_, err := ask(t, c, "192.0.2.10", "192.0.2.11")
		wants(t, err, account.Robot, account.LoginRefused)
		wants(t, c.Test(t.Context()), account.Robot, account.LoginRefused)
	}
	if n := len(f.questions()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// A login is not taken along to another address.
func TestRedirectionIsNotFollowed(t *testing.T) {
	for _, of := range services() {
		elsewhere := serve(t, of, nil)
		f := serve(t, of, every(answer{status: 307, header: map[string]string{"Location": elsewhere.URL + "/x"}}))
		_, err := ask(t, clientOf(of, account.Options{Base: f.URL}))
		wants(t, err, of, account.Redirected)
		if len(elsewhere.asked) != 0 {
			t.Errorf("%s: followed: %v", of, elsewhere.asked)
		}
	}
}

func TestCancelEndsTheQuestion(t *testing.T) {
	for _, of := range services() {
		for _, path := range []string{"*", "/auth/time"} {
			began := make(chan struct{}, 10)
			f := serve(t, of, map[string]answer{path: {do: func(w http.ResponseWriter, r *http.Request) { began <- struct{}{}; silent(w, r) }}})
			if path != "*" && of != account.OVH {
				continue
			}
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-began; cancel() }()
			_, err := clientOf(of, account.Options{Base: f.URL}).Ask(ctx, nil, nil)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s %s: %v", of, path, err)
			}
		}
	}
}

// Broken encryption is named, and nothing of the login leaves.
func TestBrokenTLS(t *testing.T) {
	for _, of := range services() {
		f := &fake{}
		secure := httptest.NewUnstartedServer(f.handler(of, nil))
		secure.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell each refusal
		secure.StartTLS()
		t.Cleanup(secure.Close)
		roots := x509.NewCertPool()
		roots.AddCert(secure.Certificate())
		plain := serve(t, of, nil)
		_, port, _ := net.SplitHostPort(secure.Listener.Addr().String())
		for name, c := range map[string]struct {
			base   string
			config *tls.Config
			code   account.Code
		}{
			"unknown authority": {secure.URL, &tls.Config{}, account.TLSUnknown},
			"another name":      {"https://localhost:" + port, &tls.Config{RootCAs: roots}, account.TLSName},
			"out of date":       {secure.URL, &tls.Config{RootCAs: roots, Time: func() time.Time { return noon().AddDate(200, 0, 0) }}, account.TLSExpired},
			"no common version": {secure.URL, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, account.TLSBroken},
			"no TLS at all":     {"https" + strings.TrimPrefix(plain.URL, "http"), &tls.Config{}, account.TLSBroken},
		} {
			o := account.Options{Base: c.base, Transport: &http.Transport{TLSClientConfig: c.config}}
			_, err := ask(t, clientOf(of, o))
			var e *account.Error
			if !errors.As(err, &e) || e.Code != c.code {
				t.Errorf("%s, %s: %v, want %s", of, name, err, c.code)
			}
		}
		if len(f.asked)+len(plain.asked) != 0 {
			t.Errorf("%s: something was sent: %v %v", of, f.asked, plain.asked)
		}
	}
}

func TestNoConnection(t *testing.T) {
	deaf := net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no network")
	}}}
	for _, of := range services() {
		gone := serve(t, of, nil)
		gone.Close()
		_, err := ask(t, clientOf(of, account.Options{Base: gone.URL}))
		wants(t, err, of, account.NoConnection)
		_, err = ask(t, clientOf(of, account.Options{Base: "http://robot.example.org", Transport: &http.Transport{DialContext: deaf.DialContext}}))
		wants(t, err, of, account.NoName)
	}
}
