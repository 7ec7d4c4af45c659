package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/url"
	"slices"
	"strings"

	"guichet/internal/fault"
)

// maxValues bounds a form: the largest step with thirty rows has fewer.
const maxValues = 1000

// Form reads an urlencoded body of at most 1 MB and 1,000 values; beyond either it is TooLarge.
// A second call gives the same values.
func (v *Visit) Form() (_ url.Values, err error) {
	if v.form != nil {
		return v.form, nil
	}
	kind, _, err := mime.ParseMediaType(v.R.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, fault.New(fault.Invalid, "error.form")
	}
	body, err := io.ReadAll(v.R.Body)
	if err != nil {
		return nil, err
	}
	if bytes.Count(body, []byte("&")) >= maxValues {
		return nil, fault.New(fault.TooLarge, "error.too_many_values")
	}
	if v.form, err = url.ParseQuery(string(body)); err != nil {
		v.form = nil
		return nil, fault.From(fault.Invalid, "error.form", errors.New("body is not urlencoded"))
	}
	return v.form, nil
}

// Posted is the one value of a name, "" when it is absent; a name given twice is Invalid (ASVS 15.3.7).
func (v *Visit) Posted(name string) (string, error) {
	form, err := v.Form()
	if err != nil {
		return "", err
	}
	if len(form[name]) > 1 {
		return "", fault.New(fault.Invalid, "error.form")
	}
	return form.Get(name), nil
}

// OneEach reads a form in which every name is among names and stands at most once (ASVS 15.3.3, 15.3.7).
func (v *Visit) OneEach(names ...string) (map[string]string, error) {
	form, err := v.Form()
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(names))
	for _, n := range names {
		out[n] = ""
	}
	for n, values := range form {
		if _, known := out[n]; !known || len(values) != 1 {
			return nil, fault.New(fault.Invalid, "error.form")
		}
		out[n] = values[0]
	}
	return out, nil
}

// What is given back of a form at most: sentences, and bytes of one control of a form with files.
const (
	mostGiven = 50
	longGiven = 64 << 10
)

// Sentences are the values of a form that somebody has written, in a fixed order, some tens at most; of a form with files those before
// the first.
func (v *Visit) Sentences() (words []string, err error) {
	if kind, _, _ := mime.ParseMediaType(v.R.Header.Get("Content-Type")); kind == "multipart/form-data" {
		return v.firstSentences()
	}
	posted, err := v.Form()
	for _, values := range posted {
		for _, w := range values {
			if written(w) {
				words = append(words, w)
			}
		}
	}
	slices.Sort(words)
	return words[:min(len(words), mostGiven)], err
}

func written(w string) bool { return strings.ContainsAny(w, " \n") }

// firstSentences reads no file and no more controls than forms have; the rest is thrown away, so that its sender hears the answer.
func (v *Visit) firstSentences() (words []string, err error) {
	parts, err := v.R.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "error.form")
	}
	defer func() { _, _ = io.CopyN(io.Discard, v.R.Body, drained) }()
	for range mostGiven {
		part, err := parts.NextPart()
		if err != nil || part.FileName() != "" { // its end, or as far as it came
			break
		}
		typed, err := io.ReadAll(io.LimitReader(part, longGiven))
		if err != nil {
			break
		}
		if w := strings.ToValidUTF8(string(typed), ""); written(w) {
			words = append(words, w)
		}
	}
	return words, nil
}
