package dossier

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// What a reading of the register is told as in the journal of each dossier that stands in it.
const (
	RegisterRead  = "register"
	RegisterTaken = "register_file"
)

// registerBasis is the basis of such a reading: the line is read for the register's sake, and the dossier is not opened.
const registerBasis = "register"

// RegisterCell is what stands in one column of a line; at most one of its values is given.
type RegisterCell struct {
	Words string
	Day   time.Time
	Month bool // of Day the month alone is known
	First *bool
}

// RegisterLine is a line of a register: a cell for each of its columns.
type RegisterLine struct {
	PublicID string // of the dossier; "" of a line that names nobody any more
	Cells    []RegisterCell
}

// RegisterPlace is where a page of the register begins: after a line that stands, or after one that names nobody. Zero: at the top.
type RegisterPlace struct {
	Day  time.Time
	ID   int64
	Past bool // among the lines that name nobody, which come last
}

// SeesRegister tells whether the actor may read the register of a procedure: all that its columns show, or nothing.
func (o *Office) SeesRegister(a access.Actor, p *procedure.Procedure) bool {
	if p == nil || p.Flow.Register == nil || a.Kind != access.Agent || !access.May(a, access.Read, p.ID) {
		return false
	}
	any := access.Dossier{Procedure: p.ID, StateKind: workflow.Open}
	mine := roles(p, a, any)
	return !slices.ContainsFunc(p.Flow.Register.Paths(), func(path string) bool {
		return !access.Sees(p.Form.Field(path).See, mine) || !access.Can(a, access.Read, any, category(p, path))
	})
}

// TakesRegister tells whether the actor may also take it away as a file.
func (o *Office) TakesRegister(a access.Actor, p *procedure.Procedure) bool {
	return o.SeesRegister(a, p) && access.May(a, access.Export, p.ID)
}

// Register reads a page of the register of a procedure, what was received last first, lines that name nobody at the end, and
// where the next page begins (nil: there is none). Each dossier whose line is read bears that in its journal. NotFound: there is no register for the actor.
func (o *Office) Register(ctx context.Context, a access.Actor, procedureID string, lang text.Lang, at RegisterPlace, most int) (lines []RegisterLine, next *RegisterPlace, err error) {
	defer fault.Wrap(&err, "dossier.Register %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if !o.SeesRegister(a, p) {
		return nil, nil, errNotFound
	}
	return o.register(ctx, a, p, RegisterRead, lang, at, most)
}

// TakeRegister reads the whole register for a file. It is told in the journal of each dossier that stands in it. NotFound: the
// actor may not.
func (o *Office) TakeRegister(ctx context.Context, a access.Actor, procedureID string, lang text.Lang) (lines []RegisterLine, err error) {
	defer fault.Wrap(&err, "dossier.TakeRegister %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if !o.TakesRegister(a, p) {
		return nil, errNotFound
	}
	lines, _, err = o.register(ctx, a, p, RegisterTaken, lang, RegisterPlace{}, math.MaxInt32-1)
	return lines, err
}

func (o *Office) register(ctx context.Context, a access.Actor, p *procedure.Procedure, what string, lang text.Lang, at RegisterPlace, most int) (lines []RegisterLine, next *RegisterPlace, err error) {
	var read []int64
	if !at.Past {
		if lines, read, next, err = o.standing(ctx, a, p, lang, at, most); err != nil {
			return nil, nil, err
		}
		at = RegisterPlace{}
	}
	if next == nil {
		var past []RegisterLine
		if past, next, err = o.past(ctx, p, lang, at, most-len(lines)); err != nil {
			return nil, nil, err
		}
		lines = append(lines, past...)
	}
	if len(read) == 0 {
		return lines, next, nil
	}
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		mine := roles(p, a, access.Dossier{Procedure: p.ID})
		return journal.ReadMany(ctx, tx, read, journal.Reading{ActorID: a.AccountID, Role: mine[0], What: what, Basis: registerBasis})
	})
	return lines, next, err
}

// standing are the lines of dossiers that stand, with the ids of these.
func (o *Office) standing(ctx context.Context, a access.Actor, p *procedure.Procedure, lang text.Lang, at RegisterPlace, most int) (lines []RegisterLine, read []int64, next *RegisterPlace, err error) {
	if at.Day.IsZero() {
		at = RegisterPlace{Day: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: math.MaxInt64}
	}
	rows, err := o.queries().RegisterLines(ctx, sqlc.RegisterLinesParams{Procedure: p.ID, BeforeDay: at.Day, BeforeID: at.ID, Lim: int32(most) + 1})
	if err != nil {
		return nil, nil, nil, err
	}
	for i, r := range rows {
		if i == most {
			last := rows[i-1]
			return lines, read, &RegisterPlace{Day: last.ReceivedOn, ID: last.DossierID}, nil
		}
		d, err := o.load(ctx, o.queries(), r.PublicID)
		switch {
		case fault.Of(err) == fault.NotFound: // gone meanwhile
			continue
		case err != nil:
			return nil, nil, nil, err
		case !access.Can(a, access.Read, d.Dossier, ""):
			continue
		}
		lines, read = append(lines, RegisterLine{d.PublicID, laidOut(p, d.registered(p, r.RequestedOn, r.ReceivedOn, r.First), lang)}), append(read, d.ID)
	}
	return lines, read, nil, nil
}

