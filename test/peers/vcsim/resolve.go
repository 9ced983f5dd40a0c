package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vmware/govmomi/vim25/mo"
)

// find is the one object of the kind with that name or number (`host-21`); of a path only the last parts need to match.
func (s *sim) find(kind, name string) (ref, error) {
	found := slices.DeleteFunc(s.refs(kind), func(of ref) bool {
		return of.Value != name && s.nameOf(of) != name && !strings.HasSuffix(s.path(of), "/"+name)
	})
	if len(found) != 1 {
		return ref{}, fmt.Errorf("%d objects of type %s are called %q", len(found), kind, name)
	}
	return found[0], nil
}

// findAny looks through the kinds that tests speak of.
func (s *sim) findAny(name string) (ref, error) {
	for _, kind := range []string{"VirtualMachine", "HostSystem", "ClusterComputeResource", "ComputeResource", "Datastore", "Datacenter",
		"DistributedVirtualPortgroup", "Network", "ResourcePool"} {
		if of, err := s.find(kind, name); err == nil {
			return of, nil
		}
	}
	return ref{}, fmt.Errorf("nothing, or more than one object, is called %q", name)
}

func (s *sim) findAll(kind string, names []string) ([]ref, error) {
	refs := make([]ref, 0, len(names))
	for _, name := range names {
		of, err := s.find(kind, name)
		if err != nil {
			return nil, err
		}
		refs = append(refs, of)
	}
	return refs, nil
}

func (s *sim) path(of ref) string {
	entity, ok := s.vim.Get(of).(mo.Entity)
	if !ok || entity.Entity().Parent == nil {
		return ""
	}
	return s.path(*entity.Entity().Parent) + "/" + s.nameOf(of)
}
