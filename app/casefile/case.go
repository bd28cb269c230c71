// Package casefile answers «what belongs to this case, and is it safe on
// disk?»: one folder per case with the model as JSON, raw inputs stored first
// and by their SHA-256, atomic writes, a lock against a second writer, a trash
// to undo deletions, export and import as one zip. What the contents mean is
// left to app and the packages below it.
package casefile

import (
	"encoding/json"
	"time"

	"latchkey/diag/account"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// Schema is the version of the model that this program writes. Older ones are
// lifted when they are loaded; newer ones are opened read-only.
const Schema = 1

// Case is a server's case as a document.
type Case struct {
	Schema  int       `json:"schema"`
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Changed time.Time `json:"changed"`
	Server  Server    `json:"server"`
	// Invoice is the answer to «Is an invoice open?»: yes, no, unsure, "" none.
	Invoice string `json:"invoice,omitempty"`
	// Reason is what a mail without a log names, an incident of the contract.
	Reason string `json:"reason,omitempty"`
	// Deadline was set by hand and beats the mail's; zero if not.
	Deadline time.Time `json:"deadline,omitzero"`
	// Promise are the times the contract promises; zero if nobody entered them.
	Promise    Promise           `json:"promise,omitzero"`
	Diagnoses  []Diagnosis       `json:"diagnoses,omitempty"`
	Reports    []Input           `json:"reports,omitempty"`
	Checks     map[string]Check  `json:"checks,omitempty"` // by the item's id
	Evidence   []Input           `json:"evidence,omitempty"`
	Timeline   []Event           `json:"timeline,omitempty"`
	Statements []Statement       `json:"statements,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"` // of the statement, as typed
	// Accounts are what providers said when they were asked, oldest first.
	Accounts []Account `json:"accounts,omitempty"`
	// Unknown keeps what this version does not know, so that saving loses
	// nothing.
	Unknown map[string]json.RawMessage `json:"-"`
}

// Server is what the case is about.
type Server struct {
	Input    string `json:"input,omitempty"` // as typed
	Name     string `json:"name,omitempty"`
	Address  string `json:"address,omitempty"`
	Provider string `json:"provider,omitempty"` // id of the profile
}

// Diagnosis is a check that was run, or a trace that was read.
type Diagnosis struct {
	Time    time.Time        `json:"time"`
	Took    time.Duration    `json:"took,omitempty"`
	Input   string           `json:"input,omitempty"` // SHA-256 of the printed trace
	Path    trace.Path       `json:"path"`
	Control *trace.Path      `json:"control,omitempty"` // to another host of the provider
	Ping    *trace.Ping      `json:"ping,omitempty"`
	Ports   []trace.Port     `json:"ports,omitempty"`
	Verdict *verdict.Verdict `json:"verdict,omitempty"`
}

// Input is a raw input as it was handed in.
type Input struct {
	SHA256 string    `json:"sha256"`
	Name   string    `json:"name"` // without its folder
	Size   int64     `json:"size"`
	Added  time.Time `json:"added"`
	Kind   string    `json:"kind"`             // as in the contract
	Format string    `json:"format,omitempty"` // reader or command
	Item   string    `json:"item,omitempty"`   // checklist item it answers
	Role   string    `json:"role,omitempty"`   // whose it is; "": the case's server
}

// The roles of an input that says nothing about the case's server.
const (
	RoleTwin   = "twin"   // a healthy machine, or the server at another time: only compared with
	RoleUnused = "unused" // kept, but not looked at
)

// Check is the state of a checklist item.
type Check struct {
	State   string    `json:"state"` // done, not-applicable
	Changed time.Time `json:"changed"`
	Note    string    `json:"note,omitempty"`
}

// Promise are the times a provider's contract promises, and what came of them.
type Promise struct {
	GTI      time.Duration `json:"gti,omitempty"`     // until somebody acts; 0: not known
	GTR      time.Duration `json:"gtr,omitempty"`     // until it is repaired, after GTI; 0: not known
	From     time.Time     `json:"from,omitzero"`     // from when both are counted
	Reacted  time.Time     `json:"reacted,omitzero"`  // when the provider acted, as the person says
	Repaired time.Time     `json:"repaired,omitzero"` // when it was repaired, as the person says
}

// Event is an entry of the timeline. Own notes can be changed, events not.
type Event struct {
	ID   string            `json:"id,omitempty"` // of own ones: what they are changed by
	Time time.Time         `json:"time"`
	Code string            `json:"code"` // «note», «call» and «mail» for own ones
	Text string            `json:"text,omitempty"`
	With map[string]string `json:"with,omitempty"`
}

// Account is what one service of a provider said. The login it was asked with is
// no part of a case.
type Account struct {
	Time    time.Time       `json:"time"`
	Service account.Service `json:"service"`
	States  []account.State `json:"states,omitempty"`
	Error   account.Code    `json:"error,omitempty"` // why there is no more; "" if all was answered
}

// Statement is a version that was saved or sent.
type Statement struct {
	Time   time.Time         `json:"time"`
	Sent   bool              `json:"sent,omitempty"`
	Fields map[string]string `json:"fields"` // as they were then
	// Language of the text, SHA-256 and name of the file; "" before they were kept.
	Language string `json:"language,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Name     string `json:"name,omitempty"`
}

// plain is Case without its methods.
type plain Case

// known are the names of Case's own fields.
func known() map[string]bool {
	b, err := json.Marshal(plain{
		Invoice: "x", Reason: "x", Deadline: time.Unix(1, 0), Promise: Promise{GTI: 1}, Diagnoses: make([]Diagnosis, 1), Reports: make([]Input, 1),
		Checks: map[string]Check{"x": {}}, Evidence: make([]Input, 1), Timeline: make([]Event, 1),
		Statements: make([]Statement, 1), Fields: map[string]string{"x": "x"}, Accounts: make([]Account, 1),
	})
	var all map[string]json.RawMessage
	if err != nil || json.Unmarshal(b, &all) != nil {
		return nil
	}
	names := map[string]bool{}
	for name := range all {
		names[name] = true
	}
	return names
}

// MarshalJSON writes the case and what a newer version added.
func (c Case) MarshalJSON() ([]byte, error) {
	b, err := json.Marshal(plain(c))
	if err != nil || len(c.Unknown) == 0 {
		return b, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	for name, value := range c.Unknown {
		if _, ours := all[name]; !ours {
			all[name] = value
		}
	}
	return json.Marshal(all)
}