// past are the lines that name nobody any more, in no order: in that of their making they could be laid beside the certificates.
func (o *Office) past(ctx context.Context, p *procedure.Procedure, lang text.Lang, at RegisterPlace, most int) (lines []RegisterLine, next *RegisterPlace, err error) {
	if most < 1 {
		return nil, &RegisterPlace{ID: math.MaxInt64, Past: true}, nil
	}
	if !at.Past {
		at.ID = math.MaxInt64
	}
	rows, err := o.queries().RegisterPast(ctx, sqlc.RegisterPastParams{Procedure: p.ID, BeforeID: at.ID, Lim: int32(most) + 1})
	for i, r := range rows {
		if i == most {
			return lines, &RegisterPlace{ID: rows[i-1].ID, Past: true}, nil
		}
		k := registered{Month: true, State: r.State, Anonymised: r.Day}
		if err := json.Unmarshal(r.Register, &k); err != nil {
			return nil, nil, err
		}
		lines = append(lines, RegisterLine{"", laidOut(p, k, lang)})
	}
	return lines, nil, err
}

// registered is what the lines of a register are made of. As JSON it is what is left of one, without whoever it was about.
type registered struct {
	Requested  time.Time           `json:"requested"`
	Received   time.Time           `json:"received"`
	Due        time.Time           `json:"due"`
	Closed     time.Time           `json:"closed"`
	First      bool                `json:"first"`
	Answers    map[string][]string `json:"answers"`
	Month      bool                `json:"-"` // of the days the month alone is told
	Reference  string              `json:"-"`
	State      string              `json:"-"`
	Anonymised time.Time           `json:"-"`
}

// registered gathers what the register says of a dossier.
func (d *Dossier) registered(p *procedure.Procedure, requested, received time.Time, first bool) registered {
	k := registered{Requested: requested, Received: received, First: first, Reference: d.Reference, State: d.State, Answers: map[string][]string{}}
	for _, path := range p.Flow.Register.Paths() {
		if v := d.Filed[path]; len(v) > 0 {
			k.Answers[path] = v
		} else {
			k.Answers[path] = d.Agent[path]
		}
	}
	if d.DueOn != nil {
		k.Due = *d.DueOn
	}
	if d.Closed() && d.ClosedAt != nil {
		k.Closed = workflow.Day(*d.ClosedAt)
	}
	return k
}

// anonymous is what is left of it: no reference, no word of anybody, months in place of days.
func (k registered) anonymous(p *procedure.Procedure) registered {
	for _, day := range []*time.Time{&k.Requested, &k.Received, &k.Due, &k.Closed} {
		if !day.IsZero() {
			*day = month(*day)
		}
	}
	stays := map[string][]string{}
	for _, path := range p.Flow.Register.Paths() {
		if v := k.Answers[path]; len(v) > 0 && p.Form.Field(path).NamesNobody() {
			stays[path] = v
		}
	}
	k.Answers = stays
	return k
}

// laidOut lays a line out in the columns.
func laidOut(p *procedure.Procedure, k registered, lang text.Lang) []RegisterCell {
	out := make([]RegisterCell, len(p.Flow.Register.Columns))
	for i, c := range p.Flow.Register.Columns {
		switch c.Is {
		case workflow.ColumnReference:
			out[i].Words = k.Reference
		case workflow.ColumnAnonymised:
			out[i].Day = k.Anonymised
		case workflow.ColumnFirst:
			out[i].First = &k.First
		case workflow.ColumnRequested:
			out[i] = RegisterCell{Day: k.Requested, Month: k.Month}
		case workflow.ColumnReceived:
			out[i] = RegisterCell{Day: k.Received, Month: k.Month}
		case workflow.ColumnDue:
			out[i] = RegisterCell{Day: k.Due, Month: k.Month}
		case workflow.ColumnClosed:
			if slices.Contains(c.States, k.State) || len(c.States) == 0 {
				out[i] = RegisterCell{Day: k.Closed, Month: k.Month}
			}
		default:
			out[i].Words = said(p, c.Fields, k.Answers, lang)
		}
	}
	return out
}

// said are answers in words, one after the other.
func said(p *procedure.Procedure, paths []string, answers map[string][]string, lang text.Lang) string {
	var words []string
	for _, path := range paths {
		f := p.Form.Field(path)
		for _, v := range answers[path] {
			if v = strings.Join(strings.Fields(v), " "); v == "" {
				continue
			}
			if f.Kind == form.Country {
				v = text.CountryName(lang, v)
			}
			if i := slices.IndexFunc(f.Options, func(o form.Option) bool { return o.ID == v }); i >= 0 {
				v = f.Options[i].Label.In(lang)
			}
			words = append(words, v)
		}
	}
	if len(paths) == 1 {
		return strings.Join(words, " ; ")
	}
	return strings.Join(words, " ")
}

// RegisterFile is that somebody took the register away.
type RegisterFile struct {
	ActorID int64 // 0 once erased
	At      time.Time
	Lines   int // of dossiers that stand today
}

// mostTaken is how many of them are told.
const mostTaken = 20

// RegisterFiles lists who took the register away in the last year, for who may do so too. NotFound to everybody else.
func (o *Office) RegisterFiles(ctx context.Context, a access.Actor, procedureID string) (out []RegisterFile, err error) {
	defer fault.Wrap(&err, "dossier.RegisterFiles %s", procedureID)
	if !o.TakesRegister(a, o.Catalogue.Get(procedureID)) {
		return nil, errNotFound
	}
	rows, err := o.queries().RegisterTaken(ctx, sqlc.RegisterTakenParams{Since: o.Store.Now().AddDate(-1, 0, 0), Procedure: procedureID, Lim: mostTaken})
	for _, r := range rows {
		out = append(out, RegisterFile{deref(r.ActorID), r.At, int(r.N)})
	}
	return out, err
}
