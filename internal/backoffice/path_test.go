package backoffice_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// The whole path of a dossier at the desk: found, read, asked for, compared, admitted, accepted.
func TestAgentWorksADossierThrough(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-014", "RP-025", "RP-026", "RP-027", "RP-041")
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)

	queue := agent.Get("/queue?q=bianchi").Shows("Bianchi Chiara Lucia").Shows(w.reference()).Shows("À vérifier")
	queue.Follow(w.reference()).Shows("Papalins").Shows("YA1234567").Shows("Pièces justificatives")
	if n := w.number("select count(*) from journal_read where what = 'dossier'"); n != 1 {
		t.Fatalf("%d readings noted", n)
	}
	agent.Page.Form("/move/take").Submit("").Want(200).Shows("télécharger votre récépissé.").Shows("c’est enregistré")
	agent.Get("/queue?assignee=me").Shows("Bianchi")
	agent.Get("/queue?assignee=none").Shows("Aucun dossier ne correspond")

	const secret = "Je doute de la quittance, à vérifier avec le bailleur"
	agent.Get(w.path("")).Form("/note").Set("words", secret).Submit("").Want(200).Shows(secret)

	ask := w.move(agent, "ask")
	ask.Set("word.stay.id_number", "Le numéro est illisible").Tick("pick=documents.electricity").Submit("").Want(422).
		Shows("Dites en un mot ce qui ne va pas").Shows("Numéro").Form("/move/ask").
		Set("word.documents.electricity", "Trop ancienne").Submit("").Want(200).Shows("En attente de la personne").Shows("Le numéro est illisible")

	applicant := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
	if strings.Contains(w.everyPage(applicant), "bailleur") {
		t.Fatal("the applicant reads the internal thread")
	}
	w.complete()
	agent.Get(w.path("")).Shows("YA7654321").Shows("Avant : YA1234567").Shows("Remplacé").Shows("Nouveau")

	w.move(agent, "admit").Set("request.reason", "professional").Submit("").Want(200).Shows("Recevable, à décider").Shows("Professionnel")
	w.Drain()
	pdf := agent.Get(agent.Get(w.path("")).Link("/made/"))
	if !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) || !strings.HasPrefix(pdf.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("the summary is %q, %q", pdf.Header.Get("Content-Type"), pdf.Header.Get("Content-Disposition"))
	}
	w.move(agent, "accept").Set("decision.comment", "Bienvenue.").Submit("").Want(200).Shows("Acceptée").Shows("Effacement prévu")
	if agent.Page.MaybeForm("/move/") != nil {
		t.Error("a closed dossier offers moves")
	}
	if strings.Contains(w.everyPage(applicant), "bailleur") {
		t.Fatal("the applicant reads the internal thread once the dossier is closed")
	}
}

// complete is the person's answer to what was asked.
func (w *world) complete() {
	w.t.Helper()
	ctx := w.t.Context()
	step := w.Definition().Form.StepOf("stay.id_number")
	_, err := w.Office.Answer(ctx, w.person, w.id, dossier.Save{Step: step.ID, Posted: map[string][]string{"stay.id_number": {"YA7654321"}}})
	must(w.t, err)
	w.attach(w.person, w.id, "documents.electricity", 200)
	must(w.t, w.Office.Move(ctx, w.person, w.id, dossier.Act{Move: "complete"}))
}

// What the person types and attaches after being asked is theirs until it is sent.
func TestUnsentCorrectionsAreNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "en", officer)
	w.move(agent, "ask").Set("word.stay.id_number", "Unreadable").Set("word.documents.electricity", "Too old").Submit("").Want(200)
	step := w.Definition().Form.StepOf("stay.id_number")
	_, err := w.Office.Answer(t.Context(), w.person, w.id, dossier.Save{Step: step.ID, Posted: map[string][]string{"stay.id_number": {"YA7654321"}}})
	must(t, err)
	before := w.number("select count(*) from document where state <> 'removed'")
	w.attach(w.person, w.id, "documents.electricity", 201)
	page := agent.Get(w.path("")).Shows("YA1234567").Hides("YA7654321")
	if n := strings.Count(string(page.Body), "?doc="); int64(n) != before {
		t.Errorf("%d documents shown, %d sent", n, before)
	}
	var hidden string
	must(t, w.Store.Pool().QueryRow(t.Context(), "select public_id from document order by id desc limit 1").Scan(&hidden))
	agent.Try(w.path("/document/" + hidden + "/page/1")).Want(404)
	told := func() (whole, end int) {
		whole = strings.Count(agent.Get(w.path("/timeline?kind=documents")).Text(), "Attached a document")
		f, err := w.Office.Read(t.Context(), w.actor(0), w.id)
		must(t, err)
		for _, e := range f.Latest(w.actor(0), 1000) {
			if e.Act != nil && e.Act.Act == "attach" {
				end++
			}
		}
		return whole, end
	}
	first, end := told()
	if int64(first) != before || int64(end) != before {
		t.Errorf("%d documents were sent, the timeline tells of %d, the end of it of %d", before, first, end)
	}
	must(t, w.Office.Move(t.Context(), w.person, w.id, dossier.Act{Move: "complete"}))
	if now, end := told(); now != first+1 || end != now {
		t.Errorf("once it is sent the timeline tells of %d documents, the end of it of %d; before, of %d", now, end, first)
	}
}

