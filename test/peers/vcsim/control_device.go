package main

import (
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// deviceInput adds a device in memory; ReconfigVM_Task works as well.
type deviceInput struct {
	Kind      string `json:"kind"` // iso, host-cdrom, client-cdrom, floppy, passthrough, vgpu, sriov
	File      string `json:"file"` // iso: `[datastore] path`
	Connected *bool  `json:"connected"`
	// Migrates: vgpu that may move.
	Migrates bool `json:"migrates"`
}

func (s *sim) addDevice(of ref, in deviceInput) error {
	device, label, err := in.device()
	if err != nil {
		return err
	}
	vm := s.vim.Get(of).(*simulator.VirtualMachine)
	ctx := s.context()
	s.lockedBy(ctx, vm, func() {
		common := device.GetVirtualDevice()
		common.Key = int32(3000 + len(vm.Config.Hardware.Device))
		common.DeviceInfo = &types.Description{Label: label, Summary: in.File}
		connected := in.Connected == nil || *in.Connected
		common.Connectable = &types.VirtualDeviceConnectInfo{StartConnected: connected, Connected: connected, AllowGuestControl: true, Status: "ok"}
		devices := append([]types.BaseVirtualDevice{}, vm.Config.Hardware.Device...)
		ctx.Update(vm, []change{{Name: "config.hardware.device", Val: append(devices, device)}})
	})
	if in.Kind == "iso" {
		return s.useDatastoreOf(of, in.File)
	}
	return nil
}

func (in deviceInput) device() (types.BaseVirtualDevice, string, error) {
	remote := types.VirtualDeviceRemoteDeviceBackingInfo{}
	host := types.VirtualDeviceDeviceBackingInfo{DeviceName: "/vmfs/devices/cdrom/mpx.vmhba0"}
	switch in.Kind {
	case "iso":
		file := types.VirtualDeviceFileBackingInfo{FileName: in.File}
		return &types.VirtualCdrom{VirtualDevice: types.VirtualDevice{
			Backing: &types.VirtualCdromIsoBackingInfo{VirtualDeviceFileBackingInfo: file}}}, "CD/DVD drive 1", nil
	case "host-cdrom":
		return &types.VirtualCdrom{VirtualDevice: types.VirtualDevice{
			Backing: &types.VirtualCdromAtapiBackingInfo{VirtualDeviceDeviceBackingInfo: host}}}, "CD/DVD drive 1", nil
	case "client-cdrom":
		return &types.VirtualCdrom{VirtualDevice: types.VirtualDevice{
			Backing: &types.VirtualCdromRemotePassthroughBackingInfo{VirtualDeviceRemoteDeviceBackingInfo: remote}}}, "CD/DVD drive 1", nil
	case "floppy":
		return &types.VirtualFloppy{VirtualDevice: types.VirtualDevice{
			Backing: &types.VirtualFloppyDeviceBackingInfo{VirtualDeviceDeviceBackingInfo: host}}}, "Floppy drive 1", nil
	case "passthrough":
		return &types.VirtualPCIPassthrough{VirtualDevice: types.VirtualDevice{
			Backing: &types.VirtualPCIPassthroughDeviceBackingInfo{Id: "0000:3b:00.0", DeviceId: "1db6", VendorId: 4318}}}, "PCI device 0", nil
	case "vgpu":
		backing := &types.VirtualPCIPassthroughVmiopBackingInfo{Vgpu: "grid_a100-10c", MigrateSupported: &in.Migrates}
		return &types.VirtualPCIPassthrough{VirtualDevice: types.VirtualDevice{Backing: backing}}, "PCI device 0", nil
	case "sriov":
		return &types.VirtualSriovEthernetCard{}, "Network adapter 2", nil
	}
	return nil, "", fmt.Errorf("there is no device %q", in.Kind)
}

// useDatastoreOf: a VM uses the datastore its ISO lies on, as vCenter counts it.
func (s *sim) useDatastoreOf(of ref, file string) error {
	var name string
	if _, err := fmt.Sscanf(file, "[%s", &name); err != nil || len(name) < 2 {
		return fmt.Errorf("%q is no `[datastore] path`", file)
	}
	name = name[:len(name)-1]
	vm, _ := s.vmNow(of)
	names := []string{name}
	for _, ds := range vm.datastores {
		if s.nameOf(ds) != name {
			names = append(names, ds.Value)
		}
	}
	return s.setDatastores(vm, names)
}
