// Command vcsim is the vSphere peer of the tests: govmomi's simulator, extended until it refuses, takes time and
// reports progress as vCenter and ESXi do. docs/vsphere-peer.md says which behaviour is whose.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

type ready struct {
	URL     string `json:"url"`
	Control string `json:"control"`
	Pid     int    `json:"pid"`
}

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// run serves until its standard input closes (with -stdin), or a signal comes.
func run() error {
	o, err := parseOptions(os.Args[1:])
	if err != nil {
		return err
	}
	end := ended(o.stdin)
	// The simulator keeps files of VMs in a temporary directory: in the lab's own, so that they go when it is killed.
	if err := os.Setenv("TMPDIR", filepath.Dir(o.tlsDir)); err != nil {
		return err
	}
	model, err := build(o)
	if err != nil {
		return err
	}
	defer model.Remove()
	s := newSim(model, o)
	server, err := s.serve(o)
	if err != nil {
		return err
	}
	defer server.Close()
	control, err := s.serveControl(o.control)
	if err != nil {
		return err
	}
	defer control.Close()

	line, err := json.Marshal(ready{URL: server.url, Control: control.url, Pid: os.Getpid()})
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	<-end
	return nil
}

func ended(stdin bool) <-chan os.Signal {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	if stdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			signals <- syscall.SIGTERM
		}()
	}
	return signals
}
