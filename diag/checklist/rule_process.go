package checklist

import (
	"cmp"
	"slices"
	"strings"

	"latchkey/diag"
)

func processRules() []rule {
	return []rule{
		{id: "P01", attack: []string{"T1036.005"}, judge: judgeKernelThread},
		{id: "P02", attack: []string{"T1070.004"}, judge: judgeDeletedExe},
		{id: "P02b", judge: judgeReplacedExe},
		{id: "P02c", attack: []string{"T1620"}, judge: judgeMemoryExe},
		{id: "P03", attack: []string{"T1036.005"}, judge: judgePlace},
		{id: "P04", attack: []string{"T1036.005"}, judge: judgeOtherName},
		{id: "P05", attack: []string{"T1564"}, judge: judgeCoveredProc},
		{id: "P06", attack: []string{"T1496.001"}, judge: judgeMiner},
		{id: "P06b", attack: []string{"T1496.001"}, judge: judgeMinerContainer},
		{id: "P07", attack: []string{"T1059.004"}, judge: judgeRemoteShell},
		{id: "P08", attack: []string{"T1014"}, judge: judgeHidden},
		{id: "P09", attack: []string{"T1046", "T1040"}, judge: judgeAttackTool},
		{id: "P10", attack: []string{"T1496.001"}, judge: judgeLoad},
		{id: "P11", attack: []string{"T1505.003"}, judge: judgeWebShell},
		{id: "P12", attack: []string{"T1036"}, judge: judgeMaskedName},
		{id: "P13", attack: []string{"T1036.005"}, judge: judgeStrangeWorker},
		{id: "N07", attack: []string{"T1564"}, judge: judgeMissingInLsof},
		{id: "L01", attack: []string{"T1685.006"}, judge: judgeDeletedLog},
		{id: "L01b", attack: []string{"T1685.006"}, judge: judgeDeletedLogFD},
	}
}

// reporter is what a rule calls for each finding.
type reporter = func(severity diag.Severity, at Where, pairs ...any)

// person is a process as all outputs together show it.
type person struct {
	Process
	exeAt, cwdAt Where
	lists        []string  // the commands that list it
	samples      []float64 // of its use of the processor, per cent
}

// trust orders the outputs that list processes: who tells most about a process
// is asked first.
func trust(command string) int {
	return slices.Index([]string{"pstree", "lsof", "proc-exe", "proc-cmdline", "top", "ps"}, command)
}

// everybody is all processes by PID. What one output does not tell is taken from
// the next; if a PID was used twice, as start times that differ show, the
// first stays.
func everybody(h *Host) []person {
	order := make([]int, len(h.Processes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return trust(h.Processes[b].Command) - trust(h.Processes[a].Command)
	})
	at, all := map[int]int{}, []person{}
	for _, i := range order {
		p := h.Processes[i]
		n, ok := at[p.PID]
		if !ok {
			n = len(all)
			at[p.PID] = n
			first := newProcess()
			first.PID, first.Where, first.Started = p.PID, p.Where, p.Started
			all = append(all, person{Process: first})
		}
		all[n].learn(p)
	}
	slices.SortFunc(all, func(a, b person) int { return cmp.Compare(a.PID, b.PID) })
	return all
}

func (w *person) learn(p Process) {
	if !w.Started.IsZero() && !p.Started.IsZero() && w.Started.Sub(p.Started).Abs().Seconds() > 2 {
		return
	}
	if !slices.Contains(w.lists, p.Command) {
		w.lists = append(w.lists, p.Command)
	}
	if p.CPU >= 0 && len(w.samples) < 100 {
		w.samples = append(w.samples, p.CPU)
	}
	for _, s := range []struct{ to, from *string }{{&w.User, &p.User}, {&w.Name, &p.Name}, {&w.Args, &p.Args}, {&w.State, &p.State},
		{&w.StartedText, &p.StartedText}} {
		if *s.to == "" {
			*s.to = *s.from
		}
	}
	if w.PPID < 0 {
		w.PPID = p.PPID
	}
	w.links(p)
	w.VSZ, w.RSS, w.CPU = max(w.VSZ, p.VSZ), max(w.RSS, p.RSS), max(w.CPU, p.CPU)
	if w.Started.IsZero() {
		w.Started = p.Started
	}
	w.Masked = w.Masked || p.Masked
}

// links learns the file and the folder, and who told them.
func (w *person) links(p Process) {
	if w.Exe == "" && p.Exe != "" {
		w.Exe, w.exeAt = p.Exe, p.Where
	}
	if w.Cwd == "" && p.Cwd != "" {
		w.Cwd, w.cwdAt = p.Cwd, p.Where
	}
}

// called is the name to show: the listed one, else the file's.
func (w person) called() string {
	if w.Name != "" {
		return w.Name
	}
	path, _ := deleted(w.Exe)
	return path[strings.LastIndexByte(path, '/')+1:]
}

// about are the parameters of every finding on a process, and more.
func (w person) about(more ...any) []any {
	command := w.Args
	if command == "" {
		command = w.called()
	}
	return append([]any{"pid", w.PID, "user", short(w.User), "name", short(w.called()), "command", short(command)}, more...)
}

// short is text as findings carry it.
func short(s string) string { return diag.Clean(s, 300) }

// argv is a command line's first word as a path, "" if it is none.
func (w person) argv() string {
	word, _, _ := strings.Cut(w.Args, " ")
	if !strings.HasPrefix(word, "/") {
		return ""
	}
	return strings.TrimSuffix(word, ":")
}

// base is a path's last part.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// within tells whether a path lies in one of the folders.
func within(path string, folders ...string) bool {
	for _, f := range folders {
		if strings.HasPrefix(path, f+"/") {
			return true
		}
	}
	return false
}
