package main

import (
	"encoding/json"
	"strings"

	"github.com/vmware/govmomi/simulator"
)

// call is one line of the log; writes carry what was asked for.
type call struct {
	N      int             `json:"n"`
	At     int64           `json:"at"`
	Method string          `json:"method"`
	Entity string          `json:"entity"`
	Name   string          `json:"name"`
	User   string          `json:"user"`
	Write  bool            `json:"write"`
	Args   json.RawMessage `json:"args,omitempty"`
}

// reads that end in _Task all the same.
var readTasks = map[string]bool{"CheckRelocate_Task": true, "QueryVMotionCompatibilityEx_Task": true, "CheckCompatibility_Task": true}

func (s *sim) record(method *simulator.Method, user string) {
	one := call{At: now(), Method: method.Name, Entity: method.This.Value, User: user}
	_, changes := needs[method.Name]
	one.Write = changes || strings.HasSuffix(method.Name, "_Task") && !readTasks[method.Name] || method.Name == "CancelTask"
	switch method.This.Type {
	case "VirtualMachine", "HostSystem", "ClusterComputeResource":
		one.Name = s.nameOf(method.This)
	}
	if one.Write {
		one.Args, _ = json.Marshal(method.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	one.N = len(s.calls)
	s.calls = append(s.calls, one)
}
