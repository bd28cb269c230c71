package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

// Accounts leads what asks providers elsewhere; zero fields are the real thing.
type Accounts struct {
	Keyring   credential.Keyring
	Bases     map[account.Service]string // where the interfaces answer
	Transport http.RoundTripper
	Poll      time.Duration // between two questions whether a key was confirmed
}

// Sentinels of logins.
var (
	ErrNoLogin  = errors.New("there is no login for this provider")
	ErrNotAsked = errors.New("no provider is asked with such a login")
)

// RefusedBefore is a login that the provider refused and that has not been
// changed since. It is not tried again by itself: Robot blocks an address after
// three refusals.
type RefusedBefore struct {
	ID string
	At time.Time
}

func (e *RefusedBefore) Error() string { return "the provider refused the login " + e.ID + " before" }

// AskLater is a provider that wants no more questions for a while.
type AskLater struct {
	ID    string
	Until time.Time
}

func (e *AskLater) Error() string {
	return "the provider wants no questions with " + e.ID + " before " + e.Until.Format(time.RFC3339)
}

// loginsFile lists the names of saved logins; there is no secret in it.
const (
	loginsFile  = "logins.json"
	loginsLimit = 1 << 20 // bytes; a person's has a few hundred
)

func openLogins(c Config) *credential.Store {
	path := filepath.Join(c.Home, loginsFile)
	return credential.Open(credential.Options{Keyring: c.Accounts.Keyring, System: runtime.GOOS, Index: credential.Index{
		Load: func() ([]byte, error) { return readFile(path, loginsLimit) },
		Save: func(data []byte) error { return writeFile(path, data) },
	}})
}

// Logins lists the logins without asking the keyring.
func (s *Session) Logins() ([]credential.Entry, error) { return s.logins.List() }

// Keyring says how the keyring is, without asking anybody for its password.
func (s *Session) Keyring(ctx context.Context) credential.Condition { return s.logins.Look(ctx) }

// OpenKeyring opens the keyring, which may ask the person for its password.
func (s *Session) OpenKeyring(ctx context.Context) credential.Condition { return s.logins.Unlock(ctx) }

// SaveLogin keeps a login in the keyring; it replaces one of the same kind and
// name. For the errors see credential.Store.Set.
func (s *Session) SaveLogin(ctx context.Context, l credential.Login) error {
	return s.logins.Set(ctx, l)
}

// UseLogin keeps a login in memory until the program ends.
func (s *Session) UseLogin(l credential.Login) (credential.Entry, error) { return s.logins.UseOnce(l) }

// DeleteLogin forgets a login.
func (s *Session) DeleteLogin(ctx context.Context, id string) error { return s.logins.Delete(ctx, id) }

// Secret gives one secret of a login to what needs it, as SSH does.
func (s *Session) Secret(ctx context.Context, id string, f credential.Field) (diag.Secret, error) {
	l, err := s.logins.Get(ctx, id)
	return l.Secrets[f], err
}

// tailLength is how much of a token is shown to tell it from others.
const tailLength = 4

// TokenTail gives the last characters of a token, as its owner sees it in the
// provider's list; "" if it is too short for that. It is nowhere on disk.
func (s *Session) TokenTail(ctx context.Context, id string) (string, error) {
	token, err := s.Secret(ctx, id, credential.Token)
	if text := token.Reveal(); err == nil && len(text) >= 8*tailLength {
		return diag.Clean(text[len(text)-tailLength:], tailLength), nil
	}
	return "", err
}

// TestLogin asks the provider whether it takes a login. It is also how a person
// says that a refused one may be tried again.
func (s *Session) TestLogin(ctx context.Context, id string) error {
	return s.with(ctx, id, manner{again: true}, func(c account.Client) error { return c.Test(ctx) })
}

// manner is how a provider is asked: again also by a login that was refused,
// brief for locks alone.
type manner struct{ again, brief bool }

