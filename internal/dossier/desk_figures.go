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

// cells are the counts of one line of a figure, by team; "" is in none.
type cells map[string]int

// count keeps a small number back. Where one team's is small no team's is told: taken off the number of all, the others would
// tell it.
func (f *Figures) count(by cells) Count {
	all, few := 0, false
	for _, n := range by {
		all += n
		few = few || f.small(n)
	}
	switch {
	case f.Team == "":
		return Count{N: all, Hidden: f.small(all)}.shut()
	case few:
		return Count{Hidden: true}
	}
	return Count{N: by[f.Team]}
}

func (f *Figures) small(n int) bool { return n > 0 && n < f.Def.Flow.Figures.Least }

func (c Count) shut() Count {
	if c.Hidden {
		c.N = 0
	}
	return c
}

// lines sorts rows of counts by line and team.
func lines[K comparable, R any](rows []R, of func(R) (line K, team string, n int)) map[K]cells {
	out := map[K]cells{}
	for _, r := range rows {
		line, team, n := of(r)
		if out[line] == nil {
			out[line] = cells{}
		}
		out[line][team] = n
	}
	return out
}

func (o *Office) ages(ctx context.Context, f *Figures, now time.Time) error {
	days := f.Def.Flow.Figures.Ages
	var starts []time.Time
	for _, d := range slices.Backward(days) {
		starts = append(starts, now.AddDate(0, 0, -d))
	}
	rows, err := o.queries().FiguresAge(ctx, sqlc.FiguresAgeParams{Starts: starts, Procedure: f.Def.ID})
	byBucket := lines(rows, func(r sqlc.FiguresAgeRow) (int, string, int) { return int(r.Bucket), r.Team, int(r.N) })
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
	ask := sqlc.FiguresStaysParams{Procedure: f.Def.ID, Since: f.Since, Moves: []string{}, States: []string{}}
	for _, m := range f.Def.Flow.Workflow.Moves {
		if m.To != workflow.Same {
			ask.Moves, ask.States = append(ask.Moves, m.ID), append(ask.States, m.To)
		}
	}
	rows, err := o.queries().FiguresStays(ctx, ask)
	every := func(r sqlc.FiguresStaysRow) bool { return r.Every }
	byState := lines(slices.DeleteFunc(slices.Clone(rows), every), func(r sqlc.FiguresStaysRow) (string, string, int) { return r.State, r.Team, int(r.N) })
	for _, state := range f.Def.Flow.StatesOf(workflow.Open, workflow.Waiting) {
		s := Stay{State: state}
		if i := slices.IndexFunc(rows, func(r sqlc.FiguresStaysRow) bool {
			return r.State == state && r.Every == (f.Team == "") && (r.Every || r.Team == f.Team)
		}); i >= 0 {
			if s.Count = f.count(byState[state]); !s.Count.Hidden {
				s.Median, s.Ninetieth = rows[i].Median, rows[i].Ninetieth
			}
		}
		f.Stays = append(f.Stays, s)
	}
	return err
}

func (o *Office) weeks(ctx context.Context, f *Figures, now time.Time) error {
	rows, err := o.queries().FiguresDecisions(ctx, sqlc.FiguresDecisionsParams{
		Zone: text.Zone.String(), Moves: decisions(f.Def), Since: f.Since, Procedure: f.Def.ID,
	})
	byDay := lines(rows, func(r sqlc.FiguresDecisionsRow) (string, string, int) {
		return r.Week.Format(time.DateOnly), r.Team, int(r.N)
	})
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
