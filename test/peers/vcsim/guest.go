package main

import (
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// ShutdownGuest asks the guest and returns; there is no task.
func (o *operations) ShutdownGuest(_ *simulator.Context, req *types.ShutdownGuest) soap.HasFault {
	body, s := &methods.ShutdownGuestBody{}, o.sim
	vm, ok := s.vmNow(req.This)
	switch {
	case !ok:
		body.Fault_ = simulator.Fault("", notFound(req.This))
	case vm.power != types.VirtualMachinePowerStatePoweredOn:
		body.Fault_ = simulator.Fault("", &types.InvalidPowerState{
			RequestedState: types.VirtualMachinePowerStatePoweredOn, ExistingState: vm.power,
		})
	case vm.toolsStatus != string(types.VirtualMachineToolsRunningStatusGuestToolsRunning):
		body.Fault_ = simulator.Fault("Cannot complete operation because VMware Tools is not running in this virtual machine.",
			&types.ToolsUnavailable{})
	default:
		s.shutDown(vm.ref)
		body.Res = &types.ShutdownGuestResponse{}
	}
	return body
}

func (s *sim) shutDown(vm ref) {
	s.mu.Lock()
	takes, ignores := s.vm(vm).shutdownMs, s.vm(vm).ignoreShutdown
	if takes == 0 {
		takes = s.pace.ShutdownMs
	}
	s.mu.Unlock()
	if ignores {
		return
	}
	after(takes, func() {
		if now, _ := s.vmNow(vm); now.power == types.VirtualMachinePowerStatePoweredOn {
			s.setPower(vm, types.VirtualMachinePowerStatePoweredOff)
		}
	})
}

func (s *sim) setPower(vm ref, state types.VirtualMachinePowerState) {
	s.change(vm, change{Name: "runtime.powerState", Val: state}, change{Name: "summary.runtime.powerState", Val: state})
}

// AnswerVM lets a waiting VM go on.
func (o *operations) AnswerVM(_ *simulator.Context, req *types.AnswerVM) soap.HasFault {
	body, s := &methods.AnswerVMBody{}, o.sim
	vm, ok := s.vmNow(req.This)
	if !ok || !vm.question {
		body.Fault_ = simulator.Fault("", &types.InvalidArgument{InvalidProperty: "questionId"})
		return body
	}
	s.change(req.This, change{Name: "runtime.question", Val: nil}, change{Name: "summary.runtime.question", Val: nil})
	body.Res = &types.AnswerVMResponse{}
	return body
}

// watcher follows power states, whoever changes them: tools start and stop, and hosts' statistics follow. It is told
// under the VM's lock, so it only sets off what it does.
type watcher struct {
	Self ref
	sim  *sim
}

func (w *watcher) Reference() ref                            { return w.Self }
func (w *watcher) PutObject(*simulator.Context, moReference) {}
func (w *watcher) RemoveObject(*simulator.Context, ref)      {}
func (w *watcher) UpdateObject(_ *simulator.Context, o moReference, changes []change) {
	if o.Reference().Type != "VirtualMachine" {
		return
	}
	for _, one := range changes {
		if one.Name == "runtime.powerState" {
			go w.sim.powerChanged(o.Reference())
			return
		}
	}
}

func (s *sim) powerChanged(of ref) {
	vm, ok := s.vmNow(of)
	if !ok {
		return
	}
	s.account(vm.host)
	if !vm.running() {
		s.change(of, change{Name: "guest.toolsRunningStatus",
			Val: string(types.VirtualMachineToolsRunningStatusGuestToolsNotRunning)})
		return
	}
	time.Sleep(ms(s.paceNow().ToolsMs))
	if later, _ := s.vmNow(of); later.running() {
		s.change(of, change{Name: "guest.toolsRunningStatus",
			Val: string(types.VirtualMachineToolsRunningStatusGuestToolsRunning)},
			change{Name: "summary.quickStats.guestHeartbeatStatus", Val: types.ManagedEntityStatusGreen})
	}
}
