package dev.keywarden.app.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.keywarden.app.gate.GateRefusal;
import dev.keywarden.keys.CertificateAuthority;
import dev.keywarden.keys.KeyException;
import dev.keywarden.keys.KeyHandover;
import dev.keywarden.keys.RootKeys;
import dev.keywarden.rpc.RaTlsClient;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.GetKmsKeyRequest;
import dev.keywarden.rpc.proto.GetMetaResponse;
import dev.keywarden.rpc.proto.GetTempCaCertResponse;
import dev.keywarden.rpc.proto.KmsKeyResponse;
import dev.keywarden.rpc.proto.KmsKeys;
import dev.keywarden.spi.Bytes;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The KMS that root keys are taken over from, as the receiver sees it (wire protocol, section 10.3).
 *
 * <p>Met once, without any trust, to learn its certificate and its temporary CA. Every further call goes to whoever proves to
 * own the key of that certificate, so that keys come from the very machine that was attested (section 14, defect 25).
 */
final class SourceKms {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final String url;
    private final Duration timeout;
    private final X509Certificate certificate;
    private final GetTempCaCertResponse temporaryCa;

    private SourceKms(String url, Duration timeout, X509Certificate certificate, GetTempCaCertResponse temporaryCa) {
        this.url = url;
        this.timeout = timeout;
        this.certificate = certificate;
        this.temporaryCa = temporaryCa;
    }

    /** What this node shows of itself; its key stays the caller's. */
    record Identity(X509Certificate certificate, PrivateKey key) {}

    /**
     * Taken over, and found consistent.
     *
     * @param roots owned by the taker
     * @param rootCaCertPem the source's certificate of the root CA key
     */
    record TakenOver(RootKeys roots, String rootCaCertPem) {}

    /**
     * Meets whoever answers at an address.
     *
     * @param timeout for each call
     * @throws GateRefusal if nobody answers, or not in the protocol
     */
    static SourceKms meet(String url, Duration timeout) {
        try (RaTlsClient anyone = RaTlsClient.to(url)
                .trustingUnverifiedServer()
                .connectTimeout(CONNECT_LIMIT)
                .deadline(timeout)
                .build()) {
            RaTlsClient.Answer<GetTempCaCertResponse> answer = anyone.call(
                    "GetTempCaCert", Empty.getDefaultInstance(), GetTempCaCertResponse.getDefaultInstance());
            return new SourceKms(url, timeout, answer.server(), answer.message());
        } catch (RpcException e) {
            throw new GateRefusal(String.valueOf(e.getMessage()), e);
        }
    }

    /** The certificate that the source showed and proved to own. */
    X509Certificate certificate() {
        return certificate;
    }

    /** The authority under which callers are to have their certificates. */
    GetTempCaCertResponse temporaryCa() {
        return temporaryCa;
    }

    /**
     * Asks for the keys and holds them against everything else that the source shows.
     *
     * @param identity what this node shows of itself, if the source is to attest it
     * @param vmConfig this machine's configuration
     * @throws GateRefusal if it refuses, or if anything does not fit
     */
    TakenOver takeOver(Optional<Identity> identity, String vmConfig) {
        RaTlsClient.Builder builder = RaTlsClient.to(url)
                .trustingKeyOf(certificate)
                .connectTimeout(CONNECT_LIMIT)
                .deadline(timeout);
        identity.ifPresent(own -> builder.presenting(List.of(own.certificate()), own.key()));
        try (RaTlsClient source = builder.build()) {
            GetMetaResponse meta = source.call(
                            "GetMeta", Empty.getDefaultInstance(), GetMetaResponse.getDefaultInstance())
                    .message();
            KmsKeyResponse keys = source.call(
                            "GetKmsKey",
                            GetKmsKeyRequest.newBuilder().setVmConfig(vmConfig).build(),
                            KmsKeyResponse.getDefaultInstance())
                    .message();
            return consistent(keys, meta);
        } catch (RpcException | KeyException e) {
            throw new GateRefusal(String.valueOf(e.getMessage()), e);
        }
    }

    private TakenOver consistent(KmsKeyResponse answer, GetMetaResponse meta) {
        if (answer.getKeysCount() != 1) {
            throw new GateRefusal(
                    "Invalid keys: the source sent " + answer.getKeysCount() + " key sets instead of one");
        }
        KmsKeys set = answer.getKeys(0);
        RootKeys roots = KeyHandover.receive(set.getCaKey(), set.getK256Key().toByteArray(), answer.getTempCaKey());
        try {
            requireCertificateOf(roots, meta.getCaCert(), "GetMeta");
            if (!temporaryCa.getCaCert().isEmpty()) {
                requireCertificateOf(roots, temporaryCa.getCaCert(), "GetTempCaCert");
            }
            requirePublicKey(roots, meta.getK256Pubkey());
            return new TakenOver(roots, meta.getCaCert());
        } catch (GateRefusal | KeyException e) {
            roots.close();
            throw e;
        }
    }

    private static void requireCertificateOf(RootKeys roots, String caPem, String method) {
        Bytes certified =
                Bytes.of(CertificateAuthority.parse(caPem).getPublicKey().getEncoded());
        if (!certified.equals(roots.rootCa().spki())) {
            throw new GateRefusal("CA certificate does not match private key: the source's " + method
                    + " shows a CA of another key than the one it sent");
        }
    }

    private static void requirePublicKey(RootKeys roots, ByteString shown) {
        if (!Bytes.of(shown.toByteArray()).equals(roots.k256().publicKey())) {
            throw new GateRefusal("the source's GetMeta shows another k256 public key than that of the key it sent");
        }
    }
}
