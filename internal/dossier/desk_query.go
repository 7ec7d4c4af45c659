package dossier

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// pageQuery is one page of a queue as SQL. Each combination of filters is a statement of its own, so that each reads the
// index made for it: one statement for all, with conditions that may be empty, would read the longest.
type pageQuery struct {
	sql  string
	args []any
}

// listed is a row as the query gives it.
type listed struct {
	ID          int64
	PublicID    string
	Reference   *string
	State       string
	StateKind   string
	Team        string
	SubmittedAt *time.Time
	UpdatedAt   time.Time
	ClosedAt    *time.Time
	AnswerBy    *time.Time
	DueOn       *time.Time
	OwedSince   *time.Time
	AssigneeID  *int64
	Round       int32
	Corrected   int32
	Wrapped     []byte
	WrappedBy   string
	Step        *string
	HeadRound   *int32
	Version     *int32
	Sealed      []byte
	Alike       bool
	Second      bool
}

// arg adds a value and gives its place in the statement.
func (q *pageQuery) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

// hidden adds a value that the planner does not look at. A plan made for the values of each page costs more than its rows and
// is the same: with values hidden PostgreSQL sees no gain in it, and keeps one.
func (q *pageQuery) hidden(v any, kind string) string {
	return "(select " + q.arg(v) + "::" + kind + ")"
}

// queueQuery finds the rows of a page by keyset, and only then what is shown of them, each by an index: what may be an exists is
// a value, or PostgreSQL reads all proposals there ever were to know of fifty.
func queueQuery(f Filter, head string, tokens [][]byte, s sought) pageQuery {
	q := pageQuery{}
	order, beyond := "submitted_at, id", ">"
	if f.Newest {
		order, beyond = "submitted_at desc, id desc", "<"
	}
	where := append([]string{"d.procedure = " + q.hidden(f.Procedure, "text")}, q.narrow(f)...)
	if !f.After.At.IsZero() {
		where = append(where, "(d.submitted_at, d.id) "+beyond+" ("+q.hidden(f.After.At, "timestamptz")+", "+q.hidden(f.After.ID, "bigint")+")")
	}
	if s.wanted != 0 {
		where = append(where, "d.id = any(array("+q.answering(tokens, s)+"))")
	}
	alike := "false"
	if len(f.Alike) > 0 {
		alike = "exists (select 1 from likeness l join likeness o on o.rule = l.rule and o.token = l.token and o.dossier_id <> l.dossier_id where l.dossier_id = d.id and l.rule = any(" + q.arg(f.Alike) + "::text[]))"
	}
	q.sql = `select d.id, d.public_id, d.reference, d.state, d.state_kind, d.team, d.submitted_at, d.updated_at, d.closed_at, d.answer_by, d.due_on, d.owed_since, d.assignee_id, d.round, d.corrected,
  k.wrapped, k.wrapped_by, h.step, h.round, h.version, h.sealed, ` + alike + `,
  coalesce((select true from proposal w where w.dossier_id = d.id and w.state = 'waiting'), false)
from (select d.* from dossier d where ` + strings.Join(where, " and ") + ` order by ` + order + ` limit ` + strconv.Itoa(f.Limit+1) + `) d
join data_key k on k.dossier_id = d.id and k.rule = 'dossier'
left join lateral (select a.step, a.round, a.version, a.sealed from answer a
  where a.dossier_id = d.id and a.stage = 'filed' and a.step = ` + q.hidden(head, "text") + ` order by a.round desc limit 1) h on true
order by ` + order
	return q
}

// mostWeighed is how many rows of a token are counted at most, to know which word is the rarest.
const mostWeighed = 200

// answering selects the dossiers that answer for every word: those of the rarest word, each then asked for the others by the
// index. To gather the rows of every word would read all who bear a common first name, to find one of them. That there is such a
// row is a value, not an exists, which PostgreSQL may turn into a reading of the whole index.
func (q *pageQuery) answering(tokens [][]byte, s sought) string {
	wanted := q.hidden(s.wanted, "bigint")
	return `with w as materialized (
    select u.token, u.places, (select count(*) from (select 1 from search_token s where s.token = u.token order by s.dossier_id limit ` + strconv.Itoa(mostWeighed) + `) x) as n
    from unnest(` + q.hidden(tokens, "bytea[]") + `, ` + q.hidden(s.places, "bigint[]") + `) u(token, places)),
  rarest as materialized (
    select g.place from (select 1::bigint << i as place from generate_series(0, ` + strconv.Itoa(mostWords-1) + `) i) g where g.place & ` + wanted + ` <> 0
    order by (select sum(w.n) from w where w.places & g.place <> 0) limit 1)
  select c.dossier_id from (
    select distinct t.dossier_id from search_token t where t.token = any(array(select w.token from w where w.places & (select place from rarest) <> 0))) c
  cross join w where (select true from search_token t where t.token = w.token and t.dossier_id = c.dossier_id)
  group by c.dossier_id having bit_or(w.places) & ` + wanted + ` = ` + wanted
}

// narrow gives the conditions of a filter, in the words of the partial indexes.
func (q *pageQuery) narrow(f Filter) []string {
	var where []string
	// A state alone is read from its own index: to PostgreSQL, which does not know that a state is of one kind, the two conditions
	// together look rarer than they are.
	alone := f.State != "" && f.Team == "" && !f.Unassigned && f.AssigneeID == 0
	if f.AtWork && !alone {
		where = append(where, "d.state_kind in ('open', 'waiting')")
	} else {
		where = append(where, "d.state_kind <> 'draft'")
	}
	if f.State != "" {
		where = append(where, "d.state = "+q.hidden(f.State, "text"))
	}
	if f.Team != "" {
		where = append(where, "d.team = "+q.hidden(f.Team, "text"))
	}
	switch {
	case f.Unassigned:
		where = append(where, "d.assignee_id is null")
	case f.AssigneeID != 0:
		where = append(where, "d.assignee_id = "+q.hidden(f.AssigneeID, "bigint"))
	}
	if f.Owed {
		where = append(where, "d.owed_since is not null")
	}
	if f.Second {
		where = append(where, q.waits(f.seconding)...)
	}
	if f.Overdue {
		where = append(where, "d.overdue_at is not null")
	}
	if f.Unreached {
		where = append(where, "d.unreachable_at is not null")
	}
	return where
}

func (o *Office) pageOf(ctx context.Context, q pageQuery) ([]listed, error) {
	rows, err := o.Store.Read(ctx, q.sql, q.args...)
	if err != nil {
		return nil, err
	}
	return pgx.AppendRows(make([]listed, 0, atOnce+1), rows, func(row pgx.CollectableRow) (r listed, err error) {
		return r, row.Scan(&r.ID, &r.PublicID, &r.Reference, &r.State, &r.StateKind, &r.Team, &r.SubmittedAt, &r.UpdatedAt, &r.ClosedAt, &r.AnswerBy, &r.DueOn, &r.OwedSince, &r.AssigneeID,
			&r.Round, &r.Corrected, &r.Wrapped, &r.WrappedBy, &r.Step, &r.HeadRound, &r.Version, &r.Sealed, &r.Alike, &r.Second)
	})
}
