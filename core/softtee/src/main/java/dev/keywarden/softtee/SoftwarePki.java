package dev.keywarden.softtee;

import dev.keywarden.dcap.PckCa;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * The certificates of a software TEE, all of them functions of its seed: a root, Intel's two PCK authorities, and one PCK
 * certificate per simulated platform, with the names, profiles and extensions that Intel gives its own (TDX fact sheet,
 * sections 2.3, 3 and 7), so that the strict verifier accepts them once their root is pinned.
 *
 * <p>Validity does not move with the clock: two processes with one seed make the same bytes, whenever they start.
 */
public final class SoftwarePki {
    /** OID of the authority key identifier. */
    public static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

    /** OID of the subject key identifier. */
    public static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

    /** OID of the key usage. */
    public static final String KEY_USAGE = "2.5.29.15";

    /** OID of the basic constraints. */
    public static final String BASIC_CONSTRAINTS = "2.5.29.19";

    /** OID of the CRL distribution points. */
    public static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";

    /** First second of validity of every certificate. */
    public static final Instant VALID_FROM = Instant.parse("2020-01-01T00:00:00Z");

    /** Last second of validity of every certificate. */
    public static final Instant VALID_UNTIL = Instant.parse("2049-12-31T23:59:59Z");

    /** Common name of the root. */
    public static final String ROOT_NAME = "Intel SGX Root CA";

    /** Common name of PCK certificates. */
    public static final String LEAF_NAME = "Intel SGX PCK Certificate";

    private static final String CRL_ADDRESS = "https://crl.softtee.invalid/root.der";

    /** Common name of the one who signs TCB info and QE identity. */
    public static final String TCB_SIGNER_NAME = "Intel SGX TCB Signing";

    /** PCESVN of every platform. */
    static final int PCE_SVN = 11;

    private static final Duration ROOT_CRL_LIFE = Duration.ofDays(365);
    private static final Duration PCK_CRL_LIFE = Duration.ofDays(30);

    /** SVNs of the 16 components of the simulated SGX TCB. */
    private static final byte[] COMPONENTS = {3, 3, 2, 2, 4, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0};

    private final byte[] seed;
    private final SoftwareKey rootKey;
    private final ConcurrentMap<String, SoftwareKey> keys = new ConcurrentHashMap<>();

    SoftwarePki(byte[] seed) {
        this.seed = seed.clone();
        this.rootKey = SoftwareKey.derive(seed, "tdx-root");
    }

    /** The root's key. */
    public SoftwareKey rootKey() {
        return rootKey;
    }

    /** The key of an authority. */
    public SoftwareKey authorityKey(PckCa authority) {
        return key(authority == PckCa.PLATFORM ? "tdx-pck-ca" : "tdx-pck-processor-ca");
    }

    /**
     * The PCK key of a platform.
     *
     * @param platform the empty label is the one that the reference's simulators play
     */
    public SoftwareKey platformKey(String platform) {
        return key(label("tdx-pck", platform));
    }

    /** The attestation key of a platform's quoting enclave. */
    public SoftwareKey attestationKey(String platform) {
        return key(label("tdx-qe", platform));
    }

