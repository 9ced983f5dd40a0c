package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// PowerOnVMTask is the simulator's own, on a host that takes VMs.
func (o *operations) PowerOnVMTask(ctx *simulator.Context, req *types.PowerOnVM_Task) soap.HasFault {
	s := o.sim
	vm, ok := s.vmNow(req.This)
	if !ok {
		return &methods.PowerOnVM_TaskBody{Fault_: simulator.Fault("", notFound(req.This))}
	}
	fault := s.powerOnRefused(ctx, vm)
	if fault == nil {
		real := s.vim.Get(req.This).(*simulator.VirtualMachine)
		return own(ctx, real, func() soap.HasFault { return real.PowerOnVMTask(ctx, req) })
	}
	task := s.failed(vm.ref, "PowerOnVM_Task", "VirtualMachine.powerOn", userOf(ctx), *fault)
	return &methods.PowerOnVM_TaskBody{Res: &types.PowerOnVM_TaskResponse{Returnval: task}}
}

func (s *sim) powerOnRefused(ctx *simulator.Context, vm vmView) *types.LocalizedMethodFault {
	if fault, hit := s.taskFault("PowerOnVM_Task", vm.ref, userOf(ctx)); hit {
		said := fault.localized()
		return &said
	}
	host, ok := s.hostNow(vm.host)
	if !ok {
		return nil
	}
	if state := s.targetState(host); len(state) > 0 {
		return &state[0]
	}
	return nil
}

// PowerOffVMTask is the simulator's own, unless a test wants it to fail.
func (o *operations) PowerOffVMTask(ctx *simulator.Context, req *types.PowerOffVM_Task) soap.HasFault {
	s := o.sim
	real, ok := s.vim.Get(req.This).(*simulator.VirtualMachine)
	if !ok {
		return &methods.PowerOffVM_TaskBody{Fault_: simulator.Fault("", notFound(req.This))}
	}
	if fault, hit := s.taskFault("PowerOffVM_Task", req.This, userOf(ctx)); hit {
		task := s.failed(req.This, "PowerOffVM_Task", "VirtualMachine.powerOff", userOf(ctx), fault.localized())
		return &methods.PowerOffVM_TaskBody{Res: &types.PowerOffVM_TaskResponse{Returnval: task}}
	}
	return own(ctx, real, func() soap.HasFault { return real.PowerOffVMTask(ctx, req) })
}

// SuspendVMTask is the simulator's own, unless a test wants it to fail.
func (o *operations) SuspendVMTask(ctx *simulator.Context, req *types.SuspendVM_Task) soap.HasFault {
	s := o.sim
	real, ok := s.vim.Get(req.This).(*simulator.VirtualMachine)
	if !ok {
		return &methods.SuspendVM_TaskBody{Fault_: simulator.Fault("", notFound(req.This))}
	}
	if fault, hit := s.taskFault("SuspendVM_Task", req.This, userOf(ctx)); hit {
		task := s.failed(req.This, "SuspendVM_Task", "VirtualMachine.suspend", userOf(ctx), fault.localized())
		return &methods.SuspendVM_TaskBody{Res: &types.SuspendVM_TaskResponse{Returnval: task}}
	}
	return own(ctx, real, func() soap.HasFault { return real.SuspendVMTask(ctx, req) })
}

// ReconfigVMTask is the simulator's own, unless a test wants it to fail.
func (o *operations) ReconfigVMTask(ctx *simulator.Context, req *types.ReconfigVM_Task) soap.HasFault {
	s := o.sim
	real, ok := s.vim.Get(req.This).(*simulator.VirtualMachine)
	if !ok {
		return &methods.ReconfigVM_TaskBody{Fault_: simulator.Fault("", notFound(req.This))}
	}
	if fault, hit := s.taskFault("ReconfigVM_Task", req.This, userOf(ctx)); hit {
		task := s.failed(req.This, "ReconfigVM_Task", "VirtualMachine.reconfigure", userOf(ctx), fault.localized())
		return &methods.ReconfigVM_TaskBody{Res: &types.ReconfigVM_TaskResponse{Returnval: task}}
	}
	return own(ctx, real, func() soap.HasFault { return real.ReconfigVMTask(ctx, req) })
}

// own calls a method of the simulator as its dispatcher would: with the object's lock.
func own(ctx *simulator.Context, vm *simulator.VirtualMachine, call func() soap.HasFault) (body soap.HasFault) {
	ctx.WithLock(vm, func() { body = call() })
	return body
}
