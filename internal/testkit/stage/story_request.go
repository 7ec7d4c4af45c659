package stage

import (
	"net/http"
	"net/url"
	"strings"
)

// gather puts one item into the request, from the dossier's page.
func (s *story) gather(w []string) {
	s.t.Helper()
	page := s.desk().Read().Follow("/ask?item=" + url.QueryEscape(w[0]))
	page.Form("/ask").Set("why", w[1]).Set("word", w[2]).Submit("add").Want(http.StatusOK)
}

// sendRequest sends what was gathered, as the page of the request offers it.
func (s *story) sendRequest([]string) {
	s.t.Helper()
	page := s.desk().Read().Follow("/move/ask").Form("/move/ask").Submit("")
	page.Want(http.StatusOK)
	if d := s.filing.Opened(); d.StateKind != "waiting" {
		s.t.Fatalf("not asked but %s: %s", d.State, clip(page.Text()))
	}
}

// paperForm is the form that judges the newest file of a document.
func (s *story) paperForm(path string) *Form {
	s.t.Helper()
	id := ""
	for _, x := range s.filing.Opened().Documents {
		if x.Path == path {
			id = x.ID
		}
	}
	return s.agent.Get("/dossier/" + s.filing.ID + "?doc=" + id).Form("/document/" + id + "/judge")
}

func (s *story) reject(w []string) {
	s.t.Helper()
	f := s.paperForm(w[0])
	f.Set("reason", w[1]).Submit("rejected").Want(http.StatusOK)
}

func (s *story) judge(w []string) {
	s.t.Helper()
	s.paperForm(w[0]).Submit(w[1]).Want(http.StatusOK)
}

// compare expects an answer before and after on the page of what came back.
func (s *story) compare(w []string) {
	s.t.Helper()
	page := s.desk().Read().Follow("/compare")
	for _, words := range w {
		page.Shows(words)
	}
}

func (s *story) acceptItem(w []string) {
	s.t.Helper()
	s.desk().Read().Follow("/compare").Form("/compare").Set("as."+w[0], "accepted").Submit("").Want(http.StatusOK)
}

// askAgain asks for a document again, for a reason of the definition.
func (s *story) askAgain(w []string) {
	s.t.Helper()
	f := s.desk().Read().Follow("/compare").Form("/compare")
	f.Set("as."+w[0], "again").Set("why."+w[0], w[1]).Set("word."+w[0], "").Submit("").Want(http.StatusOK)
}

// correct puts an answer right in the person's place.
func (s *story) correct(w []string) {
	s.t.Helper()
	page := s.desk().Read().Follow("/correct?item=" + url.QueryEscape(w[0]))
	done := page.Form("/correct").Set(w[0], w[1]).Submit("").Want(http.StatusOK)
	if !strings.HasPrefix(done.Path(), "/dossier/"+s.filing.ID) {
		s.t.Fatalf("not corrected: %s", clip(done.Text()))
	}
}
