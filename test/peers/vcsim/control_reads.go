package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
)

type stateOfHost struct {
	Moref         string `json:"moref"`
	Name          string `json:"name"`
	Cluster       string `json:"cluster"`
	Connection    string `json:"connection"`
	InMaintenance bool   `json:"inMaintenance"`
	Entering      bool   `json:"entering"`
	MemoryMB      int64  `json:"memoryMB"`
	UsedMB        int64  `json:"usedMB"`
}

type stateOfVM struct {
	Moref       string `json:"moref"`
	Name        string `json:"name"`
	Host        string `json:"host"`
	Power       string `json:"power"`
	Template    bool   `json:"template"`
	Relocations int    `json:"relocations"` // completed, whoever asked
}

// state is the truth behind what the API tells.
func (s *sim) state() (any, error) {
	hosts, vms := []stateOfHost{}, []stateOfVM{}
	for _, of := range s.refs("HostSystem") {
		host, _ := s.hostNow(of)
		s.mu.Lock()
		entering := s.host(of).entering != nil
		s.mu.Unlock()
		hosts = append(hosts, stateOfHost{
			Moref: of.Value, Name: host.name, Cluster: s.nameOf(host.parent), Connection: string(host.connection),
			InMaintenance: host.inMM, Entering: entering, MemoryMB: host.memoryMB, UsedMB: host.usedMB,
		})
	}
	moved := s.movedTimes()
	for _, vm := range s.vmsNow() {
		vms = append(vms, stateOfVM{
			Moref: vm.ref.Value, Name: vm.name, Host: s.nameOf(vm.host), Power: string(vm.power), Template: vm.template,
			Relocations: moved[vm.name],
		})
	}
	return map[string]any{"hosts": hosts, "vms": vms}, nil
}

func (s *sim) movedTimes() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	times := map[string]int{}
	for _, one := range s.moves {
		if one.Outcome == "moved" {
			times[one.VM]++
		}
	}
	return times
}

type callsInput struct {
	Since int `json:"since"`
}

func (s *sim) callsSince(in callsInput) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]call{}, s.calls[min(max(0, in.Since), len(s.calls)):]...), nil
}

// movesSoFar are copies, with the most that went at once: in all, by source and by target.
func (s *sim) movesSoFar() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	moves := []move{}
	for _, one := range s.moves {
		moves = append(moves, *one)
	}
	bySource, byTarget := map[string][]move{}, map[string][]move{}
	for _, one := range moves {
		bySource[one.From] = append(bySource[one.From], one)
		byTarget[one.To] = append(byTarget[one.To], one)
	}
	return map[string]any{"moves": moves, "atOnce": atOnce(moves), "bySource": each(bySource), "byTarget": each(byTarget)}, nil
}

func each(groups map[string][]move) map[string]int {
	most := map[string]int{}
	for name, group := range groups {
		most[name] = atOnce(group)
	}
	return most
}

// atOnce is the most moves under way together, those queued counted in: so many had been asked for.
func atOnce(moves []move) int {
	most := 0
	for _, one := range moves {
		together := 0
		for _, other := range moves {
			if other.Queued <= one.Queued && (other.Ended == 0 || other.Ended > one.Queued) {
				together++
			}
		}
		most = max(most, together)
	}
	return most
}

func (s *sim) loginsSoFar() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]login{}, s.logins...), nil
}

// forget empties what was recorded; relocations under way stay.
func (s *sim) forget() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.logins = nil, nil
	s.moves = slices.DeleteFunc(s.moves, func(one *move) bool { return one.Outcome != "running" })
	return nil, nil
}

var _ simulator.RegisterObject = (*watcher)(nil)
