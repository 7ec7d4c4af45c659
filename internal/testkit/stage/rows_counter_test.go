package stage_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/absent"
	"guichet/internal/testkit/stage"
)

// read is the text of a PDF, without its blanks: a line may break anywhere.
func read(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		absent.Skip(t, "pdftotext")
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return bare(string(out))
}

func bare(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "")
}

var proven = regexp.MustCompile(regexp.QuoteMeta(stage.Applicants) + `/verify/([A-Za-z0-9_-]{114})`)

// verify reads the code's address on a receipt and follows it as anybody may: validity, date, and nothing else.
func verify(t *testing.T, a *stage.App, f *stage.Filing, pdf []byte, date string) {
	t.Helper()
	found := proven.FindStringSubmatch(read(t, pdf))
	if found == nil {
		t.Fatal("no address to verify stands on the receipt")
	}
	anybody := a.Visit(stage.Applicants, "fr")
	page := anybody.Get("/verify/" + found[1]).Shows("Ce récépissé est authentique").Shows(date)
	for _, secret := range []string{f.ID, "CS-20", f.Persona.Answers["applicant.last_name"].(string), f.Def.Title.FR} {
		page.Hides(secret)
	}
	forged := strings.Replace(found[1], found[1][20:24], "AbCd", 1)
	anybody.Try("/verify/" + forged).Want(404).Shows("ne peut pas être confirmé")
	anybody.Try("/verify/valid").Want(404).Shows("ne peut pas être confirmé")
}

// Somebody without internet: from the printed form to the decision. An agent enters the paper under their own name, by the same
// pages and rules; the person is told by letters, and by e-mail at the address they gave.
func TestAtTheCounter(t *testing.T) {
	testkit.Covers(t, "RP-024", "RP-026")
	a := stage.Open(t)
	blank := a.Visit(stage.Applicants, "fr").Get("/").Follow("form.pdf")
	if !strings.Contains(read(t, blank.Body), bare("J’accepte que mes données personnelles soient traitées")) {
		t.Error("the printed form does not ask for the consent")
	}
	agent := a.Hire("counter@example.org", "fr", "authority")
	refused := agent.Get("/counter/" + a.Definition().ID).Form("counter").Submit("").Want(422)
	refused.Shows("Dites où l’original est gardé").Shows("Indiquez le jour de la signature").Shows("Dites comment la demande a été reçue")
	f := agent.Enter(a.Definition(), testkit.PersonaNamed(t, "tenant"), "2", "3", "2026")
	resumed(t, a, f)
	f.Fill()
	if n := count(t, a, "select count(*) from journal_read where what = 'dossier'"); n == 0 {
		t.Error("the answers are read through the pages of the counter and nobody notes it")
	}
	f.AttachAll()
	agent.Get("/counter").Shows("Bianchi")
	strangers(t, a, f)
	f.Send().Shows("Boîte 12").Shows("2 mars 2026").Shows("Bianchi")
	if n := count(t, a, "select count(*) from consent where account_id is null and dossier_id is not null and notice = 'consent'"); n != 1 {
		t.Errorf("the consent signed on paper is kept %d times", n)
	}
	if n := count(t, a, "select count(*) from journal_entry e join dossier d on d.id = e.dossier_id where d.owner_id is null and act in ('start', 'answer', 'attach', 'submit') and role <> 'authority'"); n != 0 {
		t.Errorf("%d acts on the paper application are not the agent's", n)
	}
	told(t, a, f)
	desk := agent.Take(f.ID)
	a.Drain()
	if n := count(t, a, "select count(*) from generated"); n != 0 || contains(desk.Read().Links(), "/made/") {
		t.Errorf("%d internal files are made before the application is admissible", n)
	}
	desk.Try("/dossier/" + f.ID + "/made/internal_summary.pdf").Want(404)
	desk.Move("admit", nil)
	pictured(t, a, desk)
	desk.Move("accept", map[string]string{"decision.comment": "Venez la retirer au guichet."})
	if text := read(t, lastAt(t, desk, "/letter/")); !strings.Contains(text, bare("Venez la retirer au guichet.")) || !strings.Contains(text, bare("Chiara Lucia Bianchi")) {
		t.Errorf("the letter with the decision does not say it, or not to whom: %s", text)
	}
	decided := lastAt(t, desk, "/receipt/")
	if !strings.Contains(read(t, decided), bare("Récépissé de décision")) {
		t.Error("the decision has no receipt")
	}
	verify(t, a, f, decided, "20 novembre 2026")
}

// resumed sends a scan in two pieces from the agents' door, cut between them; a colleague neither finds it nor goes on with it.
func resumed(t *testing.T, a *stage.App, f *stage.Filing) {
	t.Helper()
	sent, half := testkit.Picture(5), 40
	at := f.Offer(f.ID, "documents.military", "livret.png", len(sent))
	f.Piece(at, 0, sent[:half]).Want(204)
	if again := f.Offer(f.ID, "documents.military", "livret.png", len(sent)); again != at {
		t.Error("after a cut the scan begins anew")
	}
	if got := f.Try(at).Want(204).Header.Get("Upload-Offset"); got != strconv.Itoa(half) {
		t.Errorf("%s bytes have arrived", got)
	}
	colleague := a.Hire("colleague@example.org", "fr", "authority")
	colleague.Try(at).Want(404)
	colleague.Piece(at, half, sent[half:]).Want(404)
	a.Person("stranger@example.org", "fr").Try("/dossier/" + f.ID + strings.TrimPrefix(at, stage.Agents+"/dossier/"+f.ID)).Want(404)
	f.Piece(at, half, sent[half:]).Want(204)
	f.Post(at+"/finish", url.Values{"path": {"documents.military"}, "name": {"livret.png"}}).Want(201)
	if n := count(t, a, "select count(*) from document where path = 'documents.military' and state = 'received'"); n != 1 {
		t.Errorf("%d scans stand", n)
	}
}

