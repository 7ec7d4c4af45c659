package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// helpOf is what a command teaches.
func helpOf(t *testing.T, name string) string {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), []string{name, "--help"}, nil, &out, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// examples are the words behind guichet of what somebody types, settings in front of it left out.
func examples(help string) (out [][]string) {
	for line := range strings.Lines(help) {
		words := strings.Fields(line)
		for len(words) > 0 && strings.Contains(words[0], "=") {
			words = words[1:]
		}
		if strings.HasPrefix(line, "  ") && len(words) > 1 && words[0] == "guichet" {
			out = append(out, words[1:])
		}
	}
	return out
}

// What a help shows is there: the command, and each of its options.
func TestExamplesNameWhatIsThere(t *testing.T) {
	options := map[string]string{}
	for _, c := range commands() {
		options[c.name] = helpOf(t, c.name)
	}
	seen := 0
	for name, help := range options {
		for _, words := range examples(help) {
			theirs, ok := options[words[0]]
			if !ok {
				t.Errorf("%s --help: there is no command %q", name, words[0])
			}
			for _, w := range words[1:] {
				if option, is := strings.CutPrefix(w, "--"); is && !strings.Contains(theirs, "\n  -"+option) {
					t.Errorf("%s --help: %s has no --%s", name, words[0], option)
				}
				seen++
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d words of examples were read", seen)
	}
}

// What a help offers for trying works when it is pasted as it stands, but for the size of the state.
func TestExamplesWorkWhenPasted(t *testing.T) {
	for name, want := range map[string]string{
		"attack":         "Nobody is found.",
		"verify-release": "0 failed",
		"anonymise":      `"proven": true`,
	} {
		_, block, there := strings.Cut(helpOf(t, name), "who do not exist:\n\n")
		block, _, _ = strings.Cut(block, "\n\n")
		if !there || !strings.Contains(block, "guichet "+name) {
			t.Errorf("%s --help has nothing to try", name)
			continue
		}
		block = strings.Replace(block, "--out state", "--out state --people 6000 --months 8 --per-year 1800", 1)
		cmd := exec.Command("sh", "-e", "-c", "guichet() { \"$PROGRAM\" \"$@\"; }\n"+block)
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "PROGRAM="+os.Args[0])
		if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), want) {
			t.Errorf("%s\n%v\n%s", block, err, said)
		}
	}
}
