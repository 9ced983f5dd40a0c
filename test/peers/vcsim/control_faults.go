package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/vmware/govmomi/vim25/types"
)

func (s *sim) addFault(in faultRule) (any, error) {
	if in.In == "" {
		in.In = "call"
	}
	if in.In != "call" && in.In != "task" {
		return nil, fmt.Errorf("a fault is in the call or in its task, not in %q", in.In)
	}
	if in.In == "task" && !redirected[in.Method] {
		return nil, fmt.Errorf("tasks of %s are the simulator's own", in.Method)
	}
	if in.Entity != "" {
		of, err := s.findAny(in.Entity)
		if err != nil {
			return nil, err
		}
		in.entity = of
	}
	fault, err := makeFault(in.Fault)
	if err != nil {
		return nil, err
	}
	in.fault = fault
	if fault == nil && in.In == "task" {
		return nil, fmt.Errorf("a task fails with a fault")
	}
	s.mu.Lock()
	s.faults = append(s.faults, &in)
	s.mu.Unlock()
	return nil, nil
}

// makeFault is a fault of the type and with the properties given; none is none.
func makeFault(given map[string]any) (types.BaseMethodFault, error) {
	if given == nil {
		return nil, nil
	}
	name, _ := given["type"].(string)
	kind, ok := types.TypeFunc()(name)
	if !ok {
		return nil, fmt.Errorf("there is no fault %q", name)
	}
	value := reflect.New(kind).Interface()
	fault, ok := value.(types.BaseMethodFault)
	if !ok {
		return nil, fmt.Errorf("%s is no fault", name)
	}
	delete(given, "type")
	text, err := json.Marshal(given)
	if err != nil {
		return nil, err
	}
	return fault, types.NewJSONDecoder(bytes.NewReader(text)).Decode(value)
}

func (s *sim) clearRules() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.pairs = nil, map[pair]*pairRule{}
	return nil, nil
}

type pairInput struct {
	VM         string    `json:"vm"`
	Host       string    `json:"host"`
	Errors     []problem `json:"errors"`
	Warnings   []problem `json:"warnings"`
	OnlyChecks bool      `json:"onlyChecks"` // relocations find nothing
}

type problem struct {
	Fault   map[string]any `json:"fault"`
	Message string         `json:"message"`
}

func (s *sim) setPair(in pairInput) (any, error) {
	vm, err := s.find("VirtualMachine", in.VM)
	if err != nil {
		return nil, err
	}
	host, err := s.find("HostSystem", in.Host)
	if err != nil {
		return nil, err
	}
	rule := &pairRule{onlyChecks: in.OnlyChecks}
	if rule.errors, err = faultsOf(in.Errors); err != nil {
		return nil, err
	}
	if rule.warnings, err = faultsOf(in.Warnings); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pairs[pair{vm, host}] = rule
	return nil, nil
}

func faultsOf(problems []problem) (faults []types.LocalizedMethodFault, err error) {
	for _, one := range problems {
		fault, err := makeFault(one.Fault)
		if err != nil {
			return nil, err
		}
		if fault == nil {
			fault = &types.MigrationFault{}
		}
		faults = append(faults, localized(fault, one.Message))
	}
	return faults, nil
}
