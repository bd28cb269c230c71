package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

func systemRules() []rule {
	return slices.Concat([]rule{
		{id: "C01", attack: []string{"T1053.003"}, judge: judgeJobDownload},
		{id: "C02", attack: []string{"T1053.003"}, judge: judgeJobPlace},
		{id: "C03", attack: []string{"T1543.002"}, judge: judgeUnitStart},
		{id: "C04", attack: []string{"T1036.004"}, judge: judgeUnitName},
		{id: "C06", judge: judgeLongJob},
		{id: "K03", judge: judgeUnitFailed},
	}, fileRules(), scanRules(), kernelRules(), faultRules())
}

const shells = `(?:\S*/)?(?:(?:ba|da|z|k|a)?sh|busybox sh|python[0-9.]*|perl|php[0-9.]*|ruby|node)\b`

var (
	// piped: something fetched or decoded is handed to an interpreter unread.
	piped = []*diag.Pattern{
		diag.NewPattern(`\b(?:curl|wget|fetch|lwp-download|GET|ftp|tftp)\b[^;|&]*(?:\|[^;|&]*)*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?` + shells),
		diag.NewPattern(`\b(?:base64|base32)\s+(?:-\S+\s+)*(?:-d|-D|-di|--decode)\b[^;|&]*(?:\|[^;|&]*)*\|\s*(?:sudo\s+)?` + shells),
		diag.NewPattern(`\bopenssl\s+(?:enc|base64)\b[^;|&]*\s-d\b[^;|&]*\|\s*` + shells),
		diag.NewPattern(`(?:` + shells + `(?:\s+-\S+)*|\beval|\bsource|(?:^|\s)\.)\s+["']?(?:<\(|\$\(|` + "`" + `)\s*(?:curl|wget|base64|echo\s[^)]*\|\s*base64)`),
		diag.NewPattern(`/dev/(?:tcp|udp)/[^\s/]+/`),
		diag.NewPattern(`\b(?:python[0-9.]*|perl|php[0-9.]*)\s+-[a-zA-Z]*[cer]\s.*(?:urlopen|b64decode|base64_decode|decode_base64|socket\.socket|IO::Socket|fsockopen)`),
	}
	// decoded: text made of base64 that no interpreter is seen to get.
	decoded = diag.NewPattern(`\b(?:base64|base32)\s+(?:-\S+\s+)*(?:-d|-D|-di|--decode)\b`)
)

func fetchesAndRuns(command string) bool {
	return slices.ContainsFunc(piped, func(re *diag.Pattern) bool { return re.MatchString(command) })
}

// judgeJobDownload: C01, a job fetches or decodes a program and runs it.
func judgeJobDownload(h *Host, found finder) {
	told := 0
	for _, j := range eachJob(h) {
		severity := diag.Critical
		if !fetchesAndRuns(j.Command) {
			severity = diag.Warning
			if !decoded.MatchString(j.Command) {
				continue
			}
		}
		if told++; told <= mostOfRule {
			found(severity, j.Where, j.about()...)
		}
	}
}

// judgeJobPlace: C02, a job runs a program where nobody installs any.
func judgeJobPlace(h *Host, found finder) {
	told := 0
	for _, j := range eachJob(h) {
		if program := oddProgram(j.Command); program != "" && told < mostOfRule {
			told++
			found(diag.Warning, j.Where, append(j.about(), "program", shown(program))...)
		}
	}
}

// judgeLongJob: C06, a job of thousands of characters: nobody types that, and
// what stands at its end is beyond every screen.
func judgeLongJob(h *Host, found finder) {
	told := 0
	for _, j := range eachJob(h) {
		if j.Length > 0 && told < mostOfRule {
			told++
			found(diag.Notice, j.Where, append(j.about(), "count", j.Length)...)
		}
	}
}

// eachJob is every job once, however many outputs list it; at most as many as
// anybody reads.
func eachJob(h *Host) (all []Job) {
	seen := map[[3]string]bool{}
	for _, j := range h.Jobs {
		key := [3]string{j.User, j.Schedule, j.Command}
		if j.Command == "" || seen[key] {
			continue
		}
		// crontab -l of nobody named, and the same file with its name.
		if seen[key] = true; j.User != "" && seen[[3]string{"", j.Schedule, j.Command}] {
			continue
		}
		all = append(all, j)
	}
	return all
}

func (j Job) about() []any {
	return []any{"user", given(j.User), "path", given(j.File), "schedule", shown(j.Schedule), "command", shown(j.Command)}
}

var (
	// wrappers run the program that follows them.
	wrappers = []string{"nohup", "nice", "ionice", "setsid", "exec", "sudo", "env", "time", "timeout", "chronic", "stdbuf", "flock", "command", "then", "do",
		"else", "if", "!", "{", "(", "runuser", "su", "chrt", "taskset", "cpulimit"}
	segments   = diag.NewPattern(`&&|\|\||[;|&]`)
	assignment = diag.NewPattern(`^[A-Za-z_]\w*=`)
)

// oddProgram is the program a command line runs from a temporary or hidden
// folder; "" if it runs none. Files that are only read, written or cleaned up
// there are no reason.
func oddProgram(command string) string {
	folder := ""
	for _, segment := range segments.Split(command, 200) {
		words := strings.Fields(strings.NewReplacer(`"`, "", `'`, "", "(", " ", ")", " ").Replace(segment))
		if len(words) > 1 && words[0] == "cd" {
			folder = words[1]
			continue
		}
		program := programOf(words)
		if rest, ok := strings.CutPrefix(program, "./"); ok && folder != "" {
			program = strings.TrimSuffix(folder, "/") + "/" + rest
		}
		if strings.HasPrefix(program, "/") && placeOf(program) == odd {
			return program
		}
	}
	return ""
}

// programOf is what is run by the words of a command: behind assignments and
// wrappers, and the script rather than its interpreter.
func programOf(words []string) string {
	for i, word := range words {
		switch {
		case assignment.MatchString(word) || strings.HasPrefix(word, "-") || slices.Contains(wrappers, base(word)):
		case i > 0 && (isNumber(word) || base(words[0]) == "flock" && i < 3 && len(words) > i+1 && programOf(words[i+1:]) != ""):
			// the argument of a wrapper: seconds, a lock
		case interpreter(base(word)) || base(word) == "source" || word == ".":
			return programOf(words[i+1:])
		default:
			return word
		}
	}
	return ""
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.smhd") == ""
}

// given is a text for a sentence, a dash if the output does not tell it.
func given(s string) string {
	if s == "" {
		return "–"
	}
	return shown(s)
}
