package dossier_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/retention"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
	"guichet/internal/workflow"
)

// doubted takes a request about one's data to the doubt about who asks, and back with the copy of an identity document.
func (w *world) doubted(person, agent access.Actor, answers form.Raw) (id, copied string) {
	w.t.Helper()
	ctx := w.t.Context()
	p := w.Catalogue.Get("rights-request")
	var accepted, review []string
	for _, n := range dossier.EntryNotices(p) {
		accepted = append(accepted, n.ID)
	}
	for _, n := range p.Flow.NoticesAt("review") {
		review = append(review, n.ID)
	}
	id, err := w.Import(ctx, person, dossier.Prepared{Procedure: p.ID, Accepted: accepted, Lang: "fr", Answers: answers})
	w.must(err)
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: review}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "doubt_identity", Picks: []dossier.Pick{{Path: "request.id_copy", Word: "Nous avons un doute."}}}))
	copied = w.send(person, id, "request.id_copy", "Papagena.png", picture())
	w.must(w.FinishUpload(ctx, person, id, copied))
	left, err := w.BeginUpload(ctx, person, id, dossier.Coming{Path: "request.id_copy", Name: "Papagena2.png", Size: 1000})
	w.must(err)
	_, err = w.SendPiece(ctx, person, id, left.ID, 0, bytes.NewReader(picture()[:100])) // and no more of it ever comes
	w.must(err)
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "prove_identity"}))
	return id, copied
}

var request = form.Raw{
	"requester.last_name": {"Zaunkönig"}, "requester.first_name": {"Ada"}, "requester.email": {"a@example.org"},
	"request.right": {"opposition"}, "request.message": {"Rotkehlchen"},
}

