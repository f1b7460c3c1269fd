package dev.keywarden.app.quote;

import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.RaTlsExtensions;
import dev.keywarden.attestation.ReportData;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What someone wants verified, in whatever form it came.
 *
 * @param form what it was recognised as, for people
 * @param quote the quote
 * @param envelope the evidence around the quote, if there was any
 * @param boundReportData the report data that the surroundings demand, if they do: those of a certificate's key
 */
public record QuoteInput(
        String form, Bytes quote, Optional<AttestationEnvelope> envelope, Optional<Bytes> boundReportData) {
    private static final Pattern HEX = Pattern.compile("(0[xX])?([0-9a-fA-F]{2})+");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]+={0,2}");
    private static final Pattern TEXT = Pattern.compile("[\\s\\x20-\\x7e]+");
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final int DER_SEQUENCE = 0x30;
    private static final int LONGEST_VERSION = 5;

    /**
     * Recognises a quote (binary, hex or base64), an attestation envelope (the same), or a certificate with evidence in it
     * (PEM or DER).
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static QuoteInput recognise(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        // A quote in binary has certificates in PEM inside; a file of certificates has nothing but text.
        if (text.contains(CERTIFICATE) && TEXT.matcher(text).matches()) {
            return certificate(content, "a certificate in PEM");
        }
        String packed = text.replaceAll("\\s", "");
        if (HEX.matcher(packed).matches()) {
            String digits = packed.startsWith("0x") || packed.startsWith("0X") ? packed.substring(2) : packed;
            return binary(HexFormat.of().parseHex(digits), " in hex");
        }
        if (BASE64.matcher(packed).matches()) {
            return binary(base64(packed), " in base64");
        }
        return binary(content, "");
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it looks like base64 and is not: " + e.getMessage(), e);
        }
    }

    private static QuoteInput binary(byte[] content, String how) {
        if (content.length < 4) {
            throw new IllegalArgumentException("it has " + content.length + " bytes, and no quote is that short");
        }
        boolean quote = content[0] >= 1 && content[0] <= LONGEST_VERSION && content[1] == 0;
        if (quote) {
            return new QuoteInput("a quote" + how, Bytes.of(content), Optional.empty(), Optional.empty());
        }
        if (content[0] == DER_SEQUENCE) {
            return certificate(content, "a certificate in DER" + how);
        }
        try {
            return of(EnvelopeCodec.decode(content), "an attestation" + how, Optional.empty());
        } catch (EnvelopeException e) {
            throw new IllegalArgumentException(
                    "it is neither a quote of version 1 to 5, nor a certificate, nor an attestation (" + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static QuoteInput certificate(byte[] content, String form) {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509", "SUN")
                    .generateCertificate(new ByteArrayInputStream(content));
            AttestationEnvelope envelope = RaTlsExtensions.read(certificate)
                    .attestation()
                    .orElseThrow(() -> new IllegalArgumentException("the certificate carries no evidence"));
            Bytes key = Bytes.of(certificate.getPublicKey().getEncoded());
            return of(envelope, form, Optional.of(ReportData.ratlsCert(key)));
        } catch (GeneralSecurityException | EnvelopeException e) {
            throw new IllegalArgumentException("the certificate can't be read: " + e.getMessage(), e);
        }
    }

    private static QuoteInput of(AttestationEnvelope envelope, String form, Optional<Bytes> bound) {
        return new QuoteInput(form, envelope.quote(), Optional.of(envelope), bound);
    }
}
