package document

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/testkit/absent"
)

// found are files of strangers: what the libraries we build with, and Go
// itself, are tested by. go.sum pins them; testdata/found.tsv says, file by
// file, what is expected of them.
func found(t *testing.T) (all []sample) {
	manifest, err := os.Open("testdata/found.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	folders := map[string]string{}
	for lines := bufio.NewScanner(manifest); lines.Scan(); {
		column := strings.Split(lines.Text(), "\t") // source, path, verdict, pages
		if len(column) != 4 || column[0] == "source" {
			continue
		}
		folder, known := folders[column[0]]
		if !known {
			folder = folderOf(t, column[0])
			folders[column[0]] = folder
		}
		s := sample{name: filepath.Base(column[0]) + " " + column[1], path: filepath.Join(folder, column[1])}
		if strings.HasPrefix(column[2], "document.") {
			s.want = column[2]
		} else {
			s.kind = Kind(column[2])
		}
		s.pages, _ = strconv.Atoi(column[3])
		all = append(all, s)
	}
	return all
}

// folderOf is where Go keeps a module, or itself.
func folderOf(t *testing.T, source string) string {
	t.Helper()
	args := []string{"list", "-m", "-f", "{{.Dir}}", source}
	if source == "go" {
		args = []string{"env", "GOROOT"}
	}
	said, err := exec.CommandContext(t.Context(), "go", args...).Output()
	folder := strings.TrimSpace(string(said))
	if err != nil || folder == "" {
		absent.Skip(t, "the source of "+source)
	}
	return folder
}
