package form_test

import (
	"reflect"
	"strings"
	"testing"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Each good input: as typed, as filed, as shown in French and English.
func TestGoodInputs(t *testing.T) {
	for _, c := range []struct {
		path, typed, filed, fr, en string
	}{
		{"a.text", "  Jean \t Paul ", "Jean Paul", "Jean Paul", "Jean Paul"},
		{"a.text", "e\u0301te\u0301", "été", "été", "été"},
		{"a.text", "a\u202eb\u200b\x00\u2066c", "abc", "abc", "abc"},
		{"a.name", "Élodie-Anne d’Aÿ", "Élodie-Anne d’Aÿ", "Élodie-Anne d’Aÿ", "Élodie-Anne d’Aÿ"},
		{"a.name", "نور", "نور", "نور", "نور"},
		{"a.name", "O'Neill Şükrü", "O'Neill Şükrü", "O'Neill Şükrü", "O'Neill Şükrü"},
		{"a.long", "un\r\ndeux", "un\ndeux", "un\ndeux", "un\ndeux"},
		{"a.number", "12", "12", "12", "12"},
		{"a.number", " ٧ ", "7", "7", "7"},
		{"a.decimal", "82,5", "82.5", "82,5", "82.5"},
		{"a.decimal", "82.5", "82.5", "82,5", "82.5"},
		{"a.decimal", "1 234,5", "1234.5", "1\u202f234,5", "1,234.5"},
		{"a.decimal", "1,234.5", "1234.5", "1\u202f234,5", "1,234.5"},
		{"a.money", "1 234,50 €", "1234.50", "1\u202f234,50\u00a0€", "€1,234.50"},
		{"a.money", "€1,234.5", "1234.50", "1\u202f234,50\u00a0€", "€1,234.50"},
		{"a.money", "1.500", "1500.00", "1\u202f500,00\u00a0€", "€1,500.00"},
		{"a.money", "1’500,00 EUR", "1500.00", "1\u202f500,00\u00a0€", "€1,500.00"},
		{"a.date", "05|03|1985", "5|3|1985", "5\u00a0mars\u00a01985", "5\u00a0March\u00a01985"},
		{"a.date", "1er|août|1985", "1|8|1985", "1er\u00a0août\u00a01985", "1\u00a0August\u00a01985"},
		{"a.date", "2|Sept|1985", "2|9|1985", "2\u00a0septembre\u00a01985", "2\u00a0September\u00a01985"},
		{"a.date", "1985-03-05", "5|3|1985", "5\u00a0mars\u00a01985", "5\u00a0March\u00a01985"},
		{"a.date", "29|2|2024", "29|2|2024", "29\u00a0février\u00a02024", "29\u00a0February\u00a02024"},
		{"a.time", "9:05", "09:05", "9\u00a0h\u00a005", "09:05"},
		{"a.time", "09h05", "09:05", "9\u00a0h\u00a005", "09:05"},
		{"a.time", "9 h", "09:00", "9\u00a0h\u00a000", "09:00"},
		{"a.time", "9.05 pm", "21:05", "21\u00a0h\u00a005", "21:05"},
		{"a.time", "12 am", "00:00", "0\u00a0h\u00a000", "00:00"},
		{"a.bool", "yes", "yes", "Oui", "Yes"},
		{"a.bool", "no", "no", "Non", "No"},
		{"a.choice", "b", "b", "B", "B"},
		{"a.choices", "b|a|b", "a|b", "A et B", "A and B"},
		{"a.email", "Lina.Haddad@Exemple.MC", "Lina.Haddad@exemple.mc", "Lina.Haddad@Exemple.MC", "Lina.Haddad@Exemple.MC"},
		{"a.phone", "98 98 98 98", "+37798989898", "+377 98 98 98 98", "+377 98 98 98 98"},
		{"a.phone", "0033 6 12 34 56 78", "+33612345678", "+33 6 12 34 56 78", "+33 6 12 34 56 78"},
		{"a.phone", "+44 (0)20 7946 0958", "+442079460958", "+44 20 7946 0958", "+44 20 7946 0958"},
		{"a.country", "lb", "LB", "Liban", "Lebanon"},
		{"a.iban", "FR76 3000 6000 0112 3456 7890 189", "FR76 3000 6000 0112 3456 7890 189", "", ""},
		{"a.iban", "Compte au CFM Monaco", "Compte au CFM Monaco", "", ""},
		{"a.id", "19AB-12345", "19AB-12345", "", ""},
		{"a.postcode", "SW1A 1AA", "SW1A 1AA", "", ""},
	} {
		s, p := only(t, c.path, strings.Split(c.typed, "|")...)
		if p.Code != "" {
			t.Errorf("%s %q: refused, %s: %s", c.path, c.typed, p.Code, p.Message.FR)
			continue
		}
		j := compiled(t).Walk(form.Raw{c.path: strings.Split(c.typed, "|")}, nil, today)
		if got := j.Relevant()[c.path]; !reflect.DeepEqual(got, strings.Split(c.filed, "|")) {
			t.Errorf("%s %q: filed as %q, want %q", c.path, c.typed, got, c.filed)
		}
		if c.fr != "" && (s.Display(text.FR) != c.fr || s.Display(text.EN) != c.en) {
			t.Errorf("%s %q: shown as %q, %q; want %q, %q", c.path, c.typed, s.Display(text.FR), s.Display(text.EN), c.fr, c.en)
		}
	}
}

func TestBadInputs(t *testing.T) {
	for _, c := range []struct{ path, typed, code, part string }{
		{"a.text", "trop long, vraiment", "max", ""},
		{"a.name", "Robert4", "person_name", ""},
		{"a.name", "<b>Anne</b>", "person_name", ""},
		{"a.name", "--", "person_name", ""},
		{"a.number", "douze", "number", ""},
		{"a.number", "1,5", "number.whole", ""},
		{"a.number", "21", "number.max", ""},
		{"a.number", "-1", "number.min", ""},
		{"a.number", "99999999999999999999", "number.size", ""},
		{"a.number", "NaN", "number", ""},
		{"a.decimal", "1,2,3", "number", ""},
		{"a.decimal", "1e9", "number", ""},
		{"a.decimal", "Inf", "number", ""},
		{"a.decimal", "12 m2", "number", ""},
		{"a.money", "10,505", "", ""}, // ten thousand five hundred and five
		{"a.money", "1,2345", "money.cents", ""},
		{"a.money", "beaucoup", "money", ""},
		{"a.date", "|3|1985", "date.no_day", "day"},
		{"a.date", "5||1985", "date.no_month", "month"},
		{"a.date", "5|3|", "date.no_year", "year"},
		{"a.date", "||1985", "date.no_day", "day"},
		{"a.date", "5||", "date.no_month", "month"},
		{"a.date", "5|3|85", "date.two_digits", "year"},
		{"a.date", "5|3|1285", "date.long_ago", "year"},
		{"a.date", "5|3|3000", "date.far_ahead", "year"},
		{"a.date", "5|3|198", "date.year", "year"},
		{"a.date", "5|3|abcd", "date.year", "year"},
		{"a.date", "5|13|1985", "date.month", "month"},
		{"a.date", "5|jui|1985", "date.month", "month"},
		{"a.date", "32|3|1985", "date.day", "day"},
		{"a.date", "30|2|2023", "date.short_month", "day"},
		{"a.date", "29|2|2023", "date.short_month", "day"},
		{"a.date", "5/3/1985", "date", ""},
		{"a.time", "25:00", "time", ""},
		{"a.time", "905", "time", ""},
		{"a.time", "13 pm", "time", ""},
		{"a.bool", "maybe", "bool", ""},
		{"a.choice", "z", "option", ""},
		{"a.choices", "a|z", "option", ""},
		{"a.email", "lina@exemple", "email", ""},
		{"a.email", "lina.exemple.mc", "email", ""},
		{"a.email", "li na@exemple.mc", "email", ""},
		{"a.email", "a@b..mc", "email", ""},
		{"a.email", "a@b.mc\r\nBcc: x@y.mc", "email", ""},
		{"a.phone", "12", "phone", ""},
		{"a.phone", "appelez-moi", "phone", ""},
		{"a.phone", "06 12 34 56 78", "phone.country", ""},
		{"a.phone", "98 98 98 98 ext 3", "phone", ""},
		{"a.country", "ZZ", "country", ""},
		{"a.country", "France", "country", ""},
		{"a.iban", "FR76 3000 6000 0112 3456 7890 188", "iban_if_iban", ""},
		{"a.id", "ÀÉ1", "id_document_number", ""},
		{"a.postcode", "98000;drop", "postcode", ""},
		{"a.text", "x|y", "several", ""},
	} {
		s, p := only(t, c.path, strings.Split(c.typed, "|")...)
		if p.Code != c.code || p.Part != c.part {
			t.Errorf("%s %q: %q %q (%s), want %q %q", c.path, c.typed, p.Code, p.Part, p.Message.FR, c.code, c.part)
		}
		if c.code != "" && (p.Message.FR == "" || p.Message.EN == "" || !strings.Contains(p.Message.EN, "Champ "+c.path)) {
			t.Errorf("%s %q: the message does not name the field: %q", c.path, c.typed, p.Message.EN)
		}
		if strings.Count(p.Message.FR, "\u00a0:") > 1 || strings.Count(p.Message.EN, ": ") > 1 {
			t.Errorf("%s %q: two colons in %q", c.path, c.typed, p.Message.FR)
		}
		if strings.Contains(p.Message.FR+p.Message.EN, "{") {
			t.Errorf("%s %q: a placeholder is left: %s", c.path, c.typed, p.Message.FR)
		}
		if !reflect.DeepEqual(s.Raw, strings.Split(c.typed, "|")) {
			t.Errorf("%s: what was typed is not kept: %q", c.path, s.Raw)
		}
	}
}

func TestMessages(t *testing.T) {
	f := small()
	f.Steps[0].Fields[6].Label = text.Words{FR: "Date de naissance", EN: "Date of birth"}
	f.Steps[0].Fields[6].Named = text.Words{FR: "votre date de naissance", EN: "your date of birth"}
	f.Steps[0].Fields[6].Required = "true"
	f.Steps[0].Fields[8].Label = text.Words{FR: "Êtes-vous le demandeur ?", EN: "Are you the applicant?"}
	c, _ := form.Compile(f)
	says := func(path string, raw form.Raw) text.Words {
		for _, p := range c.Walk(raw, nil, today).Check("kinds") {
			if p.Path == path {
				return p.Message
			}
		}
		return text.Words{}
	}
	for _, x := range []struct {
		got    text.Words
		fr, en string
	}{
		{says("a.date", form.Raw{}), "Indiquez votre date de naissance.", "Enter your date of birth."},
		{says("a.date", form.Raw{"a.date": {"5", "", "1985"}}), "Date de naissance\u00a0: il manque le mois.", "Date of birth: the month is missing."},
		{says("a.bool", form.Raw{}), "Êtes-vous le demandeur ? Choisissez oui ou non.", "Are you the applicant? Choose yes or no."},
		{says("a.date", form.Raw{"a.date": {"30", "2", "2023"}}), "Date de naissance\u00a0: le mois de février 2023 compte 28 jours. Corrigez le jour.", "Date of birth: there are 28 days in February 2023. Correct the day."},
	} {
		if x.got.FR != x.fr || x.got.EN != x.en {
			t.Errorf("got  %q, %q\nwant %q, %q", x.got.FR, x.got.EN, x.fr, x.en)
		}
	}
}

// A problem in a row says which row.
func TestMessageOfARow(t *testing.T) {
	f := small()
	cells := f.Steps[1].Fields[0].Fields
	cells[1].Label = text.Words{FR: "Date de naissance", EN: "Date of birth"}
	cells[1].Checks = []form.Check{{Rule: "value <= today", Message: text.Words{FR: "La date est dans le futur.", EN: "The date is in the future."}}}
	cells[0].Label = text.Words{FR: "IBAN", EN: "IBAN"}
	f.Steps[1].Fields[0].RowTitle = text.Words{FR: "Enfant", EN: "Child"}
	c, refusals := form.Compile(f)
	if c == nil {
		t.Fatal(refusals)
	}
	j := c.Walk(form.Raw{
		"a.bool": {"yes"}, "children": {"k1", "k7"}, "children.k1.name": {"Nour"},
		"children.k1.birth_date": {"3", "", "2014"}, "children.k7.birth_date": {"3", "2", "2027"},
	}, nil, today)
	var got []string
	for _, p := range j.Check("children") {
		got = append(got, p.Message.FR, p.Message.EN)
	}
	want := []string{
		"Enfant 1, date de naissance\u00a0: il manque le mois.", "Child 1, date of birth: the month is missing.",
		"Enfant 2, IBAN\u00a0: ce champ doit être rempli.", "Child 2, IBAN: this must be filled in.",
		"Enfant 2\u00a0: la date est dans le futur.", "Child 2: the date is in the future.",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
