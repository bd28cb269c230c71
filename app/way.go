package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/account"
	"latchkey/diag/checklist"
	"latchkey/diag/provider"
)

// WayKind says what a way leads to.
type WayKind string

// The kinds of ways, in the order they are listed.
const (
	WayPay     WayKind = "pay"     // ends a lock that is about money
	WayAccess  WayKind = "access"  // in to the machine while it is locked
	WayRelease WayKind = "release" // out of the lock
)

// WayState is how a way stands in a case.
type WayState string

// The states of a way.
const (
	WayInUseNow WayState = "in-use"
	WayPossible WayState = "possible"
	WayTryLast  WayState = "try-last"
	WayRefused  WayState = "refused" // not for this reason, not yet, or the provider said no
)

// Way is a way in to a locked server or out of its lock, with what is known of
// the case filled in. Texts come in the languages of the data.
type Way struct {
	ID    string // lasting: «own-ip»
	Kind  WayKind
	State WayState
	Title checklist.Words
	Note  checklist.Words // one line
	Why   checklist.Words // why this way, or why it is refused
	Steps []WayStep
	// From is from when on it is possible, of one that has to wait; else zero.
	From time.Time
}

// WayStep is one thing to do.
type WayStep struct {
	Text checklist.Words
	Menu checklist.Words // where it is, in the provider's own words; nil if not known
	URL  string          // the provider's page, to be opened on a click; "" if none
	Link string          // «retest» or «statement»: the link is in the mail; "" if none
	Copy string          // a value worth copying: the address, the ID; "" if not known
}

// wayFacts are what the choice depends on.
type wayFacts struct {
	reason  string // a code of the profiles' reasons; "" not known
	product string // server or cloud; "" not known
	inUse   string
	refused []string // ways that the provider refused in this case
	paid    diag.Answer
	waiting bool // the block's own time is not over
	online  bool // only mail is held: nobody needs a way in
	from    time.Time
	values  map[string]string // of the placeholders
}

// Ways are the ways of a case's provider, the best first: what has to be paid,
// the ways in, the ways out. Times in texts are in the
// zone of now.
func (s *Session) Ways(m casefile.Case, now time.Time) []Way {
	set, _ := s.wayFiles()
	return set.choose(m.Server.Provider, factsOf(m, now))
}

// WayProblems are the faulty files among the person's own ways, which are not
// used.
func (s *Session) WayProblems() []provider.Problem {
	_, problems := s.wayFiles()
	return problems
}

func (s *Session) wayFiles() (waySet, []provider.Problem) {
	shipped, err := fs.Sub(s.config.Assets, "ways")
	if err != nil {
		return waySet{}, []provider.Problem{{File: "ways", Code: provider.Unreadable}}
	}
	return loadWays(shipped, os.DirFS(filepath.Join(s.config.Home, "ways")))
}

// factsOf is what a case tells about its ways.
func factsOf(m casefile.Case, now time.Time) wayFacts {
	f := wayFacts{inUse: WayInUse(m), values: map[string]string{"server-ip": m.Server.Address}, reason: ReasonOf(incidentOf(m))}
	switch m.Invoice {
	case "yes":
		f.paid, f.reason = diag.No, "payment"
	case "no":
		f.paid = diag.Yes
	}
	if own, _, _ := OwnAddress(m); own.IsValid() {
		f.values["own-ip"] = own.String()
	}
	for _, name := range []string{"reference", "locking-id"} {
		f.values[name] = m.Fields[name]
	}
	for _, e := range m.Timeline {
		switch e.Code {
		case EventRefused:
			f.refused = append(f.refused, e.With["way"])
		case EventAccess: // it was possible after all
			f.refused = slices.DeleteFunc(f.refused, func(id string) bool { return id == e.With["way"] })
		}
	}
	f.account(m, now)
	return f
}

// account adds what the provider itself said.
func (f *wayFacts) account(m casefile.Case, now time.Time) {
	s, _, ok := SaidOf(m)
	if !ok {
		return
	}
	f.product = map[account.Service]string{account.Robot: "server", account.Cloud: "cloud"}[s.Service]
	if reason := map[account.Reason]string{account.AntiHack: "attack", account.ARP: "network-config", account.Spam: "spam",
		account.Hacked: "hacked", account.HackedBlocked: "hacked-blocked"}[s.Reason]; reason != "" && f.reason != "payment" {
		f.reason = reason
	}
	f.online = s.Reason == account.Spam && s.Locked != diag.Yes
	if s.Reason == account.AbuseTeam && f.paid == diag.NotAsked {
		f.paid = diag.Yes // the lock is no matter of money
	}
	if s.Until.After(now) {
		f.waiting, f.from = true, s.Until
		f.values["until"] = s.Until.In(now.Location()).Format("2006-01-02 15:04")
	}
}

// incidentOf is what a case is about: what the person says, else the last
// report.
func incidentOf(m casefile.Case) abuse.Incident {
	if m.Reason != "" {
		return abuse.Incident(m.Reason)
	}
	e, _ := lastOf(m, EventReport)
	return abuse.Incident(e.With["incident"])
}

