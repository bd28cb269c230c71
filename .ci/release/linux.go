package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // how a .deb is packed
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // how an .rpm is packed
	"github.com/ulikunitz/xz"
)

// linux makes the .deb, the .rpm and the archive for all others.
func (r *release) linux() error {
	// A position-independent program is what the distributions ask for.
	binary, err := r.build(program{os: "linux", arch: "amd64", window: true, compiler: clang(), args: []string{"-buildmode=pie"}}, "latchkey")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(binary) }() // it is in the packages
	if err := r.billAs(binary, fmt.Sprintf("latchkey-%s-linux-amd64", r.version)); err != nil {
		return err
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	shared, err := r.shared()
	if err != nil {
		return err
	}
	notices, err := r.notices(binary)
	if err != nil {
		return err
	}
	list := append([]file{{"usr/bin/latchkey", 0o755, program}}, shared...)
	if err := r.tarball(list, notices); err != nil {
		return err
	}
	needs, err := readNeeds(binary)
	if err != nil {
		return err
	}
	brief, err := r.licences(true, binary)
	if err != nil {
		return err
	}
	if err := r.pack("deb", list, brief, needs); err != nil {
		return err
	}
	return r.pack("rpm", list, notices, needs)
}

// needs are the libraries a program is linked with, and the newest version of
// the C library it asks for.
type needs struct {
	libraries []string
	glibc     string // «2.34»
}

func readNeeds(path string) (needs, error) {
	f, err := elf.Open(path)
	if err != nil {
		return needs{}, err
	}
	defer f.Close()
	var n needs
	if n.libraries, err = f.ImportedLibraries(); err != nil {
		return n, err
	}
	symbols, err := f.ImportedSymbols()
	if err != nil {
		return n, err
	}
	newest := [2]int{}
	for _, s := range symbols {
		var v [2]int
		if k, _ := fmt.Sscanf(s.Version, "GLIBC_%d.%d", &v[0], &v[1]); k == 2 && slices.Compare(v[:], newest[:]) > 0 {
			newest = v
		}
	}
	n.glibc = fmt.Sprintf("%d.%d", newest[0], newest[1])
	return n, nil
}

// debian gives the packages of the libraries.
func (n needs) debian() ([]string, error) {
	packages := map[string]string{
		"libGL.so.1": "libgl1", "libX11.so.6": "libx11-6", "libXrandr.so.2": "libxrandr2", "libXxf86vm.so.1": "libxxf86vm1",
		"libXi.so.6": "libxi6", "libXcursor.so.1": "libxcursor1", "libXinerama.so.1": "libxinerama1", "libxkbcommon.so.0": "libxkbcommon0",
		"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0", "libwayland-egl.so.1": "libwayland-egl1",
		"libEGL.so.1": "libegl1",
	}
	list := []string{"libc6 (>= " + n.glibc + ")"}
	for _, name := range n.libraries {
		if slices.Contains([]string{"libc.so.6", "libm.so.6", "libresolv.so.2", "libpthread.so.0", "libdl.so.2", "librt.so.1"}, name) {
			continue // of the C library
		}
		p, known := packages[name]
		if !known {
			return nil, fmt.Errorf("no Debian package is known for %s", name)
		}
		list = append(list, p)
	}
	slices.Sort(list)
	return list, nil
}

// fedora names the libraries themselves, as rpm does.
func (n needs) fedora() []string {
	list := []string{"libc.so.6(GLIBC_" + n.glibc + ")(64bit)"}
	for _, name := range n.libraries {
		list = append(list, name+"()(64bit)")
	}
	slices.Sort(list)
	return list
}

// maintainer is who answers for the packages; a distributor names themselves.
func maintainer() string {
	if who := os.Getenv("LATCHKEY_MAINTAINER"); who != "" {
		return who
	}
	return "The Latchkey authors <maintainers@latchkey.example>"
}

