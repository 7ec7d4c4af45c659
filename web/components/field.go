package components

import (
	"strconv"
	"strings"

	"guichet/internal/text"
)

// Field is what a form control needs. Texts are in the reader's language, values as they were typed.
type Field struct {
	ID    string // of the first control; also the stem of the ids of hint and error
	Name  string
	Label string
	Hint  string
	Lang  text.Lang // of the label, when it is not the page's: a French text to consent to
	Error string    // one sentence that says how to mend it; "" when there is no problem

	Optional bool // adds « (facultatif) » to the label
	Heading  bool // the label is the page's h1: a page with one question
	Hidden   bool // the label is for screen readers alone

	Value  string    // of a control with one value
	Values []string  // ticked checkboxes
	Date   [3]string // day, month, year
	// ErrorPart is the box of a date that the error is about: day, month or year; "" for the whole.
	ErrorPart string

	Options []Option // of radios, checkboxes and short selects
	Choices *Choices // of a long select, rendered beforehand
	Search  bool     // a select that the script makes searchable

	Type         string // of an input: email, tel, password; text when empty
	Autocomplete string // HTML token, or "" for none
	Weigh        string // address that says how good the password being chosen is; the script shows it
	InputMode    string // numeric, decimal, tel, email
	Prefix       string
	Suffix       string
	Width        int // of an input, in characters: 2, 3, 4, 5, 10, 20, 30; 0 for the whole column
	Rows         int // of a textarea; 5 when zero
	MaxLength    int // characters; a textarea tells what is left
	Inline       bool
	ReadOnly     bool
}

// Option is one answer to choose.
type Option struct {
	Value, Label, Hint string
}

func (f Field) describedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID + "-hint " + f.ID + "-error"
	case f.Hint != "":
		return f.ID + "-hint"
	case f.Error != "":
		return f.ID + "-error"
	}
	return ""
}

func (f Field) groupClass() string {
	if f.Error != "" {
		return "govuk-form-group govuk-form-group--error"
	}
	return "govuk-form-group"
}

func (f Field) inputClass() string {
	class := "govuk-input"
	if f.Width > 0 {
		class += " govuk-input--width-" + strconv.Itoa(f.Width)
	}
	if f.Error != "" {
		class += " govuk-input--error"
	}
	return class
}

func (f Field) invalid() string {
	if f.Error != "" {
		return "true"
	}
	return ""
}

// control names the class of a control, with its error variant.
func (f Field) control(class string) string {
	if f.Error != "" {
		return class + " " + class + "--error"
	}
	return class
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(f.Rows)
}

// optionID numbers the controls of a group; the first bears the field's ID, so that an error links to it.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.ID
	}
	return f.ID + "-" + strconv.Itoa(i+1)
}

func (f Field) chosen(value string) bool {
	for _, v := range f.Values {
		if v == value {
			return true
		}
	}
	return false
}

func (f Field) choiceClass(base string) string {
	if f.Inline {
		return base + " " + base + "--inline"
	}
	return base
}

// datePart is one of the three boxes of a date.
type datePart struct {
	id, name, key, value, autocomplete string
	width                              int
	failed                             bool
}

var dateKeys = [3]string{"day", "month", "year"}

func (f Field) dateParts() [3]datePart {
	var parts [3]datePart
	for i, key := range dateKeys {
		parts[i] = datePart{
			id: DatePartID(f.ID, key), name: f.Name + "." + key, key: "ui.date." + key, value: f.Date[i], width: 2,
			failed: f.Error != "" && (f.ErrorPart == "" || f.ErrorPart == key),
		}
		if f.Autocomplete == "bday" {
			parts[i].autocomplete = "bday-" + key
		}
	}
	parts[2].width = 4
	return parts
}

// DatePartID is the id of a box of a date, for a link from the error summary. The first box has the
// field's own; part is day, month or year.
func DatePartID(id, part string) string {
	if part == dateKeys[0] || part == "" {
		return id
	}
	return id + "." + part
}

func (d datePart) invalid() string {
	if d.failed {
		return "true"
	}
	return ""
}

func (d datePart) class() string {
	class := "govuk-input govuk-date-input__input govuk-input--width-" + strconv.Itoa(d.width)
	if d.failed {
		class += " govuk-input--error"
	}
	return class
}

// countedBy adds the counter of a textarea to what describes it.
func (f Field) countedBy() string {
	if f.MaxLength == 0 {
		return f.describedBy()
	}
	return strings.TrimSpace(f.describedBy() + " " + f.ID + "-info")
}
