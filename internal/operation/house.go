// Package operation is what whoever runs the service answers for: the duties of the deployment, and incidents raised at the service desk.
package operation

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Tickets is the kind of the connector by which a definition names the processing that incidents go to (DS-107).
const Tickets = "tickets"

// Duties are what no program can do for the deployment: unused ports are off, machines and equipment are protected, all of it is kept
// at the state of the art, and providers are bound as the controller is (chapter D1: RP-164, RP-170, RP-171, RP-175, DS-086, DS-097,
// DS-098, DS-100).
var Duties = []string{"ports", "equipment", "updates", "providers"}

// Every is how long somebody’s word on a duty stands.
var Every = workflow.Duration{Years: 1}

// Places and Faults are the words that an incident is told in: nothing is typed, so that what leaves names nobody.
var (
	Places = []string{"site", "backoffice", "files", "mail", "signin"}
	Faults = []string{"away", "slow", "wrong", "refused"}
)

// house is the place of what the house itself raises.
const house = "house"

// House keeps the duties and the incidents.
type House struct {
	Store     *store.Store
	Catalogue *procedure.Catalogue
	Texts     *text.Catalogue
	Service   text.Words
	Agents    string // address of the agents’ door, in mails
	Desk      string // mailbox of the service desk; empty: nothing leaves

	Alarms func(context.Context) []string // what is wrong now, by name
}

// Named tells whether a definition names the authorised processing of a service desk.
func Named(c *procedure.Catalogue) bool {
	return slices.ContainsFunc(c.All(), func(p *procedure.Procedure) bool {
		return slices.ContainsFunc(p.Flow.Connectors, func(k workflow.Connector) bool { return k.Kind == Tickets })
	})
}

// Raises tells whether incidents can be raised: a desk is configured.
func (h *House) Raises() bool { return h.Desk != "" }

// May tells whether the actor sees how the service runs: who administers, and whose role maintains the infrastructure (DS-082, DS-084).
func (h *House) May(a access.Actor) bool {
	return access.Administers(a) || slices.ContainsFunc(h.Catalogue.All(), func(p *procedure.Procedure) bool { return access.May(a, access.Operate, p.ID) })
}

// Duty is one of the deployment, and who last said that it is kept.
type Duty struct {
	Name string
	By   int64 // 0: nobody has
	At   time.Time
	Owed bool // nobody has within the time
}

// Duties says of each duty where it stands.
func (h *House) Duties(ctx context.Context) (out []Duty, err error) {
	defer fault.Wrap(&err, "operation.Duties")
	rows, err := h.Store.Q().DutiesConfirmed(ctx)
	for _, name := range Duties {
		d := Duty{Name: name, Owed: true}
		for _, r := range rows {
			if r.Duty == name {
				d.By, d.At, d.Owed = r.ByID, r.At, r.At.Before(workflow.Sub(h.Store.Now(), Every))
			}
		}
		out = append(out, d)
	}
	return out, err
}

// Confirm notes that the actor answers for a duty today. Errors: Forbidden, NotFound (no such duty).
func (h *House) Confirm(ctx context.Context, a access.Actor, duty string) (err error) {
	defer fault.Wrap(&err, "operation.Confirm %s by %d", duty, a.AccountID)
	switch {
	case !h.May(a):
		return fault.New(fault.Forbidden, "")
	case !slices.Contains(Duties, duty):
		return fault.New(fault.NotFound, "")
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.DutyConfirm(ctx, sqlc.DutyConfirmParams{Duty: duty, ByID: a.AccountID, Now: tx.Now})
	})
}

// Raise tells the service desk of an incident, by the words of the lists; once names the form, so that a second press tells nothing
// twice. Errors: Forbidden; NotFound (no desk is configured); Invalid (another word).
func (h *House) Raise(ctx context.Context, a access.Actor, once, place, what string) (err error) {
	defer fault.Wrap(&err, "operation.Raise by %d", a.AccountID)
	switch {
	case a.Kind != access.Agent || a.AccountID == 0:
		return fault.New(fault.Forbidden, "")
	case !h.Raises():
		return fault.New(fault.NotFound, "")
	case !slices.Contains(Places, place) || !slices.Contains(Faults, what) || once == "":
		return fault.New(fault.Invalid, "error.form")
	}
	return h.raise(ctx, sqlc.IncidentRaiseParams{Place: place, What: what, ByID: &a.AccountID, Once: strconv.FormatInt(a.AccountID, 10) + " " + once})
}

func (h *House) raise(ctx context.Context, in sqlc.IncidentRaiseParams) error {
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		in.Now = tx.Now
		ids, err := tx.Q.IncidentRaise(ctx, in)
		if err != nil || len(ids) == 0 || h.Desk == "" {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{Template: "incident." + strconv.FormatInt(ids[0], 10), Via: notify.Email})
		return err
	})
}

// longestNumber is how long the desk’s number of an incident may be.
const longestNumber = 40

// Note keeps the number that the desk gave an incident. Errors: Forbidden; Invalid (none, or a long one); NotFound.
func (h *House) Note(ctx context.Context, a access.Actor, incident int64, number string) (err error) {
	defer fault.Wrap(&err, "operation.Note %d by %d", incident, a.AccountID)
	number = strings.TrimSpace(number)
	switch {
	case !h.May(a):
		return fault.New(fault.Forbidden, "")
	case number == "" || len(number) > longestNumber:
		return fault.New(fault.Invalid, "error.form")
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		ids, err := tx.Q.IncidentNumber(ctx, sqlc.IncidentNumberParams{ID: incident, Number: number, NotedBy: &a.AccountID, Now: &tx.Now})
		if err == nil && len(ids) == 0 {
			return fault.New(fault.NotFound, "")
		}
		return err
	})
}

// most is how many incidents are listed.
const most = 50

// Incidents lists the latest. Forbidden: the actor does not run the service.
func (h *House) Incidents(ctx context.Context, a access.Actor) (_ []sqlc.Incident, err error) {
	defer fault.Wrap(&err, "operation.Incidents")
	if !h.May(a) {
		return nil, fault.New(fault.Forbidden, "")
	}
	return h.Store.Q().Incidents(ctx, most)
}
