package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

type options struct {
	esx                                 bool
	dc, cluster, host, standalone       int
	vm, ds                              int
	listen, control                     string
	username, password                  string
	tlsDir                              string
	apiVersion                          string
	stdin                               bool
	hostMemoryGB, vmMemoryMB, callDelay int
}

func parseOptions(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("vcsim", flag.ContinueOnError)
	f.BoolVar(&o.esx, "esx", false, "one ESXi host without vCenter; only -vm and -ds count")
	f.IntVar(&o.dc, "dc", 1, "datacenters")
	f.IntVar(&o.cluster, "cluster", 1, "clusters in each datacenter")
	f.IntVar(&o.host, "host", 3, "hosts in each cluster")
	f.IntVar(&o.standalone, "standalone-host", 0, "hosts outside of clusters in each datacenter")
	f.IntVar(&o.vm, "vm", 8, "running VMs in each cluster and on each standalone host, dealt to its hosts in turn")
	f.IntVar(&o.ds, "ds", 1, "datastores that all hosts of a datacenter mount")
	f.StringVar(&o.listen, "l", "127.0.0.1:0", "address of the API")
	f.StringVar(&o.control, "control", "127.0.0.1:0", "address of the control port")
	f.StringVar(&o.username, "username", "administrator@vsphere.local", "who may do everything; `readonly@vsphere.local` has the same password and may only read")
	file := f.String("password-file", "", "file with the password. Required")
	f.StringVar(&o.tlsDir, "tlsdir", "", "directory with ca.pem, cert.pem and key.pem, made there when they are missing; files of VMs go beside it. Required")
	f.StringVar(&o.apiVersion, "api-version", "8.0.3.0", "what `about` says")
	f.BoolVar(&o.stdin, "stdin", false, "end when standard input closes")
	f.IntVar(&o.hostMemoryGB, "host-memory", 256, "GiB of each host")
	f.IntVar(&o.vmMemoryMB, "vm-memory", 4096, "MiB of each VM")
	f.IntVar(&o.callDelay, "delay", 0, "milliseconds every call takes longer")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return o, fmt.Errorf("-password-file: %w", err)
	}
	if o.password = strings.TrimSpace(string(text)); o.password == "" || o.tlsDir == "" {
		return o, fmt.Errorf("-tlsdir is required, and a password that is not empty")
	}
	return o, nil
}
