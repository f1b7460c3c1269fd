package dev.keywarden.app.cli;

import com.google.protobuf.ByteString;
import dev.keywarden.rpc.proto.AppKeyResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a node released to a guest, shown without showing it. */
final class ReleasedKeys {
    private static final int FINGERPRINT_BYTES = 8;
    private static final HexFormat HEX = HexFormat.of();

    private final AppKeyResponse response;

    ReleasedKeys(AppKeyResponse response) {
        this.response = response;
    }

    private Map<String, ByteString> secrets() {
        Map<String, ByteString> secrets = new LinkedHashMap<>();
        secrets.put("disk_crypt_key", response.getDiskCryptKey());
        secrets.put("env_crypt_key", response.getEnvCryptKey());
        secrets.put("k256_key", response.getK256Key());
        return secrets;
    }

    /** A row for each key: name, length, and its fingerprint or, if asked for, its bytes. */
    List<List<String>> rows(boolean reveal) {
        List<List<String>> rows = new ArrayList<>();
        secrets()
                .forEach((name, value) -> rows.add(List.of(
                        name,
                        value.size() + " bytes",
                        reveal ? HEX.formatHex(value.toByteArray()) : "fingerprint " + fingerprint(value))));
        return rows;
    }

    /** The same for machines. */
    Map<String, Object> facts(boolean reveal) {
        Map<String, Object> facts = new LinkedHashMap<>();
        secrets().forEach((name, value) -> {
            Map<String, Object> key = new LinkedHashMap<>();
            key.put("bytes", value.size());
            key.put("fingerprint", fingerprint(value));
            if (reveal) {
                key.put("hex", HEX.formatHex(value.toByteArray()));
            }
            facts.put(name, key);
        });
        facts.put("k256_signature", HEX.formatHex(response.getK256Signature().toByteArray()));
        facts.put("gateway_app_id", response.getGatewayAppId());
        facts.put("os_image_hash", HEX.formatHex(response.getOsImageHash().toByteArray()));
        return facts;
    }

    /** Writes each key to a file of its own that only its owner may read, and the CA certificate beside them. */
    void write(Path folder) {
        try {
            PrivateFiles.folder(folder);
            for (Map.Entry<String, ByteString> secret : secrets().entrySet()) {
                writePrivate(folder.resolve(secret.getKey()), secret.getValue().toByteArray());
            }
            writePrivate(
                    folder.resolve("k256_signature"),
                    response.getK256Signature().toByteArray());
            writePrivate(
                    folder.resolve("ca_cert.pem"), response.getCaCertBytes().toByteArray());
        } catch (IOException e) {
            throw new CommandFailure(folder + ": the keys can't be written there (" + e + ")", e);
        }
    }

    private static void writePrivate(Path file, byte[] content) throws IOException {
        PrivateFiles.write(file, content);
        Arrays.fill(content, (byte) 0);
    }

    private static String fingerprint(ByteString value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.toByteArray());
            return HEX.formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
