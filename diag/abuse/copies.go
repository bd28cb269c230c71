package abuse

import (
	"context"
	"net/netip"

	"latchkey/diag/abuse/grammar"
)

// copyShare is the share of rows two texts have to share to be one list. Mails
// cut a few rows of the copy in their body.
const copyShare = 0.9

// mostCompared bounds the texts that are compared, in bytes: mails carry lists
// twice, not logs.
const mostCompared = 8 << 20

// asideCopies puts logs aside whose rows stand in a longer one as well: mails
// carry the same table in the body, wrapped or quoted, and as an attachment.
func (r *Report) asideCopies(ctx context.Context) error {
	var own []*Log
	for _, l := range r.Logs {
		twice := false
		for _, larger := range own {
			if l.Text.Size > mostCompared || larger.Text.Size > mostCompared {
				continue
			}
			share, err := sharedRows(ctx, l, larger)
			if err != nil {
				return err
			}
			twice = twice || share >= copyShare
		}
		if twice {
			r.Copies = append(r.Copies, l)
		} else {
			own = append(own, l)
		}
	}
	r.Logs = own
	return nil
}

// identity is what makes two rows the same, however they are printed.
type identity struct {
	time                   int64
	source, target         netip.Addr
	sourceWord, targetWord string
	sourcePort, targetPort int32
	protocol               grammar.Protocol
	bytes                  int64
}

func (e *Entry) identity() identity {
	return identity{
		e.Time.Micros, e.Source.Addr, e.Target.Addr, string(e.Source.Word), string(e.Target.Word),
		e.Source.Port, e.Target.Port, e.Protocol, e.Bytes,
	}
}

// sharedRows is the share of the rows of small that stand in large as well.
func sharedRows(ctx context.Context, small, large *Log) (float64, error) {
	if small.Rows == 0 {
		return 0, nil
	}
	all := make(map[identity]bool, large.Rows)
	err := large.Each(ctx, func(_ int, e Entry) bool {
		all[e.identity()] = true
		return true
	})
	if err != nil {
		return 0, err
	}
	same := 0
	err = small.Each(ctx, func(_ int, e Entry) bool {
		if all[e.identity()] {
			same++
		}
		return true
	})
	return float64(same) / float64(small.Rows), err
}
