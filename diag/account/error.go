package account

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Code names what kept a service from answering; its text is
// «account.error.<code>».
type Code string

// The codes.
const (
	LoginRefused  Code = "login-refused"  // 401: not to be tried again with the same login
	NotAllowed    Code = "not-allowed"    // the login may not do this
	RateLimit     Code = "rate-limit"     // Wait says for how long
	NotFound      Code = "not-found"      // no such server, address or block
	TooEarly      Code = "too-early"      // OVH: unlocking cannot be asked for yet
	SupportLocked Code = "support-locked" // Cloud: resource_locked, support has to be asked
	BadRequest    Code = "bad-request"    // Fields names what is missing or wrong
	Maintenance   Code = "maintenance"
	ServerError   Code = "server-error" // 5xx
	HalfAnswer    Code = "half-answer"  // ended early, no JSON, or not what is documented
	LongAnswer    Code = "long-answer"  // more than any account has
	Redirected    Code = "redirected"   // to another address: a login is never taken there
	Slow          Code = "slow"
	NoConnection  Code = "no-connection"
	NoName        Code = "no-name" // the interface's name could not be looked up
	TLSUnknown    Code = "tls-unknown"
	TLSName       Code = "tls-name"
	TLSExpired    Code = "tls-expired"
	TLSBroken     Code = "tls-broken"
	Unconfirmed   Code = "unconfirmed" // OVH: the key was refused or ran out in the browser
	BadLogin      Code = "bad-login"   // it cannot be sent: line breaks, unknown endpoint
)

// Error is why a service gave no answer. It carries nothing of the login.
type Error struct {
	Service Service
	Code    Code
	Act     string        // what was asked, as in Step
	Status  int           // of HTTP; 0 if there was none
	Said    string        // the service's own words, cleaned; "" if none
	Fields  []string      // of BadRequest
	Wait    time.Duration // of RateLimit and TooEarly; 0 if it did not say
	err     error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("ask %s (%s): %s", e.Service, e.Act, e.Code)
	if e.Status != 0 {
		s += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.Said != "" {
		s += ": " + e.Said
	}
	return s
}

func (e *Error) Unwrap() error { return e.err }

// IsCode says whether err is an Error of that code.
func IsCode(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

var (
	errLong     = errors.New("the answer is too long")
	errRedirect = errors.New("the answer leads elsewhere")
	errAnswer   = errors.New("the answer is not what is documented")
)

// failure names an error that came without an answer of the service. One of
// ctx stays what it is: a person stopped it.
func failure(ctx context.Context, of Service, act string, err error) error {
	var known *Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &Error{Service: of, Act: act, Code: causeOf(err), err: err}
}

func causeOf(err error) Code {
	var (
		timeout  net.Error
		name     *net.DNSError
		syntax   *json.SyntaxError
		typed    *json.UnmarshalTypeError
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		shutdown *net.OpError
	)
	switch {
	case errors.Is(err, errLong):
		return LongAnswer
	case errors.Is(err, errRedirect):
		return Redirected
	case errors.As(err, &unknown):
		return TLSUnknown
	case errors.As(err, &host):
		return TLSName
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return TLSExpired
	case errors.As(err, &invalid), errors.As(err, &verify), errors.As(err, &record), errors.As(err, &alert),
		strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return TLSBroken
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Slow
	case errors.As(err, &name):
		return NoName
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, errAnswer), errors.As(err, &syntax), errors.As(err, &typed),
		strings.Contains(err.Error(), "unexpected end of JSON input"), strings.Contains(err.Error(), "malformed HTTP"):
		return HalfAnswer
	case errors.As(err, &shutdown), errors.Is(err, io.EOF):
		return NoConnection
	}
	return NoConnection
}

// ofStatus is the Code of an HTTP status that the service did not explain.
func ofStatus(status int) Code {
	switch {
	case status == http.StatusUnauthorized:
		return LoginRefused
	case status == http.StatusForbidden:
		return NotAllowed
	case status == http.StatusNotFound:
		return NotFound
	case status == http.StatusTooManyRequests:
		return RateLimit
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity, status == http.StatusConflict:
		return BadRequest
	case status == http.StatusServiceUnavailable:
		return Maintenance
	case status >= http.StatusInternalServerError:
		return ServerError
	}
	return HalfAnswer
}
