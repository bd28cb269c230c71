package grammar

import (
	"math/rand/v2"
	"testing"
)

func TestReadStamp(t *testing.T) {
	for text, want := range map[string]struct {
		rfc  string
		used int
	}{
		"Sun Mar  5 09:10:41 2023 TCP":          {"2023-03-05T09:10:41", 24},
		"Mon Feb 6 19:01:11 2017 TCP":           {"2017-02-06T19:01:11", 23},
		"Thu Nov 13 18:14:27 2008:":             {"2008-11-13T18:14:27", 24},
		"2025-02-03 04:05:06  192.0.2.10":       {"2025-02-03T04:05:06", 19},
		"2025-02-03T04:05:06.5Z x":              {"2025-02-03T04:05:06.5+0", 22},
		"2013-02-04T23:12:59.000-0800 TCP":      {"2013-02-04T23:12:59-28800", 28},
		"2025.03.04 05:06:07 CET    192.0.2.10": {"2025-03-04T05:06:07+3600", 23},
		"23 Oct 2014 10:33:31:570 GMT 1.2.3.4":  {"2014-10-23T10:33:31.57+0", 28},
		"15/Jul/2018:23:13:13 -0500] x":         {"2018-07-15T23:13:13-18000", 26},
		"26-Sep-2012 06:31:07 GMT-0400 1":       {"2012-09-26T06:31:07-14400", 29},
		"07.08.2014 17:44:58\t1":                {"2014-08-07T17:44:58", 19},
		"08/10/2018 02:43:34 -04:00 EDT\t":      {"2018-08-10T02:43:34-14400", 30},
		"Oct 04, 2018 @ 19:51:53.172  Romania":  {"2018-10-04T19:51:53.172", 27},
		"Jan  2 03:04:05 h sshd[1]":             {"1972-01-02T03:04:05", 15},
		"Jan 26 09:41:33 kernel":                {"1972-01-26T09:41:33", 15},
		"21:44:53.145756 IP":                    {"1970-01-01T21:44:53.145756", 15},
		"1420070400.000001 IP":                  {"2015-01-01T00:00:00.000001+0", 17},
		"2021-01-01T12:59:25+00:00     0.000":   {"2021-01-01T12:59:25+0", 25},
		"2023-11-02 10:00 |":                    {"2023-11-02T10:00:00", 16},
		"20220421/06:43:57\t":                   {"2022-04-21T06:43:57", 17},
		"Sat, 04 Nov 2023 20:13:46 +0100":       {"2023-11-04T20:13:46+3600", 31},
		"2013-05-31 20:38:50 UTC+1 x":           {"2013-05-31T20:38:50+3600", 25},
		"jan/26 09:41:33 firewall,info":         {"1972-01-26T09:41:33", 15},
		"jan/26/2025 09:41:33 firewall,info":    {"2025-01-26T09:41:33", 20},
		"2025-02-03":                            {"", 0},
		"192.0.2.10 x":                          {"", 0},
		"99:99:99.1 IP":                         {"", 0},
		"2025-13-03 04:05:06":                   {"", 0},
	} {
		s, used := ReadStamp([]byte(text))
		if text == "2025-02-03" {
			if used != 10 || s.Parts != Day|Year {
				t.Errorf("%q: used %d, parts %b", text, used, s.Parts)
			}
			continue
		}
		got := ""
		if used > 0 {
			got = s.Time().Format("2006-01-02T15:04:05.999999")
			if s.Parts&Zoned != 0 {
				got += plus(s.Offset)
			}
		}
		if got != want.rfc || used != want.used {
			t.Errorf("%q: %s (%d), want %s (%d)", text, got, used, want.rfc, want.used)
		}
	}
}

// TestStampAtFixedPlaces: what is read at fixed places is what reading digit by
// digit makes of it.
func TestStampAtFixedPlaces(t *testing.T) {
	const swap = "0123456789 -T:.,+/apAPmMZ\t"
	r := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range 100_000 {
		b := []byte("2025-02-03 04:05:06  192.0.2.10"[:19+r.IntN(12)])
		for range r.IntN(4) {
			b[r.IntN(min(len(b), 23))] = swap[r.IntN(len(swap))]
		}
		s, n := isoStamp(b)
		if n == 0 {
			continue
		}
		taken++
		if want, used := readNumeric(b); s != want || n != used {
			t.Errorf("%q: %+v (%d), want %+v (%d)", b, s, n, want, used)
		}
	}
	if taken < 10_000 {
		t.Errorf("only %d were read at fixed places", taken)
	}
}

func plus(n int32) string {
	sign := "+"
	if n < 0 {
		sign, n = "-", -n
	}
	digits := ""
	for {
		digits = string(rune('0'+n%10)) + digits
		if n /= 10; n == 0 {
			return sign + digits
		}
	}
}
