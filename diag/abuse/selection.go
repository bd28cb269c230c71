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

// mostSorted bounds what is held to sort: 24 bytes for each row.
const mostSorted = 5 << 20

// ErrTooManyRows says that so many rows cannot be sorted; fewer can.
var ErrTooManyRows = errors.New("too many rows to sort")

// All reports whether q is every row in its order.
func (q Query) All() bool { return q == Query{} }

// Select gives the numbers of the rows that q asks for. Rows that are equal in
// the column keep their order, whichever way it is sorted.
func (r *Report) Select(ctx context.Context, q Query) ([]int32, error) {
	c := collector{query: q, needle: bytes.ToLower([]byte(q.Text))}
	if whole := (Query{Sort: q.Sort, Down: q.Down}); q == whole { // it will be all rows
		c.reserve(r.Rows)
	}
	first := 0
	for _, l := range r.Logs {
		err := l.Each(ctx, func(i int, e Entry) bool {
			c.take(first+i, &e)
			return !c.tooMany && (i%4096 != 0 || ctx.Err() == nil)
		})
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		if c.tooMany {
			return nil, ErrTooManyRows
		}
		first += l.Rows
	}
	return c.sorted(), nil
}

// collector gathers the rows of a query.
type collector struct {
	query   Query
	needle  []byte // the query's text in lower case
	words   []byte // of the row at hand
	numbers []int32
	keyed   []keyed // instead of numbers, where they are to be sorted
	tooMany bool
}

// keyed is a row's number with the two halves of what it is sorted by.
type keyed struct {
	high, low uint64
	number    int32
	class     uint8 // comes first: address family
}

func (c *collector) reserve(rows int) {
	if c.query.Sort == AsListed {
		c.numbers = make([]int32, 0, rows)
	} else {
		c.keyed = make([]keyed, 0, min(rows, mostSorted+1))
	}
}

func (c *collector) take(number int, e *Entry) {
	if !c.query.takes(e) {
		return
	}
	if len(c.needle) > 0 {
		if c.words = e.words(c.words[:0]); !bytes.Contains(c.words, c.needle) {
			return
		}
	}
	if c.query.Sort == AsListed {
		c.numbers = append(c.numbers, int32(number))
		return
	}
	k := key(e, c.query.Sort)
	k.number = int32(number)
	c.keyed = append(c.keyed, k)
	c.tooMany = len(c.keyed) > mostSorted
}

// sorted gives the numbers in the order of the query.
func (c *collector) sorted() []int32 {
	sign := 1
	if c.query.Down {
		sign = -1
	}
	slices.SortFunc(c.keyed, func(a, b keyed) int {
		if d := cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low)); d != 0 {
			return sign * d
		}
		return cmp.Compare(a.number, b.number)
	})
	if c.numbers == nil {
		c.numbers = make([]int32, 0, len(c.keyed))
	}
	for _, k := range c.keyed {
		c.numbers = append(c.numbers, k.number)
	}
	return c.numbers
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

// key orders rows by a column.
func key(e *Entry, c Column) keyed {
	switch c {
	case ByTime:
		return keyed{high: uint64(instant(&e.Time)) ^ 1<<63} // before 1970 comes first
	case BySource:
		return hostKey(e.Source)
	case BySourcePort:
		return keyed{high: uint64(e.Source.Port + 1)}
	case ByTarget:
		return hostKey(e.Target)
	case ByTargetPort:
		return keyed{high: uint64(e.Target.Port + 1)}
	case ByProtocol:
		return keyed{high: uint64(e.Protocol)}
	case BySize:
		return keyed{high: uint64(max(e.Size, e.Bytes) + 1)}
	}
	return keyed{}
}

// hostKey orders IPv4 before IPv6 before words; of words the first 16 bytes
// count. A side that is not told comes first.
func hostKey(p grammar.Endpoint) keyed {
	const four, six, word = 1, 2, 3
	switch {
	case p.Addr.Is4():
		q := p.Addr.As4()
		return keyed{class: four, low: uint64(binary.BigEndian.Uint32(q[:]))}
	case p.Addr.IsValid():
		b := p.Addr.As16()
		return keyed{class: six, high: binary.BigEndian.Uint64(b[:8]), low: binary.BigEndian.Uint64(b[8:])}
	case len(p.Word) == 0:
		return keyed{}
	}
	var b [16]byte
	copy(b[:], p.Word)
	return keyed{class: word, high: binary.BigEndian.Uint64(b[:8]), low: binary.BigEndian.Uint64(b[8:])}
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
