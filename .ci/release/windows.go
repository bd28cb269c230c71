package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/josephspurrier/goversioninfo"

	_ "embed"
)

//go:embed templates/windows.manifest
var manifest []byte

//go:embed templates/register.cmd
var register string

//go:embed templates/unregister.cmd
var unregister string

//go:embed templates/windows.txt
var windowsRead string

// windows makes the zip with both programs: the window has no terminal there,
// so that its verbs need a program of their own.
func (r *release) windows() error {
	syso := filepath.Join(r.source, "latchkey_windows_amd64.syso")
	if err := r.resources(syso); err != nil {
		return err
	}
	defer os.Remove(syso) // else it would be in the terminal program too
	exe, err := r.build(program{os: "windows", arch: "amd64", window: true, ldflags: "-H windowsgui", compiler: "cc-windows"}, fmt.Sprintf("latchkey-%s-windows-amd64.exe", r.version))
	if err != nil {
		return err
	}
	if err := r.billAs(exe, fmt.Sprintf("latchkey-%s-windows-amd64", r.version)); err != nil {
		return err
	}
	if err := os.Remove(syso); err != nil {
		return err
	}
	terminal, err := r.terminalPath(program{os: "windows", arch: "amd64"})
	if err != nil {
		return err
	}
	notices, err := r.notices(exe, terminal)
	if err != nil {
		return err
	}
	licence, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return err
	}
	list := []file{
		{"LICENSE.txt", 0o644, crlf(string(licence))}, {"LICENSES-OF-PARTS.txt", 0o644, crlf(string(notices))},
		{"READ-ME.txt", 0o644, crlf(windowsRead)}, {"register.cmd", 0o644, crlf(register)}, {"unregister.cmd", 0o644, crlf(unregister)},
	}
	for name, path := range map[string]string{"latchkey.exe": exe, "latchkey-cli.exe": terminal} {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		list = append(list, file{name, 0o755, data})
	}
	return r.zip(fmt.Sprintf("latchkey-%s-windows-amd64", r.version), list)
}

// crlf is how older editors of Windows want lines.
func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

// resources writes icon, version and manifest in the form the linker takes.
func (r *release) resources(path string) error {
	icon, err := r.ico()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "latchkey-resources-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	iconFile, manifestFile := filepath.Join(dir, "latchkey.ico"), filepath.Join(dir, "latchkey.manifest")
	if err := os.WriteFile(iconFile, icon, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(manifestFile, manifest, 0o644); err != nil {
		return err
	}
	var numbers [3]int
	for i, part := range strings.SplitN(r.version, ".", 3) {
		if numbers[i], err = strconv.Atoi(part); err != nil {
			return err
		}
	}
	version := map[string]int{"Major": numbers[0], "Minor": numbers[1], "Patch": numbers[2], "Build": 0}
	about, err := json.Marshal(map[string]any{
		"FixedFileInfo": map[string]any{"FileVersion": version, "ProductVersion": version, "FileFlagsMask": "3f", "FileFlags": "00", "FileOS": "040004", "FileType": "01", "FileSubType": "00"},
		"StringFileInfo": map[string]string{
			"CompanyName": "The Latchkey authors", "FileDescription": "Latchkey", "FileVersion": r.version, "InternalName": "latchkey",
			"LegalCopyright": "MIT License", "OriginalFilename": "latchkey.exe", "ProductName": "Latchkey", "ProductVersion": r.version,
			"Comments": r.texts["en"]["package.summary"],
		},
		"VarFileInfo": map[string]any{"Translation": map[string]string{"LangID": "0409", "CharsetID": "04B0"}},
		"IconPath":    iconFile, "ManifestPath": manifestFile,
	})
	if err != nil {
		return err
	}
	info := &goversioninfo.VersionInfo{}
	if err := info.ParseJSON(about); err != nil {
		return err
	}
	info.Build()
	info.Walk()
	return info.WriteSyso(path, "amd64")
}

// zip packs files into one folder.
func (r *release) zip(name string, list []file) error {
	out, err := os.Create(filepath.Join(r.out, name+".zip"))
	if err != nil {
		return err
	}
	w := zip.NewWriter(out)
	for _, f := range sorted(list) {
		header := &zip.FileHeader{Name: name + "/" + f.path, Method: zip.Deflate, Modified: r.at}
		header.SetMode(f.mode)
		to, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := to.Write(f.data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return out.Close()
}
