package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Completion and the manual page are written from the tables of verbs and
// options when somebody asks for them, so that they cannot fall behind.

// shells are those a completion can be written for.
func shells() []string { return []string{"bash", "zsh", "fish"} }

type completionJSON struct {
	Kind   string `json:"kind"`
	Shell  string `json:"shell"`
	Script string `json:"script"`
}

// completion prints the script that completes calls in a shell.
func (p *program) completion(_ context.Context, c call) error {
	shell := strings.ToLower(c.operands[0])
	var b strings.Builder
	switch shell {
	case "bash":
		p.completeBash(&b)
	case "zsh":
		p.completeZsh(&b)
	case "fish":
		p.completeFish(&b)
	default:
		return wrongCall("shell", "value", c.operands[0], "list", shells())
	}
	return p.document(c, completionJSON{"completion", shell, b.String()}, b.String())
}

// document writes a text that another program reads: as it stands, in no page.
func (p *program) document(c call, object any, text string) error {
	if c.json {
		return unwritten(writeJSON(p.env.Out, object))
	}
	return p.write(text)
}

// choices are the words of «a|b|c»; none where the value is free.
func choices(usage string) []string {
	first, _, _ := strings.Cut(usage, " ")
	var list []string
	for _, word := range strings.Split(first, "|") {
		if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") == "" && word != "-" {
			list = append(list, word)
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

// values are what may follow an option.
func (p *program) values(o option) []string {
	if o.name == "--lang" {
		return p.texts.Languages()
	}
	return choices(o.value)
}

// takesFolder reports whether an option wants a folder.
func (o option) takesFolder() bool { return o.value == "DIR" }

// takesFile reports whether an option wants a file.
func (o option) takesFile() bool {
	return strings.HasPrefix(o.value, "FILE") || strings.HasPrefix(o.value, "OUT")
}

// optionsOf are all options of a verb, in the order of the help.
func (v verb) optionsOf() []option {
	return slices.DeleteFunc(options(), func(o option) bool {
		return !slices.Contains(v.options, o.name) && !slices.Contains(everywhere(), o.name)
	})
}

func (p *program) completeBash(b *strings.Builder) {
	b.WriteString("# Completion of latchkey in bash.\n_latchkey() {\n" +
		"    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n    COMPREPLY=()\n")
	fmt.Fprintf(b, "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='%s'\n", strings.Join(verbNames(), " "))
	b.WriteString("    else\n        case $before in\n")
	for _, o := range options() {
		switch list := p.values(o); {
		case o.takesFolder():
			fmt.Fprintf(b, "        %s) compopt -o dirnames 2>/dev/null; return ;;\n", o.name)
		case len(list) > 0:
			fmt.Fprintf(b, "        %s) COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n", o.name, strings.Join(list, " "))
		case o.value != "" && !o.takesFile():
			fmt.Fprintf(b, "        %s) compopt +o default 2>/dev/null; return ;;\n", o.name) // a free value
		}
	}
	b.WriteString("        esac\n        case $word:$COMP_CWORD:${COMP_WORDS[1]} in\n")
	for _, v := range verbs() {
		var names []string
		for _, o := range v.optionsOf() {
			names = append(names, o.name)
		}
		fmt.Fprintf(b, "        -*:%s) words='%s' ;;\n", v.name, strings.Join(names, " "))
		if list := v.first(); len(list) > 0 {
			fmt.Fprintf(b, "        *:2:%s) words='%s' ;;\n", v.name, strings.Join(list, " "))
		}
	}
	b.WriteString("        esac\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o default -F _latchkey latchkey\n")
}

// first are the words that may be a verb's first operand; none where any may.
func (v verb) first() []string {
	if v.name == "help" {
		return verbNames()
	}
	return choices(v.usage)
}

func (p *program) completeZsh(b *strings.Builder) {
	b.WriteString("#compdef latchkey\n# Completion of latchkey in zsh.\n_latchkey() {\n    local -a list\n    if (( CURRENT == 2 )); then\n        list=(\n")
	for _, v := range verbs() {
		fmt.Fprintf(b, "            %s\n", quoted(v.name+":"+p.brief("cli.verb."+v.name)))
	}
	b.WriteString("        )\n        _describe -t verbs verb list || _files\n        return\n    fi\n    case ${words[CURRENT-1]} in\n")
	for _, o := range options() {
		switch list := p.values(o); {
		case o.takesFolder():
			fmt.Fprintf(b, "    %s) _files -/; return ;;\n", o.name)
		case len(list) > 0:
			fmt.Fprintf(b, "    %s) compadd -- %s; return ;;\n", o.name, strings.Join(list, " "))
		case o.value != "" && !o.takesFile():
			fmt.Fprintf(b, "    %s) _message %s; return ;;\n", o.name, quoted(o.value))
		}
	}
	b.WriteString("    esac\n    if [[ ${words[CURRENT]} == -* ]]; then\n        case ${words[2]} in\n")
	for _, v := range verbs() {
		fmt.Fprintf(b, "        %s) list=(", v.name)
		for _, o := range v.optionsOf() {
			fmt.Fprintf(b, " %s", quoted(o.name+":"+p.brief("cli.option."+strings.TrimLeft(o.name, "-"))))
		}
		b.WriteString(" ) ;;\n")
	}
	b.WriteString("        esac\n        _describe -o -t options option list\n        return\n    fi\n    if (( CURRENT == 3 )); then\n        case ${words[2]} in\n")
	for _, v := range verbs() {
		if list := v.first(); len(list) > 0 {
			fmt.Fprintf(b, "        %s) compadd -- %s; return ;;\n", v.name, strings.Join(list, " "))
		}
	}
	b.WriteString("        esac\n    fi\n    _files\n}\nif [[ ${funcstack[1]} == _latchkey ]]; then\n    _latchkey \"$@\"\nelse\n    compdef _latchkey latchkey\nfi\n")
}

func (p *program) completeFish(b *strings.Builder) {
	b.WriteString("# Completion of latchkey in fish.\n")
	for _, v := range verbs() {
		fmt.Fprintf(b, "complete -c latchkey -n __fish_use_subcommand -a %s -d %s\n", v.name, quoted(p.brief("cli.verb."+v.name)))
		seen := quoted("__fish_seen_subcommand_from " + v.name)
		if list := v.first(); len(list) > 0 {
			fmt.Fprintf(b, "complete -c latchkey -f -n %s -a %s\n", seen, quoted(strings.Join(list, " ")))
		}
		for _, o := range v.optionsOf() {
			name := "-l " + strings.TrimLeft(o.name, "-")
			if !strings.HasPrefix(o.name, "--") {
				name = "-s " + strings.TrimLeft(o.name, "-")
			}
			value := ""
			switch list := p.values(o); {
			case o.takesFolder():
				value = " -x -a '(__fish_complete_directories)'"
			case len(list) > 0:
				value = " -x -a " + quoted(strings.Join(list, " "))
			case o.takesFile():
				value = " -r"
			case o.value != "":
				value = " -x"
			}
			fmt.Fprintf(b, "complete -c latchkey -n %s %s%s -d %s\n", seen, name, value, quoted(p.brief("cli.option."+strings.TrimLeft(o.name, "-"))))
		}
	}
}

// brief is a text as a shell shows it beside a word: its first sentence, without
// what ends a quotation or a description.
func (p *program) brief(key string) string {
	s := unmarked(p.text.T(key))
	if head, _, more := strings.Cut(s, ". "); more {
		s = head
	}
	if head, _, more := strings.Cut(s, ": "); more {
		s = head
	}
	return strings.NewReplacer("'", "’", `\`, "", "\n", " ", ":", "").Replace(strings.TrimSuffix(s, "."))
}

// quoted is a word for any of the three shells; brief leaves no quotation mark.
func quoted(s string) string { return "'" + s + "'" }
