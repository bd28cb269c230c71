package account

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"time"

	"latchkey/diag"
)

// RobotBase is where the Robot webservice answers.
const RobotBase = "https://robot-ws.your-server.de"

// RobotLogin is a webservice user (Robot: Settings; Webservice settings), not
// the customer's own login.
type RobotLogin struct {
	User     string
	Password diag.Secret
}

// RobotClient asks the Robot webservice. After a refused login it asks nothing
// more: three refusals block the caller's address for ten minutes.
type RobotClient struct {
	login   RobotLogin
	o       Options
	mu      sync.Mutex
	refused *Error
}

// NewRobot makes a client; nothing is asked yet.
func NewRobot(l RobotLogin, o Options) *RobotClient {
	return &RobotClient{login: l, o: o.filled(RobotBase)}
}

// Test asks for the list of servers (200 an hour are allowed).
func (r *RobotClient) Test(ctx context.Context) error {
	var list []robotServerBox
	return r.list(ctx, "servers", "/server", &list)
}

// list asks for a list; Robot answers an empty one with 404.
func (r *RobotClient) list(ctx context.Context, act, path string, into any) error {
	err := r.get(ctx, act, path, into)
	if IsCode(err, NotFound) {
		return nil
	}
	return err
}

// get makes one request and reads its answer into into. It is never repeated.
func (r *RobotClient) get(ctx context.Context, act, path string, into any) error {
	r.mu.Lock()
	defer r.mu.Unlock() // one at a time: a second must not go out before the first is refused
	if r.refused != nil {
		return r.refused
	}
	answer, header, status, err := r.fetch(ctx, path)
	if err != nil {
		return failure(ctx, Robot, act, err)
	}
	if status != http.StatusOK {
		e := robotError(act, status, answer)
		if e.Wait == 0 && e.Code == RateLimit {
			e.Wait = header.wait(r.o.Now())
		}
		if e.Code == LoginRefused {
			r.refused = e
		}
		return e
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return &Error{Service: Robot, Act: act, Code: HalfAnswer, Status: status, err: err}
	}
	return nil
}

func (r *RobotClient) fetch(ctx context.Context, path string) ([]byte, *door, int, error) {
	c, d := client(ctx, r.o)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.o.Base+path, nil)
	if err != nil {
		return nil, d, 0, err
	}
	request.SetBasicAuth(r.login.User, r.login.Password.Reveal())
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", r.o.Agent)
	answer, err := c.Do(request)
	if err != nil {
		return nil, d, 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return body, d, answer.StatusCode, err
}

// robotError reads the webservice's error object; a body that is none leaves
// the status alone to speak.
func robotError(act string, status int, body []byte) *Error {
	var box struct {
		Error struct {
			Code     string          `json:"code"`
			Message  string          `json:"message"`
			Missing  json.RawMessage `json:"missing"` // list or null
			Invalid  json.RawMessage `json:"invalid"` // list, map or null
			Interval json.RawMessage `json:"interval"`
		} `json:"error"`
	}
	e := &Error{Service: Robot, Act: act, Code: ofStatus(status), Status: status}
	if json.Unmarshal(body, &box) != nil {
		return e
	}
	e.Said = word(cmp.Or(box.Error.Message, box.Error.Code))
	switch {
	case status == http.StatusUnauthorized: // whatever it says beside
	case box.Error.Code == "RATE_LIMIT_EXCEEDED":
		e.Code = RateLimit
		e.Wait = seconds(int64(wholeNumber(box.Error.Interval)))
	case box.Error.Code == "INVALID_INPUT":
		e.Code = BadRequest
		e.Fields = append(names(box.Error.Missing), names(box.Error.Invalid)...)
	}
	return e
}

// names reads a list of names, or the keys of a map.
func names(raw json.RawMessage) []string {
	var list []string
	var byName map[string]json.RawMessage
	if json.Unmarshal(raw, &list) != nil && json.Unmarshal(raw, &byName) == nil {
		list = sortedKeys(byName)
	}
	list = list[:min(len(list), 20)] // the longest form has some ten fields
	for i := range list {
		list[i] = word(list[i])
	}
	return list
}

// wholeNumber reads 64 and "64"; 0 if it is neither.
func wholeNumber(raw json.RawMessage) int {
	var n json.Number
	if json.Unmarshal(raw, &n) != nil {
		return 0
	}
	i, _ := strconv.Atoi(n.String()) // 0 is «none»
	return i
}

