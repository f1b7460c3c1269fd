package dev.keywarden.dcap;

import java.util.Optional;

/** Intel's two authorities for PCK certificates; which one it is decides the CRL and the form of the SGX extension. */
public enum PckCa {
    /** For platforms with several sockets, registered as a whole. */
    PLATFORM("Intel SGX PCK Platform CA"),
    /** For single processors. */
    PROCESSOR("Intel SGX PCK Processor CA");

    private final String commonName;

    PckCa(String commonName) {
        this.commonName = commonName;
    }

    /** The common name of its certificate. */
    public String commonName() {
        return commonName;
    }

    static Optional<PckCa> ofCommonName(String name) {
        for (PckCa authority : values()) {
            if (authority.commonName.equals(name)) {
                return Optional.of(authority);
            }
        }
        return Optional.empty();
    }
}
