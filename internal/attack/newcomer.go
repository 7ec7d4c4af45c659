package attack

import "fmt"

// newcomers splits the candidates of what a release added by their closing: where every earlier dossier of a class already
// had its row, the new rows are of those closed since, who must be k and of diverse secrets (P7).
func (w *world) newcomers(r *Report) {
	for _, l := range w.lineages() {
		for b := range l.releases {
			for a := range b {
				for g := range l.kinds {
					w.newcomersIn(l, a, b, g, r)
				}
			}
		}
	}
}

func (w *world) newcomersIn(l *lineage, a, b, kind int, r *Report) {
	from, to, k := l.releases[a], l.releases[b], &l.kinds[kind]
	if k.since[a] == 0 || k.class[b] == nil || to.mixed {
		return
	}
	added, n := make([]int, len(l.tuples)), 0
	for _, t := range k.tuples {
		added[t] = max(0, l.counts[b][t]-l.counts[a][t])
		n += added[t]
	}
	if n == 0 {
		return
	}
	people := w.newcomersOf(l, a, b, kind)
	if len(people) < n {
		return // not all rows are of people in the register
	}
	after := monthName(k.since[a])
	if size, of := w.smallest(people); size < to.schema.K {
		how := fmt.Sprintf("%d new rows since %s are of %d %s closed after %s (%s)", n, from.Name, size, of, after, k.in.say(k.tuple, k.in.open))
		r.people(to, people, size, how)
	}
	for _, secret := range to.secret {
		for _, t := range l.tallies(make([]int, len(l.tuples)), 1, secret, added) {
			if why := to.tells(secret, t); why != "" {
				r.people(to, people, n, fmt.Sprintf("of %d dossiers closed after %s, %s", len(people), after, why))
			}
		}
	}
}
