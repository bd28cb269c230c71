package checklist

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// The shipped steps: no command mounts for writing.
func TestMountSteps(t *testing.T) {
	steps, err := MountSteps(os.DirFS("../../assets/rescue"))
	if err != nil || len(steps) < 6 {
		t.Fatal(len(steps), err)
	}
	writes := regexp.MustCompile(`\b(fsck|mkfs|dd|rm|-o rw|remount|--run|--force|repair)\b`)
	for _, s := range steps {
		for _, c := range s.Commands {
			switch {
			case writes.MatchString(c),
				strings.HasPrefix(c, "mount ") && !strings.Contains(c, "-o ro"),
				strings.HasPrefix(c, "mdadm ") && !strings.Contains(c, "--readonly"),
				strings.HasPrefix(c, "cryptsetup ") && !strings.Contains(c, "--readonly"),
				strings.HasPrefix(c, "zpool import -") && !strings.Contains(c, "readonly=on"):
				t.Errorf("%s: %s may write", s.ID, c)
			}
		}
	}
	for _, kind := range []string{"linux_raid_member", "crypto_LUKS", "LVM2_member"} {
		if !slices.ContainsFunc(steps, func(s MountStep) bool { return s.When == kind }) {
			t.Errorf("nothing for %s", kind)
		}
	}
	for _, text := range []string{"x = 1", "[[step]]\nid='a'", "[[step]]\nid='a'\ncommands=['x']\nodd=1\n[step.title]\nen='x'\n[step.why]\nen='x'", "[["} {
		if _, err := MountSteps(fstest.MapFS{"mount.toml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