// ReasonOf is the profiles' word for the reason of a lock; "" where an incident
// does not tell.
func ReasonOf(i abuse.Incident) string {
	return map[abuse.Incident]string{
		abuse.NetScan: "scan", abuse.PortScan: "scan",
		abuse.Flood: "attack", abuse.Reflection: "attack", abuse.LoginAttack: "attack", abuse.WebAttack: "attack", abuse.OpenService: "attack",
		abuse.Spam: "spam", abuse.MACViolation: "network-config", abuse.Malware: "content", abuse.Phishing: "content",
	}[i]
}

// choose gives the ways of a provider for what is known.
func (set waySet) choose(id string, f wayFacts) []Way {
	file, ok := set.files[id]
	if !ok {
		file = set.files[genericWays]
	}
	if file == nil {
		return nil
	}
	var list []Way
	fill := set.filler(f)
	for _, inherited := range file.Inherits {
		if item, ok := set.generic(inherited); ok {
			list = item.add(list, f, fill)
		}
	}
	for _, item := range file.Ways {
		list = item.add(list, f, fill)
	}
	slices.SortStableFunc(list, func(a, b Way) int { return a.rank() - b.rank() })
	return list
}

// rank orders ways: by kind, then what is open, what to try last, what is
// refused.
func (w Way) rank() int {
	kinds := []WayKind{WayPay, WayAccess, WayRelease}
	states := map[WayState]int{WayInUseNow: 0, WayPossible: 1, WayTryLast: 2, WayRefused: 3}
	return slices.Index(kinds, w.Kind)*len(states) + states[w.State]
}

// add adds a way if it is for this case.
func (i wayItem) add(list []Way, f wayFacts, fill func(checklist.Words) checklist.Words) []Way {
	state, listed := i.stand(f)
	if !listed {
		return list
	}
	why := i.Why
	if i.Otherwise != nil && !i.fits(f) && i.ID != f.inUse {
		why = i.Otherwise
	}
	w := Way{ID: i.ID, Kind: i.Kind, State: state, Title: fill(i.Title), Note: fill(i.Note), Why: fill(why)}
	if i.Waits && f.waiting {
		w.From = f.from
	}
	for _, s := range i.Steps {
		w.Steps = append(w.Steps, WayStep{Text: fill(s.Text), Menu: s.Menu, URL: s.URL, Link: s.Link,
			Copy: diag.Clean(f.values[s.Copy], longDetail)})
	}
	return append(list, w)
}

// fits reports whether a way is for the reason that is known. Two reasons leave
// only what names them: money needs no way in, and OVH's hackedBlocked closes all
// but one.
func (i wayItem) fits(f wayFacts) bool {
	if len(i.Reasons) == 0 {
		return f.reason != "payment" && (f.reason != "hacked-blocked" || i.Kind != WayAccess)
	}
	return slices.Contains(i.Reasons, f.reason)
}

// concerns reports whether a way can be for this case at all: money that is not
// paid, the right product, a reason that the provider itself named.
func (i wayItem) concerns(f wayFacts) bool {
	switch {
	case i.Kind == WayPay:
		return f.paid != diag.Yes && (f.reason == "payment" || f.reason == "")
	case i.Kind == WayAccess && f.online:
		return false
	case i.Product != "" && f.product != "":
		return i.Product == f.product
	case f.reason == "":
		return !i.special()
	}
	return true
}

// stand says how a way stands; false if it is not for this case. One for other
// reasons is shown as refused where the data say why.
func (i wayItem) stand(f wayFacts) (state WayState, listed bool) {
	open := WayPossible
	if i.Last {
		open = WayTryLast
	}
	fits := i.fits(f)
	switch {
	case i.ID == f.inUse && i.Kind != WayPay:
		return WayInUseNow, true
	case !i.concerns(f):
		return "", false
	case slices.Contains(f.refused, i.ID), i.Waits && f.waiting && fits:
		return WayRefused, true
	case fits, f.reason == "":
		return open, true
	}
	return WayRefused, i.Otherwise != nil && f.reason != "payment"
}

// special reports a way for one reason alone: nobody is told to delete or restart
// something as long as the reason is not known.
func (i wayItem) special() bool { return len(i.Reasons) == 1 }

// filler puts what is known in the place of placeholders, and words where
// nothing is: in one pass, for values are no texts.
func (set waySet) filler(f wayFacts) func(checklist.Words) checklist.Words {
	by := map[string]*strings.Replacer{}
	return func(words checklist.Words) checklist.Words {
		filled := checklist.Words{}
		for tag, text := range words {
			if by[tag] == nil {
				var pairs []string
				for name, word := range set.words {
					pairs = append(pairs, "{"+name+"}", firstOf(diag.Clean(f.values[name], longDetail), word.In(tag)))
				}
				by[tag] = strings.NewReplacer(pairs...)
			}
			filled[tag] = by[tag].Replace(text)
		}
		return filled
	}
}
