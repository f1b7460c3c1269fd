package dev.keywarden.it;

import com.google.protobuf.Empty;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.dcap.PckCa;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.CertificateExtension;
import dev.keywarden.keys.CertificateProfile;
import dev.keywarden.keys.P256Key;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.proto.AppKeyResponse;
import dev.keywarden.rpc.proto.GetAppKeyRequest;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.softtee.CertificateForge;
import dev.keywarden.softtee.SimulatedMachine;
import dev.keywarden.softtee.SoftwarePki;
import dev.keywarden.softtee.SoftwareTee;
import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/** A guest in a confidential VM, as far as a node can tell. */
final class Guest {
    static final Bytes APP_ID = Bytes.fromHex("11".repeat(20));
    static final Bytes COMPOSE_HASH = Bytes.fromHex("44".repeat(32));
    static final Bytes INSTANCE_ID = Bytes.fromHex("22".repeat(20));
    static final Bytes OS_IMAGE_HASH = Bytes.fromHex("55".repeat(32));

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Offset in the TD report; bit 0 says that the machine can be debugged. */
    private static final int TD_ATTRIBUTES = 120;

    private final SoftwareTee tee = SoftwareTee.fromSeed(HexFormat.of().parseHex(Recordings.SEED));
    private final P256Key key = P256Key.generate(new SecureRandom());
    private final SimulatedMachine machine;

    Guest(Bytes appId) {
        machine = SimulatedMachine.builder()
                .appId(appId)
                .composeHash(COMPOSE_HASH)
                .instanceId(INSTANCE_ID)
                .osImageHash(OS_IMAGE_HASH)
                .build();
    }

    /** Evidence that binds this guest's key. */
    AttestationEnvelope evidence() {
        return tee.attest(machine, ReportData.ratlsCert(key.spki()));
    }

    /** This guest's key. */
    Bytes publicKey() {
        return key.spki();
    }

    /** Signs with this guest's key. */
    byte[] sign(byte[] message) {
        return key.sign(message);
    }

    /** A self-signed client certificate with that evidence, as newer guests send it. */
    RawTls.ClientIdentity identity(UnaryOperator<Bytes> evidence) {
        Bytes envelope = evidence.apply(EnvelopeCodec.encode(evidence().stripped()));
        CertificateProfile profile = CertificateProfile.raTlsClient(
                List.of(new CertificateExtension(RaTlsExtensions.ATTESTATION, envelope)));
        X509Certificate certificate =
                CertificateAuthority.parse(CertificateAuthority.selfSigned(key, profile, Instant.now()));
        return new RawTls.ClientIdentity(List.of(certificate), key.privateKey());
    }

    /** Shows genuine evidence of a machine that anybody may debug. */
    RawTls.ClientIdentity debugged() {
        return identity(own -> EnvelopeCodec.encode(tee.attest(
                        machine,
                        ReportData.ratlsCert(key.spki()),
                        quote -> quote.body(body -> {
                            body[TD_ATTRIBUTES] |= 1;
                            return body;
                        }))
                .stripped()));
    }

    /** Says that its evidence binds its key, which the quote in it does not. */
    RawTls.ClientIdentity claimingOtherReportData() {
        AttestationEnvelope other = tee.attest(machine, Bytes.fromHex("01".repeat(64)));
        return identity(own -> EnvelopeCodec.encode(new AttestationEnvelope(
                        other.quote(),
                        other.eventLog(),
                        other.runtimeEvents(),
                        ReportData.ratlsCert(key.spki()),
                        other.config())
                .stripped()));
    }

    /** Shows evidence under a platform certificate that has expired. */
    RawTls.ClientIdentity expired() {
        SoftwarePki pki = tee.pki();
        byte[] leaf = pki.leaf(PckCa.PLATFORM, "")
                .validity(SoftwarePki.VALID_FROM, Instant.now().minusSeconds(60))
                .encode(pki.authorityKey(PckCa.PLATFORM));
        byte[] authority = pki.authority(PckCa.PLATFORM).encode(pki.rootKey());
        byte[] root = pki.root().encode(pki.rootKey());
        byte[] chain = (CertificateForge.pem(leaf) + CertificateForge.pem(authority) + CertificateForge.pem(root))
                .getBytes(StandardCharsets.US_ASCII);
        return identity(own -> EnvelopeCodec.encode(
                tee.attest(machine, ReportData.ratlsCert(key.spki()), quote -> quote.certificationData(5, chain))
                        .stripped()));
    }

    /** Asks as a guest does: temporary CA, certificate under it, keys. */
    AppKeyResponse takeKeys(String url) {
        GetTempCaCertResponse temp = tempCa(url);
        try (P256Key caKey = P256Key.fromPem(temp.getTempCaKey());
                RaTlsClient client = RaTlsClient.to(url)
                        .trustingOnly(temp.getCaCert())
                        .presenting(List.of(certificate(temp, caKey)), key.privateKey())
                        .deadline(LIMIT)
                        .build()) {
            return client.call(
                            "GetAppKey",
                            GetAppKeyRequest.newBuilder().setApiVersion(1).build(),
                            AppKeyResponse.getDefaultInstance())
                    .message();
        }
    }

    private X509Certificate certificate(GetTempCaCertResponse temp, P256Key caKey) {
        CertificateExtension extension = new CertificateExtension(
                RaTlsExtensions.ATTESTATION, EnvelopeCodec.encode(evidence().stripped()));
        return CertificateAuthority.parse(CertificateAuthority.of(caKey, temp.getTempCaCert())
                .issue(CertificateProfile.raTlsClient(List.of(extension)), key.spki(), Instant.now()));
    }

    static GetTempCaCertResponse tempCa(String url) {
        try (RaTlsClient anyone =
                RaTlsClient.to(url).trustingUnverifiedServer().deadline(LIMIT).build()) {
            return anyone.call("GetTempCaCert", Empty.getDefaultInstance(), GetTempCaCertResponse.getDefaultInstance())
                    .message();
        }
    }
}