// Several rules on one dossier, each by itself: the copy of an identity document goes with the closing, and no backup opens it;
// all else three years after the receipt, not a second earlier; of the register what names nobody stays, with the day.
func TestEachRuleEndsByItself(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	agent.Grants = []access.Grant{{Procedure: "rights-request", Role: "legal_cell", Verbs: []access.Verb{access.Read, access.Process, access.Message, access.Inquire}}}
	id, copied := w.doubted(person, agent, request)
	backup, err := w.Store.Q().DocumentByPublicID(ctx, copied)
	w.must(err)
	if _, err := w.Keys.Unwrap(backup.Wrapped, backup.WrappedBy); err != nil || !strings.HasPrefix(backup.WrappedBy, "own/") {
		t.Fatalf("the copy has no key of its own: %s, %v", backup.WrappedBy, err)
	}
	var piece, coming, by string
	var wrapped, named []byte
	w.must(w.Store.Pool().QueryRow(ctx, "select u.blobs[1], u.public_id, u.sealed, k.wrapped, k.wrapped_by from upload u join data_key k using (dossier_id) where k.rule = 'dossier'").Scan(&piece, &coming, &named, &wrapped, &by))
	stays, err := w.Keys.Unwrap(wrapped, by)
	w.must(err)
	if name, err := stays.Open(named, "upload", coming); err == nil {
		t.Errorf("the name of what is on its way is sealed under the key of what stays: %s", name)
	}
	sealed, err := w.Blobs.Get(ctx, piece)
	w.must(err)
	defer func() { _ = sealed.Close() }()
	if plain, err := stays.Reader(sealed, "upload", coming, "0"); err == nil {
		if _, err = io.ReadAll(plain); err == nil {
			t.Error("what is on its way is sealed under the key of what stays")
		}
	}
	w.now = w.now.Add(time.Hour)
	_, err = w.SearchPerson(ctx, agent, id, dossier.Sought{Email: "a@example.org"})
	w.must(err)
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "respond", Fields: map[string][]string{
		"register.identity_check": {"verified"}, "answer.checklist": {"health_data_checked"}, "answer.text": {"Gimpel"},
	}}))
	if n := w.count("select count(*) from document where public_id = $1", copied); n != 0 {
		t.Error("the copy's row outlived the closing")
	}
	if n := w.count("select count(*) from upload"); n != 0 {
		t.Error("a copy on its way outlived the closing")
	}
	if _, err := w.Blobs.Get(ctx, piece); fault.Of(err) != fault.NotFound {
		t.Errorf("a piece of a copy outlived the closing: %v", err)
	}
	if _, err := w.Blobs.Get(ctx, backup.Blob); fault.Of(err) != fault.NotFound {
		t.Errorf("the copy's file outlived the closing: %v", err)
	}
	if _, err := w.Keys.Unwrap(backup.Wrapped, backup.WrappedBy); fault.Of(err) != fault.NotFound {
		t.Errorf("a backup opens the copy: %v", err)
	}
	if n := w.count("select count(*) from purge_certificate where rule = 'id_copy' and category = 'id_copy' and count = 1 and not whole"); n != 1 {
		t.Errorf("%d certificates of the copy", n)
	}
	if d := w.open(person, id); d.Filed["request.message"][0] != "Rotkehlchen" {
		t.Error("the request went with the copy")
	}

	w.now = time.Date(2028, 11, 20, 22, 59, 59, 0, time.UTC)
	w.must(w.keeper().Run(ctx))
	if d := w.open(person, id); d.Filed["request.message"] == nil {
		t.Error("what the form collected is gone before two years are over")
	}
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if d := w.open(person, id); d.Filed["request.message"] != nil || d.Filed["request.right"] == nil || d.Filed["requester.email"] == nil {
		t.Errorf("after two years the form’s own words stay, or more than they is gone: %v", d.Filed)
	}
	w.now = time.Date(2029, 11, 20, 22, 59, 59, 0, time.UTC)
	w.must(w.keeper().Run(ctx))
	if d := w.open(person, id); d.Filed["request.right"] == nil || d.Agent["answer.text"] == nil { // what shows that the law was kept
		t.Error("the request or its answer is gone early")
	}
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); fault.Of(err) != fault.NotFound {
		t.Fatalf("after three years: %v", err)
	}
	kept, err := w.Store.Q().AnonymisedOf(ctx, "rights-request")
	w.must(err)
	if len(kept) != 1 || kept[0].Day.Format(time.DateOnly) != "2029-11-21" || kept[0].State != "answered" || !bytes.Contains(kept[0].Answers, []byte("verified")) {
		t.Fatalf("the register keeps %+v", kept)
	}
	for range 8 { // laid beside the certificates, whose order is that of the erasures, they would say whose they were
		w.must(w.Store.Q().AnonymisedInsert(ctx, sqlc.AnonymisedInsertParams{Procedure: "x", Month: w.now, Answers: []byte("{}"), Day: w.now}))
	}
	var ids []int64
	w.must(w.Store.Pool().QueryRow(ctx, "select array_agg(id order by ctid) from anonymised").Scan(&ids))
	if slices.IsSorted(ids) || slices.Min(ids) < 0 || slices.Min(ids) < 1000 {
		t.Errorf("what is anonymous is numbered in order: %v", ids)
	}
	tables := testkit.Dump(t, w.Store)
	for _, word := range []string{"Zaunkönig", "Rotkehlchen", "Gimpel", "Papagena", "a@example.org"} {
		if strings.Contains(tables, word) {
			t.Errorf("%s is left", word)
		}
	}
	testkit.Covers(t, "DS-015", "DS-020", "DS-114", "DS-115", "DS-116", "DS-117", "DS-118", "RP-181")
}

// A rule that bears another name than when the dossier was closed holds nobody back: what it named goes on its day, by the definition
// the dossier began with; of a name that no definition has, with the last rule.
func TestARenamedRuleStrandsNobody(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant"))
	_, err := testkit.Owner(t, w.Store).Exec(ctx, "update ending set rule = 'as_it_was_called'")
	w.must(err)
	w.now = time.Date(2027, 2, 20, 22, 59, 59, 0, time.UTC)
	w.must(w.keeper().Run(ctx))
	w.open(person, id)
	_, err = testkit.Owner(t, w.Store).Exec(ctx, "insert into ending (dossier_id, rule, since, keep, due) select dossier_id, 'of_a_part', since, keep, due - 1 from ending")
	w.must(err)
	if ran, err := w.keeper().Once(ctx); err != nil || ran.Erased != 0 {
		t.Errorf("of a rule that nobody knows %d dossiers are said to have gone: %v", ran.Erased, err)
	}
	if n := w.count("select count(*) from ending"); n != 2 {
		t.Errorf("a rule that nobody knows is said to be carried out: %d are left", n)
	}
	found, err := w.keeper().Foresee(ctx, w.now.Add(time.Second))
	w.must(err)
	if len(found) != 2 || !found[0].Former || found[0].Rule != "as_it_was_called" || found[1].Rule != "of_a_part" {
		t.Errorf("foreseen is %+v", found)
	}
	held, err := w.keeper().HeldBack(ctx, w.now)
	w.must(err)
	if len(held) != 1 || !held[0].Former || held[0].Rule != "of_a_part" || held[0].Count != 1 || held[0].Why != retention.Late {
		t.Errorf("held back is %+v", held)
	}
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); fault.Of(err) != fault.NotFound {
		t.Fatalf("still there: %v", err)
	}
}

