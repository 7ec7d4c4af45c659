package form

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/internal/text"
)

// flaw is what is wrong with one answer, before the field's label is put in front of it.
type flaw struct {
	code  string
	part  string // day, month or year
	words text.Words
}

// The flaws of form, both languages side by side: what is wrong and how to mend it. They are sentences
// that stand after the field's label and its colon, so they hold no colon of their own.
var (
	flawNumber = &flaw{"number", "", text.Words{
		FR: "Écrivez un nombre, avec des chiffres seulement.",
		EN: "Enter a number, with digits only.",
	}}
	flawWhole = &flaw{"number.whole", "", text.Words{
		FR: "Écrivez un nombre entier, sans virgule.",
		EN: "Enter a whole number, without decimals.",
	}}
	flawNumberSize = &flaw{"number.size", "", text.Words{
		FR: "Ce nombre est trop grand. Vérifiez-le.",
		EN: "This number is too large. Check it.",
	}}
	flawMoney = &flaw{"money", "", text.Words{
		FR: "Écrivez un montant en euros, par exemple 1 250,50.",
		EN: "Enter an amount in euros, for example 1,250.50.",
	}}
	flawCents = &flaw{"money.cents", "", text.Words{
		FR: "Écrivez au plus deux chiffres après la virgule.",
		EN: "Enter at most two digits after the decimal point.",
	}}
	flawDate = &flaw{"date", "", text.Words{
		FR: "Écrivez le jour, le mois et l’année en chiffres, par exemple 27 3 1985.",
		EN: "Enter the day, the month and the year as numbers, for example 27 3 1985.",
	}}
	flawNoDay   = &flaw{"date.no_day", "day", text.Words{FR: "Il manque le jour.", EN: "The day is missing."}}
	flawNoMonth = &flaw{"date.no_month", "month", text.Words{FR: "Il manque le mois.", EN: "The month is missing."}}
	flawNoYear  = &flaw{"date.no_year", "year", text.Words{FR: "Il manque l’année.", EN: "The year is missing."}}
	flawDay     = &flaw{"date.day", "day", text.Words{
		FR: "Le jour doit être un nombre de 1 à 31.",
		EN: "The day must be a number from 1 to 31.",
	}}
	flawMonth = &flaw{"date.month", "month", text.Words{
		FR: "Le mois doit être un nombre de 1 à 12.",
		EN: "The month must be a number from 1 to 12.",
	}}
	flawYear = &flaw{"date.year", "year", text.Words{
		FR: "L’année s’écrit avec quatre chiffres, par exemple 1985. Corrigez-la.",
		EN: "The year has four digits, for example 1985. Correct it.",
	}}
	flawLongAgo = &flaw{"date.long_ago", "year", text.Words{
		FR: "Cette année est trop ancienne. Vérifiez-la.",
		EN: "This year is too long ago. Check it.",
	}}
	flawFarAhead = &flaw{"date.far_ahead", "year", text.Words{
		FR: "Cette année est trop loin dans l’avenir. Vérifiez-la.",
		EN: "This year is too far in the future. Check it.",
	}}
	flawTwoDigits = &flaw{"date.two_digits", "year", text.Words{
		FR: "Écrivez l’année avec ses quatre chiffres, par exemple 1985 et non 85.",
		EN: "Enter the year with its four digits, for example 1985 and not 85.",
	}}
	flawTime = &flaw{"time", "", text.Words{
		FR: "Écrivez l’heure et les minutes, par exemple 9 h 05 ou 14:30.",
		EN: "Enter the hour and the minutes, for example 9:05 or 14:30.",
	}}
	flawOption = &flaw{"option", "", text.Words{
		FR: "Choisissez une des réponses proposées.",
		EN: "Choose one of the answers offered.",
	}}
	flawBool    = &flaw{"bool", "", text.Words{FR: "Choisissez oui ou non.", EN: "Choose yes or no."}}
	flawCountry = &flaw{"country", "", text.Words{FR: "Choisissez un pays dans la liste.", EN: "Choose a country from the list."}}
	flawEmail   = &flaw{"email", "", text.Words{
		FR: "Écrivez une adresse électronique complète, par exemple nom@exemple.mc.",
		EN: "Enter a full e-mail address, for example name@example.mc.",
	}}
	flawPhone = &flaw{"phone", "", text.Words{
		FR: "Écrivez un numéro de téléphone complet, par exemple 98 98 98 98, ou +33 6 12 34 56 78 s’il n’est pas de Monaco.",
		EN: "Enter a full phone number, for example 98 98 98 98, or +33 6 12 34 56 78 if it is not in Monaco.",
	}}
	flawPhoneCountry = &flaw{"phone.country", "", text.Words{
		FR: "Ajoutez l’indicatif du pays, par exemple +33 6 12 34 56 78 pour la France ou +377 6 12 34 56 78 pour Monaco.",
		EN: "Add the country code, for example +33 6 12 34 56 78 for France or +377 6 12 34 56 78 for Monaco.",
	}}
	flawSeveral = &flaw{"several", "", text.Words{FR: "Donnez une seule réponse.", EN: "Give one answer only."}}
	flawFile    = &flaw{"file", "", text.Words{FR: "Ce document est inconnu. Joignez-le de nouveau.", EN: "This document is unknown. Attach it again."}}
)

