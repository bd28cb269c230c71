package provider

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"
)

const shippedFolder = "../../assets/providers"

// shipped is the set of shipped profiles. Package assets embeds the same
// files, but nothing outside main may import it.
func shipped(t testing.TB) *Set {
	t.Helper()
	set, problems := Load(os.DirFS(shippedFolder))
	for _, p := range problems {
		t.Error(p)
	}
	return set
}

func TestShippedProfilesProveThemselves(t *testing.T) {
	set := shipped(t)
	for _, id := range []string{
		"hetzner", "ovh", "netcup", "contabo", "ionos", "strato", "scaleway", "digitalocean", "linode", "vultr", "generic",
	} {
		p := set.ByID(id)
		if p == nil {
			t.Errorf("no profile %q", id)
			continue
		}
		if p.User {
			t.Errorf("%s: taken for the user's own", id)
		}
		if len(p.ASNs) > 0 && (len(p.Networks) == 0 || p.NetworksDate == "") {
			t.Errorf("%s: %d networks of %q", id, len(p.Networks), p.NetworksDate)
		}
		if len(p.Networks) > 0 && len(p.Controls) == 0 {
			t.Errorf("%s: no control host", id)
		}
	}
}

// Every role a profile gives is shown by one of its samples, and every false
// friend of one provider is nobody else's either.
func TestEveryRoleHasASample(t *testing.T) {
	set := shipped(t)
	for _, p := range set.All() {
		var d definition
		if _, err := toml.DecodeFile(filepath.Join(shippedFolder, p.ID+".toml"), &d); err != nil {
			t.Fatal(err)
		}
		shown := map[Role]bool{}
		for _, s := range d.Samples {
			shown[s.Role] = true
			for _, name := range s.Names {
				got := set.Locate(plainAddr(""), name).Profile
				if s.Role == none && got != nil {
					t.Errorf("%s: the false friend %s belongs to %s", p.ID, name, got.ID)
				}
				if s.Role != none && got != p {
					t.Errorf("%s: the whole set does not give it %s", p.ID, name)
				}
			}
		}
		for _, r := range p.Routers {
			if !shown[r.Role] {
				t.Errorf("%s: no sample with the role %s", p.ID, r.Role)
			}
		}
		if !shown[none] {
			t.Errorf("%s: no false friend", p.ID)
		}
	}
}

func TestNoNetworkHasTwoProviders(t *testing.T) {
	set := shipped(t)
	for i, a := range set.networks.rows {
		if a.parent >= 0 {
			if b := set.networks.rows[a.parent]; b.profile != a.profile {
				t.Errorf("%s of %s lies in %s of %s", a.prefix, a.profile.ID, b.prefix, b.profile.ID)
			}
		}
		if i > 0 && a.prefix == set.networks.rows[i-1].prefix {
			t.Errorf("%s twice", a.prefix)
		}
	}
}

// Only Hetzner's lock shows in a path as far as the sources say; a sign that
// slips into another profile would make «locked» out of an outage.
func TestOnlyHetznerHasSigns(t *testing.T) {
	for _, p := range shipped(t).All() {
		if (len(p.Signs) > 0) != (p.ID == "hetzner") {
			t.Errorf("%s: signs %v", p.ID, p.Signs)
		}
		for _, r := range p.Routers {
			if r.Role == Lock && p.ID != "hetzner" {
				t.Errorf("%s: lock host %s", p.ID, r.Pattern)
			}
		}
	}
	p := shipped(t).ByID("hetzner")
	if _, ok := p.Sign(EndsAtLockHost); !ok {
		t.Error("hetzner: no lock host")
	}
	if _, ok := p.Sign(SilentBorder); !ok || p.MinSilent != 3 {
		t.Errorf("hetzner: border rule wants %d silent hops", p.MinSilent)
	}
}

// The invoice comes first, the rescue system last, and the own address only
// where the provider offers it.
func TestWaysOfHetznerAreInOrder(t *testing.T) {
	p := shipped(t).ByID("hetzner")
	if p.Reasons[0].Code != "payment" || !slices.Equal(p.Reasons[0].Ways, []string{"invoice"}) {
		t.Errorf("first reason: %+v", p.Reasons[0])
	}
	for _, r := range p.Reasons[1:] {
		if own := r.Ways[0] == "own-ip"; own == (r.Code == "network-config") {
			t.Errorf("%s: %v", r.Code, r.Ways)
		}
		if r.Ways[len(r.Ways)-1] != "rescue" {
			t.Errorf("%s: rescue is not last: %v", r.Code, r.Ways)
		}
	}
	if w, ok := p.Way("own-ip"); !ok || !strings.Contains(w.Menu["de"], "Serversperrung") {
		t.Errorf("own-ip: %+v", w)
	}
	if p.Link("status") == "" || p.Link("nothing") != "" {
		t.Error("links")
	}
}

