package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"guichet/internal/dossier"
)

// pageLength is what a page of the queue lists.
const pageLength = 50

func lower(s string) string { return strings.ToLower(s) }

// place is where the n-th page of a client begins: somewhere in the queue at work, elsewhere each time.
func (h *house) place(client, n int) int {
	pages := max(h.dossiers/10/pageLength-2, 1)
	return (client*7919 + n*104_729) % pages * pageLength * 10
}

// bareQueue is the keyset query alone: the least that a page of the queue must ask.
func (h *house) bareQueue(ctx context.Context, client, n int) error {
	i := h.place(client, n)
	return h.rows(ctx, pageLength+1, `select id, public_id, reference, state, submitted_at, assignee_id, round from dossier
		where procedure = $1 and state_kind in ('open', 'waiting') and (submitted_at, id) > ($2, $3) order by submitted_at, id limit $4`,
		h.def.ID, filedAt(i), int64(i+1), pageLength+1)
}

// rows reads a query to its end, and wants at least so many rows.
func (h *house) rows(ctx context.Context, least int, sql string, args ...any) error {
	rows, err := h.pool.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return err
		}
		n++
	}
	if rows.Err() == nil && n < least {
		return fmt.Errorf("%d rows, not %d", n, least)
	}
	return rows.Err()
}

// queuePage is the same page, from the address to the last byte: session, rights, rows, names unsealed, counts, filters.
func (h *house) queuePage(ctx context.Context, client, n int) error {
	i := h.place(client, n)
	after := strconv.FormatInt(filedAt(i).UnixMicro(), 10) + "." + strconv.Itoa(i+1)
	return h.page(ctx, client, "/queue?after="+after, lastName(i+10))
}

// someone is who is looked for: a last and a first name that one dossier at work has, and perhaps others.
func (h *house) someone(client, n int) int { return (client*7919 + n*104_729) % (h.dossiers / 10) * 10 }

// bareSearch is the query by the index alone, of the same words.
func (h *house) bareSearch(ctx context.Context, client, n int) error {
	i := h.someone(client, n)
	tokens := [][]byte{h.Keys.Search("search", lower(lastName(i)))[0].Hash, h.Keys.Search("search", lower(firstName(i)))[0].Hash}
	return h.rows(ctx, 1, `select d.id, d.public_id, d.reference, d.state, d.submitted_at, d.assignee_id, d.round from dossier d
		where d.procedure = $1 and d.state_kind in ('open', 'waiting') and d.id in (
			select dossier_id from search_token where token = any($2) group by dossier_id having count(*) = 2)
		order by d.submitted_at, d.id limit $3`, h.def.ID, tokens, pageLength+1)
}

// search is what the office answers for these words in the other order: scope, tokens, rows, names unsealed.
func (h *house) search(ctx context.Context, client, n int) error {
	i := h.someone(client, n)
	rows, _, err := h.Office.Queue(ctx, h.actors[client], dossier.Filter{
		Procedure: h.def.ID, AtWork: true, Words: firstName(i) + " " + strings.ToUpper(lastName(i)), Limit: pageLength,
	})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("%s %s is not found", firstName(i), lastName(i))
	}
	return err
}

func (h *house) searchPage(ctx context.Context, client, n int) error {
	i := h.someone(client, n)
	return h.page(ctx, client, "/queue?q="+url.QueryEscape(firstName(i)+" "+lastName(i)), fmt.Sprintf("CS-2020-%08d", i))
}
