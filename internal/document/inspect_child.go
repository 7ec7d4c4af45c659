package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"guichet/internal/fault"
)

// Exit codes of the child that mean something to the workshop. Any other
// failure, a crash included, is an unreadable file.
const (
	exitNoRenderer = 3
	exitNoPage     = 99 // pdftoppm's own code for a page that is not there
)

// ErrExit asks the program to end with this code and to say nothing.
type ErrExit int

func (e ErrExit) Error() string { return "exit " + strconv.Itoa(int(e)) }

// verdict is what the child reports on its standard output: the file's facts,
// or the refusal. The last one said holds.
type verdict struct {
	Info    Info       `json:"info"`
	Refused string     `json:"refused,omitempty"`
	Kind    fault.Kind `json:"kind,omitempty"`
}

// cleanFile is the descriptor on which the child finds the file it writes a
// rewritten image to.
const cleanFile = 3

// Child does the risky part of the work in a process of its own. Its first act
// is to bind itself by limits it cannot lift again. Args are a verb, the memory
// in bytes (0 for no limit), and the verb's own:
//
//	ready MEMORY               does nothing: it could be started
//	check MEMORY [grey]        judges standard input, rewrites an image to descriptor 3, without its colours where asked
//	scale MEMORY KIND WIDTH    writes the image on standard input as a PNG that wide
//	render MEMORY PAGE WIDTH   becomes pdftoppm and does the same for a page of a PDF
//	dress MEMORY TURNS         turns a PNG and writes the words before it across
func Child(args []string, stdin io.Reader, stdout io.Writer) (err error) {
	defer fault.Wrap(&err, "document.Child")
	if len(args) < 2 {
		return errors.New("a verb and a memory limit are wanted")
	}
	memory, err := strconv.ParseUint(args[1], 10, 63)
	if err != nil {
		return err
	}
	if err := bind(memory); err != nil {
		return err
	}
	switch verb, rest := args[0], args[2:]; {
	case verb == "ready" && len(rest) == 0:
		return nil
	case verb == "check" && (len(rest) == 0 || len(rest) == 1 && rest[0] == greyVerb):
		return childCheck(stdin, stdout, len(rest) == 1)
	case verb == "scale" && len(rest) == 2:
		return childScale(Kind(rest[0]), rest[1], stdin, stdout)
	case verb == "render" && len(rest) == 2:
		return childRender(memory, rest[0], rest[1])
	case verb == "dress" && len(rest) == 1:
		return childDress(rest[0], stdin, stdout)
	}
	return fmt.Errorf("unknown verb %q with %d arguments", args[0], len(args)-2)
}

// greyVerb asks for a picture without its colours.
const greyVerb = "grey"

func childCheck(stdin io.Reader, stdout io.Writer, grey bool) error {
	src, ok := stdin.(*os.File)
	if !ok {
		return errors.New("standard input is not a file")
	}
	stat, err := src.Stat()
	if err != nil {
		return err
	}
	clean := os.NewFile(cleanFile, "clean")
	if clean == nil {
		return errors.New("no descriptor for the clean file")
	}
	defer clean.Close()
	said := json.NewEncoder(stdout)
	if kind, err := recognise(io.NewSectionReader(src, 0, stat.Size())); err == nil {
		if err := said.Encode(lastWords(kind)); err != nil {
			return err
		}
	}
	info, err := Inspect(src, stat.Size(), Standard)
	info.grey = grey
	if err == nil && info.Kind != PDF {
		info, err = Rewrite(clean, src, stat.Size(), info)
	}
	v := verdict{Info: info}
	if err != nil {
		if v.Refused, v.Kind = fault.Key(err), fault.Of(err); v.Refused == "" {
			return err
		}
	}
	return said.Encode(v)
}

// lastWords are said before the work and hold only if it kills the child: what
// is then wrong with a file of this kind is that it asks for too much.
func lastWords(k Kind) verdict {
	switch k {
	case PDF:
		return verdict{Refused: "document.pdf_heavy", Kind: fault.TooLarge}
	case heicKind:
		return verdict{Refused: "document.heic", Kind: fault.Invalid}
	}
	return verdict{Refused: "document.image_too_big", Kind: fault.TooLarge}
}
