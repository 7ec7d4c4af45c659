package report

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// tree is the structure of a tagged PDF (ISO 32000-1, 14.7): elements in
// reading order, each with the pieces of page content that belong to it.
type tree struct {
	top   []*element
	pages map[int][]*element // by page, the element of each marked piece
}

type element struct {
	tag        string
	attributes string // raw, or ""
	kids       []*element
	marks      []mark
	object     int // number in the file
}

// mark is one piece of content: its page, from 1, and its number there.
type mark struct{ page, id int }

func (t *tree) add(tag, attributes string) *element {
	e := &element{tag: tag, attributes: attributes}
	t.top = append(t.top, e)
	return e
}

func (e *element) add(tag, attributes string) *element {
	kid := &element{tag: tag, attributes: attributes}
	e.kids = append(e.kids, kid)
	return kid
}

// mark gives the next piece of content on page to e.
func (t *tree) mark(e *element, page int) int {
	if t.pages == nil {
		t.pages = map[int][]*element{}
	}
	id := len(t.pages[page])
	t.pages[page] = append(t.pages[page], e)
	e.marks = append(e.marks, mark{page, id})
	return id
}

// The writer numbers its objects in a fixed way: 1 page tree, 2 resources, then
// each page and its content, and the catalogue last.
func pageObject(page int) int { return 1 + 2*page }

var trailer = regexp.MustCompile(`trailer\n<<\n/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n>>\nstartxref\n(\d+)\n%%EOF\n?$`)

// attach appends the structure to a finished file as an incremental update
// (ISO 32000-1, 7.5.6), since the writer has no place for it.
func (t *tree) attach(file []byte, lang string, pages int) ([]byte, error) {
	found := trailer.FindSubmatch(file[max(0, len(file)-512):])
	if found == nil {
		return nil, errors.New("the writer's trailer has another form than expected")
	}
	size, catalog := number(found[1]), number(found[2])
	if !bytes.Contains(file, fmt.Appendf(nil, "\n%d 0 obj\n<</Type /Page\n", pageObject(pages))) {
		return nil, errors.New("the writer numbers its pages in another way than expected")
	}
	u := &update{file: bytes.TrimRight(file, "\n"), next: size}
	u.file = append(u.file, '\n')
	root, document, parents := u.number(), u.number(), u.number()
	t.numberAll(u, t.top)
	u.put(root, fmt.Sprintf("<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", document, parents, pages))
	u.put(document, fmt.Sprintf("<</Type/StructElem/S/Document/P %d 0 R/Lang(%s)/K[%s]>>", root, lang, references(t.top)))
	for _, e := range t.top {
		e.write(u, document)
	}
	u.put(parents, t.parentTree(pages))
	for page := 1; page <= pages; page++ {
		n := pageObject(page)
		u.put(n, fmt.Sprintf("<</Type/Page/Parent 1 0 R/Resources 2 0 R/Contents %d 0 R/StructParents %d/Tabs/S>>", n+1, page-1))
	}
	u.put(catalog, fmt.Sprintf("<</Type/Catalog/Pages 1 0 R/Lang(%s)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/ViewerPreferences<</DisplayDocTitle true>>>>", lang, root))
	return u.end(catalog, number(found[3]), number(found[4])), nil
}

func (t *tree) numberAll(u *update, elements []*element) {
	for _, e := range elements {
		e.object = u.number()
		t.numberAll(u, e.kids)
	}
}

func (e *element) write(u *update, parent int) {
	var kids strings.Builder
	kids.WriteString(references(e.kids))
	for _, m := range e.marks {
		fmt.Fprintf(&kids, "<</Type/MCR/Pg %d 0 R/MCID %d>>", pageObject(m.page), m.id)
	}
	u.put(e.object, fmt.Sprintf("<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>", e.tag, parent, e.attributes, kids.String()))
	for _, kid := range e.kids {
		kid.write(u, e.object)
	}
}

// parentTree leads from each piece of content back to its element.
func (t *tree) parentTree(pages int) string {
	var b strings.Builder
	b.WriteString("<</Nums[")
	for page := 1; page <= pages; page++ {
		fmt.Fprintf(&b, "%d[%s]", page-1, references(t.pages[page]))
	}
	b.WriteString("]>>")
	return b.String()
}

func references(elements []*element) string {
	var b strings.Builder
	for _, e := range elements {
		fmt.Fprintf(&b, "%d 0 R ", e.object)
	}
	return b.String()
}

func number(b []byte) int {
	n, _ := strconv.Atoi(string(b)) // digits, by the pattern
	return n
}

// update is an incremental update being written behind a file.
type update struct {
	file []byte
	next int
	xref bytes.Buffer
}

func (u *update) number() int {
	u.next++
	return u.next - 1
}

func (u *update) put(n int, object string) {
	fmt.Fprintf(&u.xref, "%d 1\n%010d 00000 n \n", n, len(u.file))
	u.file = fmt.Appendf(u.file, "%d 0 obj\n%s\nendobj\n", n, object)
}

// end writes the cross-reference table and the trailer. The file's identifier
// is drawn from its content, so that equal documents stay equal.
func (u *update) end(root, info, before int) []byte {
	id, start := sha256.Sum256(u.file), len(u.file)
	u.file = fmt.Appendf(u.file, "xref\n%s", u.xref.String())
	return fmt.Appendf(u.file, "trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/Prev %d/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		u.next, root, info, before, id[:16], id[:16], start)
}
