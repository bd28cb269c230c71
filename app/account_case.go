package app

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/provider"
)

// mostAccounts is how many answers a case keeps; older ones stay as events.
const mostAccounts = 50

// Record puts what providers said into a case and its timeline: EventAsked with
// service, provider, address, server, locked (yes, no), reason, paid_until and
// error; what was not said is missing. The evidence
// they gave is not in it: see Asked.Logs.
func (a Asked) Record(m *casefile.Case) {
	for _, answer := range a.Answers {
		kept := casefile.Account{Time: a.Time, Service: answer.Service, States: slices.Clone(answer.States)}
		with := map[string]string{"service": string(answer.Service), "provider": m.Server.Provider}
		var said *account.Error
		switch {
		case errors.As(answer.Err, &said):
			kept.Error = said.Code
		case errors.As(answer.Err, new(*RefusedBefore)):
			kept.Error = account.LoginRefused
		case errors.As(answer.Err, new(*AskLater)):
			kept.Error = account.RateLimit
		case answer.Err != nil: // the keyring's trouble is no answer of the provider
			continue
		}
		if kept.Error != "" {
			with["error"] = string(kept.Error)
		}
		if s, ok := worst(answer.States); ok {
			with["address"] = s.Shown()
			for name, value := range map[string]string{"locked": yesNo(s.Locked), "reason": string(s.Reason), "paid_until": s.PaidUntil, "server": s.Server} {
				if value != "" {
					with[name] = value
				}
			}
		}
		m.Accounts = append(m.Accounts, kept)
		m.Timeline = append(m.Timeline, casefile.Event{Time: a.Time, Code: EventAsked, With: with})
	}
	if more := len(m.Accounts) - mostAccounts; more > 0 {
		m.Accounts = slices.Delete(m.Accounts, 0, more)
	}
}

// worst is the state that matters: a locked one, else one that is known not to be,
// else the first.
func worst(states []account.State) (account.State, bool) {
	for _, answer := range []diag.Answer{diag.Yes, diag.No} {
		if i := slices.IndexFunc(states, func(s account.State) bool { return s.Locked == answer }); i >= 0 {
			return states[i], true
		}
	}
	if len(states) == 0 {
		return account.State{}, false
	}
	return states[0], true
}

func yesNo(a diag.Answer) string {
	switch a {
	case diag.Yes:
		return "yes"
	case diag.No:
		return "no"
	}
	return ""
}

// Log is the evidence a provider gave for a lock: an input like any other.
type Log struct{ Name, Text string }

// Logs are the logs that came with the answers.
func (a Asked) Logs() []Log {
	var all []Log
	for _, answer := range a.Answers {
		for _, s := range answer.States {
			if s.Log != "" {
				all = append(all, Log{string(s.Service) + "-" + string(s.Reason) + "-" + s.Address.Addr().String() + ".log", s.Log})
			}
		}
	}
	return all
}

// AskAboutCase asks the provider about the address of a case and records what it
// said. The timeline has it even if the question was not answered.
func (s *Session) AskAboutCase(ctx context.Context, c *OpenCase, o AskOptions) (Asked, error) {
	addresses, profile, err := s.subject(c.Model())
	if err != nil {
		return Asked{}, err
	}
	asked, err := s.AskProvider(ctx, addresses, profile, o)
	if len(asked.Answers) > 0 {
		c.Change(asked.Record)
	}
	return asked, err
}

// AskAboutStored is AskAboutCase for a case that is not open; the logs the
// provider gave become inputs of it.
func (s *Session) AskAboutStored(ctx context.Context, id string, o AskOptions, now time.Time) (Asked, error) {
	f, err := s.Cases().Load(id)
	if f == nil {
		return Asked{}, err
	}
	model := f.Case
	if err := errors.Join(err, f.Close()); err != nil {
		return Asked{}, err
	}
	addresses, profile, err := s.subject(model)
	if err != nil {
		return Asked{}, err
	}
	asked, err := s.AskProvider(ctx, addresses, profile, o)
	if len(asked.Answers) == 0 {
		return asked, err
	}
	asked.Time = now
	kept := s.changeCase(id, now, func(f *casefile.File) error { asked.Record(&f.Case); return nil })
	for _, log := range asked.Logs() {
		_, added := s.AddToCase(ctx, id, log.Name, strings.NewReader(log.Text), now)
		kept = errors.Join(kept, added)
	}
	return asked, errors.Join(err, kept)
}

// subject is what a case's provider is asked about.
func (s *Session) subject(m casefile.Case) ([]netip.Addr, *provider.Profile, error) {
	address, err := netip.ParseAddr(m.Server.Address)
	if err != nil {
		return nil, nil, ErrBadTarget
	}
	return []netip.Addr{address}, s.providers.ByID(m.Server.Provider), nil
}

// SaidOf is what a provider said last about the case's address, and when; false
// if it was not asked or said nothing about it. Of several services that were
// asked at once one that says «locked» counts.
func SaidOf(m casefile.Case) (state account.State, at time.Time, ok bool) {
	address, err := netip.ParseAddr(m.Server.Address)
	if err != nil {
		return account.State{}, time.Time{}, false
	}
	for i := len(m.Accounts) - 1; i >= 0 && (!ok || m.Accounts[i].Time.Equal(at)); i-- {
		for _, s := range m.Accounts[i].States {
			if s.Covers(address) && s.Locked != diag.NotAsked && (!ok || s.Locked == diag.Yes) {
				state, at, ok = s, m.Accounts[i].Time, true
			}
		}
	}
	return state, at, ok
}

// toldOf is the finding that the provider says of a lock, if it said so since.
func toldOf(m casefile.Case, since time.Time) *diag.Finding {
	s, at, ok := SaidOf(m)
	if !ok || s.Locked != diag.Yes || at.Before(since) {
		return nil
	}
	i := slices.IndexFunc(s.Findings, func(f diag.Finding) bool { return f.Severity == diag.Critical })
	if i < 0 {
		return nil
	}
	return &s.Findings[i]
}
