package stage_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guichet/internal/testkit/stage"
)

// A breach is written down as it comes to be known, by who administers or audits, without a script, in either language: nothing
// typed is lost, the clock stands on the page, and the register is taken away as a workbook in which nothing is a formula.
func TestARegisterOfBreaches(t *testing.T) {
	a := stage.Open(t)
	admin := a.Administrator("admin@example.org")
	p := admin.Get("/processing").Follow("/breaches").Shows("Aucune violation n’est inscrite").Follow("/breaches/new")
	refused := p.Form("/breaches/new").Set("what", "=1+1 fichier envoyé à un tiers").Set("known.day", "20").Set("known.month", "11").Set("known.year", "2026").
		Set("known_time", "9h").Set("people", "beaucoup").Submit("").Want(http.StatusUnprocessableEntity).
		Shows("Indiquez une date et une heure").Shows("=1+1 fichier envoyé à un tiers")
	lost := *admin // the session was ended in another tab
	lost.Forget()
	lost.Post("/breaches/new", url.Values{"what": {"un fichier\nenvoyé"}, "people": {"12"}}).Want(http.StatusUnauthorized).Shows("un fichier").Shows("cette page ne le garde pas")
	if at := lost.Post("/breaches/new", url.Values{"people": {"12"}}).Path(); !strings.HasPrefix(at, "/sign-in") {
		t.Errorf("a form without a sentence leads to %s", at)
	}
	refused = refused.Form("/breaches/new").Set("known_time", "09:30").Submit("").Want(http.StatusUnprocessableEntity).Shows("Choisissez au moins une nature").Shows("Écrivez un nombre en chiffres")
	again := refused.Form("/breaches/new").Set("kinds", "confidentiality").Set("people", "12").Set("categories", a.Definition().ID+"/identity", "logs").
		Set("began.day", "20").Set("began.month", "11").Set("began.year", "2026").Set("told.day", "20").Set("told.month", "11").Set("told.year", "2026") // days alone, before noon
	again.Submit("").Want(200).Shows("La violation est inscrite").Shows("71 heures").Shows("23 novembre 2026 à 09 h 30").Shows("Apprécier le risque").Shows("Identité et famille / Journaux et connexions")
	again.Submit("").Want(200)                                                                                          // the same form once more
	again.Set("people", "14").Submit("").Want(http.StatusConflict).Shows("celles-ci ne le sont pas encore").Shows("14") // back, and other words
	admin.Get("/breaches").Shows("Court").Hides("Violation 2")

	officer := a.Hire("dpo@example.org", "en", "supervisor")
	one := officer.Get("/breaches").Shows("Running").Follow("/breaches/1").Shows("Weigh the risk")
	stale := one.Follow("/amend").Form("/amend")
	one.Follow("/amend").Form("/amend").Set("risk", "risk").Set("measures", "Accès coupé.").Submit("").Want(200).Shows("Accès coupé.").Shows("Versions")
	stale.Set("people", "13").Submit("").Want(http.StatusConflict).Shows("Somebody has added to this breach meanwhile").Form("/amend").Submit("").Want(200)
	if n := count(t, a, "select count(*) from breach_line"); n != 3 {
		t.Errorf("%d versions", n)
	}

	a.Clock.Set(time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)) // 72 hours after 9:30 in Monaco
	admin = a.SignIn(stage.Agents, "admin@example.org", "fr")
	admin.Get("/breaches").Shows("Dépassé")
	late := admin.Get("/breaches/1").Shows("L’autorité devait être notifiée avant le").Follow("/amend").Form("/amend")
	late.Set("notified.day", "23").Set("notified.month", "11").Set("notified.year", "2026").Set("notified_time", "09:30").Submit("").Want(200).
		Shows("Arrêté")

	body := admin.Get("/breaches/register.xlsx").Want(200).Body
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Violations")
	if err != nil || len(rows) != 2 || !strings.Contains(strings.Join(rows[1], "|"), "'=1+1 fichier") {
		t.Errorf("%v, %v", rows, err)
	}
	if formula, err := f.GetCellFormula("Violations", "E2"); err != nil || formula != "" {
		t.Errorf("a formula %q, %v", formula, err)
	}
	if file := admin.Get("/breaches/register.json").Want(200).Body; !bytes.Contains(file, []byte(`"whole": true`)) {
		t.Errorf("%s", file)
	}
	a.Hire("agent@example.org", "fr", "authority").Try("/breaches").Want(http.StatusForbidden)
	admin.Try("/breaches/99").Want(http.StatusNotFound)
	admin.Try("/breaches/x").Want(http.StatusNotFound)
}