// Every code a profile uses has a text in every language.
func TestEveryCodeHasATextInEveryLanguage(t *testing.T) {
	keys := map[string]bool{}
	for _, p := range shipped(t).All() {
		for _, w := range p.Ways {
			keys["provider.way."+w.Code] = true
		}
		for _, r := range p.Reasons {
			keys["provider.reason."+r.Code] = true
		}
		for _, d := range p.Promises {
			keys["provider.deadline."+d.Code] = true
		}
	}
	for _, code := range []string{
		Unreadable, TooLarge, BadSyntax, UnknownKey, Missing, BadValue,
		BadPattern, BadNetwork, BadSample, NoSample, Duplicate,
	} {
		keys["provider.problem."+code] = true
	}
	catalogues, err := filepath.Glob("../../i18n/*.json")
	if err != nil || len(catalogues) < 2 {
		t.Fatal(catalogues, err)
	}
	for _, name := range catalogues {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(data, &texts); err != nil {
			t.Fatal(err)
		}
		for key := range keys {
			if texts[key] == nil {
				t.Errorf("%s: no %s", name, key)
			}
		}
	}
}

// small is a user's profile that is all right. Each faulty case changes it.
const small = `id = "example"
name = "Example Hosting"
checked = "2026-01-02"
networks = ["192.0.2.0/24"]

[[router]]
role = "border"
host = 'edge\d+'
under = ["example.net"]
source = "seen"

[[sample]]
role = "border"
names = ["edge1.example.net"]

[[sample]]
role = "inside"
addresses = ["192.0.2.1"]

[[sample]]
role = "none"
names = ["edge1.example.com"]
`

func one(text string) fs.FS { return fstest.MapFS{"own.toml": {Data: []byte(text)}} }

func TestUsersProfileIsUsed(t *testing.T) {
	set, problems := Load(os.DirFS(shippedFolder), one(small))
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	p := set.ByID("example")
	if p == nil || !p.User || set.All()[0] != p || p.MinSilent != 3 {
		t.Fatalf("%+v", p)
	}
	if got := set.Locate(plainAddr("192.0.2.7"), ""); got.Profile != p {
		t.Errorf("%+v", got)
	}
	if set.ByID("hetzner") == nil {
		t.Error("shipped profiles are gone")
	}
}

func TestUsersProfileReplacesAShippedOne(t *testing.T) {
	text := strings.NewReplacer(`"example"`, `"hetzner"`, `Example Hosting`, `My Hetzner`, "example.net", "hetzner.de").Replace(small)
	set, problems := Load(os.DirFS(shippedFolder), one(text))
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	p := set.ByID("hetzner")
	if p.Name != "My Hetzner" || !p.User {
		t.Errorf("%+v", p)
	}
	if got := set.Locate(plainAddr(""), "blocked.hetzner.com"); got.Profile != nil {
		t.Errorf("the shipped profile still answers: %+v", got)
	}
}

