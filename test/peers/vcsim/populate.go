package main

import (
	"fmt"
	"path"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/esx"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// populate makes the VMs by the simulator's own CreateVM_Task, without its client, and switches them on in memory:
// nobody is watching yet. VM number i of a cluster is on its host number i modulo the number of hosts.
func populate(model *simulator.Model, o options) error {
	p := populator{model: model, vim: model.Map(), options: o}
	for _, entity := range sorted(p.vim, "ComputeResource") {
		cr := entity.(*mo.ComputeResource)
		prefix := cr.Name
		if o.esx {
			prefix = cr.Host[0].Value
		}
		if err := p.fill(prefix, cr); err != nil {
			return err
		}
	}
	for _, entity := range sorted(p.vim, "ClusterComputeResource") {
		cluster := entity.(*simulator.ClusterComputeResource)
		if err := p.fill(cluster.Name+"_RP0", &cluster.ComputeResource); err != nil {
			return err
		}
	}
	return nil
}

type populator struct {
	model   *simulator.Model
	vim     *simulator.Registry
	options options
}

func (p *populator) fill(prefix string, cr *mo.ComputeResource) error {
	for i := range p.options.vm {
		host := cr.Host[i%len(cr.Host)]
		if err := p.make(fmt.Sprintf("%s_VM%d", prefix, i), host, *cr.ResourcePool); err != nil {
			return err
		}
	}
	return nil
}

func (p *populator) make(name string, host, pool types.ManagedObjectReference) error {
	ctx := *p.model.Service.Context
	folder := p.folderOf(host)
	var res *types.CreateVM_TaskResponse
	ctx.WithLock(folder, func() {
		res = folder.CreateVMTask(&ctx, &types.CreateVM_Task{
			This: folder.Self, Config: p.spec(name, folder), Pool: pool, Host: &host,
		}).(*methods.CreateVM_TaskBody).Res
	})
	info := p.wait(res.Returnval)
	if info.Error != nil {
		return fmt.Errorf("%s: %s", name, info.Error.LocalizedMessage)
	}
	vm := p.vim.Get(info.Result.(types.ManagedObjectReference)).(*simulator.VirtualMachine)
	switchOn(vm)
	p.equip(vm)
	return nil
}

// wait asks every 50 µs: the simulator's own Task.Wait sleeps for 10 ms.
func (p *populator) wait(ref types.ManagedObjectReference) types.TaskInfo {
	task := p.vim.Get(ref).(*simulator.Task)
	for {
		var info types.TaskInfo
		ctx := *p.model.Service.Context
		ctx.WithLock(task, func() { info = task.Info })
		if info.State == types.TaskInfoStateError || info.State == types.TaskInfoStateSuccess {
			return info
		}
		time.Sleep(50 * time.Microsecond)
	}
}

func (p *populator) spec(name string, folder *simulator.Folder) types.VirtualMachineConfigSpec {
	config := types.VirtualMachineConfigSpec{
		Name:     name,
		GuestId:  string(types.VirtualMachineGuestOsIdentifierOtherLinux64Guest),
		MemoryMB: int64(p.options.vmMemoryMB),
		NumCPUs:  2,
		Files:    &types.VirtualMachineFileInfo{VmPathName: "[LocalDS_0]"},
	}
	var devices object.VirtualDeviceList
	scsi, _ := devices.CreateSCSIController("pvscsi")
	disk := devices.CreateDisk(scsi.(types.BaseVirtualController), types.ManagedObjectReference{},
		config.Files.VmPathName+" "+path.Join(name, "disk1.vmdk"))
	disk.CapacityInKB = 10 << 20
	nic := esx.EthernetCard
	nic.Backing = p.network(folder)
	devices = append(devices, scsi, disk, &nic)
	config.DeviceChange, _ = devices.ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd)
	return config
}

// network is the first distributed port group of the datacenter, or what an ESXi host comes with.
func (p *populator) network(folder *simulator.Folder) types.BaseVirtualDeviceBackingInfo {
	for _, entity := range sorted(p.vim, "DistributedVirtualPortgroup") {
		group := entity.(*simulator.DistributedVirtualPortgroup)
		if group.Config.BackingType == "nsx" || datacenterOf(p.vim, group) != datacenterOf(p.vim, folder) {
			continue
		}
		if group.Config.Uplink != nil && *group.Config.Uplink {
			continue
		}
		dvs := p.vim.Get(*group.Config.DistributedVirtualSwitch).(*simulator.DistributedVirtualSwitch)
		return &types.VirtualEthernetCardDistributedVirtualPortBackingInfo{
			Port: types.DistributedVirtualSwitchPortConnection{PortgroupKey: group.Key, SwitchUuid: dvs.Uuid},
		}
	}
	return esx.EthernetCard.Backing
}

func (p *populator) folderOf(host types.ManagedObjectReference) *simulator.Folder {
	dc := datacenterOf(p.vim, p.vim.Get(host).(mo.Entity))
	return p.vim.Get(p.vim.Get(dc).(*simulator.Datacenter).VmFolder).(*simulator.Folder)
}

func (p *populator) equip(vm *simulator.VirtualMachine) {
	vm.Guest.HostName = vm.Name
	vm.Summary.Config.MemorySizeMB = int32(p.options.vmMemoryMB)
	stats := &vm.Summary.QuickStats
	stats.HostMemoryUsage = int32(p.options.vmMemoryMB / 2)
	stats.GuestMemoryUsage = int32(p.options.vmMemoryMB / 4)
	stats.OverallCpuUsage, stats.OverallCpuDemand = 200, 200
	stats.GuestHeartbeatStatus = types.ManagedEntityStatusGreen
}

// switchOn is what PowerOnVM_Task comes to.
func switchOn(vm *simulator.VirtualMachine) {
	booted := time.Now().UTC()
	for _, device := range vm.Config.Hardware.Device {
		if connect := device.GetVirtualDevice().Connectable; connect != nil {
			connect.Connected = connect.StartConnected
		}
	}
	vm.Runtime.PowerState = types.VirtualMachinePowerStatePoweredOn
	vm.Runtime.BootTime = &booted
	vm.Summary.Runtime = vm.Runtime
	toolsRun(vm)
}

func toolsRun(vm *simulator.VirtualMachine) {
	vm.Guest.ToolsStatus = types.VirtualMachineToolsStatusToolsOk
	vm.Guest.ToolsRunningStatus = string(types.VirtualMachineToolsRunningStatusGuestToolsRunning)
	vm.Guest.ToolsVersionStatus2 = string(types.VirtualMachineToolsVersionStatusGuestToolsCurrent)
	vm.Guest.GuestState = string(types.VirtualMachineGuestStateRunning)
}

func datacenterOf(vim *simulator.Registry, entity mo.Entity) types.ManagedObjectReference {
	for entity.Reference().Type != "Datacenter" {
		entity = vim.Get(*entity.Entity().Parent).(mo.Entity)
	}
	return entity.Reference()
}
