package main

import ("errors";"flag";"fmt";"io";"os";"context")
var errUsage = errors.New("usage")
func newFlags(name, about string, stderr io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		_, _ = fmt.Fprintf(stderr, "%s\n\nOptions:\n", about)
		f.PrintDefaults()
	}
	return f
}
func main(){ if err:=runAnonymise(context.Background(),os.Args[1:],os.Stdout,os.Stderr);err!=nil{fmt.Fprintln(os.Stderr,err);os.Exit(1)} }
