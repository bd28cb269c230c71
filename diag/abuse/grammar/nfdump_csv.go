package grammar

import "bytes"

// nfdumpCSV reads flows printed with nfdump -o csv, by the names of their
// columns: those of nfdump and those that reports spell out.
//
//	ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,…
//	2021-01-01 00:00:00,2021-01-01 00:00:01,1.000,192.0.2.10,198.51.100.7,53,9,UDP,........,0,0,40,60000,…
func nfdumpCSV() Grammar {
	return Grammar{
		Name: "nfdump-csv", LogType: FlowList,
		Open: func([]byte) Reader { return &nfdumpCSVReader{} },
	}
}

// nfdumpColumn is what a column holds.
type nfdumpColumn uint8

const (
	nfdumpOther nfdumpColumn = iota
	nfdumpFirst
	nfdumpLast
	nfdumpTook
	nfdumpSource
	nfdumpTarget
	nfdumpSourcePort
	nfdumpTargetPort
	nfdumpProto
	nfdumpFlag
	nfdumpPackets
	nfdumpBytes
)

type nfdumpCSVReader struct {
	columns [24]nfdumpColumn // the first ones; what follows is of no use here
	count   int
	totals  bool // behind «Summary»
}

func (r *nfdumpCSVReader) Clone() Reader { c := *r; return &c }

func (r *nfdumpCSVReader) Line(line []byte, row *Row) Outcome {
	if r.heading(line) {
		return Frame
	}
	if r.count == 0 {
		return Foreign
	}
	if r.totals || string(line) == "Summary" || hasPrefix(line, "flows,bytes,packets,") {
		if r.totals = len(line) > 0 && (digit(line[0]) || line[0] == 'S' || line[0] == 'f'); r.totals {
			return Frame
		}
		return Foreign
	}
	if o := r.row(line, row); o == Done {
		return Done
	}
	row.Reset()
	return Foreign
}

func (r *nfdumpCSVReader) row(line []byte, row *Row) Outcome {
	var took int64
	found := 0
	rest := line
	for i := range r.count {
		cell, after, more := bytes.Cut(rest, []byte(","))
		cell = bytes.Trim(cell, " \t\"")
		if !r.cell(r.columns[i], cell, row, &took) {
			return Foreign
		}
		found++
		if rest = after; !more {
			break
		}
	}
	if found < r.count || !row.Time.Dated() || !row.Source.Known() || !row.Target.Known() {
		return Foreign
	}
	if !row.End.Known() {
		row.End = row.Time
		row.End.Micros += took
	}
	if row.End == row.Time {
		row.End = Stamp{}
	}
	if !row.Protocol.hasPorts() { // zero, or type and code
		row.Source.Port, row.Target.Port = Unknown, Unknown
	}
	flags := bytes.Trim(row.Note, ".")
	if len(flags) == 0 {
		row.Note = nil
	}
	row.SYN = row.Protocol == TCP && len(flags) == 1 && flags[0] == 'S'
	return Done
}

// cell reads one cell; false if it is none of its column.
func (r *nfdumpCSVReader) cell(c nfdumpColumn, b []byte, row *Row, took *int64) bool {
	ok, n := true, 0
	switch c {
	case nfdumpFirst:
		row.Time, n = ReadStamp(b)
		return n > 0
	case nfdumpLast:
		row.End, n = ReadStamp(b)
		return n > 0
	case nfdumpTook:
		*took, ok = nfdumpSpan(b)
	case nfdumpSource:
		ok = setHost(&row.Source, b)
	case nfdumpTarget:
		ok = setHost(&row.Target, b)
	case nfdumpSourcePort:
		row.Source.Port, _ = ReadPort(b)
	case nfdumpTargetPort:
		row.Target.Port, _ = ReadPort(b)
	case nfdumpProto:
		row.Protocol = nfdumpProtocol(b)
	case nfdumpFlag:
		row.Note = b
	case nfdumpPackets:
		row.Packets, _, ok = readAmount(b)
	case nfdumpBytes:
		row.Bytes, _, ok = readAmount(b)
	}
	return ok
}

// heading reads a line of column names; it has to name time, duration, both
// hosts and the protocol.
func (r *nfdumpCSVReader) heading(line []byte) bool {
	if len(line) == 0 || digit(line[0]) {
		return false
	}
	line = bytes.TrimLeft(line, "# ")
	var columns [24]nfdumpColumn
	var seen [nfdumpBytes + 1]bool
	count := 0
	for rest, more := line, true; more && count < len(columns); count++ {
		var cell []byte
		cell, rest, more = bytes.Cut(rest, []byte(","))
		c := nfdumpName(bytes.Trim(cell, " \t\""))
		columns[count] = c
		seen[c] = true
	}
	if !seen[nfdumpFirst] || !seen[nfdumpTook] || !seen[nfdumpSource] || !seen[nfdumpTarget] || !seen[nfdumpProto] {
		return false
	}
	for count > 0 && columns[count-1] == nfdumpOther {
		count--
	}
	r.columns, r.count, r.totals = columns, count, false
	return true
}

func nfdumpName(b []byte) nfdumpColumn {
	switch string(b) {
	case "ts", "firstSeen", "first_seen", "datetime", "start_time":
		return nfdumpFirst
	case "te", "lastSeen", "last_seen", "end_time":
		return nfdumpLast
	case "td", "duration":
		return nfdumpTook
	case "sa", "srcAddr", "src_addr", "source_ip", "src_ip":
		return nfdumpSource
	case "da", "dstAddr", "dst_addr", "destination_ip", "dst_ip":
		return nfdumpTarget
	case "sp", "srcPort", "src_port", "source_port":
		return nfdumpSourcePort
	case "dp", "dstPort", "dst_port", "destination_port":
		return nfdumpTargetPort
	case "pr", "proto", "protocol":
		return nfdumpProto
	case "flg", "flags":
		return nfdumpFlag
	case "ipkt", "packets":
		return nfdumpPackets
	case "ibyt", "bytes":
		return nfdumpBytes
	}
	return nfdumpOther
}
