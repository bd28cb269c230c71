package statement

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Replacement is something that was taken out of a document. It is for the
// person alone and stands in no file.
type Replacement struct {
	Kind        string // IP, HOST, USER, MAC, MAIL, REF, NUMBER, NAME, PHONE, KEY, LINK
	Original    string
	Placeholder string // «IP-1»
	Count       int
}

// Identifier is something that tells who is meant, and what it is.
type Identifier struct {
	Kind, Text string
}

// Identifiers are what a case and its form name: what no pattern would find.
func Identifiers(f Facts, form Form) []Identifier {
	var list []Identifier
	add := func(kind string, texts ...string) {
		for _, text := range texts {
			if text = strings.TrimSpace(text); len(text) >= 3 {
				list = append(list, Identifier{kind, text})
			}
		}
	}
	add("IP", f.Address, form.get(FieldAddress), form.get(FieldAccess))
	for _, host := range append([]string{f.Name}, f.Hosts...) {
		for name, ok := host, true; ok; _, name, ok = strings.Cut(name, ".") {
			if name == host || strings.Contains(name, ".") { // its domains, not «org»
				add("HOST", name)
			}
		}
	}
	for _, user := range f.Users {
		if !commonUser(user) {
			add("USER", append(shortened(user), user)...)
		}
	}
	add("REF", form.get(FieldReference))
	if r := f.Report; r != nil {
		add("REF", r.Reference)
		add("MAIL", r.ReplyTo)
	}
	add("MAIL", form.get(FieldTo))
	add("NUMBER", form.get(FieldNumber))
	add("NAME", form.get(FieldName), form.get(FieldPlaceName))
	add("NAME", strings.FieldsFunc(form.get(FieldContact), func(r rune) bool { return r == ',' || r == ';' || r == '\n' })...)
	add("NAME", strings.Fields(form.get(FieldName))...)
	return list
}

// commonUser is a name that every server has.
func commonUser(name string) bool {
	common := []string{"root", "www-data", "nobody", "daemon", "bin", "sys", "sync", "games", "man", "mail", "news", "proxy", "backup", "list", "irc", "sshd",
		"apache", "nginx", "http", "mysql", "mariadb", "postgres", "redis", "messagebus", "ntp", "chrony", "postfix", "dovecot", "exim", "ftp", "admin", "user", "test",
		"debian", "ubuntu", "operator", "lp", "git", "bind", "named", "unbound", "vmail", "opendkim", "memcache", "tomcat", "haproxy", "squid", "zabbix", "munin", "nagios", "prometheus", "dnsmasq", "rtkit",
		"uuidd", "tcpdump", "Debian-exim", "sshd_priv", "halt", "shutdown", "adm", "polkitd", "dbus", "tss", "uucp", "gnats", "syslog", "kernel", "system"}
	return strings.HasPrefix(name, "systemd") || strings.HasPrefix(name, "_") || slices.Contains(common, name)
}

// Redact puts stable placeholders for all that tells who is meant. It is done
// before anything is drawn, so that no file can hold what was there.
func Redact(d Document, known []Identifier) (Document, []Replacement) {
	r := newRedactor(append(slices.Clone(known), columnUsers(textsOf(d))...))
	for _, id := range known { // the server's own address becomes IP-1
		if addr, err := netip.ParseAddr(id.Text); err == nil {
			r.placeholder("IP", addr.String())
			break
		}
	}
	d.Title, d.Subject, d.Reference, d.To = r.text(d.Title), r.text(d.Subject), r.text(d.Reference), r.text(d.To)
	d.Opening = r.text(d.Opening)
	d.Letter, d.Annex = r.blocks(d.Letter), r.blocks(d.Annex)
	exhibits := make([]Exhibit, len(d.Exhibits))
	for i, e := range d.Exhibits {
		e.Name, e.Command = r.text(e.Name), r.text(e.Command)
		if e.Data != nil {
			e.Data = []byte(r.text(string(e.Data)))
		}
		e.Parts, e.From = nil, ""
		exhibits[i] = e
	}
	d.Exhibits = exhibits
	return d, r.list()
}

func (r *redactor) spans(list []Span) []Span {
	out := slices.Clone(list)
	// An identifier may run through several spans: they are looked at together.
	whole := spansText(list)
	if changed := r.text(whole); changed != whole && len(list) > 0 && !r.apart(list, changed) {
		first := list[0]
		first.Text, first.Link = changed, ""
		return []Span{first}
	}
	for i := range out {
		out[i].Text = r.seen(out[i].Text)
		if link := r.seen(out[i].Link); link != out[i].Link {
			out[i].Link = ""
		}
	}
	return out
}

// apart reports whether the spans redacted one by one give the same.
func (r *redactor) apart(list []Span, whole string) bool {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(r.seen(s.Text))
	}
	return b.String() == whole
}

func (r *redactor) blocks(list []Block) []Block {
	out := slices.Clone(list)
	for i := range out {
		b := &out[i]
		b.Text, b.Lines = r.spans(b.Text), r.strings(b.Lines)
		if b.Table != nil {
			t := Table{Columns: slices.Clone(b.Table.Columns), Under: b.Table.Under}
			for k := range t.Columns {
				t.Columns[k].Title = r.text(t.Columns[k].Title)
			}
			for _, row := range b.Table.Rows {
				t.Rows = append(t.Rows, r.strings(row))
			}
			b.Table = &t
		}
		if b.Chart != nil {
			c := *b.Chart
			c.Title, c.Caption, c.Bars = r.text(c.Title), r.text(c.Caption), slices.Clone(c.Bars)
			for k := range c.Bars {
				c.Bars[k].Label, c.Bars[k].Shown = r.text(c.Bars[k].Label), r.text(c.Bars[k].Shown)
			}
			b.Chart = &c
		}
		if b.Path != nil {
			p := Path{Caption: r.text(b.Path.Caption), Nodes: slices.Clone(b.Path.Nodes)}
			for k := range p.Nodes {
				n := &p.Nodes[k]
				n.Label, n.Name, n.Note = r.text(n.Label), r.text(n.Name), r.text(n.Note)
			}
			b.Path = &p
		}
		if b.Sign != nil {
			s := *b.Sign
			s.Place, s.Name, s.Image = r.text(s.Place), r.text(s.Name), nil
			b.Sign = &s
		}
	}
	return out
}

func (r *redactor) strings(list []string) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = r.text(s)
	}
	return out
}

// placeholder is the word for an original, the same wherever it stands.
func (r *redactor) placeholder(kind, original string) string {
	key := strings.ToLower(original)
	if n, ok := r.places[key]; ok {
		return r.found[n].Placeholder
	}
	r.numbers[kind]++
	r.places[key] = len(r.found)
	r.found = append(r.found, Replacement{Kind: kind, Original: original, Placeholder: fmt.Sprintf("%s-%d", kind, r.numbers[kind])})
	return r.found[len(r.found)-1].Placeholder
}

// list is what was replaced, by kind and number.
func (r *redactor) list() []Replacement {
	list := slices.DeleteFunc(slices.Clone(r.found), func(x Replacement) bool { return x.Count == 0 })
	slices.SortStableFunc(list, func(a, b Replacement) int { return cmp.Compare(a.Kind, b.Kind) })
	return list
}
