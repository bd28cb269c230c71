package trace

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// openSystem: the ICMP functions need neither an administrator nor a firewall
// rule, as raw sockets would. They send echo requests only.
func openSystem(addr netip.Addr, m Method, _ int) (Prober, Method, error) {
	if m != Auto && m != ICMP {
		return nil, m, ErrMethod
	}
	r, err := openRequests(addr)
	if err != nil {
		return nil, ICMP, err
	}
	return r, ICMP, nil
}

// api is iphlpapi.dll's ICMP part for one family; golang.org/x/sys lacks it.
type api struct{ create, close, send, parse *windows.LazyProc }

func loadAPI(v6 bool) (api, error) {
	dll := windows.NewLazySystemDLL("iphlpapi.dll")
	names := []string{"IcmpCreateFile", "IcmpCloseHandle", "IcmpSendEcho2Ex", "IcmpParseReplies"}
	if v6 {
		names = []string{"Icmp6CreateFile", "IcmpCloseHandle", "Icmp6SendEcho2", "Icmp6ParseReplies"}
	}
	procs := make([]*windows.LazyProc, len(names))
	for i, name := range names {
		procs[i] = dll.NewProc(name)
		if err := procs[i].Find(); err != nil { // Call would panic
			return api{}, fmt.Errorf("load %s: %w: %w", name, ErrMethod, err)
		}
	}
	return api{procs[0], procs[1], procs[2], procs[3]}, nil
}

// requestLimit is how long Windows listens for an answer: longer than any
// trace does, late refusals included.
const requestLimit = 6 * time.Second

// request is one echo request under way. Windows writes into reply until event
// is set: the whole must stay reachable until then, whatever becomes of the
// trace.
type request struct {
	seq     int
	sent    time.Time
	event   windows.Handle
	options ipOptions
	to      sockaddr6
	from    sockaddr6
	data    [10]byte
	// Reply structure, our data, 8 bytes for an ICMP error and IO_STATUS_BLOCK.
	reply [256]byte
}

// ipOptions is IP_OPTION_INFORMATION: 16 bytes, or 8 with 32-bit pointers.
type ipOptions struct {
	TTL, TOS, Flags, OptionsSize uint8
	OptionsData                  *byte
}

// sockaddr6 is SOCKADDR_IN6.
type sockaddr6 struct {
	Family, Port uint16
	Flow         uint32
	Addr         [16]byte
	Scope        uint32
}

// requests is the Prober. Waiters, one for each 60 requests, wait for events;
// the last one to end closes the handle, because closing blocks while requests
// are under way.
type requests struct {
	api     api
	handle  uintptr
	dst     netip.Addr
	zone    uint32
	arrived chan Arrival
	waiters []*waiter
	left    sync.WaitGroup
}

func openRequests(dst netip.Addr) (*requests, error) {
	a, err := loadAPI(dst.Is6())
	if err != nil {
		return nil, err
	}
	r := &requests{api: a, dst: dst, arrived: make(chan Arrival, 1024)}
	if dst.Zone() != "" {
		if i, err := net.InterfaceByName(dst.Zone()); err == nil {
			r.zone = uint32(i.Index)
		}
	}
	h, _, err := a.create.Call()
	if windows.Handle(h) == windows.InvalidHandle {
		return nil, fmt.Errorf("open ICMP handle: %w: %w", ErrMethod, err)
	}
	r.handle = h
	return r, nil
}

func (r *requests) Close() error {
	for _, w := range r.waiters {
		w.finish()
	}
	go func() {
		r.left.Wait()
		_, _, _ = r.api.close.Call(r.handle)
	}()
	return nil
}

func (r *requests) Send(seq, ttl int) error {
	q := &request{seq: seq, options: ipOptions{TTL: uint8(ttl)}}
	binary.BigEndian.PutUint64(q.data[:], uint64(time.Now().UnixNano()))
	event, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return fmt.Errorf("create event: %w", err)
	}
	q.event, q.sent = event, time.Now()
	if n, err := r.call(q); n == 0 && !errors.Is(err, windows.ERROR_IO_PENDING) {
		_ = windows.CloseHandle(event)
		return sendError(err)
	}
	return r.watch(q)
}

func (r *requests) call(q *request) (uintptr, error) {
	limit := uintptr(requestLimit.Milliseconds())
	data, size := uintptr(unsafe.Pointer(&q.data[0])), uintptr(len(q.data))
	options := uintptr(unsafe.Pointer(&q.options))
	reply, room := uintptr(unsafe.Pointer(&q.reply[0])), uintptr(len(q.reply))
	if r.dst.Is6() {
		q.from = sockaddr6{Family: windows.AF_INET6}
		q.to = sockaddr6{Family: windows.AF_INET6, Addr: r.dst.As16(), Scope: r.zone}
		n, _, err := r.api.send.Call(r.handle, uintptr(q.event), 0, 0, uintptr(unsafe.Pointer(&q.from)),
			uintptr(unsafe.Pointer(&q.to)), data, size, options, reply, room, limit)
		return n, err
	}
	to := r.dst.As4()
	n, _, err := r.api.send.Call(r.handle, uintptr(q.event), 0, 0, 0, uintptr(binary.LittleEndian.Uint32(to[:])),
		data, size, options, reply, room, limit)
	return n, err
}

// sendError tells our own lack of a route from a broken handle. Windows uses
// its general numbers (winerror.h) or IP_GENERAL_FAILURE for it.
func sendError(err error) error {
	const networkUnreachable, hostUnreachable = syscall.Errno(1231), syscall.Errno(1232)
	switch {
	case errors.Is(err, networkUnreachable), errors.Is(err, hostUnreachable),
		errors.Is(err, syscall.Errno(statusGeneralFailure)), errors.Is(err, syscall.Errno(statusNet)), errors.Is(err, syscall.Errno(statusHost)):
		return fmt.Errorf("%w (%w)", syscall.ENETUNREACH, err)
	case errors.Is(err, windows.ERROR_CALL_NOT_IMPLEMENTED), errors.Is(err, windows.ERROR_NOT_SUPPORTED):
		return fmt.Errorf("%w: %w", ErrMethod, err)
	}
	return err
}

func (r *requests) Wait(ctx context.Context, limit time.Duration) ([]Arrival, error) {
	timer := time.NewTimer(max(limit, 0))
	defer timer.Stop()
	var out []Arrival
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
	case a := <-r.arrived:
		out = append(out, a)
	}
	for {
		select {
		case a := <-r.arrived:
			out = append(out, a)
		default:
			return out, nil
		}
	}
}

// done reads a request whose event is set.
func (r *requests) done(q *request) {
	at := time.Now()
	n, _, _ := r.api.parse.Call(uintptr(unsafe.Pointer(&q.reply[0])), uintptr(len(q.reply)))
	_ = windows.CloseHandle(q.event)
	if n == 0 {
		return // time is up
	}
	reply, told, ok := readEchoReply(q.reply[:], r.dst.Is6())
	if !ok {
		return
	}
	select {
	case r.arrived <- Arrival{Seq: q.seq, Reply: reply, At: q.sent.Add(finerRTT(told, at.Sub(q.sent)))}:
	default: // more than was ever sent
	}
}
