// Package assets holds the data the program ships: provider profiles with
// their networks, and whatever else is data rather than code. It embeds and
// does nothing else; the packages that read it get an fs.FS.
package assets

import "embed"

// FS has one folder per kind of data, and where releases are listed.
//
//go:embed providers checklists ways rescue collector example icons statements fonts/*.ttf release.toml
var FS embed.FS