// A move that lacks something says what, keeps what was typed, and changes nothing.
func TestProblemsStandBesideWhatWasTyped(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-017", "RP-143")
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	w.move(agent, "ask").Submit("").Want(422).Shows("Choisissez au moins un élément à demander")
	refusal := w.move(agent, "refuse").Submit("").Want(422).Shows("Choisissez un motif")
	if !refusal.Has("decision.comment-error") {
		t.Error("no problem stands beside the comment")
	}
	refusal.Form("/move/").Set("decision.comment", "Parce que c’est ainsi.").Submit("").Want(422).Shows("Parce que c’est ainsi.")
	w.move(agent, "qualify").Set("request.reason", "").Submit("").Want(422)
	w.move(agent, "assign").Submit("").Want(422).Shows("Choisissez un agent dans la liste")
	agent.Get(w.path("")).Form("/note").Submit("").Want(422).Shows("Écrivez la note avant de l’ajouter").Hides("Écrivez une note de")
	if s := w.state(); s != "submitted" {
		t.Fatalf("the dossier is %s", s)
	}
	w.move(agent, "qualify").Set("request.reason", "family").Submit("").Want(200).Shows("Familial")
	w.move(agent, "cancel_by_agent").Set("reason", "duplicate").Set("decision.comment", "Déjà déposée.").Submit("").Want(200).Shows("c’est proposé") // there is no other
	w.move(agent, "cancel_by_agent").Set("reason", "asked_by_person").Set("decision.comment", "Elle y renonce.").Submit("").Want(200).Shows("Annulée").Shows("À la demande de la personne")
}

// A page of a document is drawn here; it is a reading of its own.
func TestDocumentIsShownInPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	page := agent.Get(agent.Get(w.path("")).Link("?doc=")).Shows("page 1 sur 1")
	at := strings.Index(string(page.Body), `<img src="/dossier/`)
	if at < 0 {
		t.Fatal("no page image")
	}
	src, _, _ := strings.Cut(string(page.Body)[at+len(`<img src="`):], `"`)
	image := agent.Get(src)
	if !bytes.HasPrefix(image.Body, []byte("\x89PNG")) || image.Header.Get("Content-Type") != "image/png" {
		t.Fatalf("%s is %q", src, image.Header.Get("Content-Type"))
	}
	if n := w.number("select count(*) from journal_read where what like 'document %'"); n != 1 {
		t.Errorf("%d readings of the document noted", n)
	}
	agent.Try(strings.TrimSuffix(src, "1") + "2").Want(404)
	if original := agent.Get(agent.Get(page.URL.String()).Link(stage.Files)); !strings.HasPrefix(original.Header.Get("Content-Disposition"), "attachment") {
		t.Error("the original is shown, not handed over")
	}
}

// Where no page of a PDF can be drawn, an identity document is promised to nobody: it leaves only as drawn pages.
func TestWithoutARendererNothingIsPromised(t *testing.T) {
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	w := newWorld(t)
	t.Setenv("PATH", path)
	agent := w.Hire("agent@example.org", "fr", officer)
	_, err := w.Store.Pool().Exec(t.Context(), "update document set kind = 'pdf'")
	must(t, err)
	var copied, plain bool
	for _, href := range agent.Get(w.path("")).Links() {
		if !strings.Contains(href, "?doc=") {
			continue
		}
		page := agent.Get(href)
		if page.Says("copie marquée à votre nom") {
			copied = true
			if !page.Says("poppler-utils") || slices.ContainsFunc(page.Links(), func(l string) bool { return strings.HasPrefix(l, stage.Files) }) {
				t.Error("an identity document that cannot be handed over is offered")
			}
		} else if page.Says("Téléchargez l’original") {
			plain = true
			page.Link(stage.Files)
		}
	}
	if !copied || !plain {
		t.Errorf("seen: an identity document %v, another %v", copied, plain)
	}
}

// An address that puts a document under another dossier leads nowhere, and nothing is noted as read.
func TestDocumentOfAnotherDossierIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	_, other := w.filed("other@example.org")
	var document string
	must(t, w.Store.Pool().QueryRow(t.Context(),
		"select x.public_id from document x join dossier d on d.id = x.dossier_id where d.public_id = $1 limit 1", other).Scan(&document))
	agent.Try(w.path("/document/" + document + "/page/1")).Want(404)
	if n := w.number("select count(*) from journal_read where what like 'document %'"); n != 0 {
		t.Errorf("%d readings of the document noted", n)
	}
	agent.Try("/dossier/" + other + "/document/" + document + "/page/1").Want(200)
}
