package components

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/a-h/templ"

	"guichet/internal/text"
)

func catalogue(t testing.TB) *text.Catalogue {
	t.Helper()
	c, err := text.Load(os.DirFS("../text"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func site(t testing.TB) *Site {
	t.Helper()
	assets, err := NewAssets(fstest.MapFS{}, "")
	if err != nil {
		t.Fatal(err)
	}
	return &Site{
		Service:   text.Words{FR: "Demander une carte de séjour", EN: "Apply for a residence permit"},
		Authority: text.Words{FR: "Principauté – Sûreté publique", EN: "Principality – Public security"},
		Demo:      true,
		Assets:    assets,
		Legal:     []Link{{Href: "/cookies", Label: "ui.legal"}},
	}
}

func join(parts ...templ.Component) templ.Component { return templ.Join(parts...) }

func within(outer templ.Component, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx ctx, w writer) error {
		return outer.Render(templ.WithChildren(ctx, join(parts...)), w)
	})
}

var (
	titles = []Option{{Value: "mr", Label: "Monsieur"}, {Value: "mrs", Label: "Madame"}}
	status = []Option{
		{Value: "single", Label: "Célibataire"},
		{Value: "married", Label: "Marié(e)"},
		{Value: "cohabiting", Label: "En concubinage", Hint: "Vous vivez à deux sans être mariés."},
	}
)

// fields are one of each kind, filled and wrong by turns.
func fields(p text.Printer) map[string]templ.Component {
	name := Field{ID: "applicant.last_name", Name: "applicant.last_name", Label: "Nom de famille", Autocomplete: "family-name"}
	failed := name
	failed.Value, failed.Hint, failed.Error = `O"Neil <b>`, "Comme sur votre passeport", "Écrivez votre nom"
	born := Field{ID: "born", Name: "born", Label: "Date de naissance", Hint: "Écrivez 27 3 1985", Autocomplete: "bday"}
	wrong := born
	wrong.Date, wrong.Error, wrong.ErrorPart = [3]string{"31", "13", "1985"}, "Le mois va de 1 à 12", "month"
	choice := Field{ID: "status", Name: "status", Label: "Situation familiale", Options: status, Value: "married", Values: []string{"single", "married"}}
	several := choice
	several.ID, several.Name, several.Label = "channels", "channels", "Situations passées"
	country := Field{ID: "country", Name: "country", Label: "Pays de naissance", Choices: Countries(p.Lang), Search: true, Value: "IT", Autocomplete: "country"}
	return map[string]templ.Component{
		"input":          TextInput(p, name),
		"input_error":    TextInput(p, failed),
		"input_affix":    TextInput(p, Field{ID: "rent", Name: "rent", Label: "Loyer", Suffix: "€", InputMode: "decimal", Width: 10, Optional: true}),
		"input_heading":  TextInput(p, Field{ID: "code", Name: "code", Label: "Quel est votre code ?", Heading: true}),
		"time":           TimeInput(p, Field{ID: "at", Name: "at", Label: "Heure de naissance", Hint: "Écrivez 14:05", Optional: true}),
		"textarea":       Textarea(p, Field{ID: "why", Name: "why", Label: "Motif", MaxLength: 500, Value: "Une ligne\n</textarea>"}),
		"textarea_plain": Textarea(p, Field{ID: "note", Name: "note", Label: "Note", Rows: 3}),
		"date":           DateInput(p, born),
		"date_error":     DateInput(p, wrong),
		"select":         Select(p, Field{ID: "title", Name: "title", Label: "Titre", Options: titles, Value: "mrs"}),
		"select_country": Select(p, country),
		"radios":         Radios(p, choice),
		"checkboxes":     Checkboxes(p, several),
		"checkbox": Checkbox(p, Field{
			ID: "terms", Name: "terms", Lang: text.FR, Value: "yes", Error: "Cochez la case pour continuer",
			Label: "J’accepte les conditions générales d’utilisation",
		}),
	}
}

func forms(p text.Printer) map[string]templ.Component {
	return map[string]templ.Component{
		"form": within(StepForm(p, Form{ID: "step", Action: "/d/7/identity", Live: true}),
			within(Fragment("12"), HiddenInputs([]Hidden{{"_on", "x"}}), TextInput(p, Field{ID: "x", Name: "x", Label: "X"})),
			within(Buttons(), Button(Submit{Label: "Continuer"}), Button(Submit{Label: "Supprimer", Kind: "warning", Name: "action", Value: "drop", Draft: true}), ButtonLink("/d/7", "Quitter", "secondary"))),
		"error_summary": ErrorSummary(p, []Problem{{ID: "applicant.last_name", Text: "Écrivez votre nom"}, {Text: "Rien n’a été enregistré"}}),
		"upload": UploadForm(p, Upload{
			ID: "doc.passport", Name: "file", Action: "/d/7/documents/passport", Label: "Passeport", Hint: "PDF, JPEG, PNG ou HEIC",
			Accept: ".pdf,.jpg,.jpeg,.png", Multiple: true, MaxBytes: 10_000_000, Most: 3, Given: 1, Script: "/assets/upload.js", Begin: "/d/7/upload", Error: "Ce fichier est vide",
			Done:   []Uploaded{{Name: "passeport.pdf", Size: p.Size(2_400_000), Href: "/f/1", Remove: "1", Status: Status{Label: "Reçu", Colour: "green"}}},
			Hidden: []Hidden{{Name: "kind", Value: "passport"}},
		}),
		"repeat": within(RepeatGroup(p, Repeat{ID: "children", Legend: "Vos enfants", Hint: "Tous vos enfants", Add: "Ajouter un enfant", AddValue: "add:children"}),
			within(RepeatRow(p, RepeatItem{ID: "children.r1", Name: "children", Row: "r1", Legend: "Enfant 1", RemoveValue: "remove:children:r1"}), TextInput(p, Field{ID: "children.r1.name", Name: "children.r1.name", Label: "Prénom"}))),
	}
}

func displays(p text.Printer) map[string]templ.Component {
	return map[string]templ.Component{
		"notification": within(Notification("Important"), templ.Raw(`<p class="govuk-body">Il manque une pièce.</p>`)),
		"success":      Success(p, "Le fichier a été reçu"),
		"panel":        Panel("Demande envoyée", "Votre référence", "CS-2026-0042"),
		"warning":      Warning(p, "Vous ne pourrez plus modifier votre demande."),
		"inset":        within(Inset(), templ.Raw("Le traitement dure un mois au plus.")),
		"details":      within(Details("Pourquoi cette question ?"), templ.Raw("La loi le demande.")),
		"summary": SummaryList(p, "Identité", []Row{
			{ID: "row", Key: "Nom", Values: []string{"Zoé O’Neil"}, Change: "/d/7/identity#x", Status: Status{Label: "Modifié", Colour: "yellow"}},
			{Key: "Adresse", Values: []string{"1, place du Palais", "Monaco"}},
			{Key: "Téléphone"},
		}),
		"tasks": TaskList([]Task{
			{ID: "t1", Title: "Identité", Href: "/d/7/identity", Status: Status{Label: "Fait"}},
			{ID: "t2", Title: "Logement", Href: "/d/7/home", Hint: "4 questions", Status: Status{Label: "À faire", Colour: "blue"}},
			{ID: "t3", Title: "Pièces", Status: Status{Label: "Pas encore possible"}},
		}),
		"table": Grid(Table{
			Caption: "Dossiers",
			Head:    []Column{{Label: "Référence", Sort: "?sort=ref", Sorted: "ascending"}, {Label: "Âge (jours)", Numeric: true}, {Label: "État"}},
			Rows: [][]Cell{
				{{Text: "CS-0042", Href: "/d/42", Header: true}, {Text: "12"}, {Text: "", Status: Status{Label: "Déposé", Colour: "blue"}}},
				{{Text: "CS-0043", Href: "/d/43", Header: true}, {Text: "3"}, {Text: "Complet"}},
			},
		}),
		"table_empty": Grid(Table{Caption: "Dossiers", Empty: "Aucun dossier."}),
		"pages":       Pagination(p, Pages{Previous: "?before=a", Next: "?after=b"}),
	}
}

// pages are whole documents, as a reader meets them.
func pages(s *Site, p text.Printer) map[string]templ.Component {
	applicant := Page{
		Site: s, P: p, Title: "Votre identité", Error: true, LangForm: "step", Person: "Zoé O’Neil", SignOut: "/sign-out", Back: "/d/7",
		Nav: []Link{{Href: "/", Label: "Mes dossiers", Current: true}, {Href: "/account", Label: "Mon compte"}},
	}
	visitor := Page{Site: s, P: p, Title: "Bienvenue", Notice: "Votre compte est ouvert"}
	agent := Page{Site: s, P: p, Title: "Dossiers", Person: "A. Martin", SignOut: "/sign-out", Nav: []Link{{Href: "/", Label: "Dossiers", Current: true}, {Href: "/me", Label: "Les miens"}}}
	all := fields(p)
	f, d := forms(p), displays(p)
	return map[string]templ.Component{
		"page_step": within(Layout(applicant), f["error_summary"], templ.Raw(`<h1 class="govuk-heading-l">Votre identité</h1>`),
			within(StepForm(p, Form{ID: "step", Action: "/d/7/identity", Live: true}),
				within(Fragment("12"), all["input_error"], all["input_affix"], all["date_error"], all["time"], all["select"], all["select_country"], all["radios"], all["checkboxes"], all["textarea"], f["repeat"], all["checkbox"]),
				within(Buttons(), Button(Submit{Label: "Continuer"}), Button(Submit{Label: "Enregistrer et quitter", Kind: "secondary", Name: "action", Value: "leave", Draft: true})))),
		"page_display": within(Layout(visitor), templ.Raw(`<h1 class="govuk-heading-xl">Votre demande de carte de séjour</h1>`), d["panel"], d["notification"], d["warning"], d["inset"], d["details"], d["tasks"], f["upload"], d["summary"], d["table"], d["pages"]),
		"page_desk": within(Desk(agent), templ.Raw(`<h1 class="govuk-heading-l">Dossiers à traiter</h1>`),
			within(Filters(p, "/"), SearchBox(p, Field{ID: "q", Name: "q", Label: "Référence ou nom", Value: "CS-"}), all["select"]),
			d["table"], d["pages"],
			TwoPane(d["summary"], join(d["notification"], all["textarea_plain"]))),
	}
}
