package dev.keywarden.dcap;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keywarden.dcap.StrictJson.MalformedJsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Takes the answers of collateral services apart: Intel's own, and the caches that stand before it (TDX fact sheet, sections
 * 4.1 and 4.2). Nothing is verified here.
 */
public final class ServiceAnswer {
    private static final String PEM_BEGIN = "-----BEGIN X509 CRL-----";
    private static final String PEM_END = "-----END X509 CRL-----";
    private static final int DER_SEQUENCE = 0x30;

    private ServiceAnswer() {}

    /**
     * The DER of a CRL that was sent as DER, PEM, or hex of DER, whatever was asked for.
     *
     * @param object {@link DcapObject#ROOT_CRL} or {@link DcapObject#PCK_CRL}, to blame
     * @throws DcapException with {@link DcapCode#COLLATERAL_MISSING} if it is empty, {@link DcapCode#COLLATERAL_MALFORMED}
     *     if it is neither
     */
    public static ByteView crl(byte[] body, DcapObject object) {
        if (body.length == 0) {
            throw Collateral.missing(object, "an empty answer");
        }
        if (body[0] == DER_SEQUENCE && !isHex(body)) {
            return ByteView.copyOf(body);
        }
        String text = new String(body, StandardCharsets.ISO_8859_1).strip();
        try {
            if (text.startsWith(PEM_BEGIN) && text.endsWith(PEM_END)) {
                String lines = text.substring(PEM_BEGIN.length(), text.length() - PEM_END.length());
                return ByteView.wrap(Base64.getDecoder().decode(withoutWhiteSpace(lines)));
            }
            return ByteView.wrap(HexFormat.of().parseHex(withoutWhiteSpace(text)));
        } catch (IllegalArgumentException e) {
            throw Collateral.malformed(object, "a CRL that is neither DER nor PEM nor hex");
        }
    }

    /**
     * The signed object inside the answer to a request for TCB info.
     *
     * @param issuerChain the chain from the header, see {@link #issuerChain}
     * @throws DcapException with {@link DcapCode#COLLATERAL_MALFORMED} or {@link DcapCode#COLLATERAL_MISSING}
     */
    public static Collateral.Signed tcbInfo(byte[] body, ByteView issuerChain) {
        return signed(body, "tcbInfo", issuerChain, DcapObject.TCB_INFO);
    }

    /**
     * The signed object inside the answer to a request for the quoting enclave's identity.
     *
     * @param issuerChain the chain from the header, see {@link #issuerChain}
     * @throws DcapException with {@link DcapCode#COLLATERAL_MALFORMED} or {@link DcapCode#COLLATERAL_MISSING}
     */
    public static Collateral.Signed qeIdentity(byte[] body, ByteView issuerChain) {
        return signed(body, "enclaveIdentity", issuerChain, DcapObject.QE_IDENTITY);
    }

    /**
     * The PEM of an issuer-chain header: only {@code %XX} is decoded, a plus sign is one of base64.
     *
     * @param object whose chain it is, to blame
     * @throws DcapException with {@link DcapCode#COLLATERAL_MISSING} if it is empty, {@link DcapCode#COLLATERAL_MALFORMED}
     *     if it is not percent-encoded ASCII
     */
    public static ByteView issuerChain(String header, DcapObject object) {
        if (header.isEmpty()) {
            throw Collateral.missing(object, "an empty issuer-chain header");
        }
        ByteArrayOutputStream pem = new ByteArrayOutputStream(header.length());
        for (int i = 0; i < header.length(); i++) {
            char character = header.charAt(i);
            if (character != '%') {
                pem.write(requireAscii(character, object));
                continue;
            }
            if (header.length() - i < 3) {
                throw Collateral.malformed(object, "an issuer-chain header that ends inside an escape");
            }
            pem.write(hexPair(header, i + 1, object));
            i += 2;
        }
        return ByteView.wrap(pem.toByteArray());
    }

    private static Collateral.Signed signed(byte[] body, String name, ByteView issuerChain, DcapObject object) {
        try {
            String text = StrictJson.decode(ByteView.copyOf(body), Collateral.MAX_OBJECT_BYTES);
            JsonObject members = StrictJson.parse(text);
            if (members.lacks(name) || members.lacks("signature")) {
                throw Collateral.missing(object, "the answer has no \"" + name + "\" with a signature");
            }
            ByteView signature = members.hex("signature", 64);
            String inner = textOf(text, name);
            return new Collateral.Signed(issuerChain, ByteView.wrap(inner.getBytes(StandardCharsets.UTF_8)), signature);
        } catch (MalformedJsonException e) {
            throw Collateral.malformed(object, e.getMessage());
        }
    }

    /** The text of a member that is an object, from brace to brace, exactly as it stands there. */
    private static String textOf(String text, String name) throws MalformedJsonException {
        try (JsonParser parser = StrictJson.parser(text)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean found = parser.currentName().equals(name);
                if (parser.nextToken() != JsonToken.START_OBJECT || !found) {
                    parser.skipChildren();
                    continue;
                }
                long start = parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                long end = parser.currentTokenLocation().getCharOffset();
                return text.substring((int) start, (int) end + 1);
            }
        } catch (IOException e) {
            throw new MalformedJsonException("not JSON");
        }
        throw new MalformedJsonException("member \"" + name + "\" must be an object");
    }

    private static boolean isHex(byte[] body) {
        for (byte character : body) {
            if (Character.digit(character, 16) < 0 && !Character.isWhitespace(character)) {
                return false;
            }
        }
        return true;
    }

    private static String withoutWhiteSpace(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.chars()
                .filter(character -> !Character.isWhitespace(character))
                .forEach(character -> kept.append((char) character));
        return kept.toString();
    }

    private static int requireAscii(char character, DcapObject object) {
        if (character >= 0x80) {
            throw Collateral.malformed(object, "an issuer-chain header with something other than ASCII");
        }
        return character;
    }

    private static int hexPair(String header, int at, DcapObject object) {
        int high = Character.digit(header.charAt(at), 16);
        int low = Character.digit(header.charAt(at + 1), 16);
        if (high < 0 || low < 0) {
            throw Collateral.malformed(object, "an issuer-chain header with a broken escape");
        }
        return high << 4 | low;
    }
}
