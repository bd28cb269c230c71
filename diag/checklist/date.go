package checklist

import (
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	dateISO  = diag.NewPattern(`^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?(?: ([A-Z][A-Za-z]+|[+-]\d\d))?$`)
	dateWord = diag.NewPattern(`^[A-Z][a-z]{1,2}\.? +(?:([A-Z][a-zä]{2})\.? +(\d{1,2})|(\d{1,2})\.? +([A-Z][a-zä]{2})\.?) +(\d{1,2}:\d\d:\d\d)(?: ([AP]M))? ([A-Z]{2,5}|[+-]\d\d(?:\d\d)?) (\d{4})$`)
	dateLate = diag.NewPattern(`^[A-Z][a-z]{1,2}\.? +(\d{1,2})\.? +([A-Z][a-zä]{2})\.? +(\d{4}) +(\d{1,2}:\d\d:\d\d)(?: ([AP]M))? ([A-Z]{2,5}|[+-]\d\d(?:\d\d)?)$`)
	uptime   = diag.NewPattern(`^ ?\d{1,2}:\d\d:\d\d up (?:(\d+) days?, +)?(?:(\d+):(\d\d)|(\d+) min|(\d+) secs?)?,? .*(?:load average|Durchschnittslast): `)
	procUp   = diag.NewPattern(`^(\d+\.\d\d) \d+\.\d\d$`)
	zoneName = diag.NewPattern(`^(?:[A-Z][a-z]+/[A-Z][A-Za-z_/]+|Etc/\w+|UTC)$`)
)

// clockZones are the abbreviations that mean one offset only where servers of
// European providers stand, in hours from UTC.
var clockZones = map[string]int{"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "CET": 1, "WEST": 1, "MEZ": 1, "CEST": 2, "EET": 2, "MESZ": 2, "EEST": 3, "MSK": 3}

func isDate(line []byte) bool {
	line = line[:min(len(line), 300)]
	return dateISO.Match(line) || dateWord.Match(line) || dateLate.Match(line) || uptime.Match(line) || procUp.Match(line) || zoneName.Match(line)
}

func weighDate(t *text) int {
	head := t.head(13)
	if len(head) == 0 || len(head) > 12 || share(head, isDate) < 100 || procUp.Match(head[0]) && len(head) == 1 || zoneName.Match(head[0]) {
		return 0
	}
	return 85
}

// readDate reads date, uptime and /proc/uptime. The first time with a known zone
// is the instant; the last zone named is the machine's own.
func readDate(t *text, h *Host) tallied {
	l := &ledger{command: "date"}
	c := Clock{Up: -1}
	exact := false
	for i, raw := range t.lines {
		line := string(raw[:min(len(raw), 300)])
		if blank(raw) {
			continue
		}
		if !isDate(raw) {
			l.unread(i, raw)
			continue
		}
		l.row()
		if c.Where == (Where{}) {
			c.Where = l.where(i)
		}
		if m := uptime.FindStringSubmatch(line); m != nil {
			n := func(k int) time.Duration { return time.Duration(max(number(m[k]), 0)) }
			c.Up = n(1)*24*time.Hour + n(2)*time.Hour + (n(3)+n(4))*time.Minute + n(5)*time.Second
		} else if m := procUp.FindStringSubmatch(line); m != nil {
			seconds, _ := strconv.ParseFloat(m[1], 64)
			c.Up = time.Duration(min(seconds, 1e9)) * time.Second
		} else if at, zone, known, ok := dated(line); ok {
			if c.Time.IsZero() || known && !exact {
				c.Time, exact = at, known
			}
			if zone != "" {
				c.Zone = told(zone)
			}
		}
	}
	if c.Where != (Where{}) {
		h.Clock = c
	}
	return l.tallied
}

// dated reads a time; known if its zone says which instant it is.
func dated(line string) (at time.Time, zone string, known, ok bool) {
	var text string
	half := ""
	if m := dateISO.FindStringSubmatch(line); m != nil {
		text, zone = m[1]+" "+m[2], m[3]
		at, _ = time.Parse(time.DateTime, text)
		return offset(at, zone)
	}
	day, month, year, clock := "", "", "", ""
	if m := dateWord.FindStringSubmatch(line); m != nil {
		day, month, clock, half, zone, year = m[2]+m[3], m[1]+m[4], m[5], m[6], m[7], m[8]
	} else if m := dateLate.FindStringSubmatch(line); m != nil {
		day, month, year, clock, half, zone = m[1], m[2], m[3], m[4], m[5], m[6]
	} else {
		return at, "", false, false
	}
	number, found := months[month]
	if !found {
		return at, "", false, false
	}
	layout := "2006-1-2 15:04:05"
	if half != "" {
		layout, clock = "2006-1-2 3:04:05 PM", clock+" "+half
	}
	at, err := time.Parse(layout, year+"-"+strconv.Itoa(int(number))+"-"+day+" "+clock)
	if err != nil {
		return at, "", false, false
	}
	return offset(at, zone)
}

// offset turns a clock of a zone into an instant, if the zone is known.
func offset(at time.Time, zone string) (time.Time, string, bool, bool) {
	if hours, ok := clockZones[zone]; ok {
		return at.Add(-time.Duration(hours) * time.Hour), zone, true, true
	}
	for _, layout := range []string{"-0700", "-07:00", "-07"} {
		if z, err := time.Parse(layout, zone); err == nil {
			_, seconds := z.Zone()
			return at.Add(-time.Duration(seconds) * time.Second), zone, true, true
		}
	}
	return at, strings.TrimSpace(zone), false, true
}
