package main

import (
	"bufio"
	"io"
	"net"
	"strings"
	"time"
)

// isNoServer plays what answers at a port without ever getting to the key exchange.
func (h *host) isNoServer(conn net.Conn, connect string) bool {
	switch connect {
	case "silent":
		time.Sleep(handshakeTime)
	case "garbage":
		_, _ = io.WriteString(conn, strings.Repeat("\x00\xff\x1b[2J garbage ", 100_000))
		time.Sleep(time.Second)
	case "drop-greeting":
		_, _ = io.WriteString(conn, "SSH-2.0-Open")
	case "drop-key-exchange":
		_, _ = io.WriteString(conn, "SSH-2.0-OpenSSH_9.2p1\r\n")
		_, _ = bufio.NewReader(conn).ReadString('\n')
	default:
		return false
	}
	return true
}
