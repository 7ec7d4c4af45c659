package stage_test

import (
	"fmt"
	"testing"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// How long an answer takes tells nothing of who acts for whom: whether a link was ever one, whether a code is out, whether the address
// given for an applicant has an account, whether a reference is that of somebody without one. It measures and is no test, as its
// neighbour of account.
func BenchmarkTimingTellsNothing(t *testing.B) {
	if t.N < 20 {
		return // the first call, which looks how long one takes
	}
	a, f := sentUnderMandate(t)
	plenty(t, a, t.N)
	links(t, a)
	references(t, a)
	addresses(t, a, f)
}

// sentUnderMandate is a dossier that a lawyer has sent for a client.
func sentUnderMandate(t *testing.B) (*stage.App, *stage.Filing) {
	t.Helper()
	a := stage.Open(t)
	f := a.Person(lawyerAt, "fr").Start(a.Definition(), testkit.PersonaNamed(t, "mandate"))
	f.Fill()
	f.AttachAll()
	f.Send()
	a.Drain()
	return a, f
}

// plenty writes dossiers of people without an account, two a sample, each with a mandate, a link that was used and one that was not; a
// code is out for every other.
func plenty(t *testing.B, a *stage.App, samples int) {
	t.Helper()
	for _, sql := range []string{
		`insert into dossier (public_id, reference, procedure, definition, state, state_kind, created_at, updated_at, submitted_at)
			select 'many' || i, 'MANY' || i, 'rights-request', d.definition, 'received', 'open', d.created_at, d.updated_at, d.submitted_at
			from dossier d, generate_series(0, $1::int * 2 - 1) i`,
		`insert into mandate (public_id, dossier_id, procedure, principal_index, kind, scope, starts_at, ends_at, state, sealed, proposed_at, code, code_until)
			select d.public_id, d.id, d.procedure, '\x01', m.kind, m.scope, m.starts_at, m.ends_at, 'proposed', '\x01', m.proposed_at,
				case right(d.public_id, 1)::int % 2 when 0 then '\x02'::bytea end, m.ends_at
			from mandate m, dossier d where m.stands and d.public_id like 'many%' and $1::int > 0`,
		`insert into mandate_link (hash, mandate_id, expires_at, used_at)
			select sha256(convert_to(how || m.public_id, 'UTF8')), m.id, m.ends_at, case how when 'used ' then m.starts_at end
			from mandate m, unnest(array['used ', 'live ']) how where m.public_id like 'many%' and $1::int > 0`,
		"analyze dossier, mandate, mandate_link",
	} {
		args := []any{samples}
		if sql[:7] == "analyze" {
			args = nil
		}
		if _, err := a.Store.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
}

// refused fails t unless err is of the kind that either side of a question gives.
func refused(t *testing.B, err error, kind fault.Kind) {
	t.Helper()
	if fault.Of(err) != kind {
		t.Fatal(err)
	}
}

// links are those of the applicants' mails: one that was used and one that never was; a guess where a code is out and where none is.
func links(t *testing.B, a *stage.App) {
	t.Helper()
	link := func(name string) {
		_, err := a.Office.LinkedMandate(t.Context(), name)
		refused(t, err, fault.NotFound)
	}
	testkit.TellsNothing(t, "mandate-link", func(i int) { link(fmt.Sprintf("used many%d", i)) }, func(i int) { link(fmt.Sprintf("used none%d", i)) })
	guess := func(i int) {
		_, err := a.Office.SeeMandate(t.Context(), fmt.Sprintf("live many%d", i), "000000")
		refused(t, err, fault.Invalid)
	}
	testkit.TellsNothing(t, "mandate-code", func(i int) { guess(2 * i) }, func(i int) { guess(2*i + 1) })
}

// references are those of people without an account, who come back with a code.
func references(t *testing.B, a *stage.App) {
	t.Helper()
	ask := func(reference string) {
		if err := a.Office.AskWay(t.Context(), reference); err != nil {
			t.Fatal(err)
		}
	}
	testkit.TellsNothing(t, "follow", func(i int) { ask(fmt.Sprintf("MANY%d", i)) }, func(i int) { ask(fmt.Sprintf("NONE%d", i)) })
	guess := func(reference string) {
		_, _, err := a.Office.Follow(t.Context(), reference, "AAAAA-AAAAA")
		refused(t, err, fault.NotFound)
	}
	testkit.TellsNothing(t, "follow-code", func(i int) { guess(fmt.Sprintf("MANY%d", i)) }, func(i int) { guess(fmt.Sprintf("NONE%d", i)) })
}

// addresses are given for an applicant: of who has an account, and of who has none.
func addresses(t *testing.B, a *stage.App, f *stage.Filing) {
	t.Helper()
	at := func(who string, i int) string { return fmt.Sprintf("%s%d@example.com", who, i) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.Store.InTx(t.Context(), func(tx *store.Tx) error {
		for i := range t.N {
			if _, err := a.Accounts.CreateActive(t.Context(), tx, account.New{Kind: "person", Profile: account.Profile{Email: at("known", i)}}); err != nil {
				return err
			}
		}
		return nil
	}))
	id, err := a.Store.Q().AccountByEmail(t.Context(), sqlc.AccountByEmailParams{Kind: "person", EmailIndex: a.Office.Keys.Mailbox("person", lawyerAt)})
	must(err)
	lawyer, err := a.Accounts.Actor(t.Context(), id.ID, a.Clock.Now())
	must(err)
	give := func(who string) func(int) {
		return func(i int) { must(a.Office.Readdress(t.Context(), lawyer, f.ID, at(who, i))) }
	}
	testkit.TellsNothing(t, "mandate-address", give("known"), give("unknown"), func() { // nobody was asked for long
		_, err := a.Store.Pool().Exec(t.Context(), "with old as (delete from mandate where not stands) update mandate set proposed_at = starts_at - interval '2 days' where dossier_id = $1", f.Opened().ID)
		must(err)
	})
}
