package account_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/account"
)

// fake is an interface on loopback: path to answer, as the documentation has it.
// What is not listed is answered with that service's own 404.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // method and path, in order
}

// answer is what a path gives; the zero status is 200.
type answer struct {
	status int
	header map[string]string
	body   string
	do     http.HandlerFunc // instead of all that
}

// notFound are the services' own words for what they do not have.
func notFound(of account.Service) answer {
	return answer{status: http.StatusNotFound, body: map[account.Service]string{
		account.Robot: `{"error":{"status":404,"code":"NOT_FOUND","message":"Not found"}}`,
		account.Cloud: `{"error":{"code":"not_found","message":"not found"}}`,
		account.OVH:   `{"message":"The requested object does not exist"}`,
	}[of]}
}

func serve(t *testing.T, of account.Service, answers map[string]answer) *fake {
	t.Helper()
	f := &fake{}
	f.Server = httptest.NewServer(f.handler(of, answers))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) handler(of account.Service, answers map[string]answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.asked = append(f.asked, r.Method+" "+r.URL.EscapedPath())
		f.mu.Unlock()
		a, ok := answers[r.URL.EscapedPath()]
		if !ok && r.URL.Path == "/auth/time" {
			a, ok = answer{body: "1772611200"}, true
		}
		if !ok {
			a, ok = answers["*"]
		}
		if !ok {
			a = notFound(of)
		}
		if a.do != nil {
			a.do(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		for name, value := range a.header {
			w.Header().Set(name, value)
		}
		if a.status != 0 {
			w.WriteHeader(a.status)
		}
		_, _ = w.Write([]byte(a.body))
	}
}

// questions are the requests so far that need the login.
func (f *fake) questions() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, q := range f.asked {
		if q != "GET /auth/time" {
			all = append(all, q)
		}
	}
	return all
}

// The login of all tests; the password must come out nowhere.
const (
	user     = "#ws+example"
	password = "hunter2-and-more"
)

// noon is when all tests happen.
func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

// clientOf makes the client of a service.
func clientOf(of account.Service, o account.Options) account.Client {
	if o.Now == nil {
		o.Now = noon
	}
	s := diag.NewSecret(password)
	switch of {
	case account.Robot:
		return account.NewRobot(account.RobotLogin{User: user, Password: s}, o)
	case account.Cloud:
		return account.NewCloud(account.CloudLogin{Token: s}, o)
	}
	return account.NewOVH(account.OVHLogin{Endpoint: "ovh-eu", AppKey: s, AppSecret: s, ConsumerKey: s}, o)
}

func services() []account.Service { return account.Services(nil) }

// ask asks about addresses.
func ask(t *testing.T, c account.Client, addresses ...string) ([]account.State, error) {
	t.Helper()
	var list []netip.Addr
	for _, a := range addresses {
		list = append(list, netip.MustParseAddr(a))
	}
	return c.Ask(t.Context(), list, nil)
}

// codes are the findings of a state.
func codes(s account.State) []string {
	var all []string
	for _, f := range s.Findings {
		all = append(all, f.Code)
	}
	return all
}
