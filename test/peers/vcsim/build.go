package main

import (
	"strings"

	"github.com/vmware/govmomi/simulator"
)

// build makes the inventory. VMs are ours to make (populate.go): the simulator's own way waits for the next 20 ms tick
// of its collector twice for each VM, and deals them to hosts at random.
func build(o options) (*simulator.Model, error) {
	model := simulator.VPX()
	if o.esx {
		model = simulator.ESX()
	}
	model.Autostart = false
	model.Machine = 0
	model.Datastore = o.ds
	if !o.esx {
		model.Datacenter, model.Cluster, model.ClusterHost, model.Host = o.dc, o.cluster, o.host, o.standalone
	}
	about := &model.ServiceContent.About
	about.ApiVersion = o.apiVersion
	about.Version = strings.Join(strings.SplitN(o.apiVersion+".0.0", ".", 4)[:3], ".")
	about.Build = "24022515"
	about.FullName = about.Name + " " + about.Version + " build-" + about.Build
	if err := model.Create(); err != nil {
		return nil, err
	}
	equipHosts(model.Map(), o)
	equipDatastores(model.Map())
	equipClusters(model.Map())
	return model, populate(model, o)
}
