package main

import (
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// tellMigrated posts the event that vCenter posts once for each completed vMotion.
func (s *sim) tellMigrated(j *job, before vmView) {
	vm, _ := s.vmNow(before.ref)
	datacenter := types.DatacenterEventArgument{Datacenter: datacenterOf(s.vim, s.vim.Get(before.host).(mo.Entity))}
	datacenter.Name = s.nameOf(datacenter.Datacenter)
	var datastore types.DatastoreEventArgument
	if len(before.datastores) > 0 {
		datastore.Datastore, datastore.Name = before.datastores[0], s.nameOf(before.datastores[0])
	}
	event := &types.VmMigratedEvent{
		VmEvent: types.VmEvent{Event: types.Event{
			Vm: &types.VmEventArgument{EntityEventArgument: types.EntityEventArgument{Name: vm.name}, Vm: vm.ref},
			Ds: &datastore, Datacenter: &datacenter,
			Host: &types.HostEventArgument{EntityEventArgument: types.EntityEventArgument{Name: s.nameOf(vm.host)}, Host: vm.host},
		}},
		SourceDatacenter: &datacenter, SourceDatastore: &datastore,
		SourceHost: types.HostEventArgument{
			EntityEventArgument: types.EntityEventArgument{Name: s.nameOf(before.host)}, Host: before.host,
		},
	}
	ctx := s.context()
	session := *ctx.Session
	session.UserName = j.user
	ctx.Session = &session
	events := s.vim.EventManager()
	s.lockedBy(ctx, events, func() { events.PostEvent(ctx, &types.PostEvent{EventToPost: event}) })
}
