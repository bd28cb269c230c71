package account

import (
	"context"
	"mime"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Unblock asks OVH to lift a lock; reason is AntiHack, ARP or Spam. It changes
// something at the provider: call it only when a person said so. Before the time
// is over OVH answers 404, which is an Error with TooEarly.
func (c *OVHClient) Unblock(ctx context.Context, address netip.Addr, reason Reason) error {
	s, err := c.session(ctx, nil)
	if err != nil {
		return err
	}
	address = address.Unmap().WithZone("")
	if !slices.Contains([]Reason{AntiHack, ARP, Spam}, reason) {
		return &Error{Service: OVH, Act: "unblock", Code: BadRequest}
	}
	var blocks []string
	if err := s.get("blocks", "", "/ip", &blocks); err != nil {
		return err
	}
	block := blockOf(address, blocks)
	if block == "" {
		return &Error{Service: OVH, Act: "unblock", Code: NotFound}
	}
	path := "/ip/" + segment(block) + "/" + string(reason) + "/" + segment(address.String())
	err = s.post("unblock", address.String(), path+"/unblock", nil, nil)
	if !IsCode(err, NotFound) {
		return err
	}
	var lock ovhLock
	if known := s.get(string(reason), address.String(), path, &lock); known != nil {
		return err // no such lock
	}
	early := &Error{Service: OVH, Act: "unblock", Code: TooEarly, Status: 404}
	if state := lock.state(reason, address, s.o.Now()); !state.Until.IsZero() {
		early.Wait = max(state.Until.Sub(s.o.Now()), 0)
	}
	return early
}

// Ticket is a message to OVH's support.
type Ticket struct{ Subject, Body, Server string }

// Send opens a ticket and gives its number. It changes something at the
// provider: call it only when a person said so.
func (c *OVHClient) Send(ctx context.Context, t Ticket) (string, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return "", err
	}
	body := map[string]string{"subject": t.Subject, "body": t.Body, "type": "genericRequest", "category": "incident", "product": "dedicated"}
	if t.Server != "" {
		body["serviceName"] = t.Server
	}
	var answer struct {
		ID     int64 `json:"ticketId"`
		Number int64 `json:"ticketNumber"`
	}
	if err := s.post("ticket", t.Server, "/support/tickets/create", body, &answer); err != nil {
		return "", err
	}
	if answer.Number == 0 {
		answer.Number = answer.ID
	}
	return strconv.FormatInt(answer.Number, 10), nil
}

// Mail is a notice OVH sent to the customer.
type Mail struct {
	ID      int64
	Date    time.Time
	Subject string // cleaned
	// Text is the mail as RFC 5322 message, for whoever reads mails. OVH keeps
	// subject, date and body: there is no sender in it.
	Text []byte
}

// Mails gives the last notices whose subject or text names an abuse, newest
// first: of the last most mails, at most 100.
func (c *OVHClient) Mails(ctx context.Context, most int, onStep func(Step)) ([]Mail, error) {
	s, err := c.session(ctx, onStep)
	if err != nil {
		return nil, err
	}
	var ids []int64
	if err := s.get("mails", "", "/me/notification/email/history", &ids); err != nil {
		return nil, err
	}
	slices.Sort(ids) // they are given out in order
	slices.Reverse(ids)
	var found []Mail
	for _, id := range ids[:min(len(ids), max(most, 0), 100)] {
		m, err := s.mail(id)
		if IsCode(err, NotFound) {
			continue
		}
		if err != nil {
			return found, err
		}
		if m.aboutAbuse() {
			found = append(found, m)
		}
	}
	return found, nil
}

func (s *ovhSession) mail(id int64) (Mail, error) {
	var answer struct {
		Subject string `json:"subject"`
		Body    string `json:"body"`
		Date    string `json:"date"`
	}
	number := strconv.FormatInt(id, 10)
	if err := s.get("mail", number, "/me/notification/email/history/"+number, &answer); err != nil {
		return Mail{}, err
	}
	m := Mail{ID: id, Subject: word(answer.Subject)}
	m.Date, _ = time.Parse(time.RFC3339, answer.Date) // the zero value is «it does not say»
	var b strings.Builder
	b.WriteString("Subject: " + mime.QEncoding.Encode("utf-8", m.Subject) + "\r\n")
	if !m.Date.IsZero() {
		b.WriteString("Date: " + m.Date.Format(time.RFC1123Z) + "\r\n")
	}
	kind := "plain"
	if head := strings.ToLower(answer.Body[:min(len(answer.Body), 1000)]); strings.Contains(head, "<html") || strings.Contains(head, "<body") {
		kind = "html"
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/" + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	b.WriteString(answer.Body)
	m.Text = []byte(b.String())
	return m, nil
}

// aboutAbuse says whether a mail may be about a lock. OVH writes in the
// customer's language; these words are in all of them.
func (m Mail) aboutAbuse() bool {
	text := strings.ToLower(string(m.Text))
	return slices.ContainsFunc([]string{"abuse", "antihack", "anti-hack", "hack", "spam", "arp ", "scan"}, func(w string) bool { return strings.Contains(text, w) })
}

// Cases gives the numbers of the abuse cases open for the customer.
func (c *OVHClient) Cases(ctx context.Context) ([]string, error) {
	s, err := c.session(ctx, nil)
	if err != nil {
		return nil, err
	}
	var list []any // numbers or texts: the documentation leaves it open
	if err := s.get("abuse", "", "/me/abuse", &list); err != nil {
		return nil, err
	}
	var found []string
	for _, one := range list[:min(len(list), 1000)] {
		switch v := one.(type) {
		case string:
			found = append(found, word(v))
		case float64:
			found = append(found, strconv.FormatFloat(v, 'f', -1, 64))
		case interface{ String() string }: // json.Number: the official client keeps numbers whole
			found = append(found, word(v.String()))
		}
	}
	return found, nil
}
