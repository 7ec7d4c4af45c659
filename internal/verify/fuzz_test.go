package verify

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Whatever the bytes, the verifier ends with a report, and never passes what is not the certified file.
func FuzzFile(f *testing.F) {
	file, certificate := newSample().build(f)
	f.Add(file, certificate)
	f.Add(file[:len(file)/2], certificate[:len(certificate)/2])
	f.Add([]byte("PK"), []byte("{}"))
	f.Add(between(file), []byte(`{"signed":{"certificate":"guichet-release/1"},"key":"","signature":""}`))
	f.Add(behindDeflate(file), []byte("[[[{"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		r, err := File(a, []byte(sampleSchema), b)
		if err != nil {
			return
		}
		if r.Passed() && r.Certified && !bytes.Equal(a, file) {
			t.Fatal("another file passes")
		}
		if err := r.Write(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
}

// Whatever stands in the data sheet: what passes is read by another reader as the same rows.
func FuzzSheet(f *testing.F) {
	parts := newSample().xml(f)
	f.Add(parts[sheet1])
	for _, change := range []string{"<row>", `<c r="A1"/>`, "<!---->", "<f>1</f>", `<row r="2"/>`, "&#65;", "</sheetData>"} {
		f.Add(strings.Replace(parts[sheet1], "</row>", change+"</row>", 1))
	}
	f.Fuzz(func(t *testing.T, sheet string) {
		parts := newSample().xml(t)
		parts[sheet1] = sheet
		file := packed(t, parts, nil)
		r, err := File(file, []byte(sampleSchema), nil)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Passed() {
			return
		}
		book, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("passed, and no other reader opens it: %v", err)
		}
		defer book.Close()
		rows, err := book.GetRows("Data")
		if err != nil || len(rows) != r.Rows+1 {
			t.Fatalf("%d rows, another reader sees %d, %v", r.Rows, len(rows)-1, err)
		}
	})
}

// What the strict reader of XML admits, encoding/xml reads as the same tokens.
func FuzzMarkup(f *testing.F) {
	for _, part := range newSample().xml(f) {
		f.Add(part)
	}
	for _, text := range []string{"", "<a/>", xmlHead + "<a/>", xmlHead + `<a b="&lt;c">&#x41;&amp;</a>`, xmlHead + "<a><b></a></b>", xmlHead + `<a b="1" b="2"/>`, xmlHead + "<a>]]></a>"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, document string) {
		if strict, ok := strictTokens(document); ok {
			lenient, err := lenientTokens(document)
			if err != nil || strict != lenient {
				t.Fatalf("%q\nis read as %q\nand by encoding/xml as %q, %v", document, strict, lenient, err)
			}
		}
	})
}

func strictTokens(document string) (string, bool) {
	var out strings.Builder
	m := newMarkup(strings.NewReader(document))
	for {
		err := m.next()
		if errors.Is(err, io.EOF) {
			return out.String(), true
		}
		if err != nil {
			return "", false
		}
		switch m.kind {
		case opening:
			out.WriteString("<" + string(m.name))
			for _, a := range m.attrs {
				out.WriteString(" " + string(a.name) + "=" + string(a.value))
			}
			out.WriteString(">")
		case closing:
			out.WriteString("</" + string(m.name) + ">")
		case text:
			out.WriteString("[" + string(m.text) + "]")
		}
	}
}

func lenientTokens(document string) (string, error) {
	var out strings.Builder
	d := xml.NewDecoder(strings.NewReader(document))
	depth := 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch x := token.(type) {
		case xml.StartElement:
			depth++
			out.WriteString("<" + whole(x.Name))
			for _, a := range x.Attr {
				out.WriteString(" " + whole(a.Name) + "=" + a.Value)
			}
			out.WriteString(">")
		case xml.EndElement:
			depth--
			out.WriteString("</" + whole(x.Name) + ">")
		case xml.CharData:
			if depth > 0 {
				out.WriteString("[" + string(x) + "]")
			}
		}
	}
}

func whole(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
