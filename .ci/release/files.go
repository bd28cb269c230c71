package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	_ "embed"
)

// file is one file of a package.
type file struct {
	path string // where it is installed, with slashes
	mode os.FileMode
	data []byte
}

//go:embed templates/desktop.txt
var desktopTemplate string

//go:embed templates/metainfo.xml
var metainfoTemplate string

// textsOf reads the catalogues: the packages speak every language the program
// does, in its words.
func textsOf(root string) (map[string]map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(root, "i18n", "*.json"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no catalogues: %w", err)
	}
	all := map[string]map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var raw map[string]any
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		texts := map[string]string{}
		for key, value := range raw {
			if text, ok := value.(string); ok && strings.HasPrefix(key, "package.") {
				texts[key] = text
			}
		}
		all[strings.TrimSuffix(filepath.Base(name), ".json")] = texts
	}
	return all, nil
}

// tags of the languages besides English, sorted.
func (r *release) others() []string {
	var list []string
	for tag := range r.texts {
		if tag != "en" {
			list = append(list, tag)
		}
	}
	slices.Sort(list)
	return list
}

// fill makes a text of the packages in all languages.
func (r *release) fill(text string) ([]byte, error) {
	xml := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	t, err := template.New("").Funcs(template.FuncMap{
		"text": func(tag, key string) (string, error) {
			s, ok := r.texts[tag]["package."+key]
			if !ok {
				return "", fmt.Errorf("no text package.%s in %s", key, tag)
			}
			return s, nil
		},
		"xml": xml.Replace,
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{"Version": r.version, "Date": r.at.Format("2006-01-02"), "Languages": r.others()})
	return b.Bytes(), err
}

// shared are the files of every Linux package but the program itself.
func (r *release) shared() ([]file, error) {
	desktop, err := r.fill(desktopTemplate)
	if err != nil {
		return nil, err
	}
	metainfo, err := r.fill(metainfoTemplate)
	if err != nil {
		return nil, err
	}
	list := []file{
		{"usr/share/applications/" + appID + ".desktop", 0o644, desktop},
		{"usr/share/metainfo/" + appID + ".metainfo.xml", 0o644, metainfo},
	}
	for _, add := range []func() ([]file, error){r.icons, r.manuals, r.completions} {
		more, err := add()
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// appID names the program to the desktop.
const appID = "org.latchkey.Latchkey"

// icons are the drawing itself, and dots for desktops that want them.
func (r *release) icons() ([]file, error) {
	const folder = "usr/share/icons/hicolor/"
	drawing, err := os.ReadFile(filepath.Join(r.source, "assets", "icons", "latchkey.svg"))
	if err != nil {
		return nil, err
	}
	list := []file{{folder + "scalable/apps/" + appID + ".svg", 0o644, drawing}}
	sizes, err := r.dots(48, 128, 256, 512)
	if err != nil {
		return nil, err
	}
	for _, s := range sizes {
		list = append(list, file{fmt.Sprintf("%s%dx%d/apps/%s.png", folder, s.size, s.size, appID), 0o644, s.png})
	}
	return list, nil
}

// manuals are written by the program itself, in all its languages.
func (r *release) manuals() ([]file, error) {
	var list []file
	for _, tag := range append([]string{"en"}, r.others()...) {
		page, err := r.ask("man", "--lang", tag)
		if err != nil {
			return nil, err
		}
		packed, err := r.gzip(page)
		if err != nil {
			return nil, err
		}
		folder := "usr/share/man/man1/"
		if tag != "en" {
			folder = "usr/share/man/" + tag + "/man1/"
		}
		list = append(list, file{folder + "latchkey.1.gz", 0o644, packed})
	}
	return list, nil
}

func (r *release) completions() ([]file, error) {
	var list []file
	for shell, path := range map[string]string{
		"bash": "usr/share/bash-completion/completions/latchkey",
		"zsh":  "usr/share/zsh/vendor-completions/_latchkey",
		"fish": "usr/share/fish/vendor_completions.d/latchkey.fish",
	} {
		script, err := r.ask("completion", shell, "--lang", "en")
		if err != nil {
			return nil, err
		}
		list = append(list, file{path, 0o644, script})
	}
	slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return list, nil
}

// ask runs the program that was built.
func (r *release) ask(args ...string) ([]byte, error) {
	program, err := r.terminalPath(targets()[0])
	if err != nil {
		return nil, err
	}
	c := exec.Command(program, args...)
	c.Env = []string{"LATCHKEY_HOME=" + r.source}
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("latchkey %v: %w", args, err)
	}
	return out, nil
}

// gzip packs as Debian wants it: best, without name and time.
func (r *release) gzip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
