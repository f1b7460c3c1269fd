package dev.keywarden.keys;

import dev.keywarden.spi.Bytes;
import java.util.Objects;

/**
 * An extension of the protocol's own (wire protocol, section 7.3).
 *
 * @param oid dotted
 * @param content what goes into the inner OCTET STRING
 */
public record CertificateExtension(String oid, Bytes content) {
    public CertificateExtension {
        Objects.requireNonNull(oid, "oid");
        Objects.requireNonNull(content, "content");
    }
}