// with asks a provider by one login, one question after the other, and notes
// what became of it.
func (s *Session) with(ctx context.Context, id string, how manner, ask func(account.Client) error) error {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return ctx.Err()
	}
	entry, err := s.logins.Find(id)
	switch {
	case err != nil:
		return err
	case entry.Outcome == credential.Refused && !how.again:
		return &RefusedBefore{id, entry.Used}
	case time.Now().Before(entry.Wait):
		return &AskLater{id, entry.Wait}
	}
	login, err := s.logins.Get(ctx, id)
	if err != nil {
		return err
	}
	c, err := s.client(login, how.brief)
	if err != nil {
		return err
	}
	err = ask(c)
	if marked := s.logins.Mark(id, func(e *credential.Entry) { outcome(e, err) }); marked != nil && account.IsCode(err, account.LoginRefused) {
		return errors.Join(err, marked) // it may be asked again by mistake
	}
	return err
}

// waitUnsaid is how long a provider is left alone that did not say for how long:
// Robot counts by the hour.
const waitUnsaid = time.Hour

// outcome notes what an answer says about the login itself.
func outcome(e *credential.Entry, err error) {
	var said *account.Error
	switch {
	case err == nil:
		e.Outcome, e.Wait = credential.Works, time.Time{}
	case !errors.As(err, &said):
		return
	case said.Code == account.LoginRefused:
		e.Outcome = credential.Refused
	case said.Code == account.RateLimit && said.Wait > 0:
		e.Wait = time.Now().Add(said.Wait)
	case said.Code == account.RateLimit:
		e.Wait = time.Now().Add(waitUnsaid)
	}
	e.Used = time.Now()
}

// client makes the client of a login.
func (s *Session) client(l credential.Login, brief bool) (account.Client, error) {
	switch l.Kind {
	case credential.Robot:
		return account.NewRobot(account.RobotLogin{User: l.Name, Password: l.Secrets[credential.Password]}, s.clientOptions(account.Robot, brief)), nil
	case credential.Cloud:
		return account.NewCloud(account.CloudLogin{Token: l.Secrets[credential.Token]}, s.clientOptions(account.Cloud, brief)), nil
	case credential.OVH:
		return s.ovh(l, brief), nil
	}
	return nil, ErrNotAsked
}

func (s *Session) ovh(l credential.Login, brief bool) *account.OVHClient {
	return account.NewOVH(account.OVHLogin{Endpoint: l.Name, AppKey: l.Secrets[credential.AppKey], AppSecret: l.Secrets[credential.AppSecret],
		ConsumerKey: l.Secrets[credential.ConsumerKey]}, s.clientOptions(account.OVH, brief))
}

func (s *Session) clientOptions(of account.Service, brief bool) account.Options {
	a := s.config.Accounts
	return account.Options{Base: a.Bases[of], Transport: a.Transport, Poll: a.Poll, Brief: brief, Agent: "latchkey/" + s.config.Version}
}

// ServiceOf is what a login asks, false for one that asks no provider.
func ServiceOf(k credential.Kind) (account.Service, bool) {
	of := account.Service(k)
	return of, slices.Contains(account.Services(nil), of)
}

// AskOptions are what a face hands in.
type AskOptions struct {
	Login  string             // the ID of the only one to ask with; "" takes all that may know
	Brief  bool               // for locks alone: one or two questions instead of five
	OnStep func(account.Step) // before each request; it must not block long
}

// Asked is what providers said.
type Asked struct {
	Time    time.Time
	Answers []AccountAnswer // one per login
}

// AccountAnswer is what one service said, with all it said before Err.
type AccountAnswer struct {
	Login   credential.Entry
	Service account.Service
	States  []account.State
	Err     error // *account.Error, *RefusedBefore, *AskLater, *credential.Trouble, …
}

