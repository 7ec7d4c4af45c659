package procedure

import "guichet/internal/text"

// words refuses a text that one language lacks.
func (r *refusals) words(src *source, path string, w text.Words) {
	const remedy = "write fr and en; the French text is authoritative"
	if w.FR == "" {
		r.add(src, path+".fr", remedy, "the French text is missing")
	}
	if w.EN == "" {
		r.add(src, path+".en", remedy, "the English text is missing")
	}
}

// both is words for a text that may be absent altogether.
func (r *refusals) both(src *source, path string, w text.Words) {
	if !w.IsZero() {
		r.words(src, path, w)
	}
}