// The button of the first page pressed twice opens one draft; once something stands in it, the old page opens another.
func TestTheButtonAtTheCounterPressedTwice(t *testing.T) {
	a := stage.Open(t)
	agent := a.Hire("counter@example.org", "fr", "authority")
	form := agent.Get("/counter/" + a.Definition().ID).Form("counter").TickAll()
	form.Set("channel", "counter").Set("original", "Boîte 12").Set("lang", "fr").Set("signed.day", "2").Set("signed.month", "3").Set("signed.year", "2026")
	drafts := func(want int, after string) {
		t.Helper()
		if n := count(t, a, "select count(*) from dossier"); n != want {
			t.Errorf("%s: %d drafts, want %d", after, n, want)
		}
	}
	first := form.Submit("").Want(200).Path()
	if again := form.Submit("").Want(200).Path(); again != first {
		t.Errorf("the second press leads to %s, the first led to %s", again, first)
	}
	drafts(1, "pressed twice")
	form.Set("original", "Boîte 13").Submit("").Want(200)
	drafts(2, "for another paper")
	form.Set("original", "Boîte 12")
	id := strings.Split(first, "/")[2]
	agent.Piece(agent.Offer(id, "documents.military", "livret.png", len(testkit.Picture(5))), 0, testkit.Picture(5)).Want(204)
	agent.Post(agent.Page.URL.String()+"/finish", url.Values{"path": {"documents.military"}, "name": {"livret.png"}}).Want(201)
	if other := form.Submit("").Want(200).Path(); other == first {
		t.Error("an old page leads into the papers of somebody else")
	}
	drafts(3, "with an old page")
}

// pictured looks at the internal file: while it is made the page says so, then it shows a page of each document.
func pictured(t *testing.T, a *stage.App, desk *stage.Desk) {
	t.Helper()
	desk.Read().Shows("en préparation")
	a.Drain()
	file := desk.Read().Hides("en préparation").Follow("/made/").Body
	if n, want := strings.Count(string(file), "/S/Figure"), count(t, a, "select count(*) from document where state = 'received'"); n != want || n == 0 {
		t.Errorf("%d pages of %d documents are shown", n, want)
	}
	if !strings.Contains(read(t, file), "Bianchi") {
		t.Error("the internal file does not restate the application")
	}
}

// lastAt opens the last of the links with part in them on the dossier's page.
func lastAt(t *testing.T, desk *stage.Desk, part string) []byte {
	t.Helper()
	last := ""
	for _, href := range desk.Read().Links() {
		if strings.Contains(href, part) {
			last = href
		}
	}
	if last == "" {
		t.Fatalf("no link with %s", part)
	}
	return desk.Get(last).Body
}

// strangers see nothing of what is being entered, and agents nothing of drafts that are people's own.
func strangers(t *testing.T, a *stage.App, f *stage.Filing) {
	t.Helper()
	analyst := a.Hire("analyst@example.org", "fr", "analyst")
	person := a.SignUp("somebody@example.org", "fr")
	for _, at := range []string{"", "/counter", "/check", "/documents", "/step/birth"} {
		person.Try("/dossier/" + f.ID + at).Want(404)
		if got := analyst.Try("/dossier/" + f.ID + at).Status; got != 403 && got != 404 {
			t.Errorf("an analyst has %d at %s", got, at)
		}
	}
	own := person.Start(a.Definition(), testkit.PersonaNamed(t, "retiree"))
	for _, at := range []string{"", "/counter", "/check", "/documents", "/step/birth"} {
		f.Try("/dossier/" + own.ID + at).Want(404)
	}
	f.Post("/dossier/"+own.ID+"/move/submit", url.Values{"state": {"draft"}}).Want(404)
}

// told looks at the letter, the e-mail and the receipt of the filing.
func told(t *testing.T, a *stage.App, f *stage.Filing) {
	t.Helper()
	mails := a.Mails("chiara.bianchi@example.org")
	if len(mails) != 1 || !strings.Contains(mails[0].Body, "au guichet ou par courrier") || strings.Contains(mails[0].Body, "Bianchi") {
		t.Errorf("the person without an account is told by %d mails: %+v", len(mails), mails)
	}
	page := f.Get("/dossier/" + f.ID)
	if text := read(t, page.Follow("/letter/").Body); !strings.Contains(text, bare("est enregistrée")) || !strings.Contains(text, "Bianchi") {
		t.Errorf("the letter is no letter to the person: %s", text)
	}
	receipt := page.Follow("/receipt/")
	if !strings.Contains(read(t, receipt.Body), bare("Récépissé d’enregistrement")) {
		t.Error("the receipt is none")
	}
	verify(t, a, f, receipt.Body, "20 novembre 2026")
}