// wanted asks for an answer that is missing, by kind.
var wanted = map[Kind]text.Words{
	Text:     {FR: "Ce champ doit être rempli.", EN: "This must be filled in."},
	LongText: {FR: "Ce champ doit être rempli.", EN: "This must be filled in."},
	Number:   {FR: "Indiquez un nombre.", EN: "Enter a number."},
	Decimal:  {FR: "Indiquez un nombre.", EN: "Enter a number."},
	Money:    {FR: "Indiquez un montant en euros.", EN: "Enter an amount in euros."},
	Date:     {FR: "Indiquez le jour, le mois et l’année.", EN: "Enter the day, the month and the year."},
	Time:     {FR: "Indiquez l’heure et les minutes.", EN: "Enter the hour and the minutes."},
	Bool:     {FR: "Choisissez oui ou non.", EN: "Choose yes or no."},
	Choice:   {FR: "Choisissez une réponse.", EN: "Choose an answer."},
	Choices:  {FR: "Choisissez au moins une réponse.", EN: "Choose at least one answer."},
	Email:    {FR: "Indiquez une adresse électronique.", EN: "Enter an e-mail address."},
	Phone:    {FR: "Indiquez un numéro de téléphone.", EN: "Enter a phone number."},
	Country:  {FR: "Choisissez un pays dans la liste.", EN: "Choose a country from the list."},
	File:     {FR: "Joignez ce document.", EN: "Attach this document."},
	Group:    {FR: "Ajoutez au moins une fiche.", EN: "Add at least one entry."},
}

// askFor asks for a field that has a name of its own to be put in a sentence: « Indiquez votre date de naissance. »
var askFor = map[bool]text.Words{
	false: {FR: "Indiquez {name}.", EN: "Enter {name}."},
	true:  {FR: "Choisissez {name}.", EN: "Choose {name}."},
}

// byTag says what a validator tag wants; {p} is its parameter.
var byTag = map[string]text.Words{
	"max": {FR: "Raccourcissez à {p} caractères au plus.", EN: "Shorten it to {p} characters at most."},
	"min": {FR: "Écrivez au moins {p} caractères.", EN: "Enter at least {p} characters."},
	"len": {FR: "Écrivez exactement {p} caractères.", EN: "Enter exactly {p} characters."},
	"person_name": {
		FR: "Écrivez-le avec des lettres, des espaces, des traits d’union ou des apostrophes seulement.",
		EN: "Use only letters, spaces, hyphens or apostrophes.",
	},
	"iban_if_iban": {
		FR: "Cet IBAN contient une erreur. Recopiez-le depuis votre relevé d’identité bancaire.",
		EN: "This IBAN has a mistake in it. Copy it again from your bank details.",
	},
	"id_document_number": {
		FR: "Recopiez le numéro du document, avec des lettres sans accent et des chiffres seulement.",
		EN: "Copy the number of the document, with unaccented letters and digits only.",
	},
	"postcode": {
		FR: "Écrivez des chiffres, parfois des lettres, par exemple 98000.",
		EN: "Enter digits, sometimes letters, for example 98000.",
	},
	"": {FR: "Cette réponse n’a pas la forme attendue. Vérifiez-la.", EN: "This answer does not have the expected form. Check it."},
}

