package demo

import (
	"context"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
)

// live is how many months have their dossiers still, and are frozen from them: the others are long erased.
const live = 2

// memory is a past, with the cohorts that it left.
type memory struct {
	past   *Past
	replay *release.Replay
}

// remember makes the cohorts of the months that are over, of dossiers that nobody has any more.
func (l *Loader) remember(p *procedure.Procedure, now time.Time) (*memory, error) {
	if p.Release == nil || l.Size.Past <= live {
		return nil, nil
	}
	wish := Usual(release.LastMonth(now))
	wish.Months = l.Size.Past
	past, err := MakePast(p, wish)
	if err != nil {
		return nil, err
	}
	replay, err := past.Replay()
	return &memory{past, replay}, err
}

// adopt keeps what is left of the months whose dossiers are erased: the cohorts, and the answers to declared questions.
func (m *memory) adopt(ctx context.Context, o *dossier.Office) error {
	gone := len(m.past.Months) - live
	if err := m.replay.Adopt(ctx, o.Store, gone); err != nil {
		return err
	}
	filed := make([]release.PastFiled, len(m.past.Dossiers))
	for i, d := range m.past.Dossiers {
		filed[i] = release.PastFiled{Past: d.Past, Filed: d.Filed}
	}
	h := &release.House{Store: o.Store, Office: o}
	return h.TabulatePast(ctx, m.past.Procedure, filed, m.past.Months[:gone])
}

// freeze puts the past in place, and judges the months that the closed dossiers ended in, each on its second day, so that
// analysts find something.
func (l *Loader) freeze(ctx context.Context, past *memory, now time.Time) error {
	first := live
	if past != nil {
		if err := past.adopt(ctx, l.Office); err != nil {
			return err
		}
		first = live - 1
	}
	y, m, _ := now.In(text.Zone).Date()
	for back := first; back >= 0; back-- {
		at := clock{time.Date(y, m-time.Month(back), 2, 3, 0, 0, 0, text.Zone)}
		if at.at.After(now) {
			at.at = now
		}
		if err := l.freezeAt(ctx, &at); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) freezeAt(ctx context.Context, at *clock) error {
	s, err := l.open(ctx, at)
	if err != nil {
		return err
	}
	defer s.Close()
	return l.Freeze(ctx, s, l.Office.On(s))
}
