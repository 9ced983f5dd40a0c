package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/vim25/types"
)

// VendorPrivateFault is a fault that no client knows: vendors' plug-ins have such.
type VendorPrivateFault struct {
	types.VimFault

	Detail string `xml:"detail,omitempty" json:"detail,omitempty"`
}

func init() {
	types.Add("VendorPrivateFault", reflect.TypeOf((*VendorPrivateFault)(nil)).Elem())
}

// faultRule is one fault that a test wants. In is `call` (the call is answered with it) or `task` (the call is
// accepted and its task fails, after the delay).
type faultRule struct {
	Method  string         `json:"method"`
	Entity  string         `json:"entity"`
	User    string         `json:"user"`
	Skip    int            `json:"skip"`  // calls let through first
	Times   int            `json:"times"` // 0 is for ever
	DelayMs int            `json:"delayMs"`
	In      string         `json:"in"`
	Message string         `json:"message"`
	Fault   map[string]any `json:"fault"` // {type, ...properties}; none is a delay alone

	entity ref
	fault  types.BaseMethodFault
	hits   int
}

func (r *faultRule) localized() types.LocalizedMethodFault {
	message := r.Message
	if message == "" {
		message = fmt.Sprintf("%T", r.fault)[strings.LastIndex(fmt.Sprintf("%T", r.fault), ".")+1:]
	}
	return localized(r.fault, message)
}

func (s *sim) callFault(method string, on ref, user string) (*faultRule, bool) {
	return s.strike("call", method, on, user)
}

func (s *sim) taskFault(method string, on ref, user string) (*faultRule, bool) {
	return s.strike("task", method, on, user)
}

func (s *sim) strike(in, method string, on ref, user string) (*faultRule, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rule := range s.faults {
		matches := rule.In == in && rule.Method == method && (rule.entity == ref{} || rule.entity == on) &&
			(rule.User == "" || rule.User == user)
		if !matches {
			continue
		}
		rule.hits++
		if rule.hits <= rule.Skip || rule.Times > 0 && rule.hits > rule.Skip+rule.Times {
			continue
		}
		return rule, true
	}
	return nil, false
}
