package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

type placeInput struct {
	VMs map[string]string `json:"vms"`
}

// place puts VMs on hosts as if they had always been there: no task, no event, no relocation.
func (s *sim) place(input placeInput) (any, error) {
	for vmName, hostName := range input.VMs {
		of, err := s.find("VirtualMachine", vmName)
		if err != nil {
			return nil, err
		}
		to, err := s.find("HostSystem", hostName)
		if err != nil {
			return nil, err
		}
		vm, _ := s.vmNow(of)
		pool := s.poolFor(vm, to)
		s.change(of, change{Name: "runtime.host", Val: to}, change{Name: "summary.runtime.host", Val: to})
		if pool != nil {
			s.change(of, change{Name: "resourcePool", Val: *pool})
		}
		s.listVM(of, vm.host, to)
		s.account(vm.host)
		s.account(to)
	}
	return nil, nil
}

// poolFor is the root pool of the host's cluster, when the VM comes from elsewhere.
func (s *sim) poolFor(vm vmView, to ref) *ref {
	from, _ := s.hostNow(vm.host)
	target, _ := s.hostNow(to)
	if from.parent == target.parent || vm.template {
		return nil
	}
	if cluster := s.clusterOf(target.parent); cluster != nil {
		return cluster.ResourcePool
	}
	return nil
}

type datastoreInput struct {
	Name  string   `json:"name"`
	Hosts []string `json:"hosts"`
}

// addDatastore makes one that only these hosts mount.
func (s *sim) addDatastore(input datastoreInput) (any, error) {
	hosts, err := s.findAll("HostSystem", input.Hosts)
	if err != nil {
		return nil, err
	}
	if input.Name == "" || len(hosts) == 0 {
		return nil, fmt.Errorf("a datastore needs a name and a host")
	}
	ctx := s.context()
	client, err := vim25.NewClient(ctx, s.service)
	if err != nil {
		return nil, err
	}
	home, err := s.home()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(home, "redeye-"+input.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var made ref
	for _, host := range hosts {
		system, err := object.NewHostSystem(client, host).ConfigManager().DatastoreSystem(ctx)
		if err != nil {
			return nil, err
		}
		ds, err := system.CreateLocalDatastore(ctx, input.Name, dir)
		if err != nil {
			return nil, err
		}
		made = ds.Reference()
	}
	ds := s.vim.Get(made).(*simulator.Datastore)
	s.locked(ds, func() {
		ds.Summary.Type = "VMFS"
		ds.Summary.MultipleHostAccess = types.NewBool(len(hosts) > 1)
		ds.Summary.Capacity, ds.Summary.FreeSpace = 2<<40, 1<<40
	})
	return map[string]string{"moref": made.Value}, nil
}

func (s *sim) home() (string, error) {
	for _, option := range s.vim.OptionManager().Setting {
		if value := option.GetOptionValue(); value.Key == "vcsim.home" {
			return value.Value.(string), nil
		}
	}
	return "", fmt.Errorf("the simulator has no directory of its own")
}

// setDatastores makes the VM's files lie on these.
func (s *sim) setDatastores(vm vmView, names []string) error {
	refs, err := s.findAll("Datastore", names)
	if err != nil {
		return err
	}
	s.change(vm.ref, change{Name: "datastore", Val: refs})
	for _, of := range append(slices.Clone(vm.datastores), refs...) {
		ds, ok := s.vim.Get(of).(*simulator.Datastore)
		if !ok {
			continue
		}
		s.locked(ds, func() {
			ds.Vm = slices.DeleteFunc(slices.Clone(ds.Vm), func(one ref) bool { return one == vm.ref })
			if slices.Contains(refs, of) {
				ds.Vm = append(ds.Vm, vm.ref)
			}
		})
	}
	return nil
}
