package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"latchkey/app"
)

// netscan is a scan table as a provider prints it: mostly one network after
// another, one row of it cut off.
func netscan(rows int) string {
	var b strings.Builder
	b.WriteString("#############################################################################\n" +
		"#                Netscan detected from host 192.0.2.10                      #\n" +
		"#############################################################################\n\n" +
		"TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n" +
		"---------------------------------------------------------------------------\n")
	at := time.Date(2026, 3, 14, 10, 5, 6, 0, time.UTC)
	for i := range rows {
		if i == 7 {
			b.WriteString("2026-03-14 10:05:09  192.0.2.10 40124 ->\n")
		}
		network := "198.51.100"
		if i >= 254 {
			network = "203.0.113"
		}
		fmt.Fprintf(&b, "%s  192.0.2.10 %d -> %15s %5d %4d TCP\n", at.Add(time.Duration(i)*460*time.Millisecond).Format("2006-01-02 15:04:05"),
			40112+2*i, fmt.Sprintf("%s.%d", network, i%254+1), 22, 74)
	}
	return b.String()
}

const mailHead = "From: Abuse Desk <abuse@hetzner.com>\nTo: owner@example.org\nDate: Sat, 14 Mar 2026 11:12:21 +0100\n" +
	"Subject: Abuse Message [AbuseID:ABCDEF:1A]: NetscanOutLevel: Netscan detected from 192.0.2.10\nMessage-ID: <1@example.org>\n" +
	"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nDear customer,\n\n" +
	"the server can be locked at any time after the 2026-03-14 20:12:21 +0100.\n\n" +
	"- Test it: https://abuse.hetzner.com/retries/?token=0123456789abcdef\n- Send us your statement: https://abuse.hetzner.com/statements/?token=fedcba9876543210\n\n" +
	"All times are Central European Time (Berlin).\n\n"

const flood = "Direction OUT\nInternal 192.0.2.10\nSum                     62.790 packets/s , 14 MBit/s\n" +
	"External 198.51.100.67, 62.770 packets/s , 13 MBit/s\nExternal 203.0.113.136,      3 packets/s ,  0 MBit/s\nExternal 203.0.113.235       3 packets/s ,  0 MBit/s\n"

const inward = "Direction IN\nInternal 192.0.2.10\nThreshold Packets 200.000 packets/s\n" +
	"Sum 60.000.000 packets/300s (200.000 packets/s), 3.000 flows/300s (10 flows/s), 30,000 GByte/300s (819 MBit/s)\n" +
	"External 198.51.100.4, 26.000 packets/300s (86 packets/s), 5 flows/300s (0 flows/s), 0,013 GByte/300s (0 MBit/s)\n" +
	"External 198.51.100.9, 22.000 packets/300s (73 packets/s), 6 flows/300s (0 flows/s), 0,019 GByte/300s (0 MBit/s)\n"

const peers = "> Wed Oct  5 06:15:48 2022 TCP   192.0.2.10 4001  =>   100.89.127.19 41542\n" +
	"> Wed Oct  5 06:15:54 2022 TCP   192.0.2.10 4001  =>   100.89.127.19 41542\n" +
	"> Wed Oct  5 06:17:59 2022 UDP   192.0.2.10 4001  =>   192.168.50.36 52199\n" +
	"> Wed Oct  5 06:17:59 2022 UDP   192.0.2.10 4001  =>   192.168.50.36 52199\n" +
	"> Wed Oct  5 06:14:29 2022 TCP   192.0.2.10 4001  =>    192.168.1.15 51061\n"

const dump = "21:44:53.145756 IP x.x.x.x.55008 > 198.51.100.67.29615: UDP, length 9216\n" +
	"21:44:53.145883 IP x.x.x.x.55030 > 198.51.100.67.45527: UDP, length 9216\n" +
	"21:44:53.146007 IP x.x.x.x.55046 > 198.51.100.67.1826: UDP, length 9216\n....\n"

