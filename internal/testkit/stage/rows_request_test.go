package stage_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

// What deliberation 2024-168 says of requests to exercise rights, row by row, on one house.
func TestRowsOfRequests(t *testing.T) {
	a := stage.Open(t)
	def := a.Catalogue.Get("rights-request")
	opinion, err := fs.ReadFile(guichet.Files, "docs/opinions/"+def.Flow.Processing.Source)
	if err != nil {
		t.Fatal(err)
	}
	says := func(words string) bool {
		flat := strings.NewReplacer("’", "'", "\u00a0", " ", "\u202f", " ")
		return strings.Contains(strings.Join(strings.Fields(flat.Replace(string(opinion))), " "), flat.Replace(words))
	}
	data := a.Visit(stage.Applicants, "fr").Get("/data/" + def.ID)

	t.Run("the purpose, to the letter", func(t *testing.T) {
		testkit.Covers(t, "DS-001")
		if purpose := def.Flow.Processing.Purpose.FR; !says(purpose) {
			t.Errorf("the opinion does not say %q", purpose)
		}
		data.Shows(def.Flow.Processing.Purpose.FR)
	})
	t.Run("whoever asks, and who works on it, is told", func(t *testing.T) {
		testkit.Covers(t, "DS-003", "DS-004", "DS-005")
		for _, who := range def.Flow.Processing.Persons {
			data.Shows(who.FR)
		}
		if f := asked(t, a, "fr", "access"); f.Opened().OwnerID != 0 {
			t.Error("who has no account cannot ask")
		}
		for role, notice := range map[string]string{"legal_cell": "agents", "webmaster": "agents", "hosting": "provider_duties", "editor": "provider_duties"} {
			b := a.Invited(role+"@example.org", "fr", role)
			read := ""
			for page := b.Get("/duties"); page.MaybeForm("/duties") != nil && len(read) < 1<<16; page = b.Get("/duties") {
				read += page.Text()
				page.Form("/duties").TickAll().Submit("").Want(200)
			}
			if !strings.Contains(read, def.Flow.Notice(notice).Title.FR) {
				t.Errorf("%s is not told of %s", role, notice)
			}
			if n := count(t, a, "select count(*) from consent where notice = $1", notice); n == 0 {
				t.Errorf("nothing is kept of what %s has read", role)
			}
		}
		own := a.Person("agent.prive@example.org", "fr").Start(def, asking("fr", "access")) // staff ask as anybody does
		own.Fill()
		own.Send()
	})
	t.Run("each right is asked for, and read at the desk", func(t *testing.T) {
		testkit.Covers(t, "DS-006", "DS-007", "DS-008", "DS-009", "DS-014", "DS-022", "DS-023", "DS-026", "DS-031", "DS-038", "DS-039", "DS-040")
		var all []any
		right := def.Form.Field("request.right")
		for _, o := range right.Options {
			all = append(all, o.ID)
		}
		if len(all) <= 3 {
			t.Fatal("the list is not open")
		}
		f := asked(t, a, "fr", all...)
		for _, id := range []string{"requester.last_name", "requester.first_name", "requester.email", "request.right", "request.message"} {
			if !f.Asked[def.Form.Field(id)] || len(f.Opened().Filed[id]) == 0 {
				t.Errorf("%s is not asked, or not kept", id)
			}
		}
		legal := a.SignIn(stage.Agents, "legal_cell@example.org", "fr")
		legal.Get("/queue?procedure=" + def.ID).Shows(f.Opened().Reference)
		page := legal.Take(f.ID).Read()
		for _, o := range right.Options {
			page.Shows(o.Label.FR)
		}
		for _, words := range []string{"Martin", "Zoé", requester, "Quelles données sur moi tenez-vous ?", f.Opened().Reference} {
			page.Shows(words)
		}
		legal.Get("/dossier/" + f.ID + "/timeline").Shows(text.Printer{Lang: text.FR}.ShortDateTimeAt(*f.Opened().SubmittedAt))
		a.Clock.Advance(3 * time.Hour) // news waits for more
		gather(t, a)
		if m := a.Mails("legal_cell@example.org"); len(m) == 0 || strings.Contains(m[0].Body, "Martin") {
			t.Errorf("the legal cell is told %+v", m)
		}
	})
	t.Run("on site and by post", func(t *testing.T) {
		testkit.Covers(t, "DS-012", "RP-152", "RP-153")
		legal := a.SignIn(stage.Agents, "legal_cell@example.org", "fr")
		for _, channel := range []string{"counter", "post"} {
			f := legal.EnterBy(channel, def, asking("fr", "access"), map[string]string{
				"signed.day": "18", "signed.month": "11", "signed.year": "2026", "received.day": "19", "received.month": "11", "received.year": "2026",
			})
			f.Fill()
			f.Send()
			if d := f.Opened(); d.Channel != channel || d.State != "received" || d.DueOn == nil || d.DueOn.Day() != 19 {
				t.Errorf("by %s: %s, due %v", channel, d.State, d.DueOn)
			}
		}
		p := a.Visit(stage.Applicants, "fr").Get("/notice/" + def.ID + "/offline")
		p.Shows("par courrier ou sur place")
	})
	t.Run("no datum beyond the list", func(t *testing.T) {
		testkit.Covers(t, "DS-067")
		eachField(def.Form, func(f *form.Field) {
			if len(f.Rows) == 0 && f.Own == "" {
				t.Errorf("%s is in no row, and nothing says why it is needed", f.ID)
			}
		})
		refused := changed(t, func(s string) string {
			return strings.Replace(s, "        rows: [DS-040]\n", "", 1)
		})
		if !refusedAt(refused, "forms/rights-request.yaml") {
			t.Errorf("a question that the opinion does not list is let in: %v", refused)
		}
	})
	t.Run("where the data come from", func(t *testing.T) {
		testkit.Covers(t, "DS-064", "DS-065", "DS-066", "RP-148", "RP-149")
		for _, want := range []string{
			"Demande et suivi, message du formulaire et copie d’une pièce d’identité\u00a0: la personne qui fait la demande",
			"Registre des demandes et éléments de réponse\u00a0: le personnel habilité à recevoir et à traiter les demandes",
			"journal des connexions, journal des messages et journal des agents\u00a0: le service les produit",
			"Connexion des agents\u00a0: le traitement «\u00a0Gestion centralisée des accès aux applications du SI\u00a0»",
			"Comptes et habilitations des agents\u00a0: le traitement «\u00a0Gestion des habilitations et des accès au Système d’Information\u00a0»",
		} {
			data.Shows(want)
		}
		eachField(def.Form, func(f *form.Field) { // as each question has it
			if strings.HasPrefix(f.ID, "register.") && f.Source != "agent" {
				t.Errorf("%s comes from %q", f.ID, f.Source)
			}
		})
		other := a.Visit(stage.Applicants, "fr").Get("/data/" + a.Definition().ID)
		other.Shows("Compte des usagers")
		if strings.Contains(other.Text(), "Connexion des agents") {
			t.Error("the account of users is told as that of agents")
		}
	})
	t.Run("each exchange is named, and the form is led to from other sites", func(t *testing.T) {
		testkit.Covers(t, "DS-094", "DS-107")
		for _, k := range def.Flow.Connectors {
			if !says(k.Name) {
				t.Errorf("the opinion does not say %q", k.Name)
			}
			data.Shows(k.Name)
		}
		for _, l := range []string{"fr", "en"} { // a link of a government site, by who has no session and no account
			for method, want := range map[string]int{http.MethodGet: http.StatusOK, http.MethodPost: http.StatusForbidden} { // it leads there, and cannot send in somebody's place
				req := httptest.NewRequestWithContext(t.Context(), method, a.Applicants+"/start/"+def.ID+"?lang="+l, nil)
				for name, value := range map[string]string{"Referer": "https://www.gouv.example/", "Origin": "https://www.gouv.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Accept-Language": l} {
					if name != "Origin" || method == http.MethodPost {
						req.Header.Set(name, value)
					}
				}
				rec := httptest.NewRecorder()
				a.Doors.ServeHTTP(rec, req)
				if rec.Code != want || want == http.StatusOK && !strings.Contains(rec.Body.String(), def.Title.In(text.Lang(l))) {
					t.Errorf("from a site of the government, %s in %s: %d", method, l, rec.Code)
				}
				if !strings.Contains(rec.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
					t.Error("another site can put it in a frame")
				}
			}
		}
	})
	t.Run("the system's log knows of each request, and nothing of it", func(t *testing.T) {
		testkit.Covers(t, "DS-035")
		lines := a.Log.String()
		for _, want := range []string{`"route":"/start/{procedure}"`, `"route":"/dossier/{dossier}/step/{step}"`, `"route":"/dossier/{dossier}/move/{move}"`, `"micros":`, `"status":303`} {
			if !strings.Contains(lines, want) {
				t.Errorf("the log lacks %s", want)
			}
		}
		for _, word := range []string{"Martin", "Zoé", requester, "Quelles données"} {
			if strings.Contains(lines, word) {
				t.Errorf("the log says %q", word)
			}
		}
	})
	t.Run("mail goes by the professional mail system", func(t *testing.T) {
		testkit.Covers(t, "DS-092")
		for _, k := range def.Flow.Connectors {
			if k.Kind == "smtp" {
				if !says(k.Name) {
					t.Errorf("the opinion does not say %q", k.Name)
				}
				data.Shows(k.Name)
			}
		}
		if m := a.Mails(requester); len(m) == 0 {
			t.Error("nothing was sent by it")
		}
	})
}

func refusedAt(refused []procedure.Refusal, file string) bool {
	for _, r := range refused {
		if r.File == file && r.Line > 0 {
			return true
		}
	}
	return false
}
