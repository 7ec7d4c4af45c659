package dossier_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// entrust puts a mandate on a dossier as it stands; its address is the applicant's account's.
func (w *world) entrust(id string, holder access.Actor, index []byte, firm bool) {
	w.t.Helper()
	d, err := w.Open(w.t.Context(), system, id)
	w.must(err)
	w.must(w.Store.InTx(w.t.Context(), func(tx *store.Tx) error {
		_, err := tx.Q.MandateInsert(w.t.Context(), sqlc.MandateInsertParams{
			PublicID: "m-" + id, DossierID: d.ID, Procedure: permit, HolderID: holder.AccountID, Firm: firm, PrincipalIndex: index,
			Kind: "relative", Scope: []string{"fill"}, At: tx.Now, EndsAt: tx.Now.Add(time.Hour), Sealed: []byte{1},
		})
		return err
	}))
}

var system = access.Actor{Kind: access.System}

// The list shows exactly what can be opened, whatever the mandate, the dossier and the reader (access.Scope, access.Can).
func TestMineIsWhatMandatesOpen(t *testing.T) {
	w := newWorld(t)
	holder, principal, stranger := w.account(access.Person, "a@example.org"), w.account(access.Person, "b@example.org"), w.account(access.Person, "c@example.org")
	id, err := w.Start(t.Context(), holder, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	w.entrust(id, holder, w.Keys.Index("email", "b@example.org"), false)
	exec := func(sql string, args ...any) {
		t.Helper()
		_, err := w.Store.Pool().Exec(t.Context(), sql, args...)
		w.must(err)
	}
	owners := map[string]access.Actor{"the holder's": holder, "taken over": principal}
	opened := 0
	for owner, of := range owners {
		exec("update dossier set owner_id = $1", of.AccountID)
		for _, kind := range []string{"draft", "open", "closed"} {
			exec("update dossier set state_kind = $1", kind)
			for _, state := range []string{"proposed", "confirmed", "verified", "revoked", "denied", "expired"} {
				for _, scope := range [][]string{{"fill"}, {"receive"}, {"withdraw"}, {"fill", "submit", "receive"}} {
					ends := w.now.Add(time.Hour)
					if slices.Contains(scope, "submit") && state == "verified" && kind == "open" {
						ends = w.now // over, though the clock has not passed by
					}
					exec("update mandate set state = $1, scope = $2, ends_at = $3", state, scope, ends)
					for who, a := range map[string]access.Actor{"holder": holder, "applicant": principal, "stranger": stranger} {
						_, err := w.Open(t.Context(), a, id)
						found, _ := w.mine(a, dossier.MineFilter{})
						if (err == nil) != (len(found) == 1) {
							t.Fatalf("%s, %s, %s %v, %s: open %v, listed %d", owner, kind, state, scope, who, err, len(found))
						}
						if err == nil {
							opened++
						}
						if who == "stranger" && err == nil {
							t.Fatalf("%s %s: a stranger reads", kind, state)
						}
					}
				}
			}
		}
	}
	if opened < 100 {
		t.Errorf("only %d openings", opened)
	}
}

// A mandate ends by itself, and whoever is told of it is told once.
func TestAMandateExpires(t *testing.T) {
	w := newWorld(t)
	holder := w.account(access.Person, "a@example.org")
	id, err := w.Start(t.Context(), holder, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	w.entrust(id, holder, w.Keys.Index("email", "b@example.org"), false)
	_, err = w.Store.Pool().Exec(t.Context(), "update mandate set same_address = true")
	w.must(err)
	w.now = w.now.Add(time.Hour)
	holder.At = w.now
	if _, err := w.Open(t.Context(), holder, id); fault.Of(err) != fault.NotFound {
		t.Errorf("before the clock has passed by: %v", err)
	}
	w.must(w.EndMandates(t.Context()))
	w.must(w.EndMandates(t.Context()))
	d, err := w.Open(t.Context(), system, id)
	w.must(err)
	var mails int
	w.must(w.Store.Pool().QueryRow(t.Context(), "select count(*) from mail where template = 'mandate.ended'").Scan(&mails))
	if d.Mandate.State != access.Expired || mails != 1 {
		t.Errorf("%s, %d mails", d.Mandate.State, mails)
	}
}

// Who comes to act for more people in a day than is usual is shown to who audits, and to nobody else; nothing is blocked.
func TestUnusualNumbersAreShown(t *testing.T) {
	w := newWorld(t)
	holder, usual := w.account(access.Person, "a@example.org"), w.account(access.Person, "b@example.org")
	daily := w.Catalogue.Get(permit).Flow.Mandate.Daily
	for i := range daily + 1 {
		for _, a := range []access.Actor{holder, usual} {
			if a.AccountID == usual.AccountID && i == 0 {
				continue // one less: nothing unusual
			}
			id, err := w.Start(t.Context(), a, permit, []string{"terms", "consent"}, "fr")
			w.must(err)
			w.entrust(id, a, w.Keys.Index("email", id), false)
		}
	}
	_, err := w.Store.Pool().Exec(t.Context(), "update mandate set state = 'denied' where id = (select min(id) from mandate)")
	w.must(err)
	may := func(verb access.Verb) access.Actor {
		return access.Actor{AccountID: 99, Kind: access.Agent, Grants: []access.Grant{{Procedure: permit, Verbs: []access.Verb{verb}}}}
	}
	many, err := w.Harvests(t.Context(), may(access.Audit))
	w.must(err)
	if len(many) != 1 || many[0].HolderID != holder.AccountID || many[0].Mandates != daily+1 || many[0].Denied != 1 || many[0].FirmID != 0 {
		t.Errorf("%+v", many)
	}
	many, err = w.Harvests(t.Context(), may(access.Process))
	if err != nil || len(many) != 0 {
		t.Errorf("to who processes: %+v, %v", many, err)
	}
}

// What ends soon is announced once to both sides, by mail alone, and an agent who reads the proof lets it last again.
func TestAnEndIsAnnouncedOnce(t *testing.T) {
	w := newWorld(t)
	holder := w.account(access.Person, "a@example.org")
	id, err := w.Start(t.Context(), holder, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	w.entrust(id, holder, w.Keys.Index("email", "b@example.org"), false)
	count := func(template string) (n int) {
		t.Helper()
		w.must(w.Store.Pool().QueryRow(t.Context(), "select count(*) from mail where template = $1 and channel = 'email'", template).Scan(&n))
		return n
	}
	w.must(w.EndMandates(t.Context())) // it lasts an hour
	w.must(w.EndMandates(t.Context()))
	if yours, theirs := count("mandate.runs_out"), count("mandate.ending"); yours != 1 || theirs != 1 {
		t.Errorf("who acts is told %d times, the applicant %d", yours, theirs)
	}
}

// Who is acted for goes on to be it under another address; whoever acts is not taken for them because both have one address by now.
func TestAMandateFollowsAnAddress(t *testing.T) {
	w := newWorld(t)
	holder, principal := w.account(access.Person, "a@example.org"), w.account(access.Person, "b@example.org")
	id, err := w.Start(t.Context(), holder, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	index := func(email string) []byte { return w.Keys.Mailbox(string(access.Person), email) }
	w.entrust(id, holder, index("b@example.org"), false)
	moves := func(of access.Actor, was, next string, follows, same bool) {
		t.Helper()
		w.must(w.Store.InTx(t.Context(), func(tx *store.Tx) error {
			return tx.Q.MandatesMove(t.Context(), sqlc.MandatesMoveParams{Was: index(was), Next: index(next), AccountID: &of.AccountID})
		}))
		var to []byte
		var one bool
		w.must(w.Store.Pool().QueryRow(t.Context(), "select principal_index, same_address from mandate").Scan(&to, &one))
		if bytes.Equal(to, index("b2@example.org")) != follows || one != same {
			t.Errorf("%s to %s: follows %v, one address %v", was, next, bytes.Equal(to, index("b2@example.org")), one)
		}
	}
	moves(holder, "a@example.org", "a2@example.org", false, false)
	moves(principal, "b@example.org", "b2@example.org", true, false)
	moves(principal, "x@example.org", "b2@example.org", true, false)
	moves(holder, "a2@example.org", "b2@example.org", true, true)
}
