package app

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"latchkey/assets"
)

// The program is built without a feed as long as there is no public home.
func TestWithoutAFeedNobodyIsAsked(t *testing.T) {
	s := sessionAt(t, t.TempDir())
	feed, err := s.feed()
	if err == nil {
		t.Skipf("the shipped feed is %s", feed)
	}
	if _, err := s.LatestRelease(t.Context()); !errors.Is(err, ErrNoFeed) {
		t.Errorf("got %v", err)
	}
}

func TestTheFeedIsData(t *testing.T) {
	for _, row := range []struct {
		text, feed string
		none       bool
	}{
		{`feed = "https://example.org/latest"`, "https://example.org/latest", false},
		{`feed = ""`, "", true},
		{"", "", true},
	} {
		s := &Session{config: Config{Assets: fstest.MapFS{feedFile: {Data: []byte(row.text)}}}}
		if feed, err := s.feed(); feed != row.feed || errors.Is(err, ErrNoFeed) != row.none {
			t.Errorf("%s: %q, %v", row.text, feed, err)
		}
	}
	broken := &Session{config: Config{Assets: fstest.MapFS{feedFile: {Data: []byte("feed")}}}}
	if _, err := broken.LatestRelease(t.Context()); err == nil || errors.Is(err, ErrNoFeed) {
		t.Errorf("a broken file: %v", err)
	}
	if _, err := assets.FS.Open(feedFile); err != nil {
		t.Errorf("it is not shipped: %v", err)
	}
}

func TestLatestRelease(t *testing.T) {
	const page = `"html_url":"https://example.org/releases/x"`
	for _, row := range []struct {
		name, answer string
		status       int
		version      string
		newer, bad   bool
	}{
		{"newer", `{"tag_name":"v0.2.0",` + page + `}`, 200, "0.2.0", true, false},
		{"newer in the second number", `{"tag_name":"0.10.0",` + page + `}`, 200, "0.10.0", true, false},
		{"the same", `{"tag_name":"v0.1.0",` + page + `}`, 200, "0.1.0", false, false},
		{"older", `{"tag_name":"v0.0.9",` + page + `}`, 200, "0.0.9", false, false},
		{"no version", `{"tag_name":"latest",` + page + `}`, 200, "", false, true},
		{"a hostile version", `{"tag_name":"v1.2.\u001b[31m",` + page + `}`, 200, "", false, true},
		{"a page that is none", `{"tag_name":"v0.2.0","html_url":"file:///etc/passwd"}`, 200, "", false, true},
		{"no JSON", `<html>`, 200, "", false, true},
		{"nothing there", `{}`, 404, "", false, true},
		{"server broken", ``, 500, "", false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			asked := 0
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if agent := r.UserAgent(); agent != "latchkey" || r.Header.Get("Cookie") != "" {
					t.Errorf("it tells %q", agent)
				}
				w.WriteHeader(row.status)
				_, _ = w.Write([]byte(row.answer))
			}))
			defer server.Close()
			r, err := askFeed(t.Context(), server.Client().Transport, server.URL, "0.1.0")
			if errors.Is(err, ErrBadFeed) != row.bad || !row.bad && (r.Version != row.version || r.Newer != row.newer) {
				t.Errorf("%+v, %v", r, err)
			}
			if asked != 1 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

// Neither the feed itself nor where it leads may be without encryption.
func TestAFeedIsEncrypted(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("asked without encryption") }))
	defer plain.Close()
	if _, err := askFeed(t.Context(), http.DefaultTransport, plain.URL, "0.1.0"); !errors.Is(err, ErrBadFeed) {
		t.Errorf("got %v", err)
	}
	leads := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer leads.Close()
	if _, err := askFeed(t.Context(), leads.Client().Transport, leads.URL, "0.1.0"); !errors.Is(err, ErrBadFeed) {
		t.Errorf("got %v", err)
	}
	gone := httptest.NewTLSServer(nil)
	gone.Close()
	if _, err := askFeed(t.Context(), http.DefaultTransport, gone.URL, "0.1.0"); err == nil || errors.Is(err, ErrBadFeed) {
		t.Errorf("nobody answers: %v", err)
	}
}
