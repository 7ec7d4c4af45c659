package e2e

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hand is a way to work on a page.
type hand interface {
	scripted() bool                       // the page's scripts run
	write(t *tab, id, words string)       // into a text control, in the place of what stands there
	choose(t *tab, id string)             // ticks a box, or takes a radio button
	pick(t *tab, id, value, label string) // takes an option of a select, which a script may have made a combobox
	press(t *tab, selector string)        // a button or a link
	focus(t *tab, id string)              // goes to a control
}

// mouse clicks and types; script says whether the pages' scripts run.
type mouse struct{ script bool }

func (m mouse) scripted() bool { return m.script }

func (m mouse) focus(t *tab, id string) {
	t.t.Helper()
	look[bool](t, fmt.Sprintf(`!document.getElementById(%q).focus()`, id))
}

func (m mouse) write(t *tab, id, words string) {
	t.t.Helper()
	m.focus(t, id)
	t.overwrite(words)
}

func (m mouse) choose(t *tab, id string) {
	t.t.Helper()
	t.click(string(byID(id)))
}

func (m mouse) pick(t *tab, id, value, label string) {
	t.t.Helper()
	m.focus(t, id)
	t.take(id, value, label)
}

func (m mouse) press(t *tab, selector string) {
	t.t.Helper()
	t.click(selector)
}

// keyboard reaches everything by Tab and touches no mouse.
type keyboard struct{}

func (keyboard) scripted() bool { return true }

// mostTabs is more than any page has stops.
const mostTabs = 300

func (k keyboard) focus(t *tab, id string) {
	t.t.Helper()
	k.reach(t, fmt.Sprintf(`document.activeElement.id === %q`, id), id)
}

// reach presses Tab until the focus stands where it should.
func (keyboard) reach(t *tab, there, what string) {
	t.t.Helper()
	for range mostTabs {
		if look[bool](t, there) {
			return
		}
		must(t.t, chromedp.Do(t.ctx, chromedp.KeyEvent(kb.Tab)))
	}
	t.t.Fatalf("the keyboard never reaches %s\n%s", what, t.words())
}

func (k keyboard) write(t *tab, id, words string) {
	t.t.Helper()
	k.focus(t, id)
	t.overwrite(words)
}

// choose goes to the group of a radio button by Tab and along it by the arrows; a box is ticked by Space.
func (k keyboard) choose(t *tab, id string) {
	t.t.Helper()
	if look[string](t, fmt.Sprintf(`document.getElementById(%q).type`, id)) == "checkbox" {
		k.focus(t, id)
		must(t.t, chromedp.Do(t.ctx, chromedp.KeyEvent(" ")))
		return
	}
	k.reach(t, fmt.Sprintf(`document.activeElement.name === document.getElementById(%q).name`, id), id)
	for range mostTabs {
		if look[bool](t, fmt.Sprintf(`document.activeElement.id === %q`, id)) {
			if !look[bool](t, `document.activeElement.checked`) {
				must(t.t, chromedp.Do(t.ctx, chromedp.KeyEvent(" ")))
			}
			return
		}
		must(t.t, chromedp.Do(t.ctx, chromedp.KeyEvent(kb.ArrowDown)))
	}
	t.t.Fatalf("the arrows never reach %s", id)
}

func (k keyboard) pick(t *tab, id, value, label string) {
	t.t.Helper()
	k.focus(t, id)
	t.take(id, value, label)
}

func (k keyboard) press(t *tab, selector string) {
	t.t.Helper()
	k.reach(t, fmt.Sprintf(`document.activeElement.matches(%q)`, selector), selector)
	t.key(enter)
}

// spot is a point of the window, and whether the element looked for is what a click there would hit.
type spot struct {
	X, Y float64
	Hits bool
}

// middle brings an element into view and finds its middle; a radio button lies under the picture of its label.
const middle = `(e => {
	e.scrollIntoView({block: "center", behavior: "instant"})
	const r = e.getClientRects()[0], x = r.x + r.width / 2, y = r.y + r.height / 2, hit = document.elementFromPoint(x, y)
	return {X: x, Y: y, Hits: e.contains(hit) || [...e.labels ?? []].some(l => l.contains(hit))}
})(document.querySelector(%q))`

// click presses and releases the mouse in the middle of an element that nothing covers.
func (t *tab) click(selector string) {
	t.t.Helper()
	t.until(fmt.Sprintf(`document.querySelector(%q).getClientRects().length`, selector))
	at := look[spot](t, fmt.Sprintf(middle, selector))
	if !at.Hits {
		t.t.Fatalf("%s is covered by something else\n%s", selector, t.words())
	}
	t.mouse(input.DispatchMouseEventTypeMousePressed, at)
	t.mouse(input.DispatchMouseEventTypeMouseReleased, at)
}

func (t *tab) mouse(kind input.DispatchMouseEventType, at spot) {
	t.t.Helper()
	_, err := chromedp.Call(t.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: 1,
	})
	must(t.t, err)
}

func byID(id string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf(`[id=%q]`, id)) }

// overwrite types in the place of what stands in the control that has the focus.
func (t *tab) overwrite(words string) {
	t.t.Helper()
	_, err := chromedp.Call(t.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeRawKeyDown, Key: "a", Code: "KeyA", WindowsVirtualKeyCode: 'A', Modifiers: 2, Commands: []string{"selectAll"},
	})
	must(t.t, err)
	_, err = chromedp.Call(t.ctx, input.InsertText, input.InsertTextParams{Text: words})
	must(t.t, err)
}

// take chooses an option of the select that has the focus: by its first letters where it is a combobox, else by the
// arrows.
func (t *tab) take(id, value, label string) {
	t.t.Helper()
	if look[bool](t, `document.activeElement.role === "combobox"`) {
		t.overwrite(label)
		t.key(enter)
		t.until(fmt.Sprintf(`document.getElementById(%q).value === %q`, id+"-select", value))
		return
	}
	steps := look[int](t, fmt.Sprintf(`(e => [...e.options].findIndex(o => o.value === %q) - e.selectedIndex)(document.activeElement)`, value))
	key := kb.ArrowDown
	if steps < 0 {
		key, steps = kb.ArrowUp, -steps
	}
	must(t.t, chromedp.Do(t.ctx, chromedp.KeyEvent(strings.Repeat(key, steps))))
	t.until(fmt.Sprintf(`document.getElementById(%q).value === %q`, id, value))
}

// key is one without a character, as a keyboard sends it: no letter follows when the page has taken it.
type key struct {
	name, text string
	code       int64
}

var enter = key{"Enter", "\r", 13}

func (t *tab) key(k key) {
	t.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		p := input.DispatchKeyEventParams{Type: kind, Key: k.name, Code: k.name, WindowsVirtualKeyCode: k.code, NativeVirtualKeyCode: k.code}
		if kind == input.DispatchKeyEventTypeKeyDown {
			p.Text = k.text
		}
		_, err := chromedp.Call(t.ctx, input.DispatchKeyEvent, p)
		must(t.t, err)
	}
}
