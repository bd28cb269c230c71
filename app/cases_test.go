package app

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/app/casefile"
)

// keeping opens a session on a folder, for its cases alone.
func keeping(home string) *Session { return &Session{config: Config{Home: home}} }

// modelOf is the model of the only case in a folder, and when it was written.
func modelOf(t *testing.T, home string) (casefile.Case, time.Time) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(home, "cases", "2*", "case.json"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("%d cases, %v", len(paths), err)
	}
	data, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	var c casefile.Case
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	return c, info.ModTime()
}

// Somebody types fifty times a second for five seconds.
func TestSavingIsCoalesced(t *testing.T) {
	home := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		c := keeping(home).NewCase(CaseOptions{})
		writes, before := 0, ""
		begun := time.Now()
		for i := range 250 {
			c.Change(func(m *casefile.Case) { m.Fields = map[string]string{"cause": strings.Repeat("x", i)} })
			time.Sleep(20 * time.Millisecond)
			synctest.Wait()
			m, _ := modelOf(t, home)
			if now := m.Fields["cause"]; now != before {
				writes, before = writes+1, now
			}
			if behind := time.Duration(i-len(before)) * 20 * time.Millisecond; behind > saveEvery {
				t.Fatalf("after %v, %v of typing are not on disk", time.Since(begun), behind)
			}
		}
		if writes < 4 || writes > 6 {
			t.Errorf("%d writes in %v", writes, time.Since(begun))
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if m, _ := modelOf(t, home); len(m.Fields["cause"]) != 249 {
			t.Errorf("closed with %d of 249 characters", len(m.Fields["cause"]))
		}
		c.Change(func(m *casefile.Case) { m.Invoice = "yes" })
		time.Sleep(time.Minute)
		if m, _ := modelOf(t, home); m.Invoice != "" {
			t.Error("written after it was closed")
		}
	})
}

// A file stands where the folder should be; then it goes away.
func TestSavingIsTriedAgain(t *testing.T) {
	home := t.TempDir()
	inTheWay := filepath.Join(home, "cases")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var told []error
		c := keeping(home).NewCase(CaseOptions{Told: func(err error) { told = append(told, err) }})
		c.Change(func(m *casefile.Case) { m.Invoice = "yes" })
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(told) != 1 || told[0] == nil || c.Trouble() == nil {
			t.Fatalf("told %v", told)
		}
		if _, err := c.Keep(strings.NewReader("mail"), "mail.eml"); err == nil {
			t.Fatal("kept where there is no folder")
		}
		if err := os.Remove(inTheWay); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * saveAgain)
		synctest.Wait()
		if m, _ := modelOf(t, home); m.Invoice != "yes" || m.ID == "" || c.Trouble() != nil || len(told) != 2 || told[1] != nil {
			t.Errorf("%+v, told %v", m, told)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestNothingIsMadeBeforeThereIsSomething(t *testing.T) {
	home := t.TempDir()
	c := keeping(home).NewCase(CaseOptions{})
	if err := errors.Join(c.Save(), c.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(home, "cases")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder for an empty case: %v", err)
	}
	c = keeping(home).NewCase(CaseOptions{})
	if _, err := c.Keep(strings.NewReader("mail"), "mail.eml"); err != nil {
		t.Fatal(err)
	}
	if err := c.Discard(); err != nil {
		t.Fatal(err)
	}
	if all, err := keeping(home).Cases().List(); err != nil || len(all) != 0 {
		t.Errorf("%d cases after it was taken back, %v", len(all), err)
	}
}

// What could not be read is not replaced by what a window has instead.
func TestADamagedFileIsNotReplaced(t *testing.T) {
	home := t.TempDir()
	s := keeping(home)
	c := s.NewCase(CaseOptions{})
	c.Change(func(m *casefile.Case) { m.Reason = "netscan" })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	id := c.Model().ID
	path := filepath.Join(home, "cases", id, "case.json")
	if err := os.WriteFile(path, []byte("{torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(path + ".bak") // there may be none yet
	c, err := s.LoadCase(id, CaseOptions{})
	if !errors.Is(err, casefile.ErrDamaged) || !c.ReadOnly() {
		t.Fatalf("%v, read-only %v", err, c.ReadOnly())
	}
	c.Change(func(m *casefile.Case) { m.Invoice = "yes" })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "{torn" {
		t.Errorf("now %q, %v", data, err)
	}
}

// An input comes slowly and breaks off; meanwhile somebody types.
func TestSavingGoesOnWhileAnInputIsStored(t *testing.T) {
	home := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var told []error
		c := keeping(home).NewCase(CaseOptions{Told: func(err error) { told = append(told, err) }})
		r, w := io.Pipe()
		kept := make(chan error, 1)
		go func() {
			_, err := c.Keep(r, "slow.log")
			kept <- err
		}()
		if _, err := w.Write([]byte("the first rows")); err != nil {
			t.Fatal(err)
		}
		c.Change(func(m *casefile.Case) { m.Invoice = "yes" })
		time.Sleep(saveEvery)
		synctest.Wait()
		if m, _ := modelOf(t, home); m.Invoice != "yes" {
			t.Error("what was typed waits for the input")
		}
		w.CloseWithError(io.ErrUnexpectedEOF)
		if err := <-kept; !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("kept: %v", err)
		}
		if c.Trouble() != nil || len(told) > 0 {
			t.Errorf("a source that broke off is told as trouble of the case: %v, %v", c.Trouble(), told)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Keep(strings.NewReader("late"), "late.log"); !errors.Is(err, ErrCaseOpen) {
			t.Errorf("kept after the end: %v", err)
		}
	})
}
