package credential

import (
	"context"
	"errors"
	"slices"

	"github.com/godbus/dbus/v5"
)

// The Secret Service's names (freedesktop.org, Secret Service API 0.2).
const (
	secretName = "org.freedesktop.secrets"
	loginPath  = "/org/freedesktop/secrets/collection/login"
	aliasPath  = "/org/freedesktop/secrets/aliases/default"
)

// look asks the Secret Service whether its keyring is locked. Nothing is
// unlocked, nobody is asked, and no message bus is started.
func look() Condition {
	ctx, cancel := context.WithTimeout(context.Background(), lookTime)
	defer cancel()
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return Condition{State: Absent, Reason: NoBus}
	}
	defer conn.Close()
	if errors.Join(conn.Auth(nil), conn.Hello()) != nil {
		return Condition{State: Absent, Reason: NoBus}
	}
	if !offered(ctx, conn) {
		return Condition{State: Absent, Reason: NoService}
	}
	// The same order as go-keyring's: «login», else the default.
	for _, path := range []dbus.ObjectPath{loginPath, aliasPath} {
		var value dbus.Variant
		err = conn.Object(secretName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0,
			"org.freedesktop.Secret.Collection", "Locked").Store(&value)
		if locked, ok := value.Value().(bool); err == nil && ok {
			if locked {
				return Condition{State: Locked, Reason: NotOpened}
			}
			return Condition{State: Usable}
		}
	}
	var bus dbus.Error
	switch {
	case errors.As(err, &bus) && (bus.Name == "org.freedesktop.DBus.Error.UnknownObject" ||
		bus.Name == "org.freedesktop.DBus.Error.UnknownMethod" || bus.Name == "org.freedesktop.Secret.Error.NoSuchObject"):
		return Condition{State: Absent, Reason: NoCollection}
	case errors.As(err, &bus) && bus.Name == "org.freedesktop.DBus.Error.ServiceUnknown":
		return Condition{State: Absent, Reason: NoService}
	}
	return Condition{}
}

// offered says whether somebody is, or can be started as, the Secret Service.
func offered(ctx context.Context, conn *dbus.Conn) bool {
	for _, list := range []string{"ListNames", "ListActivatableNames"} {
		var names []string
		err := conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus."+list, 0).Store(&names)
		if err == nil && slices.Contains(names, secretName) {
			return true
		}
	}
	return false
}
