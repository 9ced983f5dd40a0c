package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"sync"

	"golang.org/x/crypto/ssh"
)

type fleet struct {
	user       string
	unit       string
	authorized ssh.PublicKey
	hosts      []*host
	byAddress  map[string]*host
	counters   counters
}

// counters are of the whole fleet, for assertions about limits.
type counters struct {
	sync.Mutex
	Connections int `json:"connections"`
	Open        int `json:"open"`
	MostOpen    int `json:"mostOpen"`
	SignIns     int `json:"signIns"`
	Commands    int `json:"commands"`
}

func newFleet(count int, seed, user, unit, keyFile string) (*fleet, error) {
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(text)
	if err != nil {
		return nil, err
	}
	f := &fleet{user: user, unit: unit, authorized: key, byAddress: map[string]*host{}}
	for i := range count {
		h, err := newHost(i, seed, unit)
		if err != nil {
			return nil, err
		}
		f.hosts = append(f.hosts, h)
		f.byAddress[h.address] = h
	}
	return f, nil
}

// addressOf gives 127.1.0.0 and what follows it, one address for each host.
func addressOf(i int) string {
	return fmt.Sprintf("127.%d.%d.%d", 1+i>>16, i>>8&255, i&255)
}

func signerOf(seed string, i int, salt string) (ssh.Signer, error) {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%s", seed, i, salt))
	return ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(sum[:]))
}

// listen takes connections to every address of lo, and to no other device.
func (f *fleet) listen() (int, error) {
	listener, err := listenOnLoopback()
	if err != nil {
		return 0, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go f.serve(conn)
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func (c *counters) opened() {
	c.Lock()
	defer c.Unlock()
	c.Connections++
	c.Open++
	c.MostOpen = max(c.MostOpen, c.Open)
}

func (c *counters) add(count *int, by int) {
	c.Lock()
	defer c.Unlock()
	*count += by
}
