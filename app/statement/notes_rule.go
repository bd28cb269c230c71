package statement

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"

	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
)

// kindOf is the group of what was reported; attacks on web pages are scans here:
// what stops the one stops the other.
func kindOf(f Facts) string {
	switch {
	case f.Report == nil:
		return ""
	case f.Report.Incident == abuse.WebAttack:
		return GroupOf(abuse.NetScan)
	}
	return GroupOf(f.Report.Incident)
}

// GroupOf is the checklist's word for an incident: what can be done about those of
// one group is the same. "" if it has none.
func GroupOf(i abuse.Incident) string {
	switch i {
	case abuse.NetScan, abuse.PortScan, abuse.LoginAttack:
		return "scan"
	case abuse.Flood:
		return "flood"
	case abuse.Reflection, abuse.OpenService:
		return "amplifier"
	case abuse.Spam:
		return "spam"
	case abuse.MACViolation:
		return "mac"
	case abuse.WebAttack:
		return "cms"
	case abuse.Phishing, abuse.Malware:
		return "phishing"
	}
	return ""
}

// remedy is a measure that people name although it does not help against every
// incident.
type remedy struct {
	code  string
	form  *regexp.Regexp
	wrong []string // kinds it does nothing for
}

// remedies are those seen in statements that were rejected.
var remedies = sync.OnceValue(func() []remedy {
	outgoing := []string{"scan", "flood", "spam", "amplifier", "mac", "phishing"}
	return []remedy{
		{code: "fail2ban", form: regexp.MustCompile(`(?i)\b(?:fail2ban|denyhosts|sshguard|crowdsec)\b`), wrong: outgoing},
		{code: "ssh-port", form: regexp.MustCompile(`(?i)ssh[- ]?port|port (?:of|for|von|für|de) ssh|port knocking`), wrong: outgoing},
		{code: "restart", form: regexp.MustCompile(`(?i)\b(?:reboot(?:ed)?|restart(?:ed)?|neu ?gestartet|neustart|redémarr\w*)\b`), wrong: append(slices.Clone(outgoing), "")},
		{code: "incoming", form: regexp.MustCompile(`(?i)\b(?:incoming|inbound|input chain|on INPUT|eingehend\w*|entrant\w*)\b`), wrong: []string{"scan", "flood", "spam", "mac", "phishing"}},
		{code: "ddos", form: regexp.MustCompile(`(?i)\b(?:ddos|cloudflare)\b`), wrong: []string{"scan", "flood", "spam", "mac", "phishing"}},
		{code: "virus-scan", form: regexp.MustCompile(`(?i)\b(?:clamav|virus ?scan\w*|virenscan\w*|antivirus|rkhunter|chkrootkit)\b`), wrong: append(slices.Clone(outgoing), "")},
	}
})

// helps are words of measures that remove a cause: beside one of them the others
// do no harm.
var helps = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:remov|delet|clean|reinstall|installed anew|kill|stopp?ed the (?:process|program|script|container|guest|service)|` +
		`uninstall|patched|plugin|closed the|disabled|passwords? (?:were |was )?changed|changed (?:all )?(?:the )?passwords?|outgoing|outbound|` +
		`entfernt|gelöscht|bereinigt|neu installiert|neu aufgesetzt|beendet|deinstalliert|deaktiviert|geschlossen|abgeschaltet|gewechselt|ausgehend|` +
		`supprim|nettoy|réinstall|arrêté|désinstall|désactiv|corrig|sortant)`)
})

// besides are what sounds like help and is none: what was not done, old logs,
// logins by password.
var besides = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:nothing|nichts|rien) (?:was |wurde |n.a été )?\pL+|\b(?:removed?|deleted?|cleaned) (?:the |old |all )*logs?\b|` +
		`\bpass(?:word|wort)-?(?: ?log-?ins?| ?authentication| ?anmeldung(?:en)?)? (?:was |is |wurde |ist )?(?:disabled|deaktiviert|abgeschaltet)`)
})

// fits are what does help against a kind of incident, best first.
func fits(kind string) []string {
	switch kind {
	case "scan", "flood":
		return []string{"stop-process", "close-hole", "limit-outgoing", "reinstall"}
	case "spam":
		return []string{"stop-script", "change-passwords", "limit-mail"}
	case "amplifier":
		return []string{"close-service", "limit-answers"}
	case "mac":
		return []string{"assigned-macs", "stop-guest"}
	case "phishing":
		return []string{"remove-content", "close-hole", "change-passwords"}
	}
	return []string{"close-hole", "change-passwords"}
}

// mismatchNote: a measure against what comes in does not stop what goes out.
func mismatchNote(n *noting) []Note {
	text := n.form.get(FieldFixed)
	if text == "" || n.invalid() || n.f.Report != nil && n.f.Report.Direction == abuse.In || helps().MatchString(besides().ReplaceAllString(text, "")) {
		return nil
	}
	for _, r := range remedies() {
		if slices.Contains(r.wrong, n.kind) && r.form.MatchString(text) {
			notes := when(true, "remedy", r.code, "incident", n.kind)
			notes[0].Fits = fits(n.kind)
			return notes
		}
	}
	return nil
}

