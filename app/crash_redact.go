package app

import (
	"regexp"
	"slices"
	"strings"
)

// What may stay of a crash is listed, and all else is masked: a panic can carry
// any text, an address, a name or a password among them.

// masked stands for what was taken out.
const masked = "‹…›"

// runtimeWords are those of the Go runtime's own messages (package runtime,
// errors of package reflect and sync). A word that is missing here is only
// masked.
func runtimeWords() []string {
	return strings.Fields(`panic fatal error runtime goroutine goroutines signal recovered repanicked
		index out of range with length capacity slice bounds array pointer to convert cannot
		invalid memory address or nil dereference integer divide by zero division shift amount negative
		assignment entry in map concurrent read write iteration and writes makeslice makechan len cap size
		interface conversion is not missing method hash unhashable type comparing uncomparable
		all are asleep deadlock no close closed channel send on receive select stack overflow exceeds limit
		segmentation violation unexpected fault during execution code addr pc
		sync unlock unlocked lock mutex waitgroup counter reused before previous wait has returned
		allocate memory cannot allocate thread creation failed called using value unaddressable
		growslice strings repeat count byte a an the of for it was from at during`)
}

// message patterns: numbers, and what the runtime says of a signal.
var (
	plainNumber = regexp.MustCompile(`^-?\d{1,9}$|^0x[0-9a-f]+$`)
	signalWord  = regexp.MustCompile(`^SIG[A-Z]{2,6}$|^(code|addr|pc)=0x[0-9a-f]+$`)
	goroutineAt = regexp.MustCompile(`^goroutine (\d+)[^\[]*\[([A-Za-z0-9 ,()-]*)\]:$`)
	functionAt  = regexp.MustCompile(`^(created by )?((?:[\w.\-]+/)*[\w\-]+\.[\w.*()\[\]…·-]*?)(\([^()]*\))?( in goroutine \d+)?$`)
	fileAt      = regexp.MustCompile(`^\t(.+):(\d+)( \+0x[0-9a-f]+)?$`)
	headingAt   = regexp.MustCompile(`^latchkey [\w.+-]{1,40} [a-z0-9]+/[a-z0-9]+ go[\w.+-]{1,40}$`)
)

// redactHeading keeps the program's own first line.
func redactHeading(line string) string {
	if headingAt.MatchString(line) {
		return line
	}
	return masked
}

// redactCrash keeps the runtime's own words and numbers, the functions of each
// goroutine, and their files without folders. Arguments, registers and the
// texts of panics go.
func redactCrash(raw string) string {
	words := runtimeWords()
	var b strings.Builder
	inTrace := false
	for line := range strings.Lines(raw) {
		line = strings.TrimRight(line, "\r\n")
		if m := goroutineAt.FindStringSubmatch(line); m != nil {
			inTrace = true
			b.WriteString("goroutine " + m[1] + " [" + m[2] + "]:\n")
			continue
		}
		switch {
		case !inTrace:
			b.WriteString(redactMessage(line, words) + "\n")
		default:
			if kept, ok := redactFrame(line); ok {
				b.WriteString(kept + "\n")
			}
		}
	}
	return b.String()
}

// redactFrame keeps a line of a goroutine; everything it does not know goes.
func redactFrame(line string) (string, bool) {
	if line == "" {
		return "", true
	}
	if m := fileAt.FindStringSubmatch(line); m != nil {
		file := m[1][strings.LastIndexAny(m[1], `/\`)+1:]
		return "\t" + file + ":" + m[2], strings.HasSuffix(file, ".go") || strings.HasSuffix(file, ".s")
	}
	if m := functionAt.FindStringSubmatch(line); m != nil {
		return m[1] + m[2] + m[4], true
	}
	return "", false
}

// redactMessage keeps of a panic's text what the runtime says in any program.
func redactMessage(line string, words []string) string {
	parts := strings.Fields(line)
	var kept []string
	for _, part := range parts {
		bare := strings.Trim(part, `[](){}:;,.!?`)
		switch {
		case bare == "" || plainNumber.MatchString(bare) || signalWord.MatchString(bare) || slices.Contains(words, strings.ToLower(bare)):
			kept = append(kept, part)
		case len(kept) == 0 || kept[len(kept)-1] != masked:
			kept = append(kept, masked)
		}
	}
	return strings.Join(kept, " ")
}
