package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
)

type controlServer struct {
	*http.Server
	url string
}

// serveControl answers the tests: POST and GET with JSON, 400 with {error} for anything that cannot be meant.
func (s *sim) serveControl(address string) (*controlServer, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for path, answer := range map[string]func([]byte) (any, error){
		"/state":        told(s.state),
		"/place":        asked(s.place),
		"/vm":           asked(s.setVM),
		"/host":         asked(s.setHostState),
		"/cluster":      asked(s.setCluster),
		"/datastore":    asked(s.addDatastore),
		"/set":          asked(s.setProperty),
		"/pace":         s.setPace,
		"/pair":         asked(s.setPair),
		"/fault":        asked(s.addFault),
		"/faults/clear": told(s.clearRules),
		"/sessions/end": asked(s.endSessionsOf),
		"/deny":         asked(s.deny),
		"/user":         asked(s.addUser),
		"/calls":        asked(s.callsSince),
		"/moves":        told(s.movesSoFar),
		"/logins":       told(s.loginsSoFar),
		"/forget":       told(s.forget),
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { serveJSON(w, r, answer) })
	}
	server := &http.Server{Handler: mux}
	go func() { _ = server.Serve(listener) }()
	return &controlServer{Server: server, url: "http://" + listener.Addr().String()}, nil
}

// asked decodes strictly: a misspelt field is an error.
func asked[T any](answer func(T) (any, error)) func([]byte) (any, error) {
	return func(body []byte) (any, error) {
		var input T
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&input); err != nil {
			return nil, err
		}
		return answer(input)
	}
}

func told(answer func() (any, error)) func([]byte) (any, error) {
	return func([]byte) (any, error) { return answer() }
}

// serveJSON survives whatever a test asks for.
func serveJSON(w http.ResponseWriter, r *http.Request, answer func([]byte) (any, error)) {
	w.Header().Set("Content-Type", "application/json")
	value, err := guarded(r, answer)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		value = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(value)
}

func guarded(r *http.Request, answer func([]byte) (any, error)) (value any, err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fmt.Errorf("this cannot be done: %v", said)
		}
	}()
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, err
	}
	if value, err = answer(body.Bytes()); value == nil {
		value = struct{}{}
	}
	return value, err
}