// A duration that is changed is applied to what was closed under another, both ways, and never to the second before.
func TestAChangedDurationIsApplied(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant")) // on 20 November
	was := w.count("select count(*) from data_key where wrapped_by = 'day/2027-02-21'")
	for keep, day := range map[string]string{"P5M": "2027-04-21", "P1M": "2026-12-21"} {
		w.Catalogue = editedFlow(t, "keep: P3M\n  from: closed", "keep: "+keep+"\n  from: closed")
		w.must(w.keeper().Run(ctx))
		if d := w.open(person, id); d.PurgeOn.Format(time.DateOnly) != day {
			t.Errorf("%s: goes on %v", keep, d.PurgeOn)
		}
		if n := w.count("select count(*) from data_key where wrapped_by = $1", "day/"+day); n != was || n == 0 {
			t.Errorf("%s: %d keys of %d die with the day", keep, n, was)
		}
	}
	w.Catalogue = editedFlow(t, "keep: P3M\n  from: closed", "keep: P1D\n  from: closed")
	w.now = time.Date(2026, 11, 25, 22, 59, 59, 0, time.UTC) // the new period is over long since
	w.must(w.keeper().Run(ctx))
	w.open(person, id) // a change takes nothing before the day is over
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); fault.Of(err) != fault.NotFound {
		t.Fatalf("still there: %v", err)
	}
}

// A run erases as many as it may, the rest goes with the next, and the day's key stays until the last has gone.
func TestARunHasACap(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	for range 3 {
		w.accepted(person, agent, testkit.PersonaNamed(t, "tenant"))
	}
	w.now = w.now.AddDate(0, 4, 0)
	k := w.keeper()
	k.Most = 2
	ran, err := k.Once(ctx)
	w.must(err)
	days, err := w.Keys.DaysBefore(w.now)
	w.must(err)
	if left := w.count("select count(*) from dossier"); ran.Erased != 2 || !ran.Left || left != 1 || len(days) != 1 {
		t.Fatalf("%+v, %d dossiers and keys of %v are left", ran, left, days)
	}
	ran, err = k.Once(ctx)
	w.must(err)
	days, err = w.Keys.DaysBefore(w.now)
	w.must(err)
	if left := w.count("select count(*) from dossier"); ran.Erased != 1 || ran.Left || left != 0 || len(days) != 0 {
		t.Fatalf("%+v, %d dossiers and keys of %v are left", ran, left, days)
	}
}

