package dossier

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Figures are what a team sees of its own work: never an agent's, and no count below the definition's least.
type Figures struct {
	Def   *procedure.Procedure
	Team  string // "" = all
	Since time.Time
	Ages  []AgeRange
	Stays []Stay
	Weeks []Week
}

// Count is a number of dossiers; a small one is kept back, and then 0.
type Count struct {
	N      int
	Hidden bool
}

// AgeRange is how many dossiers at work were filed so many days ago: From included, Below not; Below 0 = and more.
type AgeRange struct {
	From, Below int
	Count       Count
}

// Stay is how long dossiers stood in a state before they left it, in days.
type Stay struct {
	State             string
	Count             Count
	Median, Ninetieth float64 // zero where the count is hidden
}

// Week is how many decisions agents made in the week of a Monday.
type Week struct {
	Monday time.Time
	Count  Count
}

// Figures counts the work of a team, or of all. It answers NotFound to who may not read such dossiers, and for a team there is not.
func (o *Office) Figures(ctx context.Context, a access.Actor, procedureID, team string) (_ *Figures, err error) {
	defer fault.Wrap(&err, "dossier.Figures %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || !slices.Contains(access.ScopeOf(a).Procedures, procedureID) {
		return nil, errNotFound
	}
	teams, err := o.Teams(ctx, a, procedureID)
	if err != nil {
		return nil, err
	}
	if team != "" && !slices.Contains(teams, team) {
		return nil, errNotFound
	}
	now := o.Store.Now()
	f := &Figures{Def: p, Team: team, Since: monday(now).AddDate(0, 0, -7*(p.Flow.Figures.Weeks-1))}
	if err := o.ages(ctx, f, now); err != nil {
		return nil, err
	}
	if err := o.stays(ctx, f); err != nil {
		return nil, err
	}
	return f, o.weeks(ctx, f, now)
}

// monday begins the week of an instant, where the administration is.
func monday(t time.Time) time.Time {
	day := t.In(text.Zone)
	return time.Date(day.Year(), day.Month(), day.Day()-(int(day.Weekday())+6)%7, 0, 0, 0, 0, text.Zone)
}

// count keeps a small number back.
func (f *Figures) count(n int) Count {
	if n > 0 && n < f.Def.Flow.Figures.Least {
		return Count{Hidden: true}
	}
	return Count{N: n}
}

func (o *Office) ages(ctx context.Context, f *Figures, now time.Time) error {
	days := f.Def.Flow.Figures.Ages
	var starts []time.Time
	for _, d := range slices.Backward(days) {
		starts = append(starts, now.AddDate(0, 0, -d))
	}
	rows, err := o.queries().FiguresAge(ctx, sqlc.FiguresAgeParams{Starts: starts, Procedure: f.Def.ID, Team: f.Team})
	byBucket := map[int]int{}
	for _, r := range rows {
		byBucket[int(r.Bucket)] = int(r.N)
	}
	from := 0
	for i := range len(days) + 1 {
		r := AgeRange{From: from, Count: f.count(byBucket[len(days)-i])}
		if i < len(days) {
			r.Below, from = days[i], days[i]
		}
		f.Ages = append(f.Ages, r)
	}
	return err
}

func (o *Office) stays(ctx context.Context, f *Figures) error {
	ask := sqlc.FiguresStaysParams{Procedure: f.Def.ID, Team: f.Team, Since: f.Since, Moves: []string{}, States: []string{}}
	for _, m := range f.Def.Flow.Workflow.Moves {
		if m.To != workflow.Same {
			ask.Moves, ask.States = append(ask.Moves, m.ID), append(ask.States, m.To)
		}
	}
	rows, err := o.queries().FiguresStays(ctx, ask)
	for _, state := range f.Def.Flow.StatesOf(workflow.Open, workflow.Waiting) {
		s := Stay{State: state}
		if i := slices.IndexFunc(rows, func(r sqlc.FiguresStaysRow) bool { return r.State == state }); i >= 0 {
			if s.Count = f.count(int(rows[i].N)); !s.Count.Hidden {
				s.Median, s.Ninetieth = rows[i].Median, rows[i].Ninetieth
			}
		}
		f.Stays = append(f.Stays, s)
	}
	return err
}

func (o *Office) weeks(ctx context.Context, f *Figures, now time.Time) error {
	rows, err := o.queries().FiguresDecisions(ctx, sqlc.FiguresDecisionsParams{
		Zone: text.Zone.String(), Moves: decisions(f.Def), Since: f.Since, Procedure: f.Def.ID, Team: f.Team,
	})
	byDay := map[string]int{}
	for _, r := range rows {
		byDay[r.Week.Format(time.DateOnly)] = int(r.N)
	}
	for w := f.Since; !w.After(now); w = w.AddDate(0, 0, 7) {
		f.Weeks = append(f.Weeks, Week{w, f.count(byDay[w.Format(time.DateOnly)])})
	}
	return err
}

// decisions are the moves by which agents end the processing.
func decisions(p *procedure.Procedure) []string {
	out := []string{}
	for _, m := range p.Flow.Workflow.Moves {
		s := p.Flow.State(m.To)
		if s == nil || s.Kind != workflow.Closed {
			continue
		}
		if slices.ContainsFunc(m.By, func(r string) bool { role := p.Flow.Role(r); return role != nil && role.Kind == "agent" }) {
			out = append(out, m.ID)
		}
	}
	return out
}
