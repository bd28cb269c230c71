package abuse

import (
	"strings"
	"time"

	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
)

// Deadline is until when an answer is wanted.
type Deadline struct {
	At     time.Time // with the offset the mail names
	Source diag.Source
	weight int // of the words around it
}

// deadlinePattern finds times with day, year and zone: «2023-05-04 20:12:21
// +0200», «04.05.2023 um 20:12 Uhr (MESZ)», «4 May 2023 20:12:21 UTC». Without
// a zone it could be hours off: such a time is none.
const deadlinePattern = `(?i)(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{1,2}\.? [a-zä]{3,9},? \d{4}))` +
	`(?:,? (?:um |at )?|T)(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?: (?:Uhr|h))?\s*\(?([+-]\d{2}:?\d{2}|UTC|GMT|CEST|CET|MESZ|MEZ|Z)\b`

// readDeadline takes a time with its zone where the words around it speak of an
// end. Of several the one with the strongest words counts, then the first.
func (p *prose) readDeadline(n *NoticeFacts, line, before string, at diag.Source) {
	for _, m := range p.deadline.FindAllStringSubmatchIndex(line, 4) {
		part := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return line[m[2*i]:m[2*i+1]]
		}
		weight := deadlineWeight(before, strings.ToLower(line), strings.ToLower(line[max(0, m[0]-40):m[0]]))
		if weight == 0 || n.Deadline != nil && n.Deadline.weight >= weight {
			continue
		}
		clock := part(8)
		if strings.Count(clock, ":") == 1 {
			clock += ":00"
		}
		var text string
		switch {
		case part(1) != "":
			text = part(1) + "-" + part(2) + "-" + part(3)
		case part(4) != "":
			text = part(6) + "-" + twoDigits(part(5)) + "-" + twoDigits(part(4))
		default:
			text = strings.NewReplacer(".", "", ",", "").Replace(part(7))
		}
		zone := strings.ToUpper(part(9))
		if zone == "Z" {
			zone = "UTC"
		}
		s, used := grammar.ReadStamp([]byte(text + " " + clock + " " + zone))
		if used > 0 && s.Dated() && s.Parts&grammar.Zoned != 0 {
			n.Deadline = &Deadline{At: s.Time(), Source: at, weight: weight}
		}
	}
}

func twoDigits(s string) string {
	if len(s) < 2 {
		return "0" + s
	}
	return s
}

// deadlineWeight is how much speaks for a time being a deadline: before is the
// line before, line the line of the time, ahead what stands in front of it. All
// are in lower case.
func deadlineWeight(before, line, ahead string) int {
	if containsAny(ahead, "seen", "logged", "detected", "started", "observed", "between", "zwischen", "festgestellt", "received", "was blocked", "been blocked", "wurde") {
		return 0
	}
	around := before + " " + line
	switch {
	case containsAny(line, "lock", "sperr", "deadline", "frist", "at the latest", "spätestens", "bloqu"):
		return 3
	case containsAny(around, "lock", "sperr", "deadline", "frist", "at the latest", "spätestens", "bloqu"):
		return 2
	case containsAny(around, "until", "bis ", " by ", "before", "vor dem") && containsAny(around, "time", "answer", "respon", "reply", "statement", "antwort", "stellungnahme", "zeit"):
		return 1
	}
	return 0
}
