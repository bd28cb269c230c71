package app

import (
	"context"
	"errors"
	"net/netip"
	"slices"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/provider"
)

// ProviderOf is whose server a case is about; nil if that is not known.
func (s *Session) ProviderOf(m casefile.Case) *provider.Profile {
	if p := s.providers.ByID(m.Server.Provider); p != nil {
		return p
	}
	address, err := netip.ParseAddr(m.Server.Address)
	if err != nil {
		return nil
	}
	return s.providers.OfTarget(address, m.Server.Name)
}

// FlagOf asks the provider whether the address of a case is locked, and writes
// nothing down: it is what a watch asks every few minutes. See Asked.Flag for how
// several logins become one answer.
func (s *Session) FlagOf(ctx context.Context, m casefile.Case) (diag.Answer, error) {
	addresses, profile, err := s.subject(m)
	if err != nil {
		return diag.NotAsked, err
	}
	asked, err := s.AskProvider(ctx, addresses, profile, AskOptions{Brief: true})
	if err != nil {
		return diag.NotAsked, err
	}
	return asked.Flag()
}

// Flag is what all answers together say about a lock. «Locked» by anyone who
// knows the address counts; «not locked» is no proof, and counts only if nobody
// is missing who may yet say otherwise. NotAsked with no error: so far nobody can
// tell. An error says why nobody knows the address; see passing.
func (a Asked) Flag() (diag.Answer, error) {
	flag := diag.NotAsked
	var missing, refused error
	for _, answer := range a.Answers {
		switch state, _ := worst(answer.States); state.Locked {
		case diag.Yes:
			return diag.Yes, nil
		case diag.No:
			flag = diag.No
		}
		switch {
		case passing(answer.Err):
			missing = answer.Err
		case answer.Err != nil:
			refused = answer.Err
		}
	}
	switch {
	case flag == diag.No && missing == nil:
		return diag.No, nil
	case flag == diag.No:
		return diag.NotAsked, nil
	case missing != nil:
		return diag.NotAsked, missing
	}
	return diag.NotAsked, refused
}

// passing reports whether a question that failed may be answered when it is asked
// again: a connection that is down, a hotel's login page, a limit by the hour. A
// login that was refused is not tried again by itself.
func passing(err error) bool {
	var said *account.Error
	switch {
	case errors.As(err, new(*AskLater)):
		return true
	case !errors.As(err, &said):
		return false
	}
	switch said.Code {
	case account.RateLimit, account.Maintenance, account.ServerError, account.HalfAnswer, account.Slow, account.NoConnection,
		account.NoName, account.Redirected, account.TLSUnknown, account.TLSName, account.TLSExpired, account.TLSBroken:
		return true
	}
	return false
}

// contradict notes with each «locked» that somebody else says otherwise, so that
// nobody wonders whose word counts.
func (a Asked) contradict() {
	for i, one := range a.Answers {
		for j := range one.States {
			s := &one.States[j]
			if s.Locked == diag.Yes && a.denied(i, s.Address) {
				s.Findings = append(s.Findings, diag.Finding{Code: "account.contradicted", Severity: diag.Notice, Params: diag.Params{"address": s.Shown()}})
			}
		}
	}
}

// denied reports whether any other answer says that an address is not locked.
func (a Asked) denied(but int, address netip.Prefix) bool {
	for i, other := range a.Answers {
		if i != but && slices.ContainsFunc(other.States, func(s account.State) bool { return s.Locked == diag.No && s.Address.Overlaps(address) }) {
			return true
		}
	}
	return false
}
