package trace

import (
	"errors"
	"syscall"
)

// noRoute reports whether this system itself refused to send: no link, no
// route, no address of that family, or its own firewall.
func noRoute(err error) bool {
	for _, refusal := range []error{
		syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN, syscall.EADDRNOTAVAIL,
		syscall.EAFNOSUPPORT, syscall.EACCES, syscall.EPERM,
	} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}
