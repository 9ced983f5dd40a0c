package main

import "strings"

// words splits a command line as sh would, as far as single quotes go: that is all that redeye sends.
func words(line string) []string {
	var found []string
	var word strings.Builder
	in, quoted := false, false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quoted && c == '\'':
			quoted = false
		case quoted:
			word.WriteByte(c)
		case c == '\'':
			in, quoted = true, true
		case c == '\\' && i+1 < len(line):
			i++
			in = true
			word.WriteByte(line[i])
		case c == ' ' || c == '\t' || c == '\n':
			if in {
				found = append(found, word.String())
				word.Reset()
			}
			in = false
		default:
			in = true
			word.WriteByte(c)
		}
	}
	if in {
		found = append(found, word.String())
	}
	return found
}
