package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Settings are the person's choices. The zero value is the default.
type Settings struct {
	Language   string `json:"language,omitempty"`  // tag of a catalogue; "" follows the system
	Theme      string `json:"theme,omitempty"`     // "" follows the system, "light", "dark"
	TextSize   string `json:"text_size,omitempty"` // "" normal, "large", "largest"
	LessMotion bool   `json:"less_motion,omitempty"`
	NoNames    bool   `json:"no_names,omitempty"` // ask no name server for routers' names
}

const (
	settingsFile  = "settings.json"
	settingsLimit = 64 << 10 // bytes; ours has a few hundred
)

// loadSettings reads the settings. A damaged file is kept beside the new one
// under another name and reported, never fatal.
func loadSettings(home string) (Settings, error) {
	var s Settings
	path := filepath.Join(home, settingsFile)
	data, err := readFile(path, settingsLimit)
	if err != nil || data == nil {
		return Settings{}, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		aside := path + ".damaged"
		if err := os.Rename(path, aside); err != nil {
			return Settings{}, fmt.Errorf("set damaged settings aside: %w", err)
		}
		return Settings{}, fmt.Errorf("read %s: %w", settingsFile, err)
	}
	return s, nil
}

// Settings gives the current settings.
func (s *Session) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// SetSettings takes new settings at once and writes them to the program's
// folder. On an error they hold for this run only.
func (s *Session) SetSettings(settings Settings) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings = settings
	data, err := json.MarshalIndent(settings, "", "  ")
	if err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	if err := writeFile(filepath.Join(s.config.Home, settingsFile), append(data, '\n')); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}
