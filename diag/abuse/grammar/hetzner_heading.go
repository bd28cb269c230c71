package grammar

import "bytes"

// scanHeading reads what Hetzner's monitoring puts over its tables, whole or
// as mail programs and forums leave it: the box around «#  Netscan detected
// from host  192.0.2.10  #», rules, and the line that quotes the monitoring's
// own mail. All of its tables share it.
func scanHeading(line []byte, h *Heading) bool {
	bare := bytes.Trim(line, "# \t")
	if len(bare) == 0 || len(bare) > 2 && len(bytes.Trim(bare, "-")) == 0 {
		return true
	}
	if h.Title != "" && h.Accused == "" { // the title was broken before the host
		host, rest := CutHost(bare)
		if _, ok := ReadAddr(host); (ok || Masked(host)) && len(Trim(rest)) == 0 {
			h.Accused = string(host)
			return true
		}
	}
	const mark = " detected from host"
	if at := bytes.Index(bare, []byte(mark)); at > 0 {
		return scanTitle(Trim(bare[:at]), bare[at+len(mark):], bytes.IndexByte(line, '#') >= 0, h)
	}
	return bytes.Contains(bare, []byte("root@monitoring")) && bytes.Contains(bare, []byte(".hetzner.")) &&
		(bytes.HasPrefix(bare, []byte("On ")) || bytes.HasPrefix(bare, []byte("Am ")))
}

// scanTitle takes «Netscan» and what follows «detected from host» into h.
// Without its box it counts only if it is a title and not a sentence.
func scanTitle(kind, rest []byte, boxed bool, h *Heading) bool {
	host, rest := CutHost(rest)
	rest = bytes.Trim(rest, "# \t")
	if !boxed && (len(rest) > 0 || bytes.IndexByte(kind, ' ') >= 0) {
		return false
	}
	h.Title = string(bytes.ToLower(kind))
	h.Accused = string(host)
	h.Outward = true
	switch h.Title {
	case "netscan":
		h.Incident = "net-scan"
	case "portscan":
		h.Incident = "port-scan"
	}
	return true
}
