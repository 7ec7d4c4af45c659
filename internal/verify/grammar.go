package verify

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed grammar.txt
var grammarText string

//go:embed namespaces.txt
var namespaceText string

// grammar gives, by path of elements, the kinds of their attributes.
var grammar = sync.OnceValue(func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for line := range strings.Lines(grammarText) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" || strings.HasPrefix(line, "#") {
			continue
		}
		kinds := map[string]string{}
		for _, w := range words[1:] {
			name, kind, _ := strings.Cut(w, "=")
			kinds[name] = kind
		}
		out[words[0]] = kinds
	}
	return out
})

// namespaces gives, by prefix ("-" for none), the addresses it may stand for.
var namespaces = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for line := range strings.Lines(namespaceText) {
		if prefix, address, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out[prefix] = append(out[prefix], address)
		}
	}
	return out
})

var kinds = map[string]*regexp.Regexp{
	"num":  regexp.MustCompile(`^-?[0-9]{1,7}(\.[0-9]{1,4})?$`),
	"flag": regexp.MustCompile(`^(true|false|0|1)$`),
	"ref":  regexp.MustCompile(`^[A-Z]{1,3}[0-9]{1,7}(:[A-Z]{1,3}[0-9]{1,7})?$`),
	"rgb":  regexp.MustCompile(`^[0-9A-Fa-f]{6,8}$`),
	"word": regexp.MustCompile(`^[a-zA-Z]{1,16}$`),
	"id":   regexp.MustCompile(`^rId[0-9]{1,3}$`),
	"text": regexp.MustCompile(`^.{1,160}$`), // looked at by whom it concerns
}

// wrong says what the grammar has against an element that was just opened, or "".
func (m *markup) wrong() string {
	admitted, ok := grammar()[string(m.path)]
	if !ok {
		return "the element " + clean(string(m.path)) + " is not one of a plain sheet"
	}
	for _, a := range m.attrs {
		if !admittedAttribute(admitted, string(a.name), string(a.value), len(m.ends) == 1) {
			return "the attribute " + clean(string(a.name)) + " of " + clean(string(m.path)) + " is not one of a plain sheet, or says something else"
		}
	}
	return ""
}

func admittedAttribute(admitted map[string]string, name, value string, root bool) bool {
	if name == "xmlns" || strings.HasPrefix(name, "xmlns:") {
		prefix := strings.TrimPrefix(strings.TrimPrefix(name, "xmlns"), ":")
		return root && isNamespace(prefix, value)
	}
	kind, ok := admitted[name]
	if !ok {
		return false
	}
	if kind == "prefixes" {
		return arePrefixes(value)
	}
	if pattern := kinds[kind]; pattern != nil {
		return pattern.MatchString(value)
	}
	for one := range strings.SplitSeq(kind, "|") {
		if one == value {
			return true
		}
	}
	return false
}

func isNamespace(prefix, address string) bool {
	if prefix == "" {
		prefix = "-"
	}
	for _, known := range namespaces()[prefix] {
		if known == address {
			return true
		}
	}
	return false
}

// arePrefixes knows the two lists that workbooks have; an order of one's own could say something.
func arePrefixes(list string) bool {
	return list == "x15" || list == "c14 cdr14 a14 pic14 x14 xdr14 x14ac dsp mso14 dgm14 x15 x12ac x15ac "+
		"xr xr2 xr3 xr4 xr5 xr6 xr7 xr8 xr9 xr10 xr11 xr12 xr13 xr14 xr15 x15 x16 x16r2 mo mx mv o v"
}