// What is touched while the run looks for it is not erased; a certificate is neither changed nor taken back.
func TestNoDraftGoesThatWasTouched(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	timed := w.Catalogue.Get(permit).Flow.Timed
	drafts := timed[slices.IndexFunc(timed, func(x workflow.Timed) bool { return x.Erase == workflow.Whole })]
	w.now = time.Date(2027, 2, 20, 22, 59, 59, 0, time.UTC)
	if err := w.Expire(ctx, id, drafts); fault.Of(err) != fault.Conflict {
		t.Fatalf("a second early: %v", err)
	}
	w.now = w.now.Add(time.Second)
	w.exec("update dossier set updated_at = $1", w.now.Add(-time.Minute))
	if err := w.Expire(ctx, id, drafts); fault.Of(err) != fault.Conflict {
		t.Fatalf("a minute after it was touched: %v", err)
	}
	w.exec("update dossier set updated_at = $1", w.now.AddDate(0, -4, 0))
	w.must(w.Expire(ctx, id, drafts))
	for _, sql := range []string{"update purge_certificate set count = 0", "delete from purge_certificate"} {
		if _, err := w.Store.Pool().Exec(ctx, sql); err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
}

// After a restore the certificates take again what had gone, in whole and in part, and nothing that began since under the same
// number.
func TestAfterARestoreWhatWentGoesAgain(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	gone := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.now = w.now.Add(time.Minute)
	fresh := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	number := func(id string) int64 { return int64(w.count("select id::int from dossier where public_id = $1", id)) }
	before := w.now.Add(-time.Second)
	lines := []retention.Certificate{
		{ID: 1, Rule: "drafts", Procedure: permit, Dossier: number(gone), Category: "identity", Whole: true, At: before},
		{ID: 2, Rule: "drafts", Procedure: permit, Dossier: number(gone), Category: "contact", Whole: true, At: before},
		{ID: 3, Rule: "drafts", Procedure: permit, Dossier: number(fresh), Category: "identity", Whole: true, At: before},
	}
	done, err := w.keeper().Replay(ctx, lines)
	w.must(err)
	if done.Certificates != 3 || done.Erased != 1 {
		t.Errorf("%+v", done)
	}
	if _, err := w.Open(ctx, person, gone); fault.Of(err) != fault.NotFound {
		t.Errorf("a backup brought somebody back: %v", err)
	}
	w.open(person, fresh)
	done, err = w.keeper().Replay(ctx, lines)
	w.must(err)
	if done.Erased != 0 {
		t.Errorf("again: %+v", done)
	}

	agent.Grants = []access.Grant{{Procedure: "rights-request", Role: "legal_cell", Verbs: []access.Verb{access.Read, access.Process, access.Message}}}
	id, copied := w.doubted(person, agent, request)
	part := retention.Certificate{ID: 4, Rule: "id_copy", Procedure: "rights-request", Dossier: number(id), Category: "id_copy", Count: 1, At: w.now}
	_, err = w.keeper().Replay(ctx, []retention.Certificate{part})
	w.must(err)
	if _, err := w.Store.Q().DocumentByPublicID(ctx, copied); fault.Of(err) != fault.NotFound {
		t.Errorf("the copy is back: %v", err)
	}
	if w.open(person, id).Filed["request.message"] == nil {
		t.Error("more went than the certificate says")
	}

	closed := retention.Certificate{ID: 5, Rule: "agent_closed", Account: agent.AccountID, Category: "account", Count: 1, At: w.now}
	_, err = w.keeper().Replay(ctx, []retention.Certificate{closed})
	w.must(err)
	if n := w.count("select count(*) from account where id = $1 and state = 'disabled'", agent.AccountID); n != 1 { // and the next sweep erases it
		t.Error("a backup lets an agent in who was erased")
	}
}

// A procedure that is served no more keeps nobody's dossier beyond its day: not one that is closed, whose person is told beforehand, nor
// a draft that nobody touches.
func TestWhatIsServedNoMoreGoesToo(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant"))
	draft := w.fill(w.account(access.Person, "c@example.org"), testkit.PersonaNamed(t, "tenant"))
	w.Catalogue = without(t, permit)
	w.now = time.Date(2027, 2, 7, 9, 0, 0, 0, time.UTC)
	w.must(w.keeper().Run(ctx))
	if n := w.count("select count(*) from message m join dossier d on d.id = m.dossier_id where d.public_id = $1 and m.template = 'purge_soon'", id); n != 1 {
		t.Errorf("told %d times beforehand", n)
	}
	found, err := w.keeper().Foresee(ctx, w.now.AddDate(0, 0, 30))
	w.must(err)
	if len(found) != 2 || found[0].Former || found[1].Former {
		t.Errorf("foreseen is %+v", found)
	}
	w.now = time.Date(2027, 2, 20, 22, 59, 59, 0, time.UTC)
	w.must(w.keeper().Run(ctx))
	if n := w.count("select count(*) from dossier where public_id = any($1)", []string{id, draft}); n != 2 {
		t.Fatal("it went a second early")
	}
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if n := w.count("select count(*) from dossier where public_id = any($1)", []string{id, draft}); n != 0 {
		t.Errorf("%d are still there", n)
	}
}
