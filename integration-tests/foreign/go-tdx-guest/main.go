// Verifies cases read from standard input, one JSON object a line, as go-tdx-guest's command "check" does with its
// default policy, and prints the verdicts as one JSON object by name, on the last line: the library logs before it. The
// command itself takes no time and asks nobody but Intel for collateral, which is why the library under it is called here.
package main

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/google/go-tdx-guest/abi"
	"github.com/google/go-tdx-guest/validate"
	"github.com/google/go-tdx-guest/verify"
	"github.com/google/go-tdx-guest/verify/trust"
)

// One quote, and what it is verified with: collateral in the form that tools exchange or the address of a PCCS.
type testCase struct {
	Name       string
	Quote      string
	Collateral string
	Pccs       string
	Root       string
	ReportData string
	Now        int64
}

// Answers in Intel's place with collateral that a case brought along.
type givenCollateral map[string]string

func (given givenCollateral) Get(address string) (map[string][]string, []byte, error) {
	switch {
	case strings.Contains(address, "/tcb?"):
		return given.signed("tcb_info", "tcbInfo", "Tcb-Info-Issuer-Chain")
	case strings.Contains(address, "/qe/identity"):
		return given.signed("qe_identity", "enclaveIdentity", "Sgx-Enclave-Identity-Issuer-Chain")
	case strings.Contains(address, "/pckcrl"):
		crl, err := hex.DecodeString(given["pck_crl"])
		return chain("Sgx-Pck-Crl-Issuer-Chain", given["pck_crl_issuer_chain"]), crl, err
	default:
		crl, err := hex.DecodeString(given["root_ca_crl"])
		return nil, crl, err
	}
}

func (given givenCollateral) signed(member, name, header string) (map[string][]string, []byte, error) {
	body := fmt.Sprintf(`{"%s":%s,"signature":"%s"}`, name, given[member], given[member+"_signature"])
	return chain(header, given[member+"_issuer_chain"]), []byte(body), nil
}

func chain(header, pem string) map[string][]string {
	return map[string][]string{header: {url.QueryEscape(pem)}}
}

// Asks a PCCS for what Intel would be asked for.
type pccs string

func (service pccs) Get(address string) (map[string][]string, []byte, error) {
	asked, err := url.Parse(address)
	if err != nil {
		return nil, nil, err
	}
	// The root's CRL is asked for where its certificate says; a PCCS serves it in hexadecimal.
	path := asked.RequestURI()
	rootCrl := !strings.Contains(path, "/certification/")
	if rootCrl {
		path = "/sgx/certification/v4/rootcacrl"
	}
	answer, err := http.Get(string(service) + path)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("the PCCS answered %s", answer.Status)
	}
	if err == nil && rootCrl {
		body, err = hex.DecodeString(string(body))
	}
	return answer.Header, body, err
}

func check(it testCase) error {
	raw, err := hex.DecodeString(it.Quote)
	if err != nil {
		return err
	}
	quote, err := abi.QuoteToProto(raw)
	if err != nil {
		return err
	}
	getter, err := getter(it)
	if err != nil {
		return err
	}
	options := &verify.Options{
		GetCollateral:    true,
		CheckRevocations: true,
		Getter:           getter,
		Now:              time.Unix(it.Now, 0),
	}
	// Without a root of its own a case is about Intel's, which is built in.
	if it.Root != "" {
		options.TrustedRoots = x509.NewCertPool()
		if !options.TrustedRoots.AppendCertsFromPEM([]byte(it.Root)) {
			return fmt.Errorf("the trusted root can't be read")
		}
	}
	if err := verify.TdxQuote(quote, options); err != nil {
		return err
	}
	policy := &validate.Options{}
	if it.ReportData != "" {
		if policy.TdQuoteBodyOptions.ReportData, err = hex.DecodeString(it.ReportData); err != nil {
			return err
		}
	}
	return validate.TdxQuote(quote, policy)
}

func getter(it testCase) (trust.HTTPSGetter, error) {
	if it.Pccs != "" {
		return pccs(it.Pccs), nil
	}
	given := givenCollateral{}
	return given, json.Unmarshal([]byte(it.Collateral), &given)
}

func verdict(it testCase) (said string) {
	defer func() {
		if fault := recover(); fault != nil {
			said = fmt.Sprintf("refused: the verifier broke: %v", fault)
		}
	}()
	if err := check(it); err != nil {
		return "refused: " + err.Error()
	}
	return "accepted"
}

func main() {
	verdicts := map[string]string{}
	for cases := json.NewDecoder(os.Stdin); cases.More(); {
		var it testCase
		if err := cases.Decode(&it); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		verdicts[it.Name] = verdict(it)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