// reinstallNote: installing anew with the hole open brings the same back.
func reinstallNote(n *noting) []Note {
	said := n.form.get(FieldReinstall) + "\n" + n.form.get(FieldFixed)
	anew := noteForms().reinstall.MatchString(said) || slices.ContainsFunc(n.f.Done, func(s Step) bool { return s.ID == "R2" })
	if !anew {
		return nil
	}
	closed := noteForms().closes.MatchString(noteForms().reinstall.ReplaceAllString(said, "")) ||
		slices.ContainsFunc(n.f.Done, func(s Step) bool { return s.ID == "R4" || s.ID == "R1" }) ||
		slices.ContainsFunc(n.form.Measures(), func(m Measure) bool { return m.Active })
	return when(!closed)
}

// unfitNote: a ticked step that belongs to another kind of incident looks as if
// nobody had looked. Of what prevents, one that fits is enough: more does no harm.
func unfitNote(n *noting) []Note {
	kinds := []string{n.kind}
	if r := n.f.Report; r != nil {
		kinds = append(kinds, GroupOf(r.Incident)) // of an attack on web pages both fit
	}
	if n.kind == "" || n.invalid() {
		return nil
	}
	var unfit, late []string
	prevents := len(n.form.Measures()) > 0
	for _, s := range n.f.Done {
		fit := len(s.Kinds) == 0 || slices.Contains(s.Kinds, "all") || slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(s.Kinds, k) })
		switch {
		case s.Phase == checklist.Prevent:
			if prevents = prevents || fit; !fit {
				late = append(late, n.stepWords(s))
			}
		case s.Phase == checklist.Fix && !fit && n.form.get(FieldFixed) == "":
			unfit = append(unfit, n.stepWords(s))
		}
	}
	if !prevents {
		unfit = append(unfit, late...)
	}
	return when(len(unfit) > 0, "list", unfit, "incident", n.kind)
}

// stepWords are what the letter calls a step.
func (n *noting) stepWords(s Step) string {
	for _, prefix := range []string{"fix.", PreventPrefix} {
		if key := prefix + strings.ToLower(s.ID); n.speech.has(key) {
			return n.speech.t(key)
		}
	}
	return clean(s.Title.In(n.d.Language), 100)
}

// overclaimNote: «proved» where the comparison of report and outputs proved
// nothing. Abuse desks ask for the proof.
func overclaimNote(n *noting) []Note {
	if n.f.Matching.Grade == checklist.Proven || n.invalid() || n.form.Emptied(FieldCause) {
		return nil
	}
	if Certainty(n.form.get(FieldCertainty)) == CauseProven {
		return when(true, "word", "")
	}
	for _, name := range []Field{FieldCause, FieldSummary, FieldFixed} {
		for _, sentence := range sentencesOf(n.form.get(name)) {
			rest := noteForms().notProof.ReplaceAllString(sentence, " ")
			if word := noteForms().proof.FindString(rest); word != "" {
				return when(true, "word", clean(strings.Trim(word, " .,:()"), 40))
			}
		}
	}
	return nil
}

// untiedNote: the cause has to name what the provider saw.
func untiedNote(n *noting) []Note {
	own, r := n.form.get(FieldCause), n.f.Report
	if own == "" || r == nil || n.invalid() || n.certainty() == CauseNotFound || noteForms().tied.MatchString(own) || strings.Contains(n.cause, " [E") {
		return nil
	}
	for _, port := range r.Ports {
		if regexp.MustCompile(`\b` + number10(port) + `\b`).MatchString(own) {
			return nil
		}
	}
	for _, net := range append(slices.Clone(r.Networks), r.Top...) {
		base, _, _ := strings.Cut(net.Label, "/")
		if cut := strings.LastIndexAny(base, ".:"); cut > 3 && strings.Contains(own, base[:cut]) {
			return nil
		}
	}
	return when(len(r.Ports)+len(r.Networks)+len(r.Top) > 0, "ports", portList(r.Ports))
}

// mostForeign is how many addresses of others are named in a note.
const mostForeign = 5

// thirdPartyNote: the statement may be passed on to whoever complained.
func thirdPartyNote(n *noting) []Note {
	text := n.own()
	var found []string
	add := func(s string) {
		if !slices.Contains(found, s) && len(found) < mostForeign {
			found = append(found, clean(s, 80))
		}
	}
	ours := n.form.get(FieldContact) + " " + n.form.get(FieldName) + " " + n.form.get(FieldTo) + " " + n.d.To
	for _, mail := range noteForms().mail.FindAllString(text, 20) {
		if !strings.Contains(ours, mail) {
			add(mail)
		}
	}
	for _, word := range noteForms().address.FindAllString(text, 200) {
		if addr, err := netip.ParseAddr(word); err == nil && n.foreign(addr) {
			add(word)
		}
	}
	for _, person := range noteForms().person.FindAllString(n.form.get(FieldCause)+"\n"+n.form.get(FieldFixed)+"\n"+n.form.get(FieldNotValid), 20) {
		add(person)
	}
	return when(len(found) > 0, "list", found)
}

// foreign is an address that is neither the server's, nor in the report, nor one
// that belongs to nobody.
func (n *noting) foreign(addr netip.Addr) bool {
	if addr.IsPrivate() || addr.IsLoopback() || addr.IsUnspecified() || addr.IsLinkLocalUnicast() || addr.IsMulticast() {
		return false
	}
	word := addr.String()
	if word == n.value(FieldAddress) || word == n.f.Address || word == n.form.get(FieldAccess) {
		return false
	}
	r := n.f.Report
	if r == nil {
		return true
	}
	for _, net := range r.Networks {
		if p, err := netip.ParsePrefix(net.Label); err == nil && p.Contains(addr) {
			return false
		}
	}
	return !slices.Contains(r.Addresses, word)
}