// Ask is that of Client. For named addresses it also looks at their servers:
// what is paid, the rescue system, power, and the provider's firewall, whose
// mistakes look like a lock.
func (r *RobotClient) Ask(ctx context.Context, addresses []netip.Addr, onStep func(Step)) ([]State, error) {
	a := robotAsking{robot: r, ctx: ctx, onStep: onStep}
	if len(addresses) == 0 {
		err := a.all()
		return a.finished(), err
	}
	for _, address := range addresses {
		if err := a.one(address.Unmap().WithZone("")); err != nil {
			return a.finished(), err
		}
	}
	if r.o.Brief {
		return a.finished(), nil
	}
	err := a.servers()
	return a.finished(), err
}

// robotAsking is one run of Ask.
type robotAsking struct {
	robot   *RobotClient
	ctx     context.Context
	onStep  func(Step)
	states  []State
	subnets []robotAddressBox // nil: not asked yet
}

func (a *robotAsking) step(act, about string) {
	if a.onStep != nil {
		a.onStep(Step{Robot, act, about})
	}
}

func (a *robotAsking) finished() []State {
	for i := range a.states {
		a.states[i] = a.states[i].judged()
	}
	return a.states
}

// one looks for an address among the single ones, then among the subnets.
func (a *robotAsking) one(address netip.Addr) error {
	if address.Is4() {
		var box robotAddressBox
		a.step("address", address.String())
		err := a.robot.get(a.ctx, "address", "/ip/"+url.PathEscape(address.String()), &box)
		if err == nil {
			s, err := box.state("address")
			if err != nil || !s.Covers(address) {
				return &Error{Service: Robot, Act: "address", Code: HalfAnswer, err: errAnswer}
			}
			a.states = append(a.states, s)
			return nil
		}
		if !IsCode(err, NotFound) {
			return err
		}
	}
	if err := a.askSubnets(); err != nil {
		return err
	}
	for _, box := range a.subnets {
		if s, err := box.state("subnets"); err == nil && s.Covers(address) {
			a.states = append(a.states, s)
			return nil
		}
	}
	a.states = append(a.states, unknown(Robot, address))
	return nil
}

func (a *robotAsking) askSubnets() error {
	if a.subnets != nil {
		return nil
	}
	a.step("subnets", "")
	list := []robotAddressBox{}
	if err := a.robot.list(a.ctx, "subnets", "/subnet", &list); err != nil {
		return err
	}
	a.subnets = list
	return nil
}

// all lists everything the account has.
func (a *robotAsking) all() error {
	var servers []robotServerBox
	a.step("servers", "")
	if err := a.robot.list(a.ctx, "servers", "/server", &servers); err != nil {
		return err
	}
	var addresses []robotAddressBox
	a.step("addresses", "")
	if err := a.robot.list(a.ctx, "addresses", "/ip", &addresses); err != nil {
		return err
	}
	err := a.askSubnets()
	for _, box := range append(addresses, a.subnets...) {
		s, wrong := box.state("addresses")
		if wrong != nil {
			err = cmp.Or(err, wrong) // one says it
			continue
		}
		if len(a.states) == mostAddresses {
			return &Error{Service: Robot, Act: "addresses", Code: LongAnswer}
		}
		a.states = append(a.states, s)
	}
	for _, box := range servers {
		a.tell(box.Server.number(), box.Server.facts(a.robot.o.Now()))
	}
	return err
}

// tell lets every address of a server know something.
func (a *robotAsking) tell(server string, change func(*State)) {
	for i := range a.states {
		if a.states[i].Server == server && server != "" {
			change(&a.states[i])
		}
	}
}

// servers asks about the servers of the addresses found.
func (a *robotAsking) servers() error {
	seen := map[string]bool{"": true}
	for _, s := range a.states {
		if seen[s.Server] {
			continue
		}
		seen[s.Server] = true
		if err := a.server(s.Server); err != nil {
			return err
		}
	}
	return nil
}

// server asks what there is to know about one server; what it does not have
// (404) is no error.
func (a *robotAsking) server(number string) error {
	now := a.robot.o.Now()
	for _, question := range []struct {
		act, path string
		box       robotFacts
	}{
		{"server", "/server/" + number, &robotServerBox{}},
		{"rescue", "/boot/" + number + "/rescue", &robotRescueBox{}},
		{"power", "/reset/" + number, &robotResetBox{}},
		{"firewall", "/firewall/" + number, &robotFirewallBox{}},
	} {
		a.step(question.act, number)
		err := a.robot.get(a.ctx, question.act, question.path, question.box)
		if IsCode(err, NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		a.tell(number, question.box.facts(now))
	}
	return nil
}

// robotFacts is an answer about a server.
type robotFacts interface {
	facts(now time.Time) func(*State)
}
