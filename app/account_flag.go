package app

import (
	"context"
	"net/netip"

	"latchkey/app/casefile"
	"latchkey/diag"
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
// nothing down: it is what a watch asks every few minutes. NotAsked: no login's
// account has the address.
func (s *Session) FlagOf(ctx context.Context, m casefile.Case) (diag.Answer, error) {
	addresses, profile, err := s.subject(m)
	if err != nil {
		return diag.NotAsked, err
	}
	asked, err := s.AskProvider(ctx, addresses, profile, AskOptions{Brief: true})
	if err != nil {
		return diag.NotAsked, err
	}
	var failed error
	for _, a := range asked.Answers {
		if a.Err != nil {
			failed = a.Err
			continue
		}
		if state, ok := worst(a.States); ok && state.Locked != diag.NotAsked {
			return state.Locked, nil
		}
	}
	return diag.NotAsked, failed
}
