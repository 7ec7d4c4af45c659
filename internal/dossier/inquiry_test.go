package dossier_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
	"guichet/internal/testkit/enquiry"
	"guichet/internal/workflow"
)

// asked is a world with a question in it, that came by e-mail, and the agents around it.
type asked struct {
	*world
	desk, holder, other access.Actor
	id                  string
}

func newAsked(t *testing.T, replace ...string) *asked {
	t.Helper()
	w := &asked{world: newWorld(t)}
	w.Catalogue = enquiry.Catalogue(t, replace...)
	grant := func(email, role, team string, verbs ...access.Verb) access.Actor {
		a := w.account(access.Agent, email)
		a.Grants = []access.Grant{{Procedure: enquiry.ID, Role: role, Team: team, Verbs: verbs}}
		w.must(w.Store.InTx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Q.GrantInsert(t.Context(), sqlc.GrantInsertParams{AccountID: a.AccountID, Procedure: enquiry.ID, Role: role, Team: team, Now: tx.Now})
			return err
		}))
		return a
	}
	w.desk = grant("desk@example.org", "desk", "", access.Read, access.Process, access.Message, access.Inquire)
	w.holder = grant("water@example.org", "holder", "water", access.Hold)
	w.other = grant("library@example.org", "holder", "library", access.Hold)
	taken, err := w.TakeMail(t.Context(), enquiry.ID, dossier.Incoming{Digest: []byte("1"), From: "rossi@example.org", Name: "Rossi", Subject: "?", Words: "Que savez-vous ?", Raw: []byte("x")})
	w.must(err)
	w.id = taken.PublicID
	return w
}

func (w *asked) open() *dossier.Dossier { return w.world.open(w.desk, w.id) }

