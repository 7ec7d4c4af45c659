package stage_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// columns of the register, in the words of deliberation 2024-168.
var columns = strings.Split("Référence de la demande|Date d’anonymisation|Identité du demandeur|Catégorie du demandeur|Coordonnées du demandeur|Localisation du demandeur|"+
	"Vérification de l’identité|Première demande (O / N)|Date de la demande|Date de réception de la demande|Type de droit exercé|Objet de la demande|Date limite de réponse|Date d’envoi de la réponse", "|")

// kept is the register as it is taken away: by reference, what stands under each column.
func kept(t *testing.T, agent *stage.Browser) (heads []string, lines [][]string) {
	t.Helper()
	book := agent.Get("/register/rights-request").Form("/workbook").Submit("").Want(200)
	f, err := excelize.OpenReader(bytes.NewReader(book.Body))
	if err != nil {
		t.Fatal(err)
	}
	if names := f.GetSheetList(); len(names) != 1 {
		t.Errorf("sheets %v", names)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		lines = append(lines, append(row, make([]string, len(columns)-len(row))...))
	}
	return rows[0], lines
}

func lineOf(t *testing.T, lines [][]string, reference string) map[string]string {
	t.Helper()
	for _, l := range lines {
		if l[0] == reference {
			out := map[string]string{}
			for i, c := range columns {
				out[c] = l[i]
			}
			return out
		}
	}
	t.Fatalf("%s is not in the register of %d lines", reference, len(lines))
	return nil
}

// wants compares some columns of a line.
func wants(t *testing.T, line map[string]string, want map[string]string) {
	t.Helper()
	for column, words := range want {
		if line[column] != words {
			t.Errorf("%s: %s is %q, not %q", line[columns[0]], column, line[column], words)
		}
	}
}

// decided brings the president's decision to a move and makes it.
func decided(t *testing.T, desk *stage.Desk, move string, fields map[string]string) {
	t.Helper()
	form := desk.Get("/dossier/" + desk.ID + "/move/" + move).Form("/proof/" + move)
	for name, value := range fields { // typed first: sending the file loses nothing of it
		form.Set(name, value)
	}
	form = form.Attach(form.FileControl(), "décision.png", testkit.Picture(9)).Submit("attach").Want(200).Shows("décision.png").Form("/move/" + move)
	for name, value := range fields {
		if form.Values.Get(name) != value {
			t.Errorf("sending the file has lost %s", name)
		}
	}
	form.Submit("").Want(200)
}

