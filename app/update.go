package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Sentinels of the look for a newer version.
var (
	ErrNoFeed  = errors.New("no feed of releases is named")
	ErrBadFeed = errors.New("the feed of releases is not understood")
)

// Release is what the feed says about the newest version.
type Release struct {
	Version string // «0.2.0»
	Page    string // where to get it
	Newer   bool   // than this program
}

const (
	feedFile     = "release.toml"
	feedPatience = 15 * time.Second
	feedLimit    = 1 << 20 // bytes; a forge's answer has some kilobytes
)

// LatestRelease asks the feed of releases for the newest version. It is called
// on a click only. Where the feed is, is data (assets/release.toml, over https):
// without one it gives ErrNoFeed and asks nobody. The program says nothing of
// itself but its name.
func (s *Session) LatestRelease(ctx context.Context) (Release, error) {
	feed, err := s.feed()
	if err != nil {
		return Release{}, err
	}
	return askFeed(ctx, http.DefaultTransport, feed, s.config.Version)
}

// feed reads where the releases are listed.
func (s *Session) feed() (string, error) {
	text, err := fs.ReadFile(s.config.Assets, feedFile)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNoFeed
	}
	if err != nil {
		return "", err
	}
	var data struct {
		Feed string `toml:"feed"`
	}
	if err := toml.Unmarshal(text, &data); err != nil {
		return "", fmt.Errorf("read %s: %w", feedFile, err)
	}
	if data.Feed == "" {
		return "", ErrNoFeed
	}
	return data.Feed, nil
}

// askFeed reads «releases/latest» as GitHub, Forgejo and Gitea serve it.
func askFeed(ctx context.Context, over http.RoundTripper, feed, version string) (Release, error) {
	if !secure(feed) {
		return Release{}, fmt.Errorf("%w: its address is not https", ErrBadFeed)
	}
	ctx, cancel := context.WithTimeout(ctx, feedPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, feed, nil)
	if err != nil {
		return Release{}, fmt.Errorf("%w: %w", ErrBadFeed, err)
	}
	request.Header.Set("User-Agent", "latchkey")
	request.Header.Set("Accept", "application/json")
	client := http.Client{Transport: over, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) > 3 || next.URL.Scheme != "https" {
			return fmt.Errorf("%w: it leads elsewhere", ErrBadFeed)
		}
		return nil
	}}
	response, err := client.Do(request)
	if err != nil {
		return Release{}, fmt.Errorf("ask the feed of releases: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return Release{}, fmt.Errorf("%w: status %d", ErrBadFeed, response.StatusCode)
	}
	var latest struct {
		Tag  string `json:"tag_name"`
		Page string `json:"html_url"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, feedLimit)).Decode(&latest); err != nil {
		return Release{}, fmt.Errorf("%w: %w", ErrBadFeed, err)
	}
	r := Release{Version: strings.TrimPrefix(latest.Tag, "v"), Page: latest.Page}
	theirs, ok := numbers(r.Version)
	ours, known := numbers(version)
	if !ok || !known || !secure(r.Page) {
		return Release{}, fmt.Errorf("%w: version %.40q", ErrBadFeed, latest.Tag)
	}
	for i := range theirs {
		if theirs[i] != ours[i] {
			r.Newer = theirs[i] > ours[i]
			break
		}
	}
	return r, nil
}

func secure(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

// numbers takes «1.2.3» apart; what follows a «-» or «+» (a test version) does
// not count.
func numbers(version string) (n [3]int, ok bool) {
	end := strings.IndexAny(version, "-+")
	if end < 0 {
		end = len(version)
	}
	parts := strings.Split(version[:end], ".")
	if len(parts) != len(n) {
		return n, false
	}
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return n, false
		}
		n[i] = int(v)
	}
	return n, true
}
