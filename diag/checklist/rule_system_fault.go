package checklist

import "latchkey/diag"

// faultRules judge what the kernel says of the machine it runs on: reasons for a
// crash that are nobody's doing.
func faultRules() []rule {
	return []rule{
		{id: "K06", judge: judgeFaults(FaultDisk, diag.Warning)},
		{id: "K07", judge: judgeFaults(FaultMemory, diag.Warning)},
		{id: "K08", judge: judgeFaults(FaultFiles, diag.Warning)},
		{id: "K09", judge: judgeFaults(FaultRoom, diag.Notice)},
	}
}

// judgeFaults tells the faults of a kind. Several outputs (dmesg, journal) tell
// of one device together; what was corrected weighs less.
func judgeFaults(kind FaultKind, severity diag.Severity) func(*Host, finder) {
	return func(h *Host, found finder) {
		byDevice, order := map[string]Fault{}, []string(nil)
		for _, f := range h.Faults {
			if f.Kind != kind {
				continue
			}
			old, known := byDevice[f.Device]
			switch {
			case !known:
				order = append(order, f.Device)
			case old.Corrected == f.Corrected && old.Count >= f.Count || f.Corrected && !old.Corrected:
				continue // the other log told as much
			}
			byDevice[f.Device] = f
		}
		for _, device := range order[:min(len(order), mostOfRule)] {
			f, weight := byDevice[device], severity
			if f.Corrected {
				weight = diag.Notice
			}
			last := given("")
			if !f.Last.IsZero() {
				last = moment(f.Last)
			}
			found(weight, f.Where, "name", given(device), "count", f.Count, "time", last, "text", shown(f.Text))
		}
	}
}
