package account

import (
	"context"
	"errors"
	"net/url"
	"time"

	"latchkey/diag"
)

// Connection is a consumer key that waits for its confirmation in the browser.
type Connection struct {
	// URL is the page on which the customer confirms; it is https unless the
	// interface itself is not.
	URL    string
	client *OVHClient
}

// ovhRule is what a key may do.
type ovhRule struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

// rules are the rights asked for: reading what Ask and Mails read, and if write
// is set, the two things that Unblock and Send do.
func rules(write bool) []ovhRule {
	var list []ovhRule
	for _, path := range []string{"/auth/currentCredential", "/ip", "/ip/*", "/dedicated/server/*", "/vps/*",
		"/me/abuse", "/me/abuse/*", "/me/notification/email/history", "/me/notification/email/history/*"} {
		list = append(list, ovhRule{"GET", path})
	}
	if write {
		for _, path := range []string{"/ip/*/antihack/*/unblock", "/ip/*/arp/*/unblock", "/ip/*/spam/*/unblock", "/support/tickets/create"} {
			list = append(list, ovhRule{"POST", path})
		}
	}
	return list
}

// Connect asks for a consumer key; the customer confirms it at Connection.URL,
// Await waits for that. write also asks for the rights of Unblock and Send.
func (c *OVHClient) Connect(ctx context.Context, write bool) (*Connection, error) {
	login := c.login
	login.ConsumerKey = diag.Secret{}
	s, err := (&OVHClient{login, c.o}).session(ctx, nil)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Key string `json:"consumerKey"`
		URL string `json:"validationUrl"`
	}
	body := struct {
		Rules []ovhRule `json:"accessRules"`
	}{rules(write)}
	if err := s.failure("connect", s.api.PostUnAuthWithContext(ctx, "/auth/credential", body, &answer)); err != nil {
		return nil, err
	}
	page, err := url.Parse(answer.URL)
	base, wrong := url.Parse(c.o.Base)
	if err != nil || wrong != nil || answer.Key == "" || page.Host == "" || page.User != nil ||
		page.Scheme != "https" && page.Scheme != base.Scheme || page.Scheme != "https" && page.Scheme != "http" {
		return nil, &Error{Service: OVH, Act: "connect", Code: HalfAnswer, err: errAnswer}
	}
	login.ConsumerKey = diag.NewSecret(answer.Key)
	return &Connection{URL: page.String(), client: &OVHClient{login, c.o}}, nil
}

// Await blocks until the key is confirmed and gives the whole login; ctx should
// have a limit. An Error with Unconfirmed says that it was refused.
func (c *Connection) Await(ctx context.Context) (OVHLogin, error) {
	ticker := time.NewTicker(c.client.o.Poll)
	defer ticker.Stop()
	for {
		err := c.client.Test(ctx)
		switch {
		case err == nil:
			return c.client.login, nil
		case errors.Is(err, errPending), IsCode(err, LoginRefused), IsCode(err, NotAllowed): // so answers a key that is not confirmed yet
		default:
			return OVHLogin{}, err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return OVHLogin{}, ctx.Err()
		}
	}
}

var errPending = errors.New("the key is not confirmed yet")

// ovhCredential is /auth/currentCredential.
type ovhCredential struct {
	Status string `json:"status"` // validated, pendingValidation, refused, expired
}

// confirmed says whether the key may be used.
func (c ovhCredential) confirmed() error {
	switch c.Status {
	case "validated":
		return nil
	case "pendingValidation":
		return &Error{Service: OVH, Act: "credential", Code: Unconfirmed, err: errPending}
	case "refused", "expired":
		return &Error{Service: OVH, Act: "credential", Code: Unconfirmed}
	}
	return &Error{Service: OVH, Act: "credential", Code: HalfAnswer, err: errAnswer}
}