// byRange says what bounds a field's own min and max set.
var byRange = map[string]text.Words{
	"number.min": {FR: "Le nombre doit être au moins {p}.", EN: "The number must be at least {p}."},
	"number.max": {FR: "Le nombre doit être au plus {p}.", EN: "The number must be at most {p}."},
	"rows.min":   {FR: "Ajoutez des fiches. Il en faut au moins {p}.", EN: "Add entries. At least {p} are needed."},
	"rows.max":   {FR: "Retirez des fiches. Il en faut {p} au plus.", EN: "Remove entries. There can be {p} at most."},
	"files.max":  {FR: "Retirez des documents. Il en faut {p} au plus.", EN: "Remove documents. There can be {p} at most."},
}

var (
	yesNo = map[bool]text.Words{true: {FR: "Oui", EN: "Yes"}, false: {FR: "Non", EN: "No"}}
	files = map[bool]text.Words{true: {FR: "1 document", EN: "1 document"}, false: {FR: "{p} documents", EN: "{p} documents"}}
)

// flawDateParts names the first of several missing parts of a date.
func flawDateParts(noDay, noMonth bool) *flaw {
	switch {
	case noDay && noMonth:
		return &flaw{"date.no_day", "day", text.Words{FR: "Il manque le jour et le mois.", EN: "The day and the month are missing."}}
	case noDay:
		return &flaw{"date.no_day", "day", text.Words{FR: "Il manque le jour et l’année.", EN: "The day and the year are missing."}}
	}
	return &flaw{"date.no_month", "month", text.Words{FR: "Il manque le mois et l’année.", EN: "The month and the year are missing."}}
}

// fill puts values in the placeholders of a message: fill(w, "p", "30").
func fill(w text.Words, pairs ...string) text.Words {
	for i := 0; i+1 < len(pairs); i += 2 {
		hole := "{" + pairs[i] + "}"
		w.FR = strings.ReplaceAll(w.FR, hole, pairs[i+1])
		w.EN = strings.ReplaceAll(w.EN, hole, pairs[i+1])
	}
	return w
}

// labelled puts a field's label in front of a sentence: « Date de naissance : il manque le mois. »
// After a label that is a question the sentence stands by itself.
func labelled(label, sentence text.Words) text.Words {
	return text.Words{
		FR: join(label.FR, sentence.FR, "\u00a0: "),
		EN: join(label.EN, sentence.EN, ": "),
	}
}

func join(label, sentence, colon string) string {
	if label == "" {
		return sentence
	}
	if strings.HasSuffix(label, "?") || strings.HasSuffix(label, ".") || strings.HasSuffix(label, "!") {
		return label + " " + sentence
	}
	return label + colon + lowerFirst(sentence)
}

// inRow names a question of a row: « Enfant 2, date de naissance », « Enfant 2 : vit-il avec vous ? »
func inRow(row, label text.Words) text.Words {
	if strings.HasSuffix(label.FR, "?") || row.IsZero() {
		return labelled(row, label)
	}
	return text.Words{FR: row.FR + ", " + lowerFirst(label.FR), EN: row.EN + ", " + lowerFirst(label.EN)}
}

// lowerFirst makes the first letter small, unless the word is an acronym.
func lowerFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if second, _ := utf8.DecodeRuneInString(s[size:]); size == 0 || unicode.IsUpper(second) {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

// fillWords puts words in the place of {name}, each language in its own.
func fillWords(w, name text.Words) text.Words {
	return text.Words{FR: strings.ReplaceAll(w.FR, "{name}", name.FR), EN: strings.ReplaceAll(w.EN, "{name}", name.EN)}
}

func bound(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