func TestFaultyUserFilesAreToldAndIgnored(t *testing.T) {
	swap := func(old, now string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("no %q in the small profile", old)
		}
		return strings.Replace(small, old, now, 1)
	}
	add := func(text string) string { return small + text }
	for _, c := range []struct {
		name, text string
		code       string
		line       int
		key        string
	}{
		{"not TOML", swap(`name = "Example Hosting"`, `name = "Example`), BadSyntax, 2, "name"},
		{"wrong type", swap(`"2026-01-02"`, `7`), BadSyntax, 3, "checked"},
		{"unknown key", swap(`host =`, `hots =`), UnknownKey, 8, "router.hots"},
		{"unknown table", add("[extra]\nx = 1\n"), UnknownKey, 0, "extra"},
		{"id with capitals", swap(`"example"`, `"Example"`), BadValue, 1, "id"},
		{"no name", swap(`name = "Example Hosting"`, ``), BadValue, 0, "name"},
		{"escape sequence in the name", swap(`Example Hosting`, `Example \u001b[31m`), BadValue, 2, "name"},
		{"text direction in the name", swap(`Example Hosting`, `Example \u202e`), BadValue, 2, "name"},
		{"no date", swap(`2026-01-02`, `soon`), BadValue, 3, "checked"},
		{"source not https", swap(`networks`, "sources = [\"http://example.org/\"]\nnetworks"), BadValue, 4, "sources[1]"},
		{"too few silent hops", swap(`networks`, "min_silent = 1\nnetworks"), BadValue, 4, "min_silent"},
		{"host bits", swap(`192.0.2.0/24`, `192.0.2.1/24`), BadNetwork, 4, "networks[1]"},
		{"the whole internet", swap(`192.0.2.0/24`, `0.0.0.0/0`), BadNetwork, 4, "networks[1]"},
		{"the whole IPv6 internet", swap(`192.0.2.0/24`, `2000::/3`), BadNetwork, 4, "networks[1]"},
		{"mapped network", swap(`192.0.2.0/24`, `::ffff:192.0.2.0/120`), BadNetwork, 4, "networks[1]"},
		{"networks out of the folder", swap(`networks = ["192.0.2.0/24"]`, `networks_file = "../../etc/hosts.txt"`), Unreadable, 4, "networks_file"},
		{"networks that are no table", swap(`networks = ["192.0.2.0/24"]`, `networks_file = "own.toml"`), BadValue, 4, "networks_file"},
		{"networks that are not there", swap(`networks = ["192.0.2.0/24"]`, `networks_file = "n.txt"`), Unreadable, 4, "networks_file"},
		{"private role by name", swap(`"border"`, `"private"`), BadValue, 7, "router[1].role"},
		{"no pattern", swap(`edge\d+`, `edge(`), BadPattern, 8, "router[1].host"},
		{"pattern that breaks out", swap(`edge\d+`, `edge)|(.*`), BadPattern, 8, "router[1].host"},
		{"backreference", swap(`edge\d+`, `(a)\1`), BadPattern, 8, "router[1].host"},
		{"endless pattern", swap(`edge\d+`, strings.Repeat("a", 301)), BadPattern, 8, "router[1].host"},
		{"exploding pattern", swap(`edge\d+`, `((a{100}){100}){100}`), BadPattern, 8, "router[1].host"},
		{"no domain", swap(`["example.net"]`, `[]`), Missing, 9, "router[1].under"},
		{"domain with wildcard", swap(`["example.net"]`, `["*.net"]`), BadValue, 9, "router[1].under"},
		{"any name under a top-level domain", swap(`host = 'edge\d+'`+"\n"+`under = ["example.net"]`, `under = ["net"]`), BadValue, 8, "router[1].under"},
		{"no source", swap(`source = "seen"`, ``), Missing, 6, "router[1].source"},
		{"unknown certainty", swap(`source = "seen"`, "source = \"seen\"\ncertainty = \"sure\""), BadValue, 11, "router[1].certainty"},
		{"lock host that is a whole domain", swap("role = \"border\"\nhost = 'edge\\d+'", `role = "lock"`), Missing, 6, "router[1].host"},
		{"sign without its router", add("[[sign]]\ncode = \"lock-host\"\n"), Missing, 24, "sign[1].code"},
		{"unknown sign", add("[[sign]]\ncode = \"feeling\"\n"), BadValue, 24, "sign[1].code"},
		{"reason with a way that is none", add("[[reason]]\ncode = \"scan\"\nways = [\"magic\"]\n"), BadValue, 25, "reason[1].ways"},
		{"same way twice", add("[[way]]\ncode = \"rescue\"\n[[way]]\ncode = \"rescue\"\n"), BadValue, 26, "way[2].code"},
		{"way to a script", add("[[way]]\ncode = \"rescue\"\nurl = \"javascript:alert(1)\"\n"), BadValue, 25, "way[1].url"},
		{"control host with a path", add("[[control]]\nhost = \"example.net/x\"\nlocation = \"x\"\n"), BadValue, 24, "control[1].host"},
		{"link with a password", add("[[link]]\ncode = \"status\"\nurl = \"https://a:b@example.org/\"\n"), BadValue, 25, "link[1].url"},
		{"deadline before now", add("[[deadline]]\ncode = \"complaint\"\nhours = -1\n"), BadValue, 25, "deadline[1].hours"},
		{"sample with another role", swap(`names = ["edge1.example.net"]`, `names = ["core1.example.net"]`), BadSample, 14, "sample[1].names"},
		{"sample that is no address", swap(`"192.0.2.1"`, `"x"`), BadSample, 18, "sample[2].addresses"},
		{"false friend that fires", swap(`names = ["edge1.example.com"]`, `names = ["edge2.example.net"]`), BadSample, 22, "sample[3].names"},
		{"empty sample", add("[[sample]]\nrole = \"none\"\n"), BadSample, 23, "sample[4]"},
		{"router without a sample", add("[[router]]\nrole = \"core\"\nhost = 'core'\nunder = [\"example.net\"]\nsource = \"seen\"\n"), NoSample, 25, "router[2].host"},
		{"networks without a sample", swap("[[sample]]\nrole = \"inside\"\naddresses = [\"192.0.2.1\"]\n", ""), NoSample, 0, "sample"},
		{"no false friend", swap("[[sample]]\nrole = \"none\"\nnames = [\"edge1.example.com\"]\n", ""), NoSample, 0, "sample"},
		{"another provider's routers", strings.ReplaceAll(small, "example.net", "hetzner.de"), Duplicate, 0, "router"},
		{"too large", small + strings.Repeat("#\n", maxDefinition), TooLarge, 0, ""},
		{"endless line", small + "# " + strings.Repeat("x", maxLine), TooLarge, 23, ""},
		{"deep nesting", "a = " + strings.Repeat("[\n", maxBrackets+1), TooLarge, 0, ""},
		{"not text", "\xff\xfe\x00", BadSyntax, 1, ""},
		{"empty", "", BadValue, 0, "id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, problems := Load(os.DirFS(shippedFolder), one(c.text))
			if len(problems) != 1 {
				t.Fatalf("%d problems: %v", len(problems), problems)
			}
			p := problems[0]
			if p.Code != c.code || p.Line != c.line || p.Key != c.key || p.File != "own.toml" || !p.User {
				t.Errorf("got  %+v\nwant %s, line %d, key %q", p, c.code, c.line, c.key)
			}
			if p.Error() == "" || !clean(p.Detail) {
				t.Errorf("unclean: %q", p.Error())
			}
			if set.ByID("example") != nil || set.ByID("hetzner") == nil {
				t.Error("the faulty file is used, or a shipped one is lost")
			}
		})
	}
}

