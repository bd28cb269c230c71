package statement

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func number10(n int) string { return strconv.Itoa(n) }

// plainText is all text of blocks, for rules and searches.
func plainText(blocks []Block) string { return sectionText(blocks, "") }

// sectionText is the text of one section; "" for all.
func sectionText(blocks []Block, s Section) string {
	var b strings.Builder
	for _, block := range blocks {
		if s == "" || block.Section == s {
			b.WriteString(blockText(block))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func spansText(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// blockText is a block as plain text, without a line end.
func blockText(b Block) string {
	switch b.Kind {
	case KindHeading, KindParagraph:
		return spansText(b.Text)
	case KindItem:
		return strings.Repeat("  ", b.Level) + "- " + spansText(b.Text)
	case KindTable:
		return tableText(b.Table)
	case KindChart:
		return b.Chart.Title + "\n" + b.Chart.Caption
	case KindPath:
		var names []string
		for _, n := range b.Path.Nodes {
			names = append(names, strings.TrimSpace(n.Label+" "+n.Name))
		}
		return b.Path.Caption + "\n" + strings.Join(names, " > ")
	case KindLines:
		return strings.Join(b.Lines, "\n")
	case KindSignature:
		return signText(b.Sign)
	}
	return ""
}

func signText(s *Signature) string {
	var parts []string
	if s.Place != "" {
		parts = append(parts, s.Place)
	}
	if s.Date != "" {
		parts = append(parts, s.Date)
	}
	text := strings.Join(parts, ", ")
	if s.Name != "" {
		text += "\n" + s.Name
	}
	return strings.TrimSpace(text)
}

// tableText sets short columns side by side.
func tableText(t *Table) string {
	rows := t.Rows
	var titles []string
	for _, c := range t.Columns {
		titles = append(titles, c.Title)
	}
	if strings.Join(titles, "") != "" {
		rows = append([][]string{titles}, rows...)
	}
	width := make([]int, len(t.Columns))
	for _, row := range rows {
		for i, cell := range row {
			if i < len(width) {
				width[i] = min(max(width[i], utf8.RuneCountInString(cell)), 64)
			}
		}
	}
	var b strings.Builder
	for n, row := range rows {
		if n > 0 {
			b.WriteByte('\n')
		}
		line := ""
		for i, cell := range row {
			line += cell
			if i < len(row)-1 && i < len(width) {
				line += strings.Repeat(" ", max(width[i]-utf8.RuneCountInString(cell), 0)+2)
			}
		}
		b.WriteString(strings.TrimRight(line, " "))
	}
	return b.String()
}

// Text is a statement for a ticket or a form.
type Text struct {
	Text string
	// Cut lists the sections that were left out or shortened for the limit.
	Cut []Section
}

// Ticket writes the letter as text of at most limit characters, 0 for no limit.
// The annex goes only as far as it fits. If the letter alone is too long, what
// an abuse desk misses least goes first, and the text says so.
func (l *Library) Ticket(d Document, annex bool, limit int) Text {
	s := l.Words.in(d.Language, nil)
	whole := func(skip map[Section]bool) string {
		return paragraphs(d, skip)
	}
	text := whole(nil)
	if annex && len(d.Annex) > 1 {
		long := text + "\n\n" + joinBlocks(d.Annex, nil)
		if limit == 0 || utf8.RuneCountInString(long) <= limit {
			return Text{Text: long + "\n"}
		}
	}
	if limit == 0 || utf8.RuneCountInString(text)+1 <= limit {
		return Text{Text: text + "\n", Cut: cutAnnex(annex, d)}
	}
	out := Text{Cut: cutAnnex(annex, d)}
	said := "\n\n" + s.t("text.cut") + "\n"
	room := max(limit-utf8.RuneCountInString(said), 0)
	skip := map[Section]bool{}
	for _, part := range []Section{SectionTimeline, SectionContact, SectionSummary} {
		skip[part] = true
		out.Cut = append(out.Cut, part)
		if text = whole(skip); utf8.RuneCountInString(text) <= room {
			out.Text = text + said
			return out
		}
	}
	out.Cut = append(out.Cut, SectionCause)
	out.Text = string([]rune(text)[:room]) + said
	if utf8.RuneCountInString(out.Text) > limit { // a limit below the remark itself
		out.Text = string([]rune(text)[:min(limit, utf8.RuneCountInString(text))])
	}
	return out
}

func cutAnnex(annex bool, d Document) []Section {
	if annex && len(d.Annex) > 1 {
		return []Section{SectionAnnex}
	}
	return nil
}

// paragraphs is the letter with its opening.
func paragraphs(d Document, skip map[Section]bool) string {
	body := joinBlocks(d.Letter, skip)
	if d.Opening == "" {
		return body
	}
	if d.Title+d.Reference == "" {
		return d.Opening + "\n\n" + body
	}
	title, rest, _ := strings.Cut(body, "\n\n")
	return title + "\n\n" + d.Opening + "\n\n" + rest
}

// joinBlocks sets blocks below each other: a heading stands on its paragraph,
// parts are a blank line apart.
func joinBlocks(blocks []Block, skip map[Section]bool) string {
	var b strings.Builder
	tight := true
	for _, block := range blocks {
		text := strings.TrimRight(blockText(block), "\n ")
		if text == "" || skip[block.Section] {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if !tight && block.Kind != KindItem {
				b.WriteByte('\n')
			}
		}
		b.WriteString(text)
		tight = block.Kind == KindHeading || block.Kind == KindItem
	}
	return b.String()
}

// Answer is what goes into one box of a provider's form.
type Answer struct {
	Question string // id
	Ask      string // in the language of the document
	Text     string
}

// Answers splits a letter by the provider's questions.
func (d Document) Answers(q *Questions, invalid bool) []Answer {
	written := map[Section]bool{}
	var list []Answer
	for _, question := range q.Asked(invalid) {
		var blocks []Block
		for _, s := range question.Sections {
			for _, b := range d.Letter {
				if b.Section == s && !written[s] && b.Kind != KindSignature && b.Kind != KindRule {
					blocks = append(blocks, b)
				}
			}
			written[s] = true
		}
		list = append(list, Answer{question.ID, question.Ask.In(d.Language), joinBlocks(blocks, nil)})
	}
	return list
}