// A person is found in every procedure, by those with the right, for a dossier at hand, whose journal says so; nothing is opened.
func TestAPersonIsFoundInEveryProcedure(t *testing.T) {
	w := newAsked(t)
	ctx := t.Context()
	owner, permitID := w.applied("zoe@example.org")
	filed := w.world.open(owner, permitID).Filed
	name, birth := filed["applicant.last_name"][0], filed["applicant.birth_date"]
	at, err := time.Parse("2006-1-2", birth[2]+"-"+birth[1]+"-"+birth[0])
	w.must(err)
	draft, err := w.Start(ctx, owner, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	w.exec("update account set email_index = $1 where id = $2", w.Keys.Mailbox("person", "zoe@example.org"), owner.AccountID)
	search := func(s dossier.Sought) (ids []string) {
		t.Helper()
		found, err := w.SearchPerson(ctx, w.desk, w.id, s)
		w.must(err)
		for _, f := range found {
			ids = append(ids, f.PublicID)
			if f.Procedure == "" || f.State == "" {
				t.Errorf("%+v", f)
			}
		}
		return ids
	}
	has := func(ids []string, id string) bool { return strings.Contains(strings.Join(ids, " "), id) }
	if got := search(dossier.Sought{Name: strings.ToUpper(name), Birth: at}); !has(got, permitID) {
		t.Errorf("by name and birth: %v", got)
	}
	if got := search(dossier.Sought{Name: name, Birth: at.AddDate(0, 0, 1)}); has(got, permitID) {
		t.Error("another day of birth finds it")
	}
	if got := search(dossier.Sought{Email: " ZOE@example.org"}); !has(got, permitID) || has(got, draft) { // what was never sent is its owner’s alone
		t.Errorf("by the account’s address: %v", got)
	}
	if got := search(dossier.Sought{Email: "rossi@example.org"}); has(got, w.id) {
		t.Error("the dossier at hand is found for itself")
	}
	if _, err := w.Open(ctx, w.desk, permitID); fault.Of(err) != fault.NotFound {
		t.Errorf("what was found can be opened: %v", err)
	}

	f, err := w.Read(ctx, w.desk, w.id)
	w.must(err)
	n := 0
	for _, e := range f.History {
		if e.Act == dossier.PersonSearched {
			n++
		}
		for _, v := range e.Detail {
			if strings.Contains(v, name) || strings.Contains(v, "zoe") {
				t.Errorf("the journal names the person: %v", e.Detail)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d searches are in the journal", n)
	}

	for who, a := range map[string]access.Actor{"a holder": w.holder, "the person": owner, "nobody": {}, "who reads": {AccountID: 9, Kind: access.Agent, Grants: []access.Grant{{Procedure: enquiry.ID, Role: "keeper", Verbs: []access.Verb{access.Read}}}}} {
		if _, err := w.SearchPerson(ctx, a, w.id, dossier.Sought{Name: name}); fault.Of(err) != fault.NotFound {
			t.Errorf("%s searches: %v", who, err)
		}
	}
	if _, err := w.SearchPerson(ctx, w.desk, permitID, dossier.Sought{Name: name}); fault.Of(err) != fault.NotFound {
		t.Errorf("a dossier of another procedure is no reason: %v", err)
	}
	if _, err := w.SearchPerson(ctx, w.desk, w.id, dossier.Sought{Birth: at}); fault.Key(err) != "inquiry.nothing" {
		t.Errorf("a day of birth alone: %v", err)
	}
	search(dossier.Sought{Name: "Nul Autre"})
	if _, err := w.SearchPerson(ctx, w.desk, w.id, dossier.Sought{Name: name}); fault.Key(err) != "inquiry.often" {
		t.Errorf("more than the definition lets: %v", err)
	}
	w.must(w.Move(ctx, w.desk, w.id, dossier.Act{Move: "reply_to"}))
	w.now = w.now.AddDate(0, 0, 2)
	if _, err := w.SearchPerson(ctx, w.desk, w.id, dossier.Sought{Name: name}); fault.Key(err) != "inquiry.closed" {
		t.Errorf("a closed dossier is a reason: %v", err)
	}
}

// Holders of other processings are asked, reminded and answer, each for their own; nobody else reads any of it (DS-002, DS-018, DS-096).
func TestOrdersToHolders(t *testing.T) {
	testkit.Covers(t, "DS-002", "DS-018", "DS-096")
	named := ""
	for _, p := range newWorld(t).Catalogue.All() {
		if q := p.Flow.Inquiry; q != nil {
			for _, x := range q.Processings {
				named += x.Label.FR + "\n"
			}
		}
	}
	for _, directorate := range []string{"Délégation", "Services Numériques", "Systèmes d’Information", "Plateformes"} {
		if !strings.Contains(named, directorate) {
			t.Errorf("nobody can be asked for the %s", directorate)
		}
	}
	w := newAsked(t)
	ctx := t.Context()
	told := func(what string) int {
		t.Helper()
		var n int
		w.must(w.Store.Pool().QueryRow(ctx, "select count(*) from desk_news where news = $1", what).Scan(&n))
		return n
	}
	for key, ask := range map[string]dossier.Ask{
		"order.processing": {Words: "x"}, "order.words": {Processings: []string{"water"}}, "order.due": {Processings: []string{"water"}, Words: "x", Due: day("2026-11-01")},
	} {
		if err := w.OrderSearch(ctx, w.desk, w.id, ask); fault.Key(err) != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	if err := w.OrderSearch(ctx, w.desk, w.id, dossier.Ask{Processings: []string{"secret"}, Words: "x"}); fault.Key(err) != "order.processing" {
		t.Errorf("a processing of nobody: %v", err)
	}
	w.must(w.OrderSearch(ctx, w.desk, w.id, dossier.Ask{Processings: []string{"water", "library"}, Words: "Madame Rossi, née en 1985"}))
	if err := w.OrderSearch(ctx, w.desk, w.id, dossier.Ask{Processings: []string{"water"}, Words: "x"}); fault.Key(err) != "order.open" {
		t.Errorf("asked twice: %v", err)
	}
	if n := told("search_asked"); n != 2 {
		t.Errorf("%d holders are told", n)
	}
	mine, err := w.HeldOrders(ctx, w.holder)
	w.must(err)
	if len(mine) != 1 || mine[0].Processing.FR != "Facturation de l’eau" || mine[0].Due.Format(time.DateOnly) != "2026-11-30" {
		t.Fatalf("%+v", mine)
	}
	id := mine[0].ID
	o, err := w.HeldOrder(ctx, w.holder, id)
	w.must(err)
	if o.Words != "Madame Rossi, née en 1985" {
		t.Errorf("%q", o.Words)
	}
	for who, a := range map[string]access.Actor{"another holder": w.other, "who asked": w.desk, "nobody": {}} {
		if _, err := w.HeldOrder(ctx, a, id); fault.Of(err) != fault.NotFound {
			t.Errorf("%s reads it as a holder: %v", who, err)
		}
		if err := w.AnswerOrder(ctx, a, id, dossier.OrderNothing, ""); fault.Of(err) != fault.NotFound {
			t.Errorf("%s answers: %v", who, err)
		}
		if err := w.AttachToOrder(ctx, a, id, "a.png", bytes.NewReader(testkit.Picture(2))); fault.Of(err) != fault.NotFound {
			t.Errorf("%s attaches: %v", who, err)
		}
	}
	if _, err := w.Open(ctx, w.holder, w.id); fault.Of(err) != fault.NotFound {
		t.Errorf("a holder opens the dossier: %v", err)
	}
	if _, err := w.Orders(ctx, w.holder, w.open()); fault.Of(err) != fault.NotFound {
		t.Errorf("a holder reads all orders: %v", err)
	}

	w.now = w.now.AddDate(0, 0, 6) // the 26th: the 30th ends in less than five days, not in three
	w.must(w.RemindOrders(ctx))
	if n := told("search_due"); n != 0 {
		t.Errorf("reminded too early: %d", n)
	}
	w.now = w.now.AddDate(0, 0, 2)
	w.must(w.RemindOrders(ctx))
	w.must(w.RemindOrders(ctx))
	if n := told("search_due"); n != 2 {
		t.Errorf("reminded %d times at three days", n)
	}

	t.Run("an answer with a file", func(t *testing.T) {
		if err := w.AnswerOrder(ctx, w.holder, id, dossier.OrderFound, " "); fault.Key(err) != "order.words" {
			t.Errorf("nothing is said: %v", err)
		}
		w.must(w.AttachToOrder(ctx, w.holder, id, "a.png", bytes.NewReader(testkit.Picture(2))))
		w.must(w.AttachToOrder(ctx, w.holder, id, "b.png", bytes.NewReader(testkit.Picture(3))))
		o, err := w.HeldOrder(ctx, w.holder, id)
		w.must(err)
		w.must(w.DropOrderFile(ctx, w.holder, id, o.Files[1].ID))
		if err := w.opens(w.desk, o.Files[0].ID); fault.Of(err) != fault.NotFound {
			t.Errorf("what was not sent is opened: %v", err)
		}
		var wg sync.WaitGroup
		sent := make([]error, 10)
		for i := range sent {
			wg.Go(func() { sent[i] = w.AnswerOrder(ctx, w.holder, id, dossier.OrderFound, "") })
		}
		wg.Wait()
		good := 0
		for _, err := range sent {
			if err == nil {
				good++
			} else if fault.Key(err) != "order.done" {
				t.Error(err)
			}
		}
		if good != 1 {
			t.Errorf("%d answers to one order", good)
		}
		if err := w.AttachToOrder(ctx, w.holder, id, "c.png", bytes.NewReader(testkit.Picture(4))); fault.Key(err) != "order.done" {
			t.Errorf("a file after the answer: %v", err)
		}
		orders, err := w.Orders(ctx, w.desk, w.open())
		w.must(err)
		if x := orders[0]; x.State != "answered" || x.Outcome != dossier.OrderFound || len(x.Files) != 1 || x.AnsweredBy != w.holder.AccountID {
			t.Fatalf("%+v", orders[0])
		}
		w.must(w.opens(w.desk, orders[0].Files[0].ID))
		for who, a := range map[string]access.Actor{"a holder": w.holder, "another": w.other, "who reads": {AccountID: 9, Kind: access.Agent, Grants: []access.Grant{{Procedure: enquiry.ID, Role: "keeper", Verbs: []access.Verb{access.Read}}}}} {
			if err := w.opens(a, orders[0].Files[0].ID); fault.Of(err) != fault.NotFound {
				t.Errorf("%s opens an element of the answer: %v", who, err)
			}
		}
		if n := told("search_news"); n == 0 {
			t.Error("who asked is not told")
		}
	})

	t.Run("a day that is over is told once", func(t *testing.T) {
		before := told("search_news")
		w.now = w.now.AddDate(0, 0, 5)
		w.must(w.RemindOrders(ctx))
		w.must(w.RemindOrders(ctx))
		if n := told("search_news"); n != before+1 {
			t.Errorf("told %d times", n-before)
		}
	})

	t.Run("taken back", func(t *testing.T) {
		theirs, err := w.HeldOrders(ctx, w.other)
		w.must(err)
		gives := func() []string {
			unmet, _ := errors.AsType[*workflow.Unmet](w.Move(ctx, w.desk, w.id, dossier.Act{Move: "reply_to"}))
			if unmet == nil {
				return nil
			}
			return unmet.Needs
		}
		if got := gives(); !slices.Equal(got, []string{"orders"}) {
			t.Fatalf("answered while somebody is asked: %v", got)
		}
		if _, err := w.Gather(ctx, w.desk, w.id, nil); fault.Key(err) != "inquiry.orders_open" {
			t.Errorf("put together while somebody is asked: %v", err)
		}
		if err := w.WithdrawOrder(ctx, w.desk, w.id, theirs[0].ID, " "); fault.Key(err) != "order.words" {
			t.Errorf("taken back without a reason: %v", err)
		}
		w.must(w.WithdrawOrder(ctx, w.desk, w.id, theirs[0].ID, "Le mois est à son terme"))
		h, err := w.Gather(ctx, w.desk, w.id, nil)
		w.must(err)
		if len(h.Others) != 2 || !h.Others[0].Answered || h.Others[1].Answered || h.Others[1].Words != "Le mois est à son terme" {
			t.Errorf("the answer does not say who has not answered: %+v", h.Others)
		}
		file := orderFile(w, id)
		for _, verdict := range []string{"waiting", "infected"} {
			w.exec("update document set verdict = $1 where public_id = $2", verdict, file)
			if err := w.KeepAnswer(ctx, w.desk, w.id, h, []byte("pdf"), []byte("json"), []string{file}); fault.Key(err) != "document.waiting" {
				t.Errorf("a file that is %s is in the answer: %v", verdict, err)
			}
		}
		w.exec("update document set verdict = 'clean' where public_id = $1", file)
		w.must(w.KeepAnswer(ctx, w.desk, w.id, h, []byte("pdf"), []byte("json"), []string{file}))
		w.now = w.now.Add(time.Minute)
		w.must(w.OrderSearch(ctx, w.desk, w.id, dossier.Ask{Processings: []string{"library"}, Words: "encore"}))
		theirs2, err := w.HeldOrders(ctx, w.other)
		w.must(err)
		w.must(w.WithdrawOrder(ctx, w.desk, w.id, theirs2[0].ID, "Demandée par erreur"))
		if got := gives(); !slices.Equal(got, []string{"gathered"}) {
			t.Errorf("an answer that is older than a search is given: %v", got)
		}
		if err := w.AnswerOrder(ctx, w.other, theirs[0].ID, dossier.OrderNothing, ""); fault.Of(err) != fault.NotFound {
			t.Errorf("answered all the same: %v", err)
		}
		if err := w.WithdrawOrder(ctx, w.desk, w.id, id, "trop tard"); fault.Key(err) != "order.done" {
			t.Errorf("an answer is taken back: %v", err)
		}
	})
	var clear int
	w.must(w.Store.Pool().QueryRow(ctx, "select count(*) from search_order where position('Rossi'::bytea in sealed) > 0").Scan(&clear))
	if clear != 0 {
		t.Error("an order can be read at rest")
	}
}

func orderFile(w *asked, order string) (id string) {
	w.t.Helper()
	w.must(w.Store.Pool().QueryRow(w.t.Context(), "select public_id from document where path = $1 and state = 'received'", "@order."+order).Scan(&id))
	return id
}

// What stands at no question goes with the category it belongs to, when that goes before the dossier: the copy of the message that began
// it and its words on the thread with the question they answer, other messages and what holders were asked with the messages.
func TestWhatStandsBesideGoesWithItsCategory(t *testing.T) {
	t.Parallel()
	w := newAsked(t, "what: [question, health, answer, internal, consents, messages, generated], keep: P3M, from: closed, then: delete, fixed: proposed}",
		"what: [health, answer, internal, consents], keep: P3M, from: closed, then: delete, fixed: proposed}\n"+
			"- {id: asked, what: [question], keep: P1M, from: closed, then: delete, fixed: proposed}\n"+
			"- {id: talk, what: [messages, generated], keep: P2M, from: closed, then: delete, fixed: proposed}")
	ctx := t.Context()
	ref := w.open().Reference
	_, err := w.TakeMail(ctx, enquiry.ID, dossier.Incoming{Digest: []byte("2"), From: "rossi@example.org", Subject: ref, Words: "Encore", Raw: []byte("y")})
	w.must(err)
	w.must(w.OrderSearch(ctx, w.desk, w.id, dossier.Ask{Processings: []string{"water"}, Words: "Madame Rossi"}))
	mine, err := w.HeldOrders(ctx, w.holder)
	w.must(err)
	w.must(w.AttachToOrder(ctx, w.holder, mine[0].ID, "a.png", bytes.NewReader(testkit.Picture(2))))
	w.must(w.AnswerOrder(ctx, w.holder, mine[0].ID, dossier.OrderFound, "Ceci"))
	w.now = w.now.Add(time.Minute)
	h, err := w.Gather(ctx, w.desk, w.id, nil)
	w.must(err)
	w.must(w.KeepAnswer(ctx, w.desk, w.id, h, []byte("pdf"), []byte("json"), nil))
	w.must(w.Move(ctx, w.desk, w.id, dossier.Act{Move: "reply_to"}))
	stands := func(what string, copies, words, beside int) {
		t.Helper()
		got := []int{
			w.count("select count(*) from document where path = '@mail'"), w.count("select count(*) from message where template = '@mail'"),
			w.count("select count(*) from document where path = '@answer' or path like '@order.%'"),
		}
		if !slices.Equal(got, []int{copies, words, beside}) || w.count("select count(*) from mail_in") != copies {
			t.Errorf("%s: copies, messages and files beside: %v", what, got)
		}
	}
	certified := func(rule, category string) int {
		return w.count("select coalesce(max(count), 0)::int from purge_certificate where rule = $1 and category = $2 and not whole", rule, category)
	}
	stands("closed", 2, 2, 3)
	w.now = w.now.AddDate(0, 1, 1)
	w.must(w.keeper().Run(ctx))
	stands("without the question", 1, 1, 3)
	if n := certified("asked", "question"); n < 4 { // name or address, words, and the copy and the message that bear them too
		t.Errorf("the certificate of the question counts %d", n)
	}
	w.now = w.now.AddDate(0, 1, 0)
	w.must(w.keeper().Run(ctx))
	stands("without the messages", 0, 0, 0)
	if m, g := certified("talk", "messages"), certified("talk", "generated"); m < 4 || g < 2 { // a message and its copy, an order and its file; the two forms of the answer
		t.Errorf("the certificates count %d and %d", m, g)
	}
	if n := w.count("select (select count(*) from search_order) + (select count(*) from answer_package)"); n != 0 {
		t.Error("what holders were asked, or the answer, outlived its rule")
	}
	w.open()
}

// What another procedure holds is handed over once somebody other than its finder has said that it is the same person's; and what
// was put together before somebody was looked for again is not kept.
func TestFindingsElsewhereTakeASecondPerson(t *testing.T) {
	t.Parallel()
	w := newAsked(t)
	ctx := t.Context()
	id := w.id
	owner, elsewhere := w.applied("zoe@example.org")
	w.exec("update account set email_index = $1 where id = $2", w.Keys.Mailbox("person", "zoe@example.org"), owner.AccountID)
	second := w.account(access.Agent, "second@example.org")
	second.Grants = w.desk.Grants
	found, err := w.SearchPerson(ctx, w.desk, id, dossier.Sought{Email: "zoe@example.org"})
	w.must(err)
	if len(found) != 1 || found[0].PublicID != elsewhere {
		t.Fatalf("found: %+v", found)
	}
	refused := func(err error, key string) {
		t.Helper()
		if fault.Key(err) != key || err == nil {
			t.Errorf("%v, not %q", err, key)
		}
	}
	var h *dossier.Handed
	gather := func() (err error) { h, err = w.Gather(ctx, w.desk, id, []string{elsewhere}); return err }
	refused(gather(), "inquiry.unapproved")
	refused(w.ApproveFound(ctx, w.desk, id, elsewhere), "inquiry.own")
	for who, a := range map[string]access.Actor{"a holder": w.holder, "the person": owner} {
		if err := w.ApproveFound(ctx, a, id, elsewhere); fault.Of(err) != fault.NotFound {
			t.Errorf("%s approves: %v", who, err)
		}
	}
	if err := w.ApproveFound(ctx, second, id, id); fault.Of(err) != fault.NotFound {
		t.Errorf("what was not found is approved: %v", err)
	}
	w.must(w.ApproveFound(ctx, second, id, elsewhere))
	refused(w.ApproveFound(ctx, second, id, elsewhere), "inquiry.approved")
	if n := w.count("select count(*) from journal_entry where act = 'finding_approved'"); n != 1 {
		t.Errorf("%d lines of the journal", n)
	}
	w.must(gather())

	gathered := w.now
	for _, at := range []time.Time{gathered.Add(-time.Minute), gathered, gathered.Add(time.Minute)} { // the first has waited for the lock
		w.now = at
		_, err = w.SearchPerson(ctx, second, id, dossier.Sought{Name: "Zoé Autre"})
		w.must(err)
		refused(w.KeepAnswer(ctx, w.desk, id, h, []byte("pdf"), []byte("json"), nil), "inquiry.again")
		w.must(gather())
	}
	w.must(w.KeepAnswer(ctx, w.desk, id, h, []byte("pdf"), []byte("json"), nil))
	w.exec("delete from journal_entry where act = 'person_searched'") // as when a year has gone by
	w.must(w.Move(ctx, w.desk, id, dossier.Act{Move: "reply_to"}))
}
