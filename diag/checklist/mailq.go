package checklist

import (
	"bytes"

	"latchkey/diag"
)

var (
	// queueRow: postfix «84F1CCCE*  286 Sat Nov 21 22:22:38  a@example.org»,
	// sendmail «wALMM1x1001234*  1286 Sat Nov 21 22:22 <a@example.org>».
	queueRow = diag.NewPattern(`^([0-9A-Za-z]{6,20})([*!#X-]?) +(\d+) +((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d(?::\d\d)?) +(\S.*)$`)
	// eximQueue: «25m  2.9K 1tEoXq-0001aB-2c <a@example.org> *** frozen ***».
	eximQueue = diag.NewPattern(`^ *\d+[mhdw] +[0-9.]+[KM]? +([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) +<(.*?)>`)
	// queueSum ends what postfix and sendmail list.
	queueSum = diag.NewPattern(`^(?:-- \d+ Kbytes in (\d+) Requests?\.|\s*Total requests: (\d+))`)
)

func weighMailq(t *text) int {
	head := t.head(60)
	for _, line := range head {
		if queueHeading(line) || queueSum.Match(line) {
			return 90
		}
	}
	if len(head) > 0 && eximQueue.Match(head[0]) {
		return 85
	}
	return 0
}

func readMailq(t *text, h *Host) tallied {
	l := &ledger{command: "mailq"}
	if h.Mails == nil {
		h.Mails = []Mail{}
	}
	current := -1 // the mail whose recipients follow
	for i, line := range t.lines {
		line = line[:min(len(line), 2<<10)]
		m := Mail{Where: l.where(i), Queued: true}
		switch row, exim := queueRow.FindSubmatch(line), eximQueue.FindSubmatch(line); {
		case blank(line):
			continue
		case queueHeading(line):
			l.understood++
			continue
		case queueSum.Match(line):
			l.understood++
			sum := queueSum.FindSubmatch(line)
			if n := number(string(sum[1]) + string(sum[2])); n > l.rows { // head -n 400, or tail -n 1
				m.More = n - l.rows - 1
				h.Mails = append(h.Mails, m)
			}
			continue
		case row != nil:
			m.ID, m.Sender = told(row[1]), address(string(row[5]))
		case exim != nil:
			m.ID, m.Sender = told(exim[1]), address(string(exim[2]))
		case line[0] == ' ' || line[0] == '\t':
			l.understood++
			word := bytes.TrimLeft(bytes.TrimSpace(line), "D ")
			if current >= 0 && bytes.IndexByte(word, '@') > 0 && word[0] != '(' {
				h.Mails[current].Recipients++
			}
			continue
		default:
			l.unread(i, line)
			continue
		}
		l.row()
		if len(h.Mails) >= mostMails {
			l.warn(WarnCut)
			current = -1
			continue
		}
		current = len(h.Mails)
		h.Mails = append(h.Mails, m)
	}
	return l.tallied
}