// pack makes one package.
func (r *release) pack(kind string, list []file, notices []byte, n needs) error {
	contents, err := r.contents(kind, list, notices)
	if err != nil {
		return err
	}
	defer os.RemoveAll(contents.dir)
	about := r.texts["en"]
	info := &nfpm.Info{
		Name: "latchkey", Arch: "amd64", Platform: "linux", Version: r.version, Section: "net", Priority: "optional",
		Maintainer: maintainer(), License: "MIT", MTime: r.at,
		Release: "1", Description: wrap(about["package.lead"], 76) + "\n\n" + wrap(about["package.what"], 76),
		Overridables: nfpm.Overridables{
			Contents: contents.list, Recommends: []string{"gnome-keyring | kwalletmanager"},
			RPM: nfpm.RPM{Summary: about["package.summary"], Group: "Applications/Internet", BuildHost: "release", Compression: "xz"},
			Deb: nfpm.Deb{Compression: "xz"},
		},
	}
	if kind == "deb" {
		// Its first line is the heading.
		info.Description = about["package.summary"] + "\n" + info.Description
		if info.Depends, err = n.debian(); err != nil {
			return err
		}
	} else {
		info.Recommends, info.Depends = nil, n.fedora()
	}
	info = nfpm.WithDefaults(info)
	if err := nfpm.PrepareForPackager(info, kind); err != nil {
		return err
	}
	packager, err := nfpm.Get(kind)
	if err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(r.out, packager.ConventionalFileName(info)))
	if err != nil {
		return err
	}
	if err := packager.Package(info, out); err != nil {
		return err
	}
	return out.Close()
}

// overrides tell lintian what it cannot know.
const overrides = `# The checklist names dpkg's folder in commands that are run on the locked server.
latchkey: uses-dpkg-database-directly [usr/bin/latchkey]
`

// staged is what nfpm packs: it wants files on a disk.
type staged struct {
	dir  string
	list files.Contents
}

func (r *release) contents(kind string, list []file, notices []byte) (staged, error) {
	dir, err := os.MkdirTemp("", "latchkey-pack-*")
	if err != nil {
		return staged{}, err
	}
	news, err := os.ReadFile(filepath.Join(r.source, "CHANGELOG.md"))
	if err != nil {
		return staged{}, err
	}
	packed, err := r.gzip(news)
	if err != nil {
		return staged{}, err
	}
	all := append(slices.Clone(list), file{"usr/share/doc/latchkey/changelog.gz", 0o644, packed})
	if kind == "deb" {
		ours, err := r.gzip([]byte(fmt.Sprintf("latchkey (%s-1) unstable; urgency=medium\n\n  * Version %s; what changed is in changelog.gz.\n\n -- %s  %s\n",
			r.version, r.version, maintainer(), r.at.Format("Mon, 02 Jan 2006 15:04:05 -0700"))))
		if err != nil {
			return staged{}, err
		}
		all = append(all, file{"usr/share/doc/latchkey/copyright", 0o644, notices}, file{"usr/share/doc/latchkey/changelog.Debian.gz", 0o644, ours},
			file{"usr/share/lintian/overrides/latchkey", 0o644, []byte(overrides)})
	} else {
		all = append(all, file{"usr/share/licenses/latchkey/LICENSES", 0o644, notices})
	}
	s := staged{dir: dir}
	for i, f := range all {
		if kind == "rpm" { // where rpm's distributions look
			f.path = strings.ReplaceAll(f.path, "zsh/vendor-completions", "zsh/site-functions")
		}
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, f.data, f.mode); err != nil {
			return s, err
		}
		s.list = append(s.list, &files.Content{Source: path, Destination: "/" + f.path,
			FileInfo: &files.ContentFileInfo{Mode: f.mode, MTime: r.at, Owner: "root", Group: "root"}})
	}
	return s, nil
}

// tarball is for every other Linux: unpack it over / or over ~/.local.
func (r *release) tarball(list []file, notices []byte) error {
	readme, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return err
	}
	folder := fmt.Sprintf("latchkey-%s-linux-amd64/", r.version)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range append(slices.Clone(list), file{"LICENSE", 0o644, readme}, file{"LICENSES-OF-PARTS", 0o644, notices}) {
		name := folder + strings.TrimPrefix(f.path, "usr/")
		header := &tar.Header{Name: name, Mode: int64(f.mode), Size: int64(len(f.data)), ModTime: r.at, Format: tar.FormatPAX, Typeflag: tar.TypeReg}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(f.data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(r.out, strings.TrimSuffix(folder, "/")+".tar.xz"))
	if err != nil {
		return err
	}
	packer, err := xz.WriterConfig{DictCap: 32 << 20}.NewWriter(out)
	if err != nil {
		return err
	}
	if _, err := packer.Write(b.Bytes()); err != nil {
		return err
	}
	if err := packer.Close(); err != nil {
		return err
	}
	return out.Close()
}

// wrap breaks a text into lines.
func wrap(s string, columns int) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && len(line)+1+len(word) > columns {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return strings.Join(append(lines, line), "\n")
}
