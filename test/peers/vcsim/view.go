package main

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// vmView is what decisions about a VM rest on, copied under its lock.
type vmView struct {
	ref         ref
	name        string
	host        ref
	power       types.VirtualMachinePowerState
	connection  types.VirtualMachineConnectionState
	template    bool
	agent       bool
	question    bool
	pool        *ref
	usedMB      int64
	reservedMB  int64
	cpuMhz      int64
	datastores  []ref
	networks    []ref
	devices     []types.BaseVirtualDevice
	toolsStatus string
}

func (v vmView) running() bool {
	return v.power == types.VirtualMachinePowerStatePoweredOn && !v.template
}

// demandMB is the memory a target must have free: what it uses, or what is promised to it.
func (v vmView) demandMB() int64 {
	return max(v.usedMB, v.reservedMB)
}

func (s *sim) vmNow(of ref) (vmView, bool) {
	vm, ok := s.vim.Get(of).(*simulator.VirtualMachine)
	if !ok {
		return vmView{}, false
	}
	var v vmView
	s.locked(vm, func() { v = viewVM(vm) })
	return v, true
}

func viewVM(vm *simulator.VirtualMachine) vmView {
	v := vmView{
		ref: vm.Self, name: vm.Name, power: vm.Runtime.PowerState, connection: vm.Runtime.ConnectionState,
		question: vm.Runtime.Question != nil, pool: vm.ResourcePool,
		datastores: slices.Clone(vm.Datastore), networks: slices.Clone(vm.Network),
		usedMB: int64(vm.Summary.QuickStats.HostMemoryUsage),
		cpuMhz: int64(max(vm.Summary.QuickStats.OverallCpuDemand, vm.Summary.QuickStats.OverallCpuUsage)),
	}
	if vm.Runtime.Host != nil {
		v.host = *vm.Runtime.Host
	}
	if vm.Guest != nil {
		v.toolsStatus = vm.Guest.ToolsRunningStatus
	}
	if c := vm.Config; c != nil {
		v.template = c.Template
		v.agent = c.ManagedBy != nil && c.ManagedBy.ExtensionKey == "com.vmware.vim.eam"
		v.devices = slices.Clone(c.Hardware.Device)
		if c.MemoryAllocation != nil && c.MemoryAllocation.Reservation != nil {
			v.reservedMB = *c.MemoryAllocation.Reservation
		}
		if c.MemoryReservationLockedToMax != nil && *c.MemoryReservationLockedToMax {
			v.reservedMB = int64(c.Hardware.MemoryMB)
		}
	}
	return v
}

// vmsNow is every VM, in the order of their numbers.
func (s *sim) vmsNow() []vmView {
	var all []vmView
	for _, of := range s.refs("VirtualMachine") {
		if v, ok := s.vmNow(of); ok {
			all = append(all, v)
		}
	}
	return all
}

func (s *sim) vmsOn(host ref) []vmView {
	return slices.DeleteFunc(s.vmsNow(), func(v vmView) bool { return v.host != host })
}

type hostView struct {
	ref        ref
	name       string
	parent     ref
	connection types.HostSystemConnectionState
	inMM       bool
	vmotion    bool
	memoryMB   int64
	usedMB     int64
	datastores []ref
	networks   []ref
}

func (s *sim) hostNow(of ref) (hostView, bool) {
	host, ok := s.vim.Get(of).(*simulator.HostSystem)
	if !ok {
		return hostView{}, false
	}
	var v hostView
	s.locked(host, func() {
		v = hostView{
			ref: host.Self, name: host.Name, parent: *host.Parent, connection: host.Runtime.ConnectionState,
			inMM: host.Runtime.InMaintenanceMode, vmotion: host.Summary.Config.VmotionEnabled,
			memoryMB: host.Summary.Hardware.MemorySize >> 20, usedMB: int64(host.Summary.QuickStats.OverallMemoryUsage),
			datastores: slices.Clone(host.Datastore), networks: slices.Clone(host.Network),
		}
	})
	return v, true
}

// refs are all objects of one kind, in the order of their numbers.
func (s *sim) refs(kind string) []ref {
	all := sorted(s.vim, kind)
	refs := make([]ref, len(all))
	for i, entity := range all {
		refs[i] = entity.Reference()
	}
	return refs
}

func sorted(vim *simulator.Registry, kind string) []mo.Entity {
	all := vim.All(kind)
	slices.SortFunc(all, byValue)
	return all
}

func byValue(a, b mo.Entity) int {
	return cmp.Or(cmp.Compare(number(a.Reference().Value), number(b.Reference().Value)),
		cmp.Compare(a.Reference().Value, b.Reference().Value))
}

func number(value string) int {
	n, _ := strconv.Atoi(value[strings.LastIndexAny(value, "-c")+1:])
	return n
}

func (s *sim) nameOf(of ref) string {
	entity, ok := s.vim.Get(of).(mo.Entity)
	if !ok {
		return of.Value
	}
	var name string
	s.locked(of, func() { name = entity.Entity().Name })
	return name
}
