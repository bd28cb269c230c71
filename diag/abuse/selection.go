package abuse

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"

	"latchkey/diag/abuse/grammar"
)

// Query says which rows to show and in which order. The zero Query is all rows
// as the report lists them.
type Query struct {
	Text     string // somewhere in hosts, ports, protocol or note; any case
	From, To int64  // clock readings as in Bars, To excluded; both 0: any time
	Host     string // on either side
	Network  string // «198.51.100.»: hosts that begin so, on either side
	Port     int    // on either side; 0: any
	Sort     Column
	Down     bool
}

// Column is what rows can be sorted by.
type Column int

// The columns.
const (
	AsListed Column = iota
	ByTime
	BySource
	BySourcePort
	ByTarget
	ByTargetPort
	ByProtocol
	BySize
)

// mostSorted bounds what is held to sort: 12 bytes for each row.
const mostSorted = 8 << 20

// ErrTooManyRows says that so many rows cannot be sorted; fewer can.
var ErrTooManyRows = errors.New("too many rows to sort")

// All reports whether q is every row in its order.
func (q Query) All() bool { return q == Query{} }

// Select gives the numbers of the rows that q asks for.
func (r *Report) Select(ctx context.Context, q Query) ([]int32, error) {
	numbers, keys := []int32{}, []uint64{}
	needle := bytes.ToLower([]byte(q.Text))
	first := 0
	for _, l := range r.Logs {
		var line []byte
		tooMany := false
		err := l.Each(ctx, func(i int, e Entry) bool {
			if i%4096 == 0 && ctx.Err() != nil {
				return false
			}
			if !q.takes(&e) {
				return true
			}
			if len(needle) > 0 {
				if line = e.words(line[:0]); !bytes.Contains(line, needle) {
					return true
				}
			}
			if q.Sort != AsListed {
				keys = append(keys, key(&e, q.Sort))
			}
			numbers = append(numbers, int32(first+i))
			tooMany = q.Sort != AsListed && len(numbers) > mostSorted
			return !tooMany
		})
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		if tooMany {
			return nil, ErrTooManyRows
		}
		first += l.Rows
	}
	if q.Sort != AsListed {
		sortBy(numbers, keys, q.Down)
	}
	return numbers, nil
}

// takes applies everything but the text.
func (q Query) takes(e *Entry) bool {
	if (q.From != 0 || q.To != 0) && (!e.Time.Known() || e.Time.Micros < q.From || e.Time.Micros >= q.To) {
		return false
	}
	if q.Port != 0 && e.Source.Port != int32(q.Port) && e.Target.Port != int32(q.Port) {
		return false
	}
	if q.Host != "" && e.Source.Host() != q.Host && e.Target.Host() != q.Host {
		return false
	}
	if q.Network != "" && !hostBegins(e.Source, q.Network) && !hostBegins(e.Target, q.Network) {
		return false
	}
	return true
}

func hostBegins(p grammar.Endpoint, with string) bool {
	host := p.Host()
	return len(host) >= len(with) && host[:len(with)] == with
}

// words writes what can be searched in a row, in lower case.
func (e *Entry) words(b []byte) []byte {
	for _, p := range []*grammar.Endpoint{&e.Source, &e.Target} {
		if p.Addr.IsValid() {
			b = p.Addr.AppendTo(b)
		} else {
			b = append(b, p.Word...)
		}
		if p.Port >= 0 {
			b = strconv.AppendInt(append(b, ':'), int64(p.Port), 10)
		}
		b = append(b, ' ')
	}
	b = append(append(b, e.Protocol.String()...), ' ')
	b = append(b, e.Note...)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

// key is a number that orders rows by a column.
func key(e *Entry, c Column) uint64 {
	switch c {
	case ByTime:
		return uint64(instant(&e.Time)) ^ 1<<63 // before 1970 comes first
	case BySource:
		return hostKey(e.Source)
	case BySourcePort:
		return uint64(e.Source.Port + 1)
	case ByTarget:
		return hostKey(e.Target)
	case ByTargetPort:
		return uint64(e.Target.Port + 1)
	case ByProtocol:
		return uint64(e.Protocol)
	case BySize:
		return uint64(max(e.Size, e.Bytes) + 1)
	}
	return 0
}

// hostKey orders IPv4 before IPv6 before words. Hosts that share their first
// bytes keep the order of the list.
func hostKey(p grammar.Endpoint) uint64 {
	switch {
	case p.Addr.Is4():
		q := p.Addr.As4()
		return uint64(binary.BigEndian.Uint32(q[:])) + 1
	case p.Addr.IsValid():
		b := p.Addr.As16()
		return binary.BigEndian.Uint64(b[:8])>>2 + 1<<61
	}
	var b [8]byte
	copy(b[:], p.Word)
	return binary.BigEndian.Uint64(b[:])>>2 + 3<<61
}

// sortBy sorts the numbers by their keys; equal ones keep their order.
func sortBy(numbers []int32, keys []uint64, down bool) {
	order := make([]int32, len(numbers))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		d := cmp.Compare(keys[a], keys[b])
		if down {
			return -d
		}
		return d
	})
	for i, o := range order {
		order[i] = numbers[o]
	}
	copy(numbers, order)
}

// Row gives a row of the report; number is 0-based, over all logs. log is the
// one that holds it.
func (r *Report) Row(number int) (e Entry, log *Log, err error) {
	for _, l := range r.Logs {
		if number < l.Rows {
			e, err = l.Row(number)
			return e, l, err
		}
		number -= l.Rows
	}
	return Entry{}, nil, nil
}
