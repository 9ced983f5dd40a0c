package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

// handshakeTime bounds clients that connect and say nothing.
const handshakeTime = 60 * time.Second

func (f *fleet) serve(conn net.Conn) {
	defer conn.Close()
	h := f.byAddress[conn.LocalAddr().(*net.TCPAddr).IP.String()]
	if h == nil || h.turnsAway() {
		refuse(conn)
		return
	}
	f.counters.opened()
	defer f.counters.add(&f.counters.Open, -1)
	how := h.how()
	if h.isNoServer(conn, how.Connect) {
		return
	}
	_ = conn.SetDeadline(time.Now().Add(handshakeTime))
	server, channels, requests, err := ssh.NewServerConn(conn, f.config(h, how, conn))
	if err != nil {
		return
	}
	_ = conn.SetDeadline(time.Time{})
	f.counters.add(&f.counters.SignIns, 1)
	h.signedIn()
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		if channel.ChannelType() != "session" {
			_ = channel.Reject(ssh.UnknownChannelType, "sessions only")
			continue
		}
		switch how.Connect {
		case "drop-session":
			return
		case "no-session":
			_ = channel.Reject(ssh.Prohibited, "no sessions here")
			continue
		}
		opened, asked, err := channel.Accept()
		if err != nil {
			return
		}
		go f.session(h, server, opened, asked)
	}
}

// refuse ends a connection with a reset.
func refuse(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

func (f *fleet) config(h *host, how behaviour, conn net.Conn) *ssh.ServerConfig {
	config := &ssh.ServerConfig{
		ServerVersion: "SSH-2.0-Go-fleet",
		PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			switch how.Connect {
			case "drop-sign-in":
				_ = conn.Close()
			case "hang-sign-in":
				time.Sleep(handshakeTime)
			}
			if how.Connect == "no-sign-in" || meta.User() != f.user || !bytes.Equal(key.Marshal(), f.authorized.Marshal()) {
				return nil, errors.New("not this one")
			}
			return nil, nil
		},
	}
	if how.Connect == "wrong-key" {
		config.AddHostKey(h.other)
	} else {
		config.AddHostKey(h.signer)
	}
	return config
}

func (f *fleet) session(h *host, server *ssh.ServerConn, channel ssh.Channel, requests <-chan *ssh.Request) {
	defer channel.Close()
	for request := range requests {
		// Ansible asks for a terminal, and goes away where there is none.
		if request.Type == "pty-req" {
			_ = request.Reply(true, nil)
			continue
		}
		if request.Type != "exec" {
			_ = request.Reply(false, nil)
			continue
		}
		var asked struct{ Command string }
		if ssh.Unmarshal(request.Payload, &asked) != nil {
			_ = request.Reply(false, nil)
			continue
		}
		switch h.how().Connect {
		case "drop-exec":
			_ = server.Close()
			return
		case "no-exec":
			_ = request.Reply(false, nil)
			continue
		}
		_ = request.Reply(true, nil)
		f.counters.add(&f.counters.Commands, 1)
		answer := h.run(asked.Command, f.unit, channel)
		if answer.cutOff {
			_ = server.Close()
			return
		}
		_, _ = fmt.Fprint(channel, answer.stdout)
		_, _ = fmt.Fprint(channel.Stderr(), answer.stderr)
		_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(answer.code)}))
		return
	}
}
