# A policy that would decide otherwise tomorrow.
package keywarden

decision := {"allow": time.now_ns() < 0}
