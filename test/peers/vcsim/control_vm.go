package main

import (
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// vmInput sets what is given and leaves the rest.
type vmInput struct {
	VM              string        `json:"vm"`
	Name            *string       `json:"name"`
	MemoryMB        *int32        `json:"memoryMB"`
	UsedMB          *int32        `json:"usedMB"`
	ReservedMB      *int64        `json:"reservedMB"`
	CpuMhz          *int32        `json:"cpuMhz"`
	CPUs            *int32        `json:"cpus"`
	Power           *string       `json:"power"` // on, off, suspended
	Template        *bool         `json:"template"`
	Connection      *string       `json:"connection"`
	Tools           *string       `json:"tools"`
	Agent           *bool         `json:"agent"`
	Pinned          *bool         `json:"pinned"`
	RelocateMs      *int          `json:"relocateMs"`
	IgnoresShutdown *bool         `json:"ignoresShutdown"`
	ShutdownMs      *int          `json:"shutdownMs"`
	DisabledMethods []string      `json:"disabledMethods"`
	Datastores      []string      `json:"datastores"`
	Question        *question     `json:"question"`
	Device          []deviceInput `json:"devices"` // added
}

type question struct {
	Text    string   `json:"text"` // none takes the question away
	Choices []string `json:"choices"`
}

func (s *sim) setVM(in vmInput) (any, error) {
	of, err := s.find("VirtualMachine", in.VM)
	if err != nil {
		return nil, err
	}
	changes, err := vmChanges(in)
	if err != nil {
		return nil, err
	}
	if in.Power != nil {
		state, ok := map[string]types.VirtualMachinePowerState{
			"on": types.VirtualMachinePowerStatePoweredOn, "off": types.VirtualMachinePowerStatePoweredOff,
			"suspended": types.VirtualMachinePowerStateSuspended,
		}[*in.Power]
		if !ok {
			return nil, fmt.Errorf("power is on, off or suspended, not %q", *in.Power)
		}
		changes = append(changes, change{Name: "runtime.powerState", Val: state}, change{Name: "summary.runtime.powerState", Val: state})
	}
	if in.Datastores != nil {
		vm, _ := s.vmNow(of)
		if err := s.setDatastores(vm, in.Datastores); err != nil {
			return nil, err
		}
	}
	for _, device := range in.Device {
		if err := s.addDevice(of, device); err != nil {
			return nil, err
		}
	}
	s.makeTemplate(of, in.Template)
	s.change(of, changes...)
	s.behaveVM(of, in)
	vm, _ := s.vmNow(of)
	s.account(vm.host)
	return nil, nil
}

func vmChanges(in vmInput) ([]change, error) {
	var changes []change
	add := func(value any, paths ...string) {
		for _, path := range paths {
			changes = append(changes, change{Name: path, Val: value})
		}
	}
	if in.Name != nil {
		add(*in.Name, "name", "config.name", "summary.config.name")
	}
	if in.MemoryMB != nil {
		add(*in.MemoryMB, "config.hardware.memoryMB", "summary.config.memorySizeMB")
	}
	if in.UsedMB != nil {
		add(*in.UsedMB, "summary.quickStats.hostMemoryUsage")
	}
	if in.ReservedMB != nil {
		add(*in.ReservedMB, "config.memoryAllocation.reservation")
	}
	if in.CpuMhz != nil {
		add(*in.CpuMhz, "summary.quickStats.overallCpuUsage", "summary.quickStats.overallCpuDemand")
	}
	if in.CPUs != nil {
		add(*in.CPUs, "config.hardware.numCPU", "summary.config.numCpu")
	}
	if in.Connection != nil {
		state := types.VirtualMachineConnectionState(*in.Connection)
		add(state, "runtime.connectionState", "summary.runtime.connectionState")
	}
	if in.Tools != nil {
		add(*in.Tools, "guest.toolsRunningStatus")
	}
	if in.DisabledMethods != nil {
		add(in.DisabledMethods, "disabledMethod")
	}
	if in.Agent != nil {
		var by any
		if *in.Agent {
			by = types.ManagedByInfo{ExtensionKey: "com.vmware.vim.eam", Type: "cluster-agent"}
		}
		add(by, "config.managedBy")
	}
	if in.Question != nil {
		var asked any
		if in.Question.Text != "" {
			asked = in.Question.info()
		}
		add(asked, "runtime.question", "summary.runtime.question")
	}
	return changes, nil
}

func (q question) info() types.VirtualMachineQuestionInfo {
	info := types.VirtualMachineQuestionInfo{Id: "1", Text: q.Text}
	for i, choice := range q.Choices {
		info.Choice.ChoiceInfo = append(info.Choice.ChoiceInfo, &types.ElementDescription{
			Description: types.Description{Label: choice, Summary: choice}, Key: fmt.Sprint(i),
		})
	}
	return info
}

// makeTemplate does what MarkAsTemplate does: a template is off and belongs to no pool.
func (s *sim) makeTemplate(of ref, template *bool) {
	if template == nil {
		return
	}
	vm := s.vim.Get(of).(*simulator.VirtualMachine)
	s.locked(vm, func() {
		vm.Config.Template, vm.Summary.Config.Template = *template, *template
		if *template {
			vm.ResourcePool = nil
		}
	})
	if *template {
		s.setPower(of, types.VirtualMachinePowerStatePoweredOff)
	}
}

func (s *sim) behaveVM(of ref, in vmInput) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.vm(of)
	set(&state.pinned, in.Pinned)
	set(&state.relocateMs, in.RelocateMs)
	set(&state.ignoreShutdown, in.IgnoresShutdown)
	set(&state.shutdownMs, in.ShutdownMs)
}

func set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}
