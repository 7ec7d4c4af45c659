package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const email = "chiara.bianchi@example.org"

// atStep opens a new dossier at a step, while other tests do the same.
func atStep(t *testing.T, step string, work hand) (*tab, *stage.Filing) {
	t.Helper()
	t.Parallel()
	h := open(t)
	f := h.draft(email, testkit.PersonaNamed(t, "tenant"))
	tab := h.browse(work)
	tab.signIn(h.applicants, email, stage.Password)
	tab.visit(tab.step(f, step))
	return tab, f
}

func (t *tab) step(f *stage.Filing, step string) string { return t.path(f.ID, "/step/"+step) }

// holds expects a control to hold words.
func (t *tab) holds(id, words string) {
	t.t.Helper()
	t.until(fmt.Sprintf(`document.getElementById(%q).value === %q`, id, words))
}

const saved = `/\d\d(:|\sh\s)\d\d/.test(document.querySelector("#step [data-status]").innerText)`

// What is typed, right or wrong, is there in the other language.
func TestLanguageSwitchKeepsWhatIsTyped(t *testing.T) {
	for name, work := range map[string]hand{"script": mouse{script: true}, "plain": mouse{}} {
		t.Run(name, func(t *testing.T) {
			tab, _ := atStep(t, "birth", work)
			tab.type_("applicant.birth_date", "31")
			tab.type_("applicant.birth_date.month", "2")
			tab.type_("applicant.birth_city", "Gênes")
			tab.send(`button[value="lang:en"]`)
			tab.until(`document.documentElement.lang === "en"`)
			tab.holds("applicant.birth_date", "31")
			tab.holds("applicant.birth_date.month", "2")
			tab.holds("applicant.birth_city", "Gênes")
		})
	}
}

// Typing is saved at its pause, and stands in a second tab.
func TestTypingIsSaved(t *testing.T) {
	tab, f := atStep(t, "applicant", mouse{script: true})
	tab.type_("applicant.last_name", "Bianchi")
	tab.until(saved)
	second := tab.beside()
	second.visit(tab.step(f, "applicant"))
	second.holds("applicant.last_name", "Bianchi")
}

// Two tabs on one step: the second to send sees both values, and chooses.
func TestTwoTabsShowBothValues(t *testing.T) {
	tab, f := atStep(t, "applicant", mouse{})
	second := tab.beside()
	second.visit(tab.step(f, "applicant"))
	tab.type_("applicant.last_name", "Bianchi")
	tab.send(`main button[value=leave]`)
	second.type_("applicant.last_name", "Rossi")
	second.send(`main button[value=continue]`)
	second.says("Bianchi")
	second.says("Rossi")
	if d := tab.kept(f.ID); d.Answers()["applicant.last_name"][0] != "Bianchi" {
		t.Fatalf("overwritten in silence: %v", d.Answers()["applicant.last_name"])
	}
	second.send(`main form button[value=continue]`)
	if d := tab.kept(f.ID); d.Answers()["applicant.last_name"][0] != "Rossi" {
		t.Fatalf("the choice was not kept: %v", d.Answers()["applicant.last_name"])
	}
}

// With the script the second tab is told while it types, and nothing of the first is lost.
func TestTwoTabsWhileTyping(t *testing.T) {
	tab, f := atStep(t, "applicant", mouse{script: true})
	second := tab.beside()
	second.visit(tab.step(f, "applicant"))
	tab.type_("applicant.last_name", "Bianchi")
	tab.until(saved)
	second.type_("applicant.last_name", "Rossi")
	second.until(`document.querySelector("#step [role=alert]")`)
	second.holds("applicant.last_name", "Rossi")
	if d := tab.kept(f.ID); d.Answers()["applicant.last_name"][0] != "Bianchi" {
		t.Fatalf("overwritten in silence: %v", d.Answers()["applicant.last_name"])
	}
}

// A session that ends in the middle of a step loses nothing: the sign-in page carries what was typed.
func TestLapseKeepsWhatIsTyped(t *testing.T) {
	for name, work := range map[string]hand{"script": mouse{script: true}, "plain": mouse{}} {
		t.Run(name, func(t *testing.T) {
			tab, _ := atStep(t, "applicant", work)
			tab.Clock.Advance(25 * time.Hour)
			tab.type_("applicant.last_name", "Bianchi")
			tab.type_("applicant.first_names", "Chiara")
			tab.send(`main button[value=continue]`)
			tab.type_("email", email)
			tab.type_("password", stage.Password)
			tab.send(`main form button.govuk-button`)
			tab.holds("applicant.last_name", "Bianchi")
			tab.holds("applicant.first_names", "Chiara")
		})
	}
}

