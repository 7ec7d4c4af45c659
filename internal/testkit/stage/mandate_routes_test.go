package stage_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"guichet/internal/access"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// A mandate that has run out, was ended, covers nothing that is asked, or is for another dossier, reads nothing and writes nothing on
// any line of the applicants' door's router.
func TestAMandateThatIsNoneOpensNoRoute(t *testing.T) {
	a, lawyer, f := mandated(t)
	f.AttachAll()
	system := access.Actor{Kind: access.System}
	d, err := a.Office.Open(t.Context(), system, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	set := func(sql string, args ...any) {
		t.Helper()
		if _, err := a.Store.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	other := a.Person("other@example.org", "fr") // acts for somebody else, by a mandate of their own
	g := other.Start(a.Definition(), testkit.PersonaNamed(t, "mandate"))
	g.Fill()
	state := func() (n string) {
		t.Helper()
		if err := a.Store.Pool().QueryRow(t.Context(), `select concat_ws(' ', d.journal_seq, d.state, (select string_agg(md5(sealed), ',' order by id) from answer where dossier_id = d.id),
			(select count(*) from document where dossier_id = d.id and state = 'received'), (select count(*) from message where dossier_id = d.id), (select count(*) from mandate where dossier_id = d.id))
			from dossier d where d.id = $1`, d.ID).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before, pairs := "", 0
	walk := func(why string, b *stage.Browser) {
		t.Helper()
		before = state()
		err := chi.Walk(a.Site.Applicants.Mux(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
			if !strings.Contains(route, "{dossier}") || strings.HasSuffix(route, "/resume") || method == http.MethodHead {
				return nil
			}
			for _, move := range []string{"submit", "discard", "cancel_by_user", "complete"} {
				at := strings.NewReplacer("{dossier}", f.ID, "{step}", "contact", "{document}", d.Documents[0].ID, "{move}", move, "{line}", "1", "{upload}", "x").Replace(route)
				if method == http.MethodPost {
					b.Post(at, map[string][]string{"do": {"confirm"}, "_version": {"1"}, "state": {"draft"}})
				} else {
					b.Try(at)
				}
				if pairs++; b.Page.Status < 400 && b.Page.Path() != "/dossiers" || b.Page.Says("Hutchinson") || b.Page.Says("Boston") {
					t.Errorf("%s: %s %s answers %d", why, method, route, b.Page.Status)
				}
				if !strings.Contains(route, "{move}") {
					break
				}
			}
			return nil
		})
		if err != nil || state() != before {
			t.Errorf("%s: something was written: %v", why, err)
		}
	}
	for why, sql := range map[string]string{
		"run out":      "update mandate set state = 'confirmed', ends_at = $2::timestamptz where dossier_id = $1",
		"expired":      "update mandate set state = 'expired', ends_at = $2::timestamptz where dossier_id = $1",
		"revoked":      "update mandate set state = 'revoked', ends_at = $2::timestamptz + interval '1 day' where dossier_id = $1",
		"denied":       "update mandate set state = 'denied', ends_at = $2::timestamptz + interval '1 day' where dossier_id = $1",
		"not begun":    "update mandate set state = 'verified', starts_at = $2::timestamptz + interval '1 hour', ends_at = $2::timestamptz + interval '1 day' where dossier_id = $1",
		"without read": "update mandate set state = 'verified', starts_at = $2::timestamptz - interval '1 hour', scope = array['withdraw'], ends_at = $2::timestamptz + interval '1 day' where dossier_id = $1",
	} {
		set("update mandate set scope = array['fill', 'submit', 'receive', 'withdraw'], starts_at = $1::timestamptz - interval '2 days' where dossier_id = $2", a.Clock.Now(), d.ID)
		set(sql, d.ID, a.Clock.Now())
		walk(why, lawyer)
	}
	set("update mandate set state = 'confirmed', scope = array['fill', 'submit', 'receive'], starts_at = $2::timestamptz, ends_at = $2::timestamptz + interval '1 day' where dossier_id = $1", d.ID, a.Clock.Now())
	walk("for another dossier", other)
	lawyer.Get(f.Path("/check")).Shows("Hutchinson")
	set("update mandate set scope = array['submit', 'receive'] where dossier_id = $1", d.ID)
	before = state()
	lawyer.Post(f.Path("/step/contact"), map[string][]string{"_version": {"1"}}).Want(404)
	lawyer.Post(f.Path("/document/"+d.Documents[0].ID+"/remove"), nil)
	lawyer.Post(f.Path("/move/discard"), map[string][]string{"state": {"draft"}})
	if state() != before {
		t.Error("who may only send has filled in, or thrown away")
	}
	if pairs < 200 {
		t.Errorf("only %d pairs", pairs)
	}
}

// From the second on in which a mandate is ended it opens nothing, also for who has a page open; a link and its account end it.
func TestAccessEndsAtOnce(t *testing.T) {
	a, lawyer, f := mandated(t)
	lawyer.Get(f.Path("/check"))
	twin := lawyer.Twin()
	phone := a.Visit(stage.Applicants, "en")
	began := time.Now()
	press(t, phone.Get(linkTo(t, a, client)), "end")
	lawyer.Try(f.Path("/check")).Want(404)
	twin.Try(f.Path("/step/contact")).Want(404)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}
