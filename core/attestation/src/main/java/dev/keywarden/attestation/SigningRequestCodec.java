package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads and writes signing requests in SCALE (wire protocol, section 5.6).
 *
 * <p>Only canonical forms are read and nothing may be left over, so that the bytes received are the bytes that were signed:
 * whoever checks the signature does so over what came, and never encodes it again.
 */
public final class SigningRequestCodec {
    /** Most subject alternative names read. */
    public static final int MAX_ALT_NAMES = 256;

    private static final int SMALLEST_NAME = 1;

    private SigningRequestCodec() {}

    /**
     * Decodes untrusted bytes of version 1.
     *
     * @throws EnvelopeException if they are no such request, naming the field
     */
    public static SigningRequest.V1 decodeV1(byte[] request) {
        ScaleReader in = new ScaleReader(request);
        SigningRequest.V1 decoded = new SigningRequest.V1(
                field("confirm", in::string),
                field("pubkey", in::bytes),
                field("config", () -> wanted(in, false)),
                field("quote", in::bytes),
                field("event_log", in::bytes));
        if (in.remaining() > 0) {
            throw new EnvelopeException("trailing bytes after the request: " + in.remaining());
        }
        return decoded;
    }

    /**
     * Decodes untrusted bytes of version 2, whose evidence takes all that is left.
     *
     * @throws EnvelopeException if they are no such request, naming the field
     */
    public static SigningRequest.V2 decodeV2(byte[] request) {
        ScaleReader in = new ScaleReader(request);
        String confirm = field("confirm", in::string);
        Bytes publicKey = field("pubkey", in::bytes);
        RequestedCertificate wanted = field("config", () -> wanted(in, true));
        byte[] envelope = in.fixed(in.remaining()).toArray();
        AttestationEnvelope evidence = field("attestation", () -> EnvelopeCodec.decode(envelope));
        return new SigningRequest.V2(confirm, publicKey, wanted, evidence, EnvelopeCodec.isMessagePack(envelope[0]));
    }

    private static RequestedCertificate wanted(ScaleReader in, boolean version2) {
        Optional<String> organization = field("org_name", () -> in.option(in::string));
        String subject = field("subject", in::string);
        List<String> names = field("subject_alt_names", () -> in.list(SMALLEST_NAME, MAX_ALT_NAMES, in::string));
        boolean serverAuth = field("usage_server_auth", in::bool);
        boolean clientAuth = field("usage_client_auth", in::bool);
        boolean attestation = field("ext_quote", in::bool);
        return new RequestedCertificate(
                organization,
                subject,
                names,
                serverAuth,
                clientAuth,
                attestation,
                version2 && field("ext_app_info", in::bool),
                version2 ? field("not_before", () -> in.option(in::u64)) : Optional.empty(),
                version2 ? field("not_after", () -> in.option(in::u64)) : Optional.empty());
    }

    private static <T> T field(String name, Supplier<T> read) {
        try {
            return read.get();
        } catch (EnvelopeException e) {
            throw new EnvelopeException(name + ": " + e.getMessage(), e);
        }
    }

    /** The bytes of a request, which its sender signs. */
    public static byte[] encode(SigningRequest request) {
        ScaleWriter out = new ScaleWriter();
        out.string(request.confirm()).bytes(request.publicKey());
        switch (request) {
            case SigningRequest.V1 v1 -> {
                write(out, v1.wanted());
                out.bytes(v1.quote()).bytes(v1.eventLog());
            }
            case SigningRequest.V2 v2 -> {
                write(out, v2.wanted());
                out.bool(v2.wanted().appInfo());
                out.option(v2.wanted().notBefore(), out::u64);
                out.option(v2.wanted().notAfter(), out::u64);
                out.fixed(v2.encode(v2.evidence()));
            }
        }
        return out.toArray();
    }

    /** The fields that both versions have. */
    private static void write(ScaleWriter out, RequestedCertificate wanted) {
        out.option(wanted.organization(), out::string).string(wanted.subject());
        out.list(wanted.subjectAltNames(), out::string);
        out.bool(wanted.serverAuth()).bool(wanted.clientAuth()).bool(wanted.attestation());
    }
}
