package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"time"
)

// file is what a host has at a path.
type file struct {
	Sha256 string `json:"sha256"`
	Mode   string `json:"mode"`
	Owner  string `json:"owner"`
}

// directories are those that every host has.
var directories = map[string]bool{"/etc": true, "/usr/local/share": true}

// lookAtFile answers redeye-file PATH KEPT.
func (h *host) lookAtFile(arguments []string) answer {
	if len(arguments) < 2 {
		return answer{stderr: "usage\n", code: 2}
	}
	if h.how().Unit == "no-sudo" {
		return answer{stderr: "sudo: a password is required\n", code: 1}
	}
	h.Lock()
	defer h.Unlock()
	said := "Kind=no-directory\n"
	if found, ok := h.files[arguments[0]]; ok {
		said = fmt.Sprintf("Kind=file\nSha256=%s\nMode=%s\nOwner=%s\n", found.Sha256, found.Mode, found.Owner)
	} else if directories[path.Dir(arguments[0])] {
		said = "Kind=absent\n"
	}
	if _, ok := h.files[arguments[1]]; ok {
		said += "Kept=yes\n"
	}
	return answer{stdout: said}
}

// push answers redeye-push PATH KEPT SHA256 MODE OWNER, and reads the content.
func (h *host) push(arguments []string, stdin io.Reader) answer {
	content, err := io.ReadAll(stdin)
	if err != nil || len(arguments) < 5 {
		return answer{stderr: "usage\n", code: 2}
	}
	how := h.how()
	if how.Push == "no-space" {
		return answer{stderr: "cat: write error: No space left on device\n", code: 1}
	}
	if how.Push == "drop-before" {
		return answer{cutOff: true}
	}
	sum := sha256.Sum256(content)
	if hex.EncodeToString(sum[:]) != arguments[2] {
		return answer{stderr: "the content did not arrive whole\n", code: 3}
	}
	time.Sleep(time.Duration(how.PushMs) * time.Millisecond)
	h.Lock()
	h.pushes++
	fresh := file{Sha256: arguments[2], Mode: "644", Owner: "root:root"}
	if old, ok := h.files[arguments[0]]; ok {
		fresh.Mode, fresh.Owner = old.Mode, old.Owner
		if _, kept := h.files[arguments[1]]; !kept {
			h.files[arguments[1]] = old
		}
	}
	if arguments[3] != "" {
		fresh.Mode = arguments[3]
	}
	if arguments[4] != "" {
		fresh.Owner = arguments[4]
	}
	// Says that it went well, and has not done it.
	if how.Push != "lies" {
		h.files[arguments[0]] = fresh
		if h.behaviour.Cure == arguments[0] {
			h.behaviour.Unit, h.behaviour.Cure = "", ""
		}
	}
	h.Unlock()
	return answer{cutOff: how.Push == "drop-after"}
}

// putBack answers redeye-put-back PATH KEPT SHA256 yes|no.
func (h *host) putBack(arguments []string) answer {
	if len(arguments) < 4 {
		return answer{stderr: "usage\n", code: 2}
	}
	h.Lock()
	defer h.Unlock()
	if now, ok := h.files[arguments[0]]; ok && now.Sha256 != arguments[2] {
		return answer{stderr: "somebody has changed it since\n", code: 4}
	}
	if arguments[3] == "no" {
		delete(h.files, arguments[0])
		return answer{}
	}
	old, ok := h.files[arguments[1]]
	if !ok {
		return answer{stderr: "the old one is not there any more\n", code: 5}
	}
	delete(h.files, arguments[1])
	h.files[arguments[0]] = old
	return answer{}
}
