// Command fleet pretends to be many hosts: each address of 127.0.0.0/8 it is given is one, with an SSH server, a host
// key and a systemd of its own. What it does beyond the SSH protocol is told by its control port.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(0)
	count := flag.Int("count", 1, "hosts")
	seed := flag.String("seed", "fleet", "host keys are derived from it")
	keyFile := flag.String("authorized", "", "public key that may sign in")
	user := flag.String("user", "redeye", "user that may sign in")
	unit := flag.String("unit", "receiver.service", "the unit that every host runs")
	stay := flag.Bool("stay", false, "go on when stdin ends: whoever started it has gone, and somebody else will stop it")
	flag.Parse()

	fleet, err := newFleet(*count, *seed, *user, *unit, *keyFile)
	if err != nil {
		log.Fatal(err)
	}
	port, err := fleet.listen()
	if err != nil {
		log.Fatal(err)
	}
	control, err := fleet.listenControl()
	if err != nil {
		log.Fatal(err)
	}
	ready, _ := json.Marshal(map[string]any{"port": port, "control": control, "pid": os.Getpid()})
	fmt.Println(string(ready))

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	if !*stay {
		go func() {
			// Whoever started it has gone when its stdin ends.
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop <- syscall.SIGTERM
		}()
	}
	<-stop
}
