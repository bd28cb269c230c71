package account

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"
)

// mostBytes bounds an answer. The longest known, the mails of an account, have
// some 100 KB.
const mostBytes = 4 << 20

// door is what all requests go through, those of other people's clients too: it
// ends them with the caller's context, bounds their answers and follows no
// redirection.
type door struct {
	ctx   context.Context
	inner http.RoundTripper
	// last and status are of the last answer: the clients drop them, and the header
	// tells how long to wait.
	last   http.Header
	status int
	read   int // bytes of the last body
	count  int // requests so far
}

// client is an HTTP client for the time of ctx; each request may take o.Timeout.
func client(ctx context.Context, o Options) (*http.Client, *door) {
	d := &door{ctx: ctx, inner: o.Transport}
	return &http.Client{Transport: d, Timeout: o.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect }}, d
}

// mostRequests bounds a run: lists come in pages, and each page names the next.
const mostRequests = 1000

// RoundTrip is that of http.RoundTripper.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.count++; d.count > mostRequests {
		return nil, errLong
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	stop := context.AfterFunc(d.ctx, func() { cancel(d.ctx.Err()) })
	end := func() { stop(); cancel(nil) }
	answer, err := d.inner.RoundTrip(r.WithContext(ctx))
	if err != nil {
		end()
		return nil, err
	}
	d.last, d.status, d.read = answer.Header, answer.StatusCode, 0
	answer.Body = &bounded{inner: answer.Body, left: mostBytes, door: d, end: end}
	return answer, nil
}

// bounded is a body that ends with an error when it is too long.
type bounded struct {
	inner io.ReadCloser
	left  int
	door  *door
	end   func()
}

// Read is that of io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errLong
	}
	n, err := b.inner.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.door.read += n
	return n, err
}

// Close is that of io.Closer.
func (b *bounded) Close() error {
	defer b.end()
	return b.inner.Close()
}

// longestWait bounds what a service may ask for: an hour is the longest known.
const longestWait = 24 * time.Hour

// seconds makes a wait of a service's number.
func seconds(n int64) time.Duration {
	if n <= 0 {
		return 0
	}
	return min(time.Duration(min(n, int64(longestWait/time.Second)))*time.Second, longestWait)
}

// wait is how long the header of the last answer asks for: Retry-After in
// seconds, or the moment at which Hetzner Cloud's bucket is full again.
func (d *door) wait(now time.Time) time.Duration {
	if n, err := strconv.ParseInt(d.last.Get("Retry-After"), 10, 64); err == nil {
		return seconds(n)
	}
	if n, err := strconv.ParseInt(d.last.Get("RateLimit-Reset"), 10, 64); err == nil {
		return seconds(n - now.Unix())
	}
	return 0
}
