package app

import (
	"cmp"
	"errors"
	"strings"

	"latchkey/app/credential"
	"latchkey/diag/account"
	"latchkey/i18n"
)

// AccountErrorWords says in a sentence why a provider or the keyring gave no
// answer, and what to do; name is the login that was used.
func AccountErrorWords(t *i18n.Text, err error, name string) string {
	var (
		said    *account.Error
		trouble *credential.Trouble
	)
	switch {
	case errors.As(err, &said):
		return t.T("account.error."+string(said.Code), "service", string(said.Service), "name", name, "status", said.Status, "said", said.Said,
			"fields", strings.Join(said.Fields, ", "), "minutes", max(int(said.Wait.Minutes()+0.5), 1))
	case errors.As(err, &trouble):
		return t.T("keyring.error."+string(cmp.Or(trouble.Condition.Reason, credential.Other)), "detail", trouble.Condition.Detail)
	}
	return t.T("account.error.unknown")
}
