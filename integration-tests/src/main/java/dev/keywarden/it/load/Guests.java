package dev.keywarden.it.load;

import com.google.protobuf.Empty;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.attestation.RequestedCertificate;
import dev.keywarden.attestation.SigningRequest;
import dev.keywarden.attestation.SigningRequestCodec;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.P256Key;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Bytes;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;

/**
 * The client sides of TLS connections, made before the clock runs: a fresh key, evidence and a certificate for every
 * connection would be work of the guests, done on the cores that are measured.
 */
final class Guests {
    /** The app that {@code keywarden dev} allows at its first start. */
    static final Bytes APP_ID = repeated(0xd0, 20);

    private static final Bytes COMPOSE_HASH = repeated(0xc0, 32);
    private static final Bytes INSTANCE_ID = repeated(0x10, 20);
    private static final Bytes OS_IMAGE_HASH = repeated(0x05, 32);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(30);

    private Guests() {}

    /** A client without a certificate. */
    static List<SslContext> anonymous() throws SSLException {
        return List.of(builder().build());
    }

    /**
     * Makes clients with a key, evidence that binds it, and a certificate under the node's temporary CA.
     *
     * @param url of the node
     * @param seed of the software TEE that the node trusts, 32 bytes
     * @param asPeer whether they are KMS nodes like the node itself, and not apps
     */
    static List<SslContext> attested(String url, Bytes seed, int count, boolean asPeer) {
        SoftwareTee tee = SoftwareTee.fromSeed(seed.toArray());
        SimulatedMachine machine = asPeer ? peer() : machine();
        GetTempCaCertResponse temp = temporaryCa(url);
        SecureRandom random = new SecureRandom();
        try (P256Key caKey = P256Key.fromPem(temp.getTempCaKey())) {
            CertificateAuthority ca = CertificateAuthority.of(caKey, temp.getTempCaCert());
            return IntStream.range(0, count)
                    .mapToObj(i -> guest(tee, machine, ca, random))
                    .toList();
        }
    }

    /**
     * Makes requests for certificates, each about a key of its own that its evidence binds.
     *
     * @param seed of the software TEE that the node trusts, 32 bytes
     * @return bodies in JSON
     */
    static List<String> signingRequests(Bytes seed, int count) {
        SoftwareTee tee = SoftwareTee.fromSeed(seed.toArray());
        SimulatedMachine machine = machine();
        SecureRandom random = new SecureRandom();
        return IntStream.range(0, count)
                .mapToObj(i -> signingRequest(tee, machine, random))
                .toList();
    }

    private static String signingRequest(SoftwareTee tee, SimulatedMachine machine, SecureRandom random) {
        try (P256Key key = P256Key.generate(random)) {
            RequestedCertificate wanted = new RequestedCertificate(
                    Optional.empty(),
                    "app.example.com",
                    List.of("app.example.com"),
                    true,
                    true,
                    true,
                    true,
                    Optional.empty(),
                    Optional.empty());
            byte[] csr = SigningRequestCodec.encode(
                    new SigningRequest.V2(key.spki(), wanted, tee.attest(machine, ReportData.ratlsCert(key.spki()))));
            HexFormat hex = HexFormat.of();
            return "{\"api_version\":2,\"csr\":\"" + hex.formatHex(csr) + "\",\"signature\":\""
                    + hex.formatHex(key.sign(csr)) + "\",\"vm_config\":\"\"}";
        }
    }

    private static SimulatedMachine machine() {
        return SimulatedMachine.builder()
                .appId(APP_ID)
                .composeHash(COMPOSE_HASH)
                .instanceId(INSTANCE_ID)
                .osImageHash(OS_IMAGE_HASH)
                .build();
    }

    /** The machine of {@code keywarden dev}, which allows itself. */
    private static SimulatedMachine peer() {
        return SimulatedMachine.builder()
                .appId(repeated(0xa0, 20))
                .composeHash(repeated(0xb0, 32))
                .osImageHash(OS_IMAGE_HASH)
                .build();
    }

    private static GetTempCaCertResponse temporaryCa(String url) {
        try (RaTlsClient anyone = RaTlsClient.to(url)
                .trustingUnverifiedServer()
                .connectTimeout(CONNECT)
                .deadline(WHOLE)
                .build()) {
            return anyone.call("GetTempCaCert", Empty.getDefaultInstance(), GetTempCaCertResponse.getDefaultInstance())
                    .message();
        }
    }

    private static SslContext guest(
            SoftwareTee tee, SimulatedMachine machine, CertificateAuthority ca, SecureRandom random) {
        try (P256Key key = P256Key.generate(random)) {
            Bytes evidence = EnvelopeCodec.encode(
                    tee.attest(machine, ReportData.ratlsCert(key.spki())).stripped());
            CertificateProfile profile = CertificateProfile.raTlsClient(
                    List.of(new CertificateExtension(RaTlsExtensions.ATTESTATION, evidence)));
            X509Certificate certificate = CertificateAuthority.parse(ca.issue(profile, key.spki(), Instant.now()));
            return builder().keyManager(key.privateKey(), certificate).build();
        } catch (SSLException e) {
            throw new IllegalStateException("BoringSSL does not take a guest's certificate: " + e.getMessage(), e);
        }
    }

    /** Who the node is was settled before; verifying it again would only cost the cores that are measured. */
    private static SslContextBuilder builder() {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .trustManager(InsecureTrustManagerFactory.INSTANCE);
    }

    private static Bytes repeated(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return Bytes.of(bytes);
    }
}
