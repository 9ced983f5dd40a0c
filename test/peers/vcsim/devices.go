package main

import (
	"fmt"

	"github.com/vmware/govmomi/vim25/types"
)

// devices are those that keep a running VM on its host: tied to it and connected.
func devices(vm vmView) (faults []types.LocalizedMethodFault) {
	for _, device := range vm.devices {
		if tied(device) {
			message := fmt.Sprintf("Device '%s' is attached and prevents migration.", labelOf(device))
			faults = append(faults, localized(&types.DisallowedMigrationDeviceAttached{
				Fault: localized(&types.MigrationFault{}, message),
			}, message))
		}
	}
	return faults
}

func tied(device types.BaseVirtualDevice) bool {
	common := device.GetVirtualDevice()
	connected := common.Connectable != nil && common.Connectable.Connected
	switch backing := common.Backing.(type) {
	case *types.VirtualCdromAtapiBackingInfo, *types.VirtualCdromPassthroughBackingInfo,
		*types.VirtualCdromRemoteAtapiBackingInfo, *types.VirtualCdromRemotePassthroughBackingInfo,
		*types.VirtualFloppyDeviceBackingInfo, *types.VirtualFloppyRemoteDeviceBackingInfo:
		return connected
	case *types.VirtualPCIPassthroughVmiopBackingInfo:
		return backing.MigrateSupported == nil || !*backing.MigrateSupported
	}
	switch device.(type) {
	case *types.VirtualPCIPassthrough, *types.VirtualSriovEthernetCard:
		return true
	}
	return false
}

func labelOf(device types.BaseVirtualDevice) string {
	common := device.GetVirtualDevice()
	if common.DeviceInfo != nil {
		return common.DeviceInfo.GetDescription().Label
	}
	return fmt.Sprintf("device %d", common.Key)
}
