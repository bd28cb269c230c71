package app

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/account"
)

// lockOf is what an owner may know of a lock.
type lockOf struct {
	name   string
	reason string // an incident
	money  string
	said   account.State
}

func locksOf(provider string) []lockOf {
	list := []lockOf{{name: "nothing known"}, {name: "invoice open", money: "yes"}, {name: "no invoice open", money: "no"}}
	for _, i := range []abuse.Incident{abuse.NetScan, abuse.Flood, abuse.LoginAttack, abuse.OpenService, abuse.Spam, abuse.MACViolation, abuse.Malware,
		abuse.Phishing, abuse.Notice} {
		list = append(list, lockOf{name: string(i), reason: string(i)}, lockOf{name: string(i) + ", invoice open", reason: string(i), money: "yes"})
	}
	said := map[string]map[account.Service][]account.Reason{
		"hetzner": {account.Robot: {account.Flag}, account.Cloud: {account.AbuseTeam}},
		"ovh":     {account.OVH: {account.AntiHack, account.ARP, account.Spam, account.Hacked, account.HackedBlocked}},
	}
	for service, reasons := range said[provider] {
		for _, r := range reasons {
			s := account.State{Service: service, Address: netip.MustParsePrefix("192.0.2.10/32"), Locked: diag.AnswerOf(r != account.Spam), Reason: r}
			list = append(list, lockOf{name: string(service) + " says " + string(r), said: s})
		}
	}
	return list
}

// TestEveryLockReadsRight goes through all providers and reasons and reads the
// ways and stages as the owner does; -v prints the table.
func TestEveryLockReadsRight(t *testing.T) {
	s := open(t, nil)
	for _, profile := range s.Providers().All() {
		for _, l := range locksOf(profile.ID) {
			m := casefile.Case{Reason: l.reason, Invoice: l.money, Server: casefile.Server{Address: "192.0.2.10", Provider: profile.ID}}
			if l.said.Service != "" {
				m.Accounts = []casefile.Account{{Time: start, Service: l.said.Service, States: []account.State{l.said}}}
			}
			var ways, stages []string
			kinds := map[WayKind]int{}
			for _, w := range s.Ways(m, start) {
				ways = append(ways, w.ID+" "+string(w.State))
				if w.State != WayRefused {
					kinds[w.Kind]++
				}
			}
			for _, stage := range s.UnlockStages(m, start) {
				stages = append(stages, stage.ID)
			}
			row := fmt.Sprintf("%s, %s: %s | %s", profile.ID, l.name, strings.Join(ways, ", "), strings.Join(stages, " → "))
			t.Log(row)
			for _, wrong := range misreads(l, ways, stages, kinds) {
				t.Errorf("%s: %s", row, wrong)
			}
		}
	}
}

// misreads is what an owner would take wrong.
func misreads(l lockOf, ways, stages []string, kinds map[WayKind]int) (wrong []string) {
	need := func(right bool, what string) {
		if !right {
			wrong = append(wrong, what)
		}
	}
	has := func(id string) bool {
		return slices.ContainsFunc(ways, func(w string) bool { return strings.HasPrefix(w, id+" ") })
	}
	if l.money == "yes" {
		need(kinds[WayAccess] == 0 && kinds[WayRelease] == 0 && kinds[WayPay] == 1, "money is no matter of a way in or a statement")
		need(stages[0] == "paid" && !slices.Contains(stages, "sent") && !slices.Contains(stages, "retest"), "money needs no retest and no statement")
		return wrong
	}
	need(!slices.Contains(stages, "paid"), "nobody said that money is owed")
	need(has("invoice") == (l.money == "" && (l.reason == "" || l.reason == string(abuse.Notice)) && (l.said.Reason == "" || l.said.Reason == account.Flag)), "the invoice is asked about as long as the reason is not known")
	held := l.said.Reason == account.Spam
	need(held == (kinds[WayAccess] == 0), "a way in, unless the server is online anyway")
	need(held || !strings.HasPrefix(strings.Join(ways, ", "), "rescue"), "a restart is never the first way")
	narrow := has("remove-virtual-mac") || has("restart") || has("ftp-rescue") || has("ask-reinstall")
	need(!narrow || reasonTold(l.said.Reason) || l.reason == string(abuse.MACViolation), "nothing is deleted or restarted before the reason is known")
	if l.said.Reason == account.HackedBlocked {
		need(kinds[WayAccess] == 1 && has("ftp-rescue"), "only the FTP rescue is left")
	}
	return wrong
}

// reasonTold reports a word of the provider that names the reason.
func reasonTold(r account.Reason) bool {
	return r != "" && r != account.Flag && r != account.AbuseTeam
}
