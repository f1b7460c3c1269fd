package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The certificate extensions of the protocol (wire protocol, sections 7.3 and 7.5).
 *
 * <p>Each value is an OCTET STRING inside the extension's own. Whether an extension is critical does not matter.
 */
public final class RaTlsExtensions {
    private static final String ARC = "1.3.6.1.4.1.62397.1.";

    /** Raw quote, legacy. */
    public static final String TDX_QUOTE = ARC + 1;

    /** Event log as JSON, legacy. */
    public static final String EVENT_LOG = ARC + 2;

    /** Raw application id. */
    public static final String APP_ID = ARC + 3;

    /** What the certificate is for: {@code kms:rpc}, {@code app:ca} or {@code app:custom}. */
    public static final String SPECIAL_USAGE = ARC + 4;

    /** Evidence: a stripped envelope. */
    public static final String ATTESTATION = ARC + 8;

    /** {@link AppInfo}. */
    public static final String APP_INFO = ARC + 9;

    /**
     * Keywarden's own: SHA-256 of the set of plugins that decide, 32 bytes. Others skip it. The arc is that of UUIDs, which
     * needs no registry; the number is small enough for every library to print.
     */
    public static final String PLUGIN_SET = "2.25.7166138428105562437";

    private static final int OCTET_STRING = 0x04;
    private static final int LONG_FORM = 0x80;
    private static final int MAX_LENGTH_BYTES = 3;

    private RaTlsExtensions() {}

    /**
     * Reads all extensions of the protocol.
     *
     * @throws EnvelopeException if one is malformed, with the text of the protocol
     */
    public static CertificateClaims read(X509Certificate certificate) {
        Optional<Bytes> appId = content(certificate, APP_ID);
        Optional<AppInfo> appInfo = content(certificate, APP_INFO).map(RaTlsExtensions::appInfo);
        Optional<String> usage = specialUsage(certificate);
        return new CertificateClaims(attestation(certificate), appId, usage, appInfo);
    }

    /** Reads what a certificate is for, alone. */
    public static Optional<String> specialUsage(X509Certificate certificate) {
        return content(certificate, SPECIAL_USAGE).map(RaTlsExtensions::printable);
    }

    /** Usages are ASCII words; what else it might hold must not reach a log. */
    private static String printable(Bytes usage) {
        for (int i = 0; i < usage.length(); i++) {
            if (usage.unsignedAt(i) <= ' ' || usage.unsignedAt(i) > '~') {
                throw new EnvelopeException("the certificate's special usage is not an ASCII word");
            }
        }
        return new String(usage.toArray(), StandardCharsets.US_ASCII);
    }

    private static AppInfo appInfo(Bytes content) {
        try {
            return AppInfo.parse(content);
        } catch (EnvelopeException e) {
            throw new EnvelopeException("Failed to decode app info as json: " + e.getMessage(), e);
        }
    }

    private static Optional<AttestationEnvelope> attestation(X509Certificate certificate) {
        Optional<Bytes> unified = content(certificate, ATTESTATION);
        if (unified.isPresent()) {
            try {
                return unified.map(EnvelopeCodec::decode);
            } catch (EnvelopeException e) {
                throw new EnvelopeException("Failed to decode attestation from cert extension: " + e.getMessage(), e);
            }
        }
        Optional<Bytes> quote = content(certificate, TDX_QUOTE);
        if (quote.isEmpty()) {
            return Optional.empty();
        }
        Bytes log = content(certificate, EVENT_LOG).orElseThrow(() -> new EnvelopeException("TDX event log missing"));
        return Optional.of(LegacyEvidence.envelope(quote.get(), log));
    }

    /** The content of an extension, out of its two OCTET STRINGs; empty if the certificate has no such extension. */
    private static Optional<Bytes> content(X509Certificate certificate, String oid) {
        byte[] value = certificate.getExtensionValue(oid);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(unwrap(unwrap(Bytes.of(value), oid), oid));
    }

    /** Exactly one OCTET STRING, definite and shortest length, nothing after it. */
    private static Bytes unwrap(Bytes der, String oid) {
        if (der.length() >= 2 && der.unsignedAt(0) == OCTET_STRING) {
            int first = der.unsignedAt(1);
            int lengthBytes = first < LONG_FORM ? 0 : first - LONG_FORM;
            int header = 2 + lengthBytes;
            if (lengthBytes <= MAX_LENGTH_BYTES && der.length() >= header && (first != LONG_FORM)) {
                int length = first < LONG_FORM ? first : 0;
                for (int i = 2; i < header; i++) {
                    length = length << 8 | der.unsignedAt(i);
                }
                if (der.length() - header == length && isShortest(length, lengthBytes)) {
                    return der.slice(header, length);
                }
            }
        }
        throw new EnvelopeException("Failed to get extension for [" + oid.replace(".", ", ")
                + "]: its value is not an OCTET STRING of its own");
    }

    private static boolean isShortest(int length, int lengthBytes) {
        return switch (lengthBytes) {
            case 0 -> true;
            case 1 -> length >= LONG_FORM;
            case 2 -> length > 0xFF;
            default -> length > 0xFFFF;
        };
    }
}
