package dev.keywarden.dcap;

import java.nio.charset.StandardCharsets;

/** One root under which chains must satisfy Intel's profile to the letter. */
public final class PinnedRoot extends TrustAnchor {
    /** Intel SGX Root CA, valid to 2049-12-31; its digests stand in the TDX fact sheet, section 2.3. */
    private static final String INTEL_SGX_ROOT_CA = """
            -----BEGIN CERTIFICATE-----
            MIICjzCCAjSgAwIBAgIUImUM1lqdNInzg7SVUr9QGzknBqwwCgYIKoZIzj0EAwIw
            aDEaMBgGA1UEAwwRSW50ZWwgU0dYIFJvb3QgQ0ExGjAYBgNVBAoMEUludGVsIENv
            cnBvcmF0aW9uMRQwEgYDVQQHDAtTYW50YSBDbGFyYTELMAkGA1UECAwCQ0ExCzAJ
            BgNVBAYTAlVTMB4XDTE4MDUyMTEwNDUxMFoXDTQ5MTIzMTIzNTk1OVowaDEaMBgG
            A1UEAwwRSW50ZWwgU0dYIFJvb3QgQ0ExGjAYBgNVBAoMEUludGVsIENvcnBvcmF0
            aW9uMRQwEgYDVQQHDAtTYW50YSBDbGFyYTELMAkGA1UECAwCQ0ExCzAJBgNVBAYT
            AlVTMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEC6nEwMDIYZOj/iPWsCzaEKi7
            1OiOSLRFhWGjbnBVJfVnkY4u3IjkDYYL0MxO4mqsyYjlBalTVYxFP2sJBK5zlKOB
            uzCBuDAfBgNVHSMEGDAWgBQiZQzWWp00ifODtJVSv1AbOScGrDBSBgNVHR8ESzBJ
            MEegRaBDhkFodHRwczovL2NlcnRpZmljYXRlcy50cnVzdGVkc2VydmljZXMuaW50
            ZWwuY29tL0ludGVsU0dYUm9vdENBLmRlcjAdBgNVHQ4EFgQUImUM1lqdNInzg7SV
            Ur9QGzknBqwwDgYDVR0PAQH/BAQDAgEGMBIGA1UdEwEB/wQIMAYBAf8CAQEwCgYI
            KoZIzj0EAwIDSQAwRgIhAOW/5QkR+S9CiSDcNoowLuPRLsWGf/Yi7GSX94BgwTwg
            AiEA4J0lrHoMs+Xo5o/sX6O9QWxHRAvZUGOdRQ7cvqRXaqI=
            -----END CERTIFICATE-----
            """;

    private final RootCertificate root;
    private final String label;
    private final boolean byKey;
    private final ByteView fingerprint;

    private PinnedRoot(RootCertificate root, String label, boolean byKey) {
        this.root = root;
        this.label = label;
        this.byKey = byKey;
        this.fingerprint = Sha256.labelled(byKey ? "pinned-key" : "pinned-certificate", root.encoded());
        IntelProfile.INSTANCE.require(root.certificate(), ChainProfile.Role.ROOT, root.certificate());
    }

    /** Intel's root for SGX and TDX, as published. */
    public static PinnedRoot intel() {
        byte[] pem = INTEL_SGX_ROOT_CA.getBytes(StandardCharsets.US_ASCII);
        return new PinnedRoot(RootCertificate.ofPem(pem), "intel", false);
    }

    /**
     * Another root in Intel's place, for tests of the strict path.
     *
     * @throws DcapException with {@link DcapCode#CERT_PROFILE_INVALID} or {@link DcapCode#CERT_ROLE_MISMATCH} if it is
     *     not made like Intel's
     */
    public static PinnedRoot custom(RootCertificate root) {
        return new PinnedRoot(root, "custom", false);
    }

    /**
     * The same root, but any certificate issued by itself for its name and key is taken for it; very old quotes carry an
     * older issue of Intel's.
     */
    public PinnedRoot matchedByKey() {
        return new PinnedRoot(root, label, true);
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    ChainProfile profile() {
        return IntelProfile.INSTANCE;
    }

    @Override
    Certificate admit(Certificate presented, DcapObject blamed) {
        Certificate pinned = root.certificate();
        if (presented.encoded().equals(pinned.encoded())) {
            return pinned;
        }
        boolean sameNameAndKey = presented.subject().equals(pinned.subject())
                && presented.publicKeyInfo().equals(pinned.publicKeyInfo());
        if (!byKey || !sameNameAndKey) {
            throw notTrusted(blamed, "the last certificate of the chain is not the pinned root (" + label + ")");
        }
        ChainVerifier.requireSelfIssued(presented, IntelProfile.INSTANCE);
        return presented;
    }

    @Override
    ByteView fingerprint() {
        return fingerprint;
    }
}