    /** A forge for the root, to be signed with {@link #rootKey}. */
    public CertificateForge root() {
        return forge(ROOT_NAME, ROOT_NAME, rootKey, rootKey)
                .serial(rootSerial())
                .extension(KEY_USAGE, true, Der.encode(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)))
                .extension(BASIC_CONSTRAINTS, true, Der.encode(new BasicConstraints(1)));
    }

    /** A forge for an authority, to be signed with {@link #rootKey}. */
    public CertificateForge authority(PckCa authority) {
        return forge(authority.commonName(), ROOT_NAME, authorityKey(authority), rootKey)
                .serial(authoritySerial(authority))
                .extension(KEY_USAGE, true, Der.encode(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)))
                .extension(BASIC_CONSTRAINTS, true, Der.encode(new BasicConstraints(0)));
    }

    /** A forge for a platform's PCK certificate, to be signed with {@link #authorityKey}. */
    public CertificateForge leaf(PckCa authority, String platform) {
        SgxExtensionForge extension = sgxExtension(platform);
        if (authority == PckCa.PROCESSOR) {
            extension.withoutPlatformEntries();
        }
        return forge(LEAF_NAME, authority.commonName(), platformKey(platform), authorityKey(authority))
                .serial(leafSerial(authority, platform))
                .extension(
                        KEY_USAGE, true, Der.encode(new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation)))
                .extension(BASIC_CONSTRAINTS, true, Der.encode(new BasicConstraints(false)))
                .extension(SgxExtensionForge.OID, false, extension.encode());
    }

    /** A forge for the SGX extension of a platform under the Platform CA. */
    public SgxExtensionForge sgxExtension(String platform) {
        return new SgxExtensionForge(
                ppid(platform), derived("platform-instance", platform, 16), fmspc(), COMPONENTS, PCE_SVN);
    }

    /** The FMSPC of every platform, 6 bytes. */
    public byte[] fmspc() {
        byte[] fmspc = derived("fmspc", "", 6);
        // A family that Intel does not use, so that no real collateral is ever asked for or matches.
        fmspc[0] = (byte) 0xf0;
        return fmspc;
    }

    /** The key that signs TCB info and QE identity. */
    public SoftwareKey tcbSignerKey() {
        return key("tdx-tcb");
    }

    /** A forge for the certificate of that key, to be signed with {@link #rootKey}. */
    public CertificateForge tcbSigner() {
        return forge(TCB_SIGNER_NAME, ROOT_NAME, tcbSignerKey(), rootKey)
                .serial(tcbSignerSerial())
                .extension(
                        KEY_USAGE, true, Der.encode(new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation)))
                .extension(BASIC_CONSTRAINTS, true, Der.encode(new BasicConstraints(false)));
    }

    /** A forge for the root's CRL, empty, made a day before. */
    public CrlForge rootCrl(Instant now) {
        return crl(ROOT_NAME, rootKey, now, ROOT_CRL_LIFE);
    }

    /** A forge for the CRL of an authority with some serials that are none of ours, made a day before. */
    public CrlForge pckCrl(PckCa authority, Instant now) {
        CrlForge crl = crl(authority.commonName(), authorityKey(authority), now, PCK_CRL_LIFE);
        for (String stranger : new String[] {"one", "two", "three"}) {
            crl.revoke(serial("revoked/" + authority + '/' + stranger), 1);
        }
        return crl;
    }

    private static CrlForge crl(String issuer, SoftwareKey key, Instant now, Duration life) {
        Instant made = now.truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
        return new CrlForge(key)
                .issuer(issuer)
                .window(made, made.plus(life))
                .extension(AUTHORITY_KEY_IDENTIFIER, false, Der.encode(new AuthorityKeyIdentifier(keyIdentifier(key))))
                .extension(CrlForge.CRL_NUMBER, false, Der.encode(new ASN1Integer(1)));
    }

    /** The serial number of a platform's PCK certificate. */
    public BigInteger leafSerial(PckCa authority, String platform) {
        return serial("leaf/" + authority + '/' + platform);
    }

    /** The serial number of an authority's certificate. */
    public BigInteger authoritySerial(PckCa authority) {
        return serial(authority.name());
    }

    /** The serial number of the root. */
    public BigInteger rootSerial() {
        return serial("root");
    }

    /** The serial number of the certificate of {@link #tcbSignerKey}. */
    public BigInteger tcbSignerSerial() {
        return serial("tcb-signer");
    }

    /** The id of a platform, 16 bytes. */
    public byte[] ppid(String platform) {
        return derived("ppid", platform, 16);
    }

    /** The processor's SVN of every platform, 16 bytes. */
    static byte[] cpuSvn() {
        return COMPONENTS.clone();
    }

    /** The chain of a platform under the Platform CA as PEM: leaf, CA, root. */
    String chainPem(String platform) {
        return CertificateForge.pem(leaf(PckCa.PLATFORM, platform).encode(authorityKey(PckCa.PLATFORM)))
                + CertificateForge.pem(authority(PckCa.PLATFORM).encode(rootKey))
                + rootPem();
    }

    String rootPem() {
        return CertificateForge.pem(root().encode(rootKey));
    }

    private static CertificateForge forge(String subject, String issuer, SoftwareKey key, SoftwareKey issuerKey) {
        return new CertificateForge()
                .subject(subject)
                .issuer(issuer)
                .validity(VALID_FROM, VALID_UNTIL)
                .publicKeyInfo(key.publicKeyInfo())
                .extension(
                        AUTHORITY_KEY_IDENTIFIER,
                        false,
                        Der.encode(new AuthorityKeyIdentifier(keyIdentifier(issuerKey))))
                .extension(CRL_DISTRIBUTION_POINTS, false, distributionPoint())
                .extension(SUBJECT_KEY_IDENTIFIER, false, Der.encode(new DEROctetString(keyIdentifier(key))));
    }

    private static byte[] distributionPoint() {
        GeneralName address = new GeneralName(GeneralName.uniformResourceIdentifier, CRL_ADDRESS);
        DistributionPoint point =
                new DistributionPoint(new DistributionPointName(new GeneralNames(address)), null, null);
        return Der.encode(new CRLDistPoint(new DistributionPoint[] {point}));
    }

    /** The value of the extension that names an issuer's key. */
    public byte[] authorityKeyIdentifier(SoftwareKey issuer) {
        return Der.encode(new AuthorityKeyIdentifier(keyIdentifier(issuer)));
    }

    private static byte[] keyIdentifier(SoftwareKey key) {
        return Arrays.copyOf(SoftwareKey.sha256().digest(key.publicKeyInfo()), 20);
    }

    private SoftwareKey key(String label) {
        return keys.computeIfAbsent(label, name -> SoftwareKey.derive(seed, name));
    }

    private BigInteger serial(String what) {
        byte[] serial = derived("serial", what, 20);
        serial[0] = (byte) ((serial[0] & 0x7f) | 0x40);
        return new BigInteger(1, serial);
    }

    private byte[] derived(String purpose, String label, int length) {
        MessageDigest digest = SoftwareKey.sha256();
        for (String part : new String[] {"keywarden-softtee-v1", purpose, label}) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
            digest.update(bytes);
        }
        digest.update(seed);
        return Arrays.copyOf(digest.digest(), length);
    }

    private static String label(String key, String platform) {
        return platform.isEmpty() ? key : key + '/' + platform;
    }
}