func TestTwoUserFilesWithOneID(t *testing.T) {
	own := fstest.MapFS{"a.toml": {Data: []byte(small)}, "b.toml": {Data: []byte(small)}}
	set, problems := Load(nil, own)
	if len(problems) != 1 || problems[0].File != "b.toml" || problems[0].Code != Duplicate || len(set.All()) != 1 {
		t.Errorf("%v, %d profiles", problems, len(set.All()))
	}
}

func TestTooManyFiles(t *testing.T) {
	own := fstest.MapFS{}
	for i := range maxFiles + 1 {
		text := strings.NewReplacer(`"example"`, fmt.Sprintf(`"example-%d"`, i), "example.net", fmt.Sprintf("p%d.example.net", i)).Replace(small)
		own[fmt.Sprintf("%03d.toml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	set, problems := Load(nil, own)
	if len(problems) != 1 || problems[0].Code != TooLarge || len(set.All()) != maxFiles {
		t.Errorf("%v, %d profiles", problems, len(set.All()))
	}
}

func TestFoldersThatAreNotThere(t *testing.T) {
	set, problems := Load(nil, os.DirFS(filepath.Join(t.TempDir(), "none")))
	if len(problems) != 0 || set == nil || len(set.All()) != 0 {
		t.Errorf("%v, %v", problems, set)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, problems := Load(nil, os.DirFS(file)); len(problems) != 1 || problems[0].Code != Unreadable {
		t.Errorf("a file as folder: %v", problems)
	}
}

// FuzzLoad feeds hostile profiles. Whatever comes, the shipped providers stay
// and a problem can be shown as it is.
func FuzzLoad(f *testing.F) {
	f.Add(small, "192.0.2.0/24\n")
	f.Add(strings.Replace(small, "networks = [\"192.0.2.0/24\"]", `networks_file = "n.txt"`, 1), "# date: 2026-01-02\n192.0.2.0/24 # x\n")
	f.Add("a.b.c = 1\n[[x]]\n", "")
	for _, name := range []string{"hetzner", "ovh", "generic"} {
		text, err := os.ReadFile(filepath.Join(shippedFolder, name+".toml"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "2001:db8::/32")
	}
	base := fstest.MapFS{"example.toml": {Data: []byte(small)}}
	f.Fuzz(func(t *testing.T, text, networks string) {
		set, problems := Load(base, fstest.MapFS{"own.toml": {Data: []byte(text)}, "n.txt": {Data: []byte(networks)}})
		for _, p := range problems {
			if !clean(p.File) || !clean(p.Key) || !clean(p.Detail) || p.Code == "" {
				t.Errorf("unclean: %#v", p)
			}
			if !p.User && p.Code != Duplicate {
				t.Errorf("the shipped profile is hurt: %v", p)
			}
		}
		for _, p := range set.All() {
			if !clean(p.ID) || !clean(p.Name) {
				t.Errorf("unclean profile: %q %q", p.ID, p.Name)
			}
		}
		if len(set.All()) == 0 {
			t.Error("nothing left")
		}
	})
}
