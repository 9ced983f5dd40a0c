package main

import (
	"crypto/tls"
	"net/url"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

type ref = types.ManagedObjectReference

// sim is the simulator's service and all we add to it. Managed objects are guarded by the locks of the registry, one
// for each object; mu guards everything of ours. Nobody takes an object's lock while holding mu.
type sim struct {
	service *simulator.Service
	vim     *simulator.Registry

	mu       sync.Mutex
	pace     pace
	users    map[string]*user
	sessions map[string]string // session key -> user name
	waits    map[string]map[*wait]bool
	logins   []login
	calls    []call
	faults   []*faultRule
	hosts    map[ref]*hostState
	vms      map[ref]*vmState
	clusters map[ref]*clusterState
	pairs    map[pair]*pairRule
	jobs     map[ref]*job
	moves    []*move
	nextTask int
}

// hostState is what we remember of a host beside its properties.
type hostState struct {
	entering    *job
	arriving    int // relocations under way, from or to it
	limit       int // relocations at once; 0 is the limit of pace
	failExit    int // how often ExitMaintenanceMode_Task still fails
	rebootMs    int // until it is back; 0 is that of pace
	neverBack   bool
	rebooting   bool
	extraMemory int64 // MiB in use by nobody we know
	// clockWrongMs is positive when its clock is ahead.
	clockWrongMs int
}

type vmState struct {
	relocating     *job
	pinned         bool // DRS never finds a place for it
	relocateMs     int
	ignoreShutdown bool
	shutdownMs     int
}

type clusterState struct {
	refuseEvacuation bool // HA admission control forbids to take a host out
}

func newSim(model *simulator.Model, o options) *sim {
	s := &sim{
		service:  model.Service,
		vim:      model.Map(),
		pace:     defaultPace(o),
		users:    defaultUsers(o),
		sessions: map[string]string{},
		waits:    map[string]map[*wait]bool{},
		hosts:    map[ref]*hostState{},
		vms:      map[ref]*vmState{},
		clusters: map[ref]*clusterState{},
		pairs:    map[pair]*pairRule{},
		jobs:     map[ref]*job{},
		nextTask: 1000,
	}
	for _, host := range s.refs("HostSystem") {
		s.account(host)
	}
	s.vim.Put(&operations{Self: operationsRef, sim: s})
	s.vim.AddHandler(&watcher{Self: ref{Type: "Watcher", Value: "redeye"}, sim: s})
	s.vim.SessionManager().ValidLogin = s.validLogin
	s.vim.Handler = s.handle
	return s
}

type apiServer struct {
	*simulator.Server
	url string
}

func (s *sim) serve(o options) (*apiServer, error) {
	certificate, err := certificateIn(o.tlsDir)
	if err != nil {
		return nil, err
	}
	s.service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	s.service.Listen = &url.URL{Host: o.listen, User: url.UserPassword(o.username, o.password)}
	s.service.RegisterEndpoints = false
	server := s.service.NewServer()
	at := *server.URL
	at.User = nil
	return &apiServer{Server: server, url: at.String()}, nil
}

// context is a fresh one: the locks of the registry tell holders apart by it.
func (s *sim) context() *simulator.Context {
	ctx := *s.service.Context
	return &ctx
}

func (s *sim) locked(obj mo.Reference, f func()) {
	s.lockedBy(s.context(), obj, f)
}

// lockedBy lets go of the lock also when f panics; the registry's own WithLock keeps it for ever.
func (s *sim) lockedBy(ctx *simulator.Context, obj mo.Reference, f func()) {
	defer s.vim.AcquireLock(ctx, obj)()
	f()
}

func (s *sim) host(of ref) *hostState {
	if s.hosts[of] == nil {
		s.hosts[of] = &hostState{}
	}
	return s.hosts[of]
}

func (s *sim) vm(of ref) *vmState {
	if s.vms[of] == nil {
		s.vms[of] = &vmState{}
	}
	return s.vms[of]
}

func (s *sim) cluster(of ref) *clusterState {
	if s.clusters[of] == nil {
		s.clusters[of] = &clusterState{}
	}
	return s.clusters[of]
}