// The register has its columns and no others, a line for each request whatever became of it, and lives three years.
func TestTheRegisterOfRequests(t *testing.T) {
	a := stage.Open(t)
	def := a.Catalogue.Get("rights-request")
	legal, web := a.Hire("juriste@example.org", "fr", "legal_cell"), a.Hire("web@example.org", "fr", "webmaster")
	reference := func(f *stage.Filing) string { return f.Opened().Reference }

	online := asked(t, a, "fr", "access", "opposition")
	inscribed := map[string]string{
		"register.requester_category": "user", "register.location": "MC", "register.identity_check": "not_needed", "register.subject": "=1+1 compte en ligne",
	}
	legal.Take(online.ID).Move("inscribe", inscribed)
	again := asked(t, a, "fr", "enquiry")
	other := asking("fr", "rectification")
	other.Answers["requester.last_name"], other.Answers["requester.email"] = "Rossi", "ugo@example.org"
	refused := a.Visit(stage.Applicants, "fr").Start(def, other)
	refused.Fill()
	refused.Send()
	reason := map[string]string{"answer.reasons": "Le droit ne s’applique pas ici."}
	if p := legal.Take(refused.ID).TryMove("refuse", map[string]string{"reason": "unfounded"}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("refused without written reasons: %d", p.Status)
	}
	if p := legal.Take(refused.ID).TryMove("refuse", reason); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("refused for no reason that the procedure knows: %d", p.Status)
	}
	legal.Take(refused.ID).Move("refuse", map[string]string{"reason": "unfounded", "answer.reasons": reason["answer.reasons"]})
	refused.Get(refused.Path("")).Shows("Refusée").Shows(reason["answer.reasons"]).Shows("saisir l’autorité de protection")
	if m := a.Mails("ugo@example.org")[0]; strings.Contains(m.Body, reason["answer.reasons"]) || !strings.Contains(m.Body, "/follow") {
		t.Errorf("the mail of a refusal says %q", m.Body)
	}

	// a letter of before all of them is entered after: it is the first
	letter := asking("fr", "erasure")
	letter.Answers["requester.last_name"] = "Martin-Blanc"
	post := legal.EnterBy("post", def, letter, map[string]string{"signed.day": "2", "signed.month": "11", "signed.year": "2026", "received.day": "5", "received.month": "11", "received.year": "2026"})
	post.Fill()
	post.Send()
	if p := legal.Take(post.ID).TryMove("dispense", map[string]string{"grant.decided_on.day": "18", "grant.decided_on.month": "11", "grant.decided_on.year": "2026", "answer.reasons": "Demandes répétées."}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("dispensed without the president’s decision: %d", p.Status)
	}
	wrong := legal.Get("/dossier/"+post.ID+"/move/dispense").Form("/proof/dispense").Set("answer.reasons", "Demandes répétées.")
	if p := wrong.Attach(wrong.FileControl(), "décision.exe", []byte("MZ")).Submit("attach"); p.Status != http.StatusUnprocessableEntity || p.Form("/move/dispense").Values.Get("answer.reasons") != "Demandes répétées." {
		t.Errorf("a file that will not do loses what was typed: %d", p.Status)
	}
	if p := legal.Get("/dossier/" + post.ID + "/move/dispense").Form("/proof/dispense").Submit("attach"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("no file was sent: %d", p.Status)
	}
	decided(t, legal.Take(post.ID), "dispense", map[string]string{"grant.decided_on.day": "18", "grant.decided_on.month": "11", "grant.decided_on.year": "2026", "answer.reasons": "Demandes répétées."})
	if m := a.Mails(requester)[0]; !strings.Contains(m.Subject, "dispensée de répondre") {
		t.Errorf("of a dispensation the person is told %q", m.Subject)
	}

	mailed, err := a.Mailbox.Deliver(t.Context(), def.ID, strings.NewReader("From: Ada Bianchi <ada@example.org>\r\nSubject: Mes droits\r\nMessage-ID: <1@example.org>\r\n\r\nQue savez-vous de moi ?\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	a.Drain()
	mailRef := stringOf(t, a, "select reference from dossier where public_id = $1", mailed.PublicID)

	withdrawn := a.Visit(stage.Applicants, "fr").Start(def, asking("fr", "access"))
	withdrawn.Fill()
	withdrawn.Send()
	page := withdrawn.Get(withdrawn.Path("")).Follow("/move/withdraw")
	page.Form("/move/withdraw").Submit("").Want(200)
	withdrawn.Get(withdrawn.Path("")).Shows("Retirée")

	testkit.Covers(t, "DS-076") // no dispensation without the president’s decision
	t.Run("every column, and no other", func(t *testing.T) {
		testkit.Covers(t, "DS-016", "DS-031", "DS-032", "DS-042", "DS-043", "DS-044", "DS-045", "DS-046", "DS-047", "DS-048", "DS-050", "DS-051", "DS-052", "DS-053", "DS-054", "DS-055", "DS-066")
		heads, lines := kept(t, legal)
		if !slices.Equal(heads, columns) || len(lines) != 6 {
			t.Fatalf("%d lines under %q", len(lines), heads)
		}
		wants(t, lineOf(t, lines, reference(online)), map[string]string{
			columns[1]: "", columns[2]: "Martin Zoé", columns[3]: "Usager", columns[4]: requester, columns[5]: "Monaco", columns[6]: "Pas de doute, rien n’est demandé",
			columns[8]: "20/11/2026", columns[9]: "20/11/2026", columns[10]: "Accéder à mes données ; M’opposer à un traitement", columns[11]: "'=1+1 compte en ligne", columns[12]: "20/12/2026", columns[13]: "",
		})
		wants(t, lineOf(t, lines, reference(post)), map[string]string{columns[8]: "02/11/2026", columns[9]: "05/11/2026", columns[12]: "05/12/2026", columns[13]: "20/11/2026", columns[10]: "Faire effacer mes données"})
		wants(t, lineOf(t, lines, reference(again)), map[string]string{columns[12]: "", columns[10]: "Me renseigner sur le traitement de mes données"})
		wants(t, lineOf(t, lines, reference(refused)), map[string]string{columns[2]: "Rossi Zoé", columns[13]: "20/11/2026"})
		wants(t, lineOf(t, lines, reference(withdrawn)), map[string]string{columns[13]: ""})
		wants(t, lineOf(t, lines, mailRef), map[string]string{columns[2]: "Ada Bianchi", columns[4]: "ada@example.org", columns[11]: "Mes droits"})
		shown := legal.Get("/register/rights-request").Shows(reference(online)).Shows("compte en ligne").Shows("02/11/2026")
		for _, c := range columns {
			shown.Shows(c)
		}
	})
	t.Run("the first request is looked up", func(t *testing.T) {
		testkit.Covers(t, "DS-049")
		_, lines := kept(t, legal)
		for f, want := range map[*stage.Filing]string{post: "O", online: "N", again: "N", withdrawn: "N", refused: "O"} {
			wants(t, lineOf(t, lines, reference(f)), map[string]string{columns[7]: want})
		}
		if legal.Get("/dossier/" + online.ID + "/move/inscribe").Has("register.first_request") {
			t.Error("it can be typed")
		}
	})
	t.Run("nobody else reads it, and reading leaves a trace", func(t *testing.T) {
		keeper := a.Hire("garde@example.org", "fr", "mailbox_keeper")
		for _, b := range []*stage.Browser{web, keeper} {
			if slices.Contains(b.Get("/queue?procedure=rights-request").Links(), "/register") {
				t.Error("they are led to it")
			}
			b.Try("/register").Want(http.StatusForbidden)
			b.Try("/register/rights-request").Want(http.StatusForbidden)
			b.Post("/register/rights-request/workbook", nil).Want(http.StatusForbidden)
		}
		legal.Try("/register/residence-permit").Want(http.StatusNotFound)
		legal.Try("/register/rights-request?after=x").Want(http.StatusNotFound)
		if page := legal.Get("/register/rights-request").Shows("Qui l’a emporté depuis un an"); !page.Answers("Camille Agent", "6") {
			t.Error("the page does not say who took it")
		}
		if n := count(t, a, "select count(*) from journal_read where what = 'register_file' and dossier_id = (select id from dossier where public_id = $1)", online.ID); n < 2 {
			t.Errorf("taken away %d times by its journal", n)
		}
		legal.Take(online.ID).Read().Shows("Ligne du registre, emportée dans un classeur")
	})
	t.Run("three years, then nobody's", func(t *testing.T) {
		testkit.Covers(t, "DS-117", "DS-118")
		a.Clock.Set(time.Date(2029, 11, 20, 22, 59, 59, 0, time.UTC))
		a.Tidy()
		legal = a.SignIn(stage.Agents, "juriste@example.org", "fr")
		a.Acknowledge(legal)
		_, lines := kept(t, legal)
		lineOf(t, lines, reference(online)) // is at work still, and goes by no clock
		lineOf(t, lines, reference(withdrawn))
		if len(lines) != 6 {
			t.Fatalf("%d lines", len(lines))
		}
		withdrawnRef := reference(withdrawn)
		a.Clock.Advance(time.Second)
		a.Tidy()
		legal = a.SignIn(stage.Agents, "juriste@example.org", "fr")
		a.Acknowledge(legal)
		_, lines = kept(t, legal)
		if len(lines) != 6 {
			t.Fatalf("%d lines", len(lines))
		}
		var left []map[string]string
		for _, l := range lines {
			if l[0] == "" {
				lines[0][0] = "" // for lineOf
				left = append(left, lineOf(t, [][]string{l}, ""))
			}
		}
		if len(left) != 3 {
			t.Fatalf("%d lines name nobody: %v", len(left), lines)
		}
		for _, l := range left {
			wants(t, l, map[string]string{columns[2]: "", columns[4]: "", columns[5]: "", columns[11]: "", columns[9]: "11/2026", columns[12]: "12/2026"})
			if l[columns[1]] == "" || l[columns[10]] == "" || l[columns[7]] == "" {
				t.Errorf("too little is left: %v", l)
			}
		}
		page := legal.Get("/register/rights-request").Shows("Ligne rendue anonyme").Shows("21/11/2029").Hides(withdrawnRef).Hides("Rossi")
		if slices.Contains(page.Links(), "/dossier/"+withdrawn.ID) {
			t.Error("a line that names nobody leads to a dossier")
		}
		tables := testkit.Dump(t, a.Store)
		for _, word := range []string{"Rossi", "ugo@example.org", withdrawnRef} {
			if strings.Contains(tables, word) {
				t.Errorf("%s is left", word)
			}
		}
	})
}
