package main

import (
	"context"
	"net"
	"syscall"
)

// listenOnLoopback binds all addresses, since there are many, and the device lo, so that nobody else can reach them
// (SO_BINDTODEVICE, socket(7); needs root).
func listenOnLoopback() (net.Listener, error) {
	config := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var failed error
		err := raw.Control(func(fd uintptr) {
			failed = syscall.SetsockoptString(int(fd), syscall.SOL_SOCKET, syscall.SO_BINDTODEVICE, "lo")
		})
		if err != nil {
			return err
		}
		return failed
	}}
	return config.Listen(context.Background(), "tcp4", "0.0.0.0:0")
}
