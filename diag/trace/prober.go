package trace

import (
	"context"
	"errors"
	"net/netip"
	"time"
)

// Sentinels a caller decides on.
var (
	// ErrMethod is a method this system does not offer.
	ErrMethod = errors.New("method is not available on this system")
	// ErrClassic is the method classic where it cannot run.
	ErrClassic = errors.New("method classic needs root and an IPv4 target")
	// ErrNotPossible is a ping this system lets nobody send: not asked.
	ErrNotPossible = errors.New("this system does not let us send a ping")
)

// Prober sends probes to one address and hands back what answers them. Its
// methods are called from one goroutine.
type Prober interface {
	// Send sends the probe seq (0 to 65000, each once) with a TTL of 1 to 255.
	// It does not block.
	Send(seq, ttl int) error
	// Wait blocks until something arrives, at most limit, and returns at once
	// with ctx's error when ctx ends. An empty result is no error.
	Wait(ctx context.Context, limit time.Duration) ([]Arrival, error)
	Close() error
}

// Unmatched is the Seq of an Arrival that answers one of our probes, but does
// not tell which. A Prober that reports one has changed the way it sends:
// what is asked from then on can be told apart.
const Unmatched = -1

// Arrival is the answer to the probe Seq, never somebody else's packet. The
// RTT of its Reply is not set: At says when it reached this computer.
type Arrival struct {
	Seq   int
	Reply Reply
	At    time.Time
}

// Opener makes a Prober and says which method it uses; port is that of the
// method tcp.
type Opener func(addr netip.Addr, m Method, port int) (Prober, Method, error)

// received turns the kernel's time stamp of a packet (wall clock) into a time
// that can be compared with now's monotonic clock. A stamp that is missing, in
// the future or implausibly old (the clock was set) gives now; on a computer
// with too much to do we read packets seconds after they came.
func received(stamp, now time.Time) time.Time {
	const oldest = 10 * time.Second
	age := now.Round(0).Sub(stamp)
	if stamp.IsZero() || age < 0 || age > oldest {
		return now
	}
	return now.Add(-age)
}
