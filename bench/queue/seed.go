package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/internal/procedure"
	"guichet/internal/seal"
)

// The people of the bench: so many last and first names, each as often as the other, combined anew each time.
const lastNames, firstNames = 20_000, 400

func lastName(i int) string  { return fmt.Sprintf("Nom%d", i*7919%lastNames) }
func firstName(i int) string { return fmt.Sprintf("Prenom%d", i*104_729%firstNames) }

// filedAt is when the i-th dossier was filed: one a minute.
func filedAt(i int) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Minute)
}

// atWork tells whether the i-th dossier still waits for somebody: one in ten, all along.
func atWork(i int) bool { return i%10 == 0 }

// seeder copies rows of one table after the other, a range of dossiers at a time.
type seeder struct {
	conn   *pgx.Conn
	keys   *seal.Keyring
	p      *procedure.Procedure
	agents []int64
}

// atATime bounds the memory that sealing takes.
const atATime = 50_000

// seed fills the tables without their indexes and without asking each row for its owner: both are made, and hold, at the end.
func (s *seeder) seed(ctx context.Context, n int) error {
	if _, err := s.conn.Exec(ctx, "insert into definition values ($1, $2, '{}', now())", s.p.Hash[:], s.p.ID); err != nil {
		return err
	}
	again, err := s.dropIndexes(ctx)
	if err != nil {
		return err
	}
	for _, sql := range []string{"set session_replication_role = replica", "set synchronous_commit = off"} {
		if _, err := s.conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	for from := 0; from < n; from += atATime {
		if err := s.block(ctx, from, min(n, from+atATime)); err != nil {
			return err
		}
	}
	for _, sql := range append(again, "set session_replication_role = origin", "vacuum analyze") {
		if _, err := s.conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// dropIndexes drops those that no constraint needs, and gives the statements that make them again.
func (s *seeder) dropIndexes(ctx context.Context) (again []string, err error) {
	rows, err := s.conn.Query(ctx, `select indexdef, 'drop index ' || quote_ident(indexname) from pg_indexes i
		where schemaname = 'public' and tablename in ('dossier', 'search_token', 'data_key')
		and not exists (select 1 from pg_constraint c where c.conname = i.indexname)`)
	if err != nil {
		return nil, err
	}
	drops := []string{"alter table search_token drop constraint search_token_pk"}
	again = []string{"set maintenance_work_mem = '512MB'"}
	for rows.Next() {
		var make, drop string
		if err := rows.Scan(&make, &drop); err != nil {
			return nil, err
		}
		again, drops = append(again, make), append(drops, drop)
	}
	for _, sql := range drops {
		if _, err := s.conn.Exec(ctx, sql); err != nil {
			return nil, err
		}
	}
	return append(again, "alter table search_token add constraint search_token_pk primary key (token, dossier_id)"), rows.Err()
}

// block copies the dossiers from..to with their keys, the answers that name them, and their tokens.
func (s *seeder) block(ctx context.Context, from, to int) error {
	var dossiers, keys, answers, tokens [][]any
	for i := from; i < to; i++ {
		id := int64(i + 1)
		dossiers = append(dossiers, s.dossier(i, id))
		key, wrapped, by, err := s.keys.NewKey()
		if err != nil {
			return err
		}
		keys = append(keys, []any{id, "dossier", wrapped, by})
		sealed, err := s.head(key, i, id)
		if err != nil {
			return err
		}
		answers = append(answers, []any{id, "filed", s.step(), 1, 1, sealed, filedAt(i)})
		for _, w := range []string{lower(lastName(i)), lower(firstName(i)), "date:" + filedAt(i*11).Format(time.DateOnly), fmt.Sprintf("ya%d", i), fmt.Sprintf("phone:%08d", i)} {
			for _, t := range s.keys.Search("search", w) {
				tokens = append(tokens, []any{t.Hash, int16(t.Key), id})
			}
		}
	}
	for _, t := range []struct {
		name    string
		columns []string
		rows    [][]any
	}{
		{"dossier", []string{"id", "public_id", "reference", "procedure", "definition", "state", "state_kind", "assignee_id", "round", "created_at", "updated_at", "submitted_at", "closed_at"}, dossiers},
		{"data_key", []string{"dossier_id", "rule", "wrapped", "wrapped_by"}, keys},
		{"answer", []string{"dossier_id", "stage", "step", "round", "version", "sealed", "updated_at"}, answers},
		{"search_token", []string{"token", "key", "dossier_id"}, tokens},
	} {
		if _, err := s.conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) dossier(i int, id int64) []any {
	at := filedAt(i)
	state, kind, closed := "accepted", "closed", &at
	if atWork(i) {
		kind, closed = "open", nil
		switch i / 10 % 5 {
		case 0:
			state, kind = "incomplete", "waiting"
		case 1:
			state = "admissible"
		default:
			state = "submitted"
		}
	}
	var assignee *int64
	if i/10%3 > 0 {
		assignee = &s.agents[i/10%len(s.agents)]
	}
	return []any{id, publicID(i), fmt.Sprintf("CS-2020-%08d", i), s.p.ID, s.p.Hash[:], state, kind, assignee, 1, at, at, at, closed}
}

func publicID(i int) string { return fmt.Sprintf("bench%021d", i) }

func (s *seeder) step() string { return s.p.Form.StepOf(s.p.Flow.Heading[0]).ID }

// head seals the page of answers that names a dossier in lists, as filing does.
func (s *seeder) head(key seal.Key, i int, id int64) ([]byte, error) {
	plain, err := json.Marshal(map[string][]string{
		s.p.Flow.Heading[0]: {lastName(i)}, s.p.Flow.Heading[1]: {firstName(i)},
		"applicant.title": {"ms"}, "applicant.sex": {"f"}, "applicant.marital_status": {"single"},
	})
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, "answer", strconv.FormatInt(id, 10), "filed", s.step(), "1", "1")
}