// twoLogs is a dump with what a machine logged below it.
const twoLogs = dump + "\nOne of our machines says:\n\n" +
	"Mar 14 21:44:57 gate sshd[700]: Failed password for root from 192.0.2.10 port 41112 ssh2\n" +
	"Mar 14 21:44:58 gate sshd[701]: Failed password for root from 192.0.2.10 port 41113 ssh2\n" +
	"Mar 14 21:44:59 gate sshd[702]: Failed password for admin from 192.0.2.10 port 41114 ssh2\n"

const noLog = "Subject: Abuse Message [AbuseID:ABCDEF:2B]: AbuseBlacklist\nFrom: abuse@hetzner.com\nDate: Sat, 14 Mar 2026 11:12:21 +0100\n\n" +
	"We received a complaint about spam from your server. The log is attached.\nThe server can be locked at any time after 2026-03-14 15:00:00 +0100.\n"

func reportScenes() []scene {
	reading := func(text string, change func(*window)) func(testing.TB, *window, *stage) {
		return func(_ testing.TB, w *window, _ *stage) {
			w.readText(text)
			if w.current == nil || w.current.report == nil {
				return // the picture shows it; the test of the texts fails on it
			}
			change(w)
			w.build()
		}
	}
	tabbed := func(i int) func(*window) { return func(w *window) { w.current.report.tab = i } }
	same := func(*window) {}
	return []scene{
		{name: "report-netscan", sizes: true, play: reading(mailHead+netscan(509), same)},
		{name: "report-hypothesis", play: reading(mailHead+netscan(509), func(w *window) { w.current.report.open = 0 })},
		{name: "report-rows", sizes: true, play: reading(mailHead+netscan(509), tabbed(tabRows))},
		{name: "report-text", sizes: true, play: reading(mailHead+netscan(509), func(w *window) {
			w.current.report.tab = tabText
			w.current.report.text.selected, w.current.report.text.jump = 26, true
		})},
		{name: "report-mail", sizes: true, play: reading(mailHead+netscan(20), tabbed(tabMail))},
		{name: "report-flood", sizes: true, play: reading(flood, same)},
		{name: "report-inward", play: reading(inward, same)},
		{name: "report-peers", play: reading(peers, same)},
		{name: "report-dump", play: reading(dump, same)},
		{name: "report-two-logs", play: reading(twoLogs, same)},
		{name: "report-two-logs-rows", play: reading(twoLogs, tabbed(tabRows))},
		{name: "report-two-logs-text", play: reading(twoLogs, tabbed(tabText))},
		{name: "report-no-log", play: reading(noLog, same)},
		{name: "report-urgent", play: func(_ testing.TB, w *window, _ *stage) {
			w.readText(strings.Replace(mailHead, "20:12:21 +0100", "14:50:00 +0100", 1) + netscan(20))
		}},
		{name: "report-passed", play: func(_ testing.TB, w *window, _ *stage) {
			w.readText(strings.Replace(mailHead, "20:12:21 +0100", "13:50:00 +0100", 1) + netscan(20))
		}},
		{name: "report-other-server", play: func(t testing.TB, w *window, s *stage) {
			c := checked(t, s, silence, locked()...)
			w.play(s, c)
			w.open(screenReport)
			w.readText(strings.ReplaceAll(mailHead+netscan(20), "192.0.2.10", "192.0.2.99"))
		}},
		{name: "report-reading", play: func(_ testing.TB, w *window, _ *stage) {
			w.taking = &taking{name: "dump.txt", shown: true, work: stopFunc(func() {})}
			w.build()
			w.taking.meter.set(0.4, "40 %", "")
		}},
		{name: "check-not-possible", play: func(_ testing.TB, w *window, _ *stage) {
			w.readText(dump)
			w.open(screenCheck)
		}},
	}
}

var _ = app.KindReport
