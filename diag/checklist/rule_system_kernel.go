package checklist

import (
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// kernelRules judge what the machine started with, and its disks.
func kernelRules() []rule {
	return []rule{
		{id: "K01", judge: judgeKernelChange},
		{id: "K01b", judge: judgeOldKernel},
		{id: "K04", judge: judgeArray},
		{id: "K05", judge: judgeArrayWork},
	}
}

// judgeKernelChange: K01, another kernel since a start of the machine. Without
// «last -w» the name ends after 16 characters.
func judgeKernelChange(h *Host, found finder) {
	boots := slices.Clone(h.Boots)
	slices.SortStableFunc(boots, func(a, b Boot) int { return a.Time.Compare(b.Time) })
	var before Boot
	told := 0
	for _, b := range boots {
		if b.Kernel == "" || b.Time.IsZero() {
			continue
		}
		if before.Kernel != "" && !sameKernel(before.Kernel, b.Kernel) && told < mostOfRule {
			told++
			found(diag.Notice, b.Where, "before", shown(before.Kernel), "kernel", shown(b.Kernel), "time", b.Time.Format(time.DateTime), "command", installedBy(h, b.Kernel))
		}
		before = b
	}
}

func sameKernel(a, b string) bool {
	const column = 16
	return a == b || len(a) == column && strings.HasPrefix(b, a) || len(b) == column && strings.HasPrefix(a, b)
}

// installedBy is the command that brought a kernel, a dash if no log tells.
func installedBy(h *Host, kernel string) string {
	for _, u := range h.Updates {
		if slices.ContainsFunc(u.Packages, func(p string) bool { return strings.Contains(p, kernel) }) {
			return given(u.Command)
		}
	}
	return given("")
}

// judgeOldKernel: K01b, a newer kernel is installed than runs, or one that no
// package brought.
func judgeOldKernel(h *Host, found finder) {
	k := h.Kernel
	if k.Running == "" || len(k.Installed) == 0 {
		return
	}
	newest := slices.MaxFunc(k.Installed, olderKernel)
	if newest != k.Running && olderKernel(k.Running, newest) != 0 {
		found(diag.Notice, k.Where, "kernel", shown(k.Running), "newest", shown(newest), "command", installedBy(h, newest))
	}
}

// olderKernel compares releases number by number; the architecture rpm adds
// does not count.
func olderKernel(a, b string) int {
	x, y := numbersIn(a), numbersIn(b)
	return slices.Compare(x, y)
}

func numbersIn(s string) (all []int) {
	for _, arch := range []string{".x86_64", ".aarch64"} {
		s = strings.TrimSuffix(s, arch)
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		all = append(all, number(word[:min(len(word), 9)]))
	}
	return all
}

// judgeArray: K04, a RAID lacks a disk or does not run. A disk that failed is
// named with its state.
func judgeArray(h *Host, found finder) {
	for _, a := range h.Arrays[:min(len(h.Arrays), mostOfRule)] {
		if a.Missing > 0 || strings.HasPrefix(a.State, "inactive") || strings.Contains(a.State, "FAILED") {
			state := given(a.State)
			if len(a.Faulty) > 0 {
				state += "; faulty " + strings.Join(a.Faulty, ", ")
			}
			found(diag.Warning, a.Where, "name", shown(a.Name), "count", a.Missing, "state", shown(state))
		}
	}
}

// judgeArrayWork: K05, a RAID is being checked or rebuilt, which makes a machine
// slow and tells that it went down hard or lost a disk.
func judgeArrayWork(h *Host, found finder) {
	for _, a := range h.Arrays[:min(len(h.Arrays), mostOfRule)] {
		if a.Progress >= 0 {
			found(diag.Info, a.Where, "name", shown(a.Name), "state", given(a.State), "percent", a.Progress, "finish", given(a.Finish))
		}
	}
}
