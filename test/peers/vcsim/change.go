package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

type change = types.PropertyChange

// change sets properties and tells every collector that waits.
func (s *sim) change(of ref, changes ...change) {
	obj := s.vim.Get(of)
	if obj == nil {
		return
	}
	ctx := s.context()
	s.lockedBy(ctx, obj, func() { ctx.Update(obj, changes) })
}

// setHost is where the VM is from now on; the lists of hosts follow when pace says.
func (s *sim) setHost(vm, from, to ref, pool *ref) {
	changes := []change{{Name: "runtime.host", Val: to}, {Name: "summary.runtime.host", Val: to}}
	if pool != nil {
		changes = append(changes, change{Name: "resourcePool", Val: *pool})
	}
	s.change(vm, changes...)
	s.account(from)
	s.account(to)
	switch stale := s.paceNow().StaleMs; {
	case stale == 0:
		s.listVM(vm, from, to)
	case stale > 0:
		after(stale, func() { s.listVM(vm, from, to) })
	}
}

func (s *sim) listVM(vm, from, to ref) {
	s.editVMs(from, func(list []ref) []ref {
		return slices.DeleteFunc(list, func(one ref) bool { return one == vm })
	})
	s.editVMs(to, func(list []ref) []ref {
		if slices.Contains(list, vm) {
			return list
		}
		return append(list, vm)
	})
}

func (s *sim) editVMs(of ref, edit func([]ref) []ref) {
	host, ok := s.vim.Get(of).(*simulator.HostSystem)
	if !ok {
		return
	}
	ctx := s.context()
	s.lockedBy(ctx, host, func() {
		ctx.Update(host, []change{{Name: "vm", Val: edit(slices.Clone(host.Vm))}})
	})
}

// hypervisorMB is what a host uses with no VM on it.
const hypervisorMB = 4096

// account makes a host's statistics those of the VMs on it. Silently: real hosts report them every 20 s, and nobody
// should wait for them.
func (s *sim) account(of ref) {
	host, ok := s.vim.Get(of).(*simulator.HostSystem)
	if !ok {
		return
	}
	s.mu.Lock()
	memory := s.host(of).extraMemory + hypervisorMB
	s.mu.Unlock()
	cpu := int64(100)
	for _, vm := range s.vmsOn(of) {
		if vm.running() {
			memory += vm.usedMB
			cpu += vm.cpuMhz
		}
	}
	s.locked(host, func() {
		host.Summary.QuickStats.OverallMemoryUsage = int32(memory)
		host.Summary.QuickStats.OverallCpuUsage = int32(cpu)
	})
}
