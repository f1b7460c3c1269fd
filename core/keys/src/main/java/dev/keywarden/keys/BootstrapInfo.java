package dev.keywarden.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.keywarden.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The public record of new root keys (wire protocol, sections 2.1 and 9).
 *
 * @param caPubkey SubjectPublicKeyInfo of the root CA key, 91 bytes
 * @param k256Pubkey compressed, 33 bytes
 * @param attestation evidence over both; empty where the node does not attest
 */
public record BootstrapInfo(Bytes caPubkey, Bytes k256Pubkey, Bytes attestation) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Compact JSON with hex values, as {@code bootstrap-info.json} holds it. */
    byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("ca_pubkey", caPubkey.toHex());
            json.writeStringField("k256_pubkey", k256Pubkey.toHex());
            json.writeStringField("attestation", attestation.toHex());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return out.toByteArray();
    }

    /** Whether this is the record of these keys. */
    boolean names(RootKeys keys) {
        return caPubkey.equals(keys.rootCa().spki())
                && k256Pubkey.equals(keys.k256().publicKey());
    }

    /** Reads the record; a record that does not parse counts as absent, as with the reference. */
    static Optional<BootstrapInfo> parse(byte[] text) {
        Map<String, Bytes> values = new HashMap<>();
        try (JsonParser in = JSON.createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                if (in.nextToken() == JsonToken.VALUE_STRING) {
                    values.put(name, Bytes.fromHex(in.getText()));
                } else {
                    in.skipChildren();
                }
            }
            if (in.nextToken() != null) {
                return Optional.empty();
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
        Bytes ca = values.get("ca_pubkey");
        Bytes k256 = values.get("k256_pubkey");
        Bytes attestation = values.get("attestation");
        return ca == null || k256 == null || attestation == null
                ? Optional.empty()
                : Optional.of(new BootstrapInfo(ca, k256, attestation));
    }
}
