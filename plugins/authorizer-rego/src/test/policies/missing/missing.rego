# A policy that uses a function which the engine lacks.
package keywarden

decision := {"allow": crypto.sha256(input.method) == "x"}