// AskProvider asks about addresses, or about all an account has if none are
// named, with every login that may know them; profile is whose addresses they
// are, nil if that is not known. ErrNoLogin: there is none to ask with. That one
// login got no answer is in its AccountAnswer; the error is that of ctx.
func (s *Session) AskProvider(ctx context.Context, addresses []netip.Addr, profile *provider.Profile, o AskOptions) (Asked, error) {
	asked := Asked{Time: time.Now()}
	all, err := s.logins.List()
	if err != nil {
		return asked, err
	}
	may := account.Services(profile)
	for _, e := range all {
		of, ok := ServiceOf(e.Kind)
		if !ok || o.Login == "" && !slices.Contains(may, of) || o.Login != "" && o.Login != e.ID() {
			continue
		}
		answer := AccountAnswer{Service: of}
		answer.Err = s.with(ctx, e.ID(), manner{brief: o.Brief}, func(c account.Client) error {
			var err error
			answer.States, err = c.Ask(ctx, addresses, o.OnStep)
			return err
		})
		if ctx.Err() != nil {
			return asked, ctx.Err()
		}
		if answer.Login, err = s.logins.Find(e.ID()); err != nil { // with what became of it
			answer.Login = e
		}
		asked.Answers = append(asked.Answers, answer)
	}
	if len(asked.Answers) == 0 {
		return asked, ErrNoLogin
	}
	asked.contradict()
	return asked, nil
}

// ConnectOVH asks OVH for a consumer key. onURL gets the page on which the person
// confirms it; then this blocks until that happened, or ctx ends. The login it
// gives is not saved yet. write also asks for the rights to unblock and to open a
// ticket.
func (s *Session) ConnectOVH(ctx context.Context, l credential.Login, write bool, onURL func(string)) (credential.Login, error) {
	connection, err := s.ovh(l, false).Connect(ctx, write)
	if err != nil {
		return credential.Login{}, err
	}
	onURL(connection.URL)
	done, err := connection.Await(ctx)
	if err != nil {
		return credential.Login{}, err
	}
	l.Secrets = maps.Clone(l.Secrets)
	l.Secrets[credential.ConsumerKey] = done.ConsumerKey
	return l, nil
}

// withOVH is with for what only OVH offers.
func (s *Session) withOVH(ctx context.Context, id string, ask func(*account.OVHClient) error) error {
	return s.with(ctx, id, manner{}, func(c account.Client) error {
		ovh, ok := c.(*account.OVHClient)
		if !ok {
			return fmt.Errorf("%s: %w", id, ErrNotAsked)
		}
		return ask(ovh)
	})
}

// AbuseMails gives the notices of abuse among the last mails OVH sent, newest
// first; Text of one is what Session.Read takes.
func (s *Session) AbuseMails(ctx context.Context, id string, onStep func(account.Step)) (mails []account.Mail, err error) {
	err = s.withOVH(ctx, id, func(c *account.OVHClient) error { mails, err = c.Mails(ctx, mostMails, onStep); return err })
	return mails, err
}

// KeepMail puts a notice into a case, as any file the person has.
func (s *Session) KeepMail(ctx context.Context, id string, m account.Mail, now time.Time) (Added, error) {
	return s.AddToCase(ctx, id, fmt.Sprintf("ovh-mail-%d.eml", m.ID), bytes.NewReader(m.Text), now)
}

// mostMails is how many of the last mails are looked at: each is a request.
const mostMails = 30

// Unblock asks OVH to lift a lock. It changes something at the provider: only for
// a button that says so.
func (s *Session) Unblock(ctx context.Context, id string, address netip.Addr, reason account.Reason) error {
	return s.withOVH(ctx, id, func(c *account.OVHClient) error { return c.Unblock(ctx, address, reason) })
}

// SendTicket opens a ticket at OVH and gives its number. It changes something at
// the provider: only for a button that says so.
func (s *Session) SendTicket(ctx context.Context, id string, t account.Ticket) (number string, err error) {
	err = s.withOVH(ctx, id, func(c *account.OVHClient) error { number, err = c.Send(ctx, t); return err })
	return number, err
}

// AddressesOf gives the addresses of what a person typed, and whose they are;
// the profile is nil if that is not known.
func (s *Session) AddressesOf(ctx context.Context, input string) ([]netip.Addr, *provider.Profile, error) {
	target, err := trace.ParseTarget(input)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	all, err := s.network.Lookup(ctx, target, "")
	if err != nil {
		return nil, nil, err
	}
	return all, s.providers.OfTarget(all[0], target.Name), nil
}
