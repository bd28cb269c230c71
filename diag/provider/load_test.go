package provider

import (
	"os"
	"testing"
)

// shipped is the folder of the shipped profiles. Package assets embeds the
// same files, but nothing below app may import it.
func shipped(t testing.TB) *Set {
	t.Helper()
	set, problems := Load(os.DirFS("../../assets/providers"))
	for _, p := range problems {
		t.Error(p)
	}
	return set
}

func TestShippedProfilesProveThemselves(t *testing.T) {
	set := shipped(t)
	for _, id := range []string{"hetzner", "ovh", "netcup", "contabo", "ionos", "strato", "scaleway", "digitalocean", "linode", "vultr", "generic"} {
		if set.ByID(id) == nil {
			t.Errorf("no profile %q", id)
		}
	}
}

