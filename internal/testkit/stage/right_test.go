package stage_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const requester = "zoe.martin@example.org"

// asking is somebody who exercises their rights, in a language.
func asking(lang string, rights ...any) testkit.Persona {
	return testkit.Persona{Name: "zoe", Lang: lang, Answers: map[string]any{
		"requester.last_name": "Martin", "requester.first_name": "Zoé", "requester.email": requester,
		"request.right": rights, "request.message": "Quelles données sur moi tenez-vous ?",
	}}
}

// asked is a request that was sent without an account, in the browser that sent it.
func asked(t *testing.T, a *stage.App, lang string, rights ...any) *stage.Filing {
	t.Helper()
	f := a.Visit(stage.Applicants, lang).Start(a.Catalogue.Get("rights-request"), asking(lang, rights...))
	f.Fill()
	f.Send()
	return f
}

// red is a picture in colour.
func red(t *testing.T) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 60, 40))
	for x := range 60 {
		for y := range 40 {
			m.SetNRGBA(x, y, color.NRGBA{R: 200, G: uint8(x), B: 10, A: 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Somebody without an account asks, comes back with the reference and a code, and nobody else does.
func TestARequestNeedsNoAccount(t *testing.T) {
	testkit.Covers(t, "DS-010", "DS-021")
	a := stage.Open(t)
	def := a.Catalogue.Get("rights-request")
	b := a.Visit(stage.Applicants, "fr")
	mention := def.Flow.Notice("mention").Title.FR
	b.Get("/start/rights-request").Shows(mention).Shows("Aucun compte n’est nécessaire")
	f := b.Start(def, asking("fr", "access"))
	for _, page := range []string{"/step/requester", "/step/request", "/check"} {
		f.Get(f.Path(page)).Shows(mention)
	}
	if tasks := f.Get(f.Path("")); tasks.Says("pièce d’identité") {
		t.Error("a copy of an identity document is asked for before there is a doubt")
	}
	f.Fill()
	sent := f.Send()
	d := f.Opened()
	sent.Shows(d.Reference).Shows("20 décembre 2026")
	if d.OwnerID != 0 || d.DueOn == nil || d.DueOn.Format(time.DateOnly) != "2026-12-20" {
		t.Fatalf("owner %d, due %v", d.OwnerID, d.DueOn)
	}
	mails := a.Mails(requester)
	if len(mails) != 1 || !strings.Contains(mails[0].Body, d.Reference) || !strings.Contains(mails[0].Body, "/follow") || strings.Contains(mails[0].Body, "Martin") || strings.Contains(mails[0].Body, f.ID) {
		t.Fatalf("the mail says %+v", mails)
	}

	t.Run("what its person writes is theirs", func(t *testing.T) {
		f.Get(f.Path("/messages")).Form("/messages").Set("words", "Ci-joint {contact}, voir https://a.example").Attach("file", "procuration.png", testkit.Picture(4)).Submit("").Want(200)
		f.Get(f.Path("/messages")).Shows("Ci-joint {contact}")
		agent := a.Hire("lectrice@example.org", "fr", "legal_cell")
		agent.Get("/dossier/" + f.ID).Shows("Ci-joint {contact}, voir https://a.example").Shows("procuration.png").Shows("La personne qui fait la demande")
	})
	t.Run("nobody else opens it", func(t *testing.T) {
		stranger := a.Visit(stage.Applicants, "fr")
		if p := stranger.Get(f.Path("")); !strings.HasPrefix(p.Path(), "/sign-in") {
			t.Errorf("a stranger is at %s", p.Path())
		}
		other := asked(t, a, "fr", "rectification")
		other.Try(f.Path("")).Want(http.StatusNotFound)
		other.Try(f.Path("/check")).Want(http.StatusNotFound)
		a.Person("paul@example.org", "fr").Try(f.Path("")).Want(http.StatusNotFound)
	})
	t.Run("its person comes back", func(t *testing.T) {
		back := a.Visit(stage.Applicants, "en")
		ask := func(reference string) string {
			return back.Get("/follow").Form("follow").Set("reference", reference).Submit("").Want(200).Text()
		}
		sent := len(a.Mails(requester))
		unknown := ask("DD-2026-2222-2222")
		if n := len(a.Mails(requester)); n != sent {
			t.Fatalf("a reference of nothing is written about: %d", n-sent)
		}
		if known := ask(d.Reference); strings.ReplaceAll(known, d.Reference, "") != strings.ReplaceAll(unknown, "DD-2026-2222-2222", "") {
			t.Errorf("the page tells whether there is such a request")
		}
		code := tenLetters.FindString(a.Mails(requester)[0].Body)
		enter := func(b *stage.Browser, reference, code string) *stage.Page {
			return b.Get("/follow/code").Form("follow-code").Set("reference", reference).Set("code", code).Submit("")
		}
		for _, wrong := range [][2]string{{d.Reference, "AAAAA-AAAAA"}, {"DD-2026-2222-2222", code}, {"", code}, {d.Reference, ""}} {
			enter(back, wrong[0], wrong[1]).Want(http.StatusUnprocessableEntity).Shows("This code does not go with this reference")
		}
		var in atomic.Int32
		var race sync.WaitGroup
		for range 12 {
			race.Go(func() {
				if _, _, err := a.Office.Follow(t.Context(), d.Reference, code); err == nil {
					in.Add(1)
				}
			})
		}
		if race.Wait(); in.Load() != 1 {
			t.Errorf("one code lets in %d times", in.Load())
		}
		ask(d.Reference)
		code = tenLetters.FindString(a.Mails(requester)[0].Body)
		enter(back, " "+strings.ToLower(d.Reference)+" ", code).Want(200).Shows(d.Reference).Shows("20 December 2026")
		before := len(a.Mails(requester))
		ask(d.Reference)
		if n := len(a.Mails(requester)); n != before {
			t.Error("a third code goes out within ten minutes")
		}
		back.Get("/follow").Form("/end").Submit("").Want(200)
		if p := back.Get(f.Path("")); !strings.HasPrefix(p.Path(), "/sign-in") {
			t.Errorf("the visit goes on: %s", p.Path())
		}
		a.Clock.Advance(16 * time.Minute)
		ask(d.Reference)
		code = tenLetters.FindString(a.Mails(requester)[0].Body)
		a.Clock.Advance(10 * time.Minute) // as the mail says
		enter(back, d.Reference, code).Want(http.StatusUnprocessableEntity)
	})
	t.Run("a visit that is over gives back what was written", func(t *testing.T) {
		draft := a.Visit(stage.Applicants, "fr").Start(def, asking("fr", "access"))
		for _, over := range []func(){func() { a.Clock.Advance(31 * time.Minute) }, draft.Forget} {
			over()
			words := url.Values{"request.message": {"Où sont\nmes données ?"}, "_version": {"0"}}
			draft.Post(draft.Path("/step/request"), words).Want(http.StatusUnauthorized).Shows("Où sont").Shows("Sans compte").Shows("Recommencer")
			draft.Post(draft.Path("/step/requester"), url.Values{"requester.last_name": {"Durand"}, "_version": {"0"}}).Want(http.StatusUnauthorized).Shows("Durand")
		}
	})
	t.Run("a visit that is over leads back to what was sent", func(t *testing.T) {
		sent := asked(t, a, "fr", "access")
		late := sent.Get(sent.Path("/messages")).Form("/messages").Set("words", "Merci")
		a.Clock.Advance(31 * time.Minute)
		late.Submit("").Want(http.StatusUnauthorized).Shows("Merci").Shows("Suivre une demande faite sans compte")
		again := sent.Post(sent.Path("/step/request"), url.Values{"request.message": {"Encore"}, "_version": {"0"}}).Want(http.StatusUnauthorized)
		if again.Shows("Encore").Shows("Votre visite est finie"); again.Says("rien n’a été envoyé") {
			t.Error("what was sent is said not to be")
		}
	})
	t.Run("machines are kept out", func(t *testing.T) {
		a.Visit(stage.Applicants, "fr").Post("/start/rights-request", url.Values{"altcha": {""}, "opened": {""}}).Want(http.StatusUnprocessableEntity)
	})
	t.Run("who has an account finds it there", func(t *testing.T) {
		mine := a.Person("lea@example.org", "fr").Start(def, asking("fr", "opposition"))
		mine.Fill()
		mine.Send()
		mine.Get("/dossiers").Shows(mine.Opened().Reference)
	})
	t.Run("what is not sent goes", func(t *testing.T) {
		left := a.Visit(stage.Applicants, "fr").Start(def, asking("fr", "access"))
		a.Clock.Advance(49 * time.Hour)
		a.Tidy()
		if n := count(t, a, "select count(*) from dossier where public_id = $1", left.ID); n != 0 {
			t.Error("a request left unsent stays")
		}
	})
}

// The month runs, the desk knows when it comes near and when it is over, and nobody but the president gives more.
func TestTheMonthIsTheLaws(t *testing.T) {
	testkit.Covers(t, "DS-074", "DS-075", "DS-077", "DS-103", "DS-104", "DS-013")
	a := stage.Open(t)
	const agent = "juriste@example.org"
	legal := a.Hire(agent, "fr", "legal_cell")
	f := asked(t, a, "fr", "access")
	desk := legal.Take(f.ID)
	desk.Move("take", nil)
	desk.Read().Shows("20 décembre 2026")
	legal.Get("/queue?procedure=rights-request").Shows("Réponse due le")
	told := func(words string) (n int) {
		a.Tidy()
		for _, m := range a.Mails(agent) {
			if strings.Contains(m.Subject, words) {
				n++
			}
		}
		return n
	}
	enquiry := asked(t, a, "fr", "enquiry")
	if d := enquiry.Opened(); d.DueOn != nil {
		t.Errorf("a mere question is due on %v", d.DueOn)
	}
	legal.Take(enquiry.ID).Read().Hides("Inscrire un délai accordé")

	a.Clock.Set(time.Date(2026, 12, 9, 12, 0, 0, 0, time.UTC))
	if n := told("bientôt due"); n != 0 {
		t.Errorf("%d warnings eleven days before", n)
	}
	for i, day := range []int{10, 17} {
		a.Clock.Set(time.Date(2026, 12, day, 12, 0, 0, 0, time.UTC))
		if n := told("bientôt due"); n != i+1 {
			t.Errorf("%d warnings on 12/%d", n, day)
		}
		if n := told("bientôt due"); n != i+1 {
			t.Errorf("warned again on the same day: %d", n)
		}
	}
	legal = a.SignIn(stage.Agents, agent, "fr")
	a.Acknowledge(legal)
	desk = legal.Take(f.ID)
	if p := desk.TryMove("extend", map[string]string{"grant.decided_on.day": "15", "grant.decided_on.month": "12", "grant.decided_on.year": "2026", "grant.due.day": "20", "grant.due.month": "3", "grant.due.year": "2027"}); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("more time without a decision: %d", p.Status)
	}
	if d := f.Opened(); d.DueOn.Format(time.DateOnly) != "2026-12-20" {
		t.Fatalf("the day has moved to %v", d.DueOn)
	}
	a.Clock.Set(time.Date(2026, 12, 20, 22, 59, 59, 0, time.UTC)) // a second before its end in Monaco
	if n := told("EN RETARD"); n != 0 {
		t.Error("overdue before the day is over")
	}
	a.Clock.Set(time.Date(2026, 12, 20, 23, 0, 1, 0, time.UTC))
	if n := told("EN RETARD"); n != 1 {
		t.Errorf("%d mails say that it is over", n)
	}
	if n := told("EN RETARD"); n != 1 {
		t.Errorf("%d mails say that it is over, at the second run", n)
	}
	if d := f.Opened(); d.State != "received" {
		t.Errorf("the clock has moved the request to %s", d.State)
	}
	legal = a.SignIn(stage.Agents, agent, "fr")
	a.Acknowledge(legal)
	desk = legal.Take(f.ID)
	desk.Read().Shows("Le délai légal de réponse a pris fin le 20 décembre 2026")
	legal.Get("/queue?procedure=rights-request").Shows("EN RETARD")

	page := desk.Get("/dossier/" + f.ID + "/move/extend")
	upload := page.Form("/proof/extend")
	upload.Attach(upload.FileControl(), "décision.png", testkit.Picture(9)).Submit("attach").Want(200).Shows("décision.png")
	dates := func(day, month string) *stage.Page {
		return desk.TryMove("extend", map[string]string{"grant.decided_on.day": "18", "grant.decided_on.month": "12", "grant.decided_on.year": "2026", "grant.due.day": day, "grant.due.month": month, "grant.due.year": "2027"})
	}
	before := len(a.Mails(requester))
	dates("20", "2").Want(200)
	if d := f.Opened(); d.DueOn.Format(time.DateOnly) != "2027-02-20" || d.DueOverAt != nil {
		t.Errorf("due on %v", d.DueOn)
	}
	if m := a.Mails(requester); len(m) != before+1 || !strings.Contains(m[0].Subject, "prolongé") {
		t.Errorf("the person is told %+v", m[0])
	}
	if p := dates("20", "3"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("one decision moves the day twice: %d", p.Status)
	}
}

// A doubt asks for a copy, which is grey from its arrival, seen by few, and gone with the request.
func TestADoubtAboutIdentity(t *testing.T) {
	testkit.Covers(t, "DS-019", "DS-041", "DS-068", "DS-069", "DS-070", "DS-071", "DS-072", "DS-073", "DS-105", "DS-108")
	a := stage.Open(t)
	legal, web := a.Hire("juriste@example.org", "fr", "legal_cell"), a.Hire("web@example.org", "fr", "webmaster")
	f := asked(t, a, "en", "access")
	desk := legal.Take(f.ID)
	if p := desk.TryMove("doubt_identity", nil); p.Status != http.StatusUnprocessableEntity {
		t.Fatalf("a doubt without a word: %d", p.Status)
	}
	desk.Move("doubt_identity", map[string]string{"word.request.id_copy": "Deux personnes portent ce nom."})
	f.Get(f.Path("")).Shows("Deux personnes portent ce nom.")
	if m := a.Mails(requester); !strings.Contains(m[0].Body, "/follow") || strings.Contains(m[0].Body, "Deux personnes") {
		t.Errorf("the mail says %q", m[0].Body)
	}
	f.Attach("request.id_copy", []byte("%PDF-1.4 not a picture")).Want(http.StatusUnprocessableEntity)
	copied := red(t)
	half := len(copied) / 2
	at := f.Offer(f.ID, "request.id_copy", "passport.png", len(copied)) // in pieces, as the script sends it
	f.Piece(at, 0, copied[:half]).Want(http.StatusNoContent)
	f.Piece(at, half, copied[half:]).Want(http.StatusNoContent)
	f.Post(at+"/finish", url.Values{"path": {"request.id_copy"}, "name": {"passport.png"}}).Want(http.StatusCreated)
	f.Get(f.Path("")).Form("/move/prove_identity").Submit("").Want(200)
	a.Drain()

	d := f.Opened()
	if len(d.Documents) != 1 || d.State != "searching" {
		t.Fatalf("%d copies, %s", len(d.Documents), d.State)
	}
	copyID := d.Documents[0].ID
	opened, err := a.Office.Download(t.Context(), access.Actor{Kind: access.System}, copyID)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := io.ReadAll(opened.Content)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(kept))
	if err != nil {
		t.Fatal(err)
	}
	if m.ColorModel() != color.GrayModel || m.Bounds().Dx() != 60 {
		t.Errorf("the copy is kept in %T", m)
	}
	if rule := stringOf(t, a, "select rule from document where public_id = $1", copyID); rule != "id_copy" {
		t.Errorf("the copy is sealed under %q", rule)
	}
	looks := count(t, a, "select count(*) from journal_read")
	page := legal.Get("/dossier/" + f.ID + "?doc=" + copyID)
	for _, href := range page.Links() {
		if strings.Contains(href, stage.Files) {
			t.Errorf("the copy can be taken away: %s", href)
		}
	}
	legal.Try("/dossier/" + f.ID + "/document/" + copyID + "/page/1").Want(200)
	if now := count(t, a, "select count(*) from journal_read"); now < looks+2 {
		t.Error("a look at the copy leaves no line")
	}
	for _, href := range web.Get("/dossier/" + f.ID).Links() {
		if strings.Contains(href, copyID) {
			t.Errorf("a webmaster is led to the copy: %s", href)
		}
	}
	web.Try("/dossier/" + f.ID + "/document/" + copyID + "/page/1").Want(http.StatusNotFound)

	answer := func(values map[string][]string) *stage.Page {
		form := desk.Get("/dossier/" + f.ID + "/move/respond").Form("/move/respond")
		for name, v := range values {
			form.Set(name, v...)
		}
		return form.Submit("")
	}
	all := []string{"confirmation", "purpose_categories_recipients", "plain_copy", "automated_reasoning", "health_data_checked"}
	for what, values := range map[string]map[string][]string{
		"identity in doubt":  {"register.identity_check": {"asked"}, "answer.checklist": all, "answer.text": {"Voici."}},
		"a content missing":  {"register.identity_check": {"verified"}, "answer.checklist": all[1:], "answer.text": {"Voici."}},
		"health not checked": {"register.identity_check": {"verified"}, "answer.checklist": all[:4], "answer.text": {"Voici."}},
		"no words":           {"register.identity_check": {"verified"}, "answer.checklist": all},
	} {
		if p := answer(values); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("answered with %s: %d", what, p.Status)
		}
	}
	desk.Get("/dossier/"+f.ID+"/inquiry").Form("/search").Set("email", requester).Submit("Chercher").Want(200)
	answer(map[string][]string{"register.identity_check": {"verified"}, "answer.checklist": all, "answer.text": {"Nous tenons votre nom et rien d’autre."}}).Want(200)
	f.Get(f.Path("")).Shows("Nous tenons votre nom et rien d’autre.")
	if m := a.Mails(requester); strings.Contains(m[0].Body, "rien d’autre") || !strings.Contains(m[0].Body, "/follow") {
		t.Errorf("the answer’s mail says %q", m[0].Body)
	}
	web.Get("/dossier/" + f.ID).Hides("rien d’autre")
}

func stringOf(t *testing.T, a *stage.App, sql string, args ...any) (s string) {
	t.Helper()
	if err := a.Store.Pool().QueryRow(t.Context(), sql, args...).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}