// Nothing is lost either when the session is gone altogether, as when it was ended in another tab: on a phone the person reads that
// nothing is saved, and the button they are told to press stays under their finger.
func TestNoSessionKeepsWhatIsTyped(t *testing.T) {
	for name, work := range map[string]hand{"script": mouse{script: true}, "plain": mouse{}} {
		t.Run(name, func(t *testing.T) {
			tab, _ := atStep(t, "birth", work)
			must(t, chromedp.Do(tab.ctx, chromedp.EmulateViewport(360, 900, chromedp.EmulateMobile)))
			_, err := tab.Store.Pool().Exec(t.Context(), "delete from session")
			must(t, err)
			tab.type_("applicant.birth_city", "Gênes")
			if work.scripted() {
				tab.until(`document.querySelector("#step [data-status]").innerText.includes("session est terminée")`)
			}
			tab.type_("applicant.birth_date", "17")
			tab.send(`main button[value=continue]`)
			tab.type_("email", email)
			tab.type_("password", stage.Password)
			tab.send(`main form button.govuk-button`)
			tab.holds("applicant.birth_city", "Gênes")
			tab.holds("applicant.birth_date", "17")
		})
	}
}

// A button pressed twice sends once.
func TestDoubleSubmit(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := testkit.PersonaNamed(t, "tenant")
	f := h.draft(email, p)
	f.Fill()
	f.AttachAll()
	tab := h.browse(mouse{script: true})
	tab.signIn(h.applicants, email, stage.Password)
	tab.visit(tab.path(f.ID, "/check"))
	for _, box := range look[[]string](tab, `[...document.querySelectorAll("main form [type=checkbox]")].map(e => e.id)`) {
		tab.hand.choose(tab, box)
	}
	button := look[spot](tab, fmt.Sprintf(middle, `main form[action*="/move/submit"] button.govuk-button`))
	tab.turns(func() {
		for range 2 {
			tab.mouse(input.DispatchMouseEventTypeMousePressed, button)
			tab.mouse(input.DispatchMouseEventTypeMouseReleased, button)
		}
	})
	d := tab.kept(f.ID)
	tab.visit(tab.path(f.ID, ""))
	tab.says(d.Reference)
	again := tab.ask("POST", "/dossier/"+f.ID+"/move/submit", formKind, strings.NewReader(url.Values{"state": {"draft"}, "notice.truth": {"yes"}}.Encode()))
	if again.status >= 500 {
		t.Errorf("sent again: %d", again.status)
	}
	registered := 0
	for _, m := range h.Mails(email) {
		if strings.Contains(m.Subject, d.Reference) {
			registered++
		}
	}
	if d.State != "submitted" || registered != 1 {
		t.Errorf("%s with %d mails", d.State, registered)
	}
}

// A button that a save puts anew while it is held down is pressed all the same.
func TestSaveTakesNoButtonAway(t *testing.T) {
	tab, _ := atStep(t, "career", mouse{script: true})
	tab.type_("studies.text", "Laurea en architecture")
	button := look[spot](tab, fmt.Sprintf(middle, `button[value="add:career"]`))
	tab.turns(func() {
		tab.mouse(input.DispatchMouseEventTypeMousePressed, button) // leaving the text saves it
		tab.until(saved)
		tab.mouse(input.DispatchMouseEventTypeMouseReleased, button)
	})
	if rows := tab.rows("career"); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
	tab.holds("studies.text", "Laurea en architecture")
}

// The back button finds what was typed, and going on from there is no conflict.
func TestBackButton(t *testing.T) {
	tab, _ := atStep(t, "career", mouse{script: true})
	tab.type_("studies.text", "Laurea")
	tab.send(`main button[value=continue]`)
	tab.turns(func() { must(t, chromedp.Do(tab.ctx, chromedp.NavigateBack())) })
	tab.holds("studies.text", "Laurea")
	tab.send(`main button[value=continue]`)
	if !strings.Contains(tab.at(), "/step/") || strings.HasSuffix(tab.at(), "/career") {
		t.Errorf("back and on again leads to\n%s", tab.words())
	}
}
