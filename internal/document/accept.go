package document

import (
	"path"
	"slices"
	"strings"
)

// written are the media types and endings of the formats a definition may accept.
var written = map[string][]string{
	"pdf":  {"application/pdf", ".pdf"},
	"jpeg": {"image/jpeg", ".jpg", ".jpeg"},
	"png":  {"image/png", ".png"},
	"heic": {"image/heic", "image/heif", ".heic", ".heif"},
}

// Accepts lists the media types and endings of formats, as a file chooser takes them.
func Accepts(accepted []string) string {
	var out []string
	for _, f := range accepted {
		out = append(out, written[f]...)
	}
	return strings.Join(out, ",")
}

// Likely tells whether a file may be of one of the formats, by its name and by the media type its sender tells: enough to
// spare somebody the sending, and never a proof. A file that tells neither may be anything.
func Likely(accepted []string, name, mediaType string) bool {
	end := strings.ToLower(path.Ext(name))
	if end == "" && mediaType == "" || len(accepted) == 0 {
		return true
	}
	return slices.ContainsFunc(accepted, func(f string) bool {
		return slices.Contains(written[f], end) || slices.Contains(written[f], strings.ToLower(mediaType))
	})
}

// Takes tells whether a kept file may stand for one of the formats: a photograph that came as HEIC is a JPEG by then.
// Where nothing is listed, all is accepted.
func Takes(accepted []string, k Kind) bool {
	return len(accepted) == 0 || slices.Contains(accepted, string(k)) || k == JPEG && slices.Contains(accepted, string(heicKind))
}
