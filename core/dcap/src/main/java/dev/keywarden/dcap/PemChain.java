package dev.keywarden.dcap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Reads certificates in PEM armour as strictly as the TDX fact sheet, section 1.5, rule 7, demands: nothing but {@code
 * CERTIFICATE} blocks with white space between them, strict base64, and at most one NUL at the very end.
 */
final class PemChain {
    /** Limit for all the text of a chain, in bytes. */
    static final int MAX_TEXT_BYTES = 16 * 1024;

    /** Limit for one certificate, in bytes of DER. */
    static final int MAX_CERTIFICATE_BYTES = 4 * 1024;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    private final DcapObject object;
    private final String text;
    private int offset;

    private PemChain(ByteView pem, DcapObject object) {
        this.object = object;
        if (pem.length() > MAX_TEXT_BYTES) {
            throw malformed("%d bytes of PEM; at most %d are accepted".formatted(pem.length(), MAX_TEXT_BYTES));
        }
        this.text = new String(pem.toArray(), StandardCharsets.ISO_8859_1);
    }

    /**
     * The DER of each certificate in order, not parsed yet.
     *
     * @param object what to blame for a fault
     */
    static List<ByteView> decode(ByteView pem, DcapObject object) {
        return new PemChain(pem, object).decode();
    }

    private List<ByteView> decode() {
        List<ByteView> certificates = new ArrayList<>();
        while (offset < text.length() && !atFinalNul()) {
            certificates.add(decodeOne());
            skipWhiteSpace();
        }
        return certificates;
    }

    private boolean atFinalNul() {
        return offset == text.length() - 1 && text.charAt(offset) == 0;
    }

    private ByteView decodeOne() {
        if (!text.startsWith(BEGIN, offset)) {
            throw malformed("something other than a certificate in PEM at offset " + offset);
        }
        int start = offset + BEGIN.length();
        int end = text.indexOf("-----", start);
        if (end < 0 || !text.startsWith(END, end)) {
            throw malformed("the PEM block at offset " + offset + " has no end line of its kind");
        }
        ByteView certificate = decodeBase64(text.substring(start, end));
        offset = end + END.length();
        return certificate;
    }

    private ByteView decodeBase64(String lines) {
        if (!startsNewLine(lines) || !lines.endsWith("\n")) {
            throw malformed("the PEM block at offset " + offset + " does not keep its armour on lines of its own");
        }
        String base64 = lines.replace("\r\n", "\n").replace("\n", "");
        byte[] der;
        try {
            der = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed("the PEM block at offset " + offset + " is not base64");
        }
        // The decoder lets spare bits and missing padding pass, which would give one certificate many spellings.
        if (!Arrays.equals(Base64.getEncoder().encode(der), base64.getBytes(StandardCharsets.ISO_8859_1))) {
            throw malformed("the PEM block at offset " + offset + " is not canonical base64");
        }
        if (der.length > MAX_CERTIFICATE_BYTES) {
            throw malformed(
                    "a certificate of %d bytes; at most %d are accepted".formatted(der.length, MAX_CERTIFICATE_BYTES));
        }
        return ByteView.wrap(der);
    }

    private static boolean startsNewLine(String lines) {
        return lines.startsWith("\n") || lines.startsWith("\r\n");
    }

    private void skipWhiteSpace() {
        while (offset < text.length() && " \t\r\n".indexOf(text.charAt(offset)) >= 0) {
            offset++;
        }
    }

    private DcapException malformed(String detail) {
        return new DcapException(DcapCode.CERT_CHAIN_MALFORMED, object, detail);
    }
}
