package components

import (
	"guichet/internal/text"
)

// Site is what configuration says about the service: the same for every page and every reader.
type Site struct {
	Service   text.Words // name of the service, in the header and in titles
	Authority text.Words // who offers it, above the name
	Logo      string     // address of an image on this origin, or "" for none
	Demo      bool       // a demonstration, with invented people
	Assets    *Assets
	Legal     []Link // terms, cookies, privacy notice, your data, accessibility
}

// Link is an entry of a navigation. Label is a key of web/text when the link belongs to Site,
// and words in the reader's language anywhere else.
type Link struct {
	Href, Label string
	Current     bool
}

// Page is what Layout and Desk need to know of the page within.
type Page struct {
	Site  *Site
	P     text.Printer
	Title string
	Error bool // the page shows problems: its title says so

	LangURL  string // where a GET shows the same page in the other language; "?lang=…" when empty
	LangForm string // id of a form to send with action=lang:… instead, so that nothing typed is lost
	Nav      []Link
	Person   string // who is signed in, "" for nobody
	SignOut  string // address that signs out by POST
	Back     string // address of the link back, "" for none
	Notice   string // what has just been done, shown once
	Wide     bool   // the content uses the full width
}

func (pg Page) title() string {
	service := pg.Site.Service.In(pg.P.Lang)
	title := pg.Title
	switch {
	case title == "":
		title = service
	case service != "":
		title += " – " + service
	}
	if pg.Error {
		title = pg.P.T("ui.error_prefix") + " " + title
	}
	return title
}

func (pg Page) langURL() string {
	if pg.LangURL != "" {
		return pg.LangURL
	}
	return "?lang=" + string(pg.P.Lang.Other())
}

func (pg Page) column() string {
	if pg.Wide {
		return "govuk-grid-column-full"
	}
	return "govuk-grid-column-two-thirds"
}

// VersionName is the field of a Fragment that bears the version its answers were read at.
// Like every name of the doors' own it begins with _, which no question does.
const VersionName = "_version"

// Form is a form of the page. It posts to Action.
type Form struct {
	ID     string
	Action string
	Live   bool // the script saves it and refreshes #fragment as the person types
}

// Problem is one entry of the error summary: the field's ID and what to do.
type Problem struct {
	ID, Text string
}

// Submit is a button that sends its form.
type Submit struct {
	Label string
	Name  string // "action" for a form with several buttons
	Value string
	Kind  string // "" for the main act, secondary, warning
	Form  string // id of the form when the button stands outside it
	About string // words for screen readers that tell this button from its likes
	Draft bool   // sends the form whatever the browser thinks of its fields
	To    string // where it sends the form in place of its own address, files left out; "" = nowhere else
	Enter bool   // unseen, and the first of its form: what the enter key presses
}

func (b Submit) class() string {
	if b.Enter {
		return "govuk-visually-hidden"
	}
	return buttonClass(b.Kind)
}

func buttonClass(kind string) string {
	if kind == "" {
		return "govuk-button"
	}
	return "govuk-button govuk-button--" + kind
}

// Status is a short state with a colour: grey, blue, green, yellow, red, purple, or "" for plain text.
type Status struct {
	Label, Colour string
}

// Row is a question and its answer on a check page.
type Row struct {
	Key    string
	Values []string // one line each; none shows « Non renseigné »
	Change string   // address to change it, or ""
	Links  []Link   // other things to do with it
	Status Status   // such as "changed"; no label, no tag
	ID     string
}

// Task is a line of the task list. Without Href it cannot be opened yet.
type Task struct {
	ID, Title, Href, Hint string
	Status                Status
}

// Table is a plain table. Cells of Numeric columns are set right.
type Table struct {
	Caption       string
	HiddenCaption bool
	Head          []Column
	Rows          [][]Cell
	Empty         string // shown instead when there is no row
	Stacked       bool   // on a phone each row is a block, and each cell says its column
}

// Column is the head of a column.
type Column struct {
	Label   string
	Numeric bool
	Sort    string // address that sorts by this column, or ""
	Sorted  string // ascending, descending, or "" when another column rules
}

// Cell is a cell; with Href its text is a link, with Status.Label it shows a tag after the text.
type Cell struct {
	Text   string
	Href   string
	Status Status
	Header bool // names its row
	Box    *Box // a box to tick, before the text
}

// Box chooses its row for a form that stands elsewhere on the page.
type Box struct {
	Form, Name, Value string
	Label             string // for screen readers: the row is seen by others
}

func (t Table) cellClass(i int) string {
	if i < len(t.Head) && t.Head[i].Numeric {
		return "govuk-table__cell govuk-table__cell--numeric"
	}
	return "govuk-table__cell"
}

// label names the column of a cell, where cells say it.
func (t Table) label(i int) string {
	if t.Stacked && i < len(t.Head) {
		return t.Head[i].Label
	}
	return ""
}

func (c Column) class() string {
	if c.Numeric {
		return "govuk-table__header govuk-table__header--numeric"
	}
	return "govuk-table__header"
}

// Pages leads through a list by keys: an address for the pages before and after, "" where there is none.
type Pages struct {
	Previous, Next string
}

// Upload is the form that sends files of one kind, a form of its own.
type Upload struct {
	ID       string
	Action   string
	Name     string // of the file input
	Label    string
	Hint     string
	Error    string
	Accept   string // media types and extensions
	Multiple bool
	MaxBytes int64  // the script refuses larger files before sending them
	Most     int    // files that may be given, as the script counts them; 0 = any number
	Given    int    // of them, those given already
	Script   string // address of the part that sends in pieces; "" = none, the form is posted
	Begin    string // where it asks before it sends
	Done     []Uploaded
	Hidden   []Hidden
}

// Uploaded is a file already kept.
type Uploaded struct {
	Name, Size, Href string
	Status           Status
	Remove           string // value of the button named "remove", or "" when it cannot be removed
}

// Hidden is a value the form carries unseen.
type Hidden struct {
	Name, Value string
}

func (u Upload) field() Field {
	return Field{ID: u.ID, Name: u.Name, Label: u.Label, Hint: u.Hint, Error: u.Error}
}

// Repeat is a group of questions asked any number of times.
type Repeat struct {
	ID, Legend, Hint, Error string
	Add                     string // label of the button that adds a row, "" when no more can be added
	AddValue                string // value of that button, named "action": add:children
}

// RepeatItem is one row of a Repeat.
type RepeatItem struct {
	ID, Legend  string // « Enfant 1 »
	Name, Row   string // of the group and of the row: posted, so that the server knows which rows there are
	RemoveValue string // value of the button named "action": remove:children:<row>; "" when it must stay
}
