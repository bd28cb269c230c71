package credential

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"

	"latchkey/diag"
)

// State is what can be said about the keyring.
type State string

// The states; the empty one is «not asked, or it does not say».
const (
	Usable State = "usable"
	Locked State = "locked"
	Absent State = "absent"
)

// Reason says why a keyring is not usable.
type Reason string

// The reasons.
const (
	NoBus        Reason = "no-bus"        // Linux: no session of a desktop
	NoService    Reason = "no-service"    // Linux: nobody offers org.freedesktop.secrets
	NoCollection Reason = "no-collection" // Linux: the service has no keyring yet
	NotOpened    Reason = "not-opened"    // it asked for its password in vain, or had nobody to ask
	NoAnswer     Reason = "no-answer"     // time was up; most likely its question is still on the screen
	Unsupported  Reason = "unsupported"   // no keyring is known for this system
	Other        Reason = "other"         // see Detail
)

// Condition is the state of the keyring with its reason.
type Condition struct {
	State  State
	Reason Reason
	Detail string // the system's own words, cleaned; "" if they add nothing
}

// Trouble is the error of a keyring that could not be used.
type Trouble struct{ Condition Condition }

func (t *Trouble) Error() string {
	s := "the keyring cannot be used: " + string(t.Condition.Reason)
	if t.Condition.Detail != "" {
		s += ": " + t.Condition.Detail
	}
	return s
}

func trouble(s State, r Reason, err error) *Trouble {
	t := &Trouble{Condition{State: s, Reason: r}}
	if err != nil {
		t.Condition.Detail = diag.Clean(err.Error(), 200)
	}
	return t
}

// TooLarge is a login that this system's keyring cannot hold.
type TooLarge struct{ Size, Limit int } // bytes

func (t *TooLarge) Error() string {
	return fmt.Sprintf("the login has %d bytes, the keyring takes %d", t.Size, t.Limit)
}

// Limit is how many bytes of secrets a system's keyring takes («windows»,
// «darwin», «linux»): the credential blob of Windows is bounded at 2560 bytes; on
// macOS one command of at most 4096 characters carries all of it in base64, which
// leaves 3000 for service, name and secret together. The Secret Service knows no
// limit; ours keeps mistakes out, the longest key file has 13 KB.
func Limit(system string) int {
	switch system {
	case "windows":
		return 2560
	case "darwin":
		return 3000 - len(service) - longestName
	}
	return 64 << 10
}

// The exit statuses of security(1) that mean a keychain nobody opened:
// interaction not allowed, authorisation failed, dismissed. They are the lowest
// byte of the OSStatus.
const (
	exitNoInteraction = 36
	exitNoAuth        = 51
	exitDismissed     = 128
)

// classify names what go-keyring says.
func classify(err error) error {
	var known *Trouble
	var bus dbus.Error
	var exit *exec.ExitError
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, keyring.ErrNotFound):
		return ErrUnknown
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return trouble(Absent, Unsupported, nil)
	case errors.As(err, &bus) && (bus.Name == "org.freedesktop.DBus.Error.ServiceUnknown" ||
		strings.HasPrefix(bus.Name, "org.freedesktop.DBus.Error.Spawn")):
		return trouble(Absent, NoService, err)
	case errors.As(err, &bus) && bus.Name == "org.freedesktop.Secret.Error.IsLocked",
		strings.Contains(err.Error(), "failed to unlock correct collection"):
		return trouble(Locked, NotOpened, nil)
	case errors.As(err, &exit) && (exit.ExitCode() == exitNoInteraction || exit.ExitCode() == exitNoAuth || exit.ExitCode() == exitDismissed):
		return trouble(Locked, NotOpened, nil)
	}
	return trouble("", Other, err)
}
