// Pins go-tdx-guest, one of the verifiers of quotes that ours is compared with, by the digests of all that it is made of.
module keywarden.dev/integration-tests/go-tdx-guest

go 1.25.0

tool github.com/google/go-tdx-guest/tools/check

require github.com/google/go-tdx-guest v0.3.1

require (
	github.com/google/go-sev-guest v0.8.0 // indirect
	github.com/google/logger v1.1.1 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	golang.org/x/crypto v0.17.0 // indirect
	golang.org/x/sys v0.15.0 // indirect
	google.golang.org/protobuf v1.31.0 // indirect
)
