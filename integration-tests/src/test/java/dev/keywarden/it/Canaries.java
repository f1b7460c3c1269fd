package dev.keywarden.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Known keys, and a look for either half of each in everything that may not hold it, however it may be written there. */
final class Canaries {
    private static final int HALF = 16;

    private final Map<String, List<String>> traces = new TreeMap<>();

    /** The root keys and the key of the RPC certificate. The temporary CA's is no secret: everybody is told it. */
    static Canaries ofDirectory(Path keys) {
        try {
            Canaries canaries = new Canaries();
            canaries.add("root-k256.key", Files.readAllBytes(keys.resolve("root-k256.key")));
            for (String name : List.of("root-ca.key", "rpc.key")) {
                canaries.add(name, scalar(Files.readString(keys.resolve(name))));
            }
            return canaries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param secret at least 32 bytes */
    void add(String name, byte[] secret) {
        List<String> written = new ArrayList<>();
        for (byte[] half :
                List.of(Arrays.copyOf(secret, HALF), Arrays.copyOfRange(secret, secret.length - HALF, secret.length))) {
            String hex = HexFormat.of().formatHex(half);
            String list = Arrays.toString(half);
            written.add(new String(half, StandardCharsets.ISO_8859_1));
            written.add(hex);
            written.add(hex.toUpperCase(Locale.ROOT));
            written.add(HexFormat.ofDelimiter(":").formatHex(half));
            written.add(list.substring(1, list.length() - 1));
            for (int before = 0; before < 3; before++) {
                written.add(base64(half, before));
                written.add(base64(half, before).replace('+', '-').replace('/', '_'));
            }
        }
        written.add(new BigInteger(1, secret).toString());
        traces.put(name, written);
    }

    /** The name of a key that a text holds. */
    Optional<String> findIn(String text) {
        // Lines may break anywhere in what is encoded.
        String unbroken = text.replace("\n", "").replace("\r", "").replace("\\n", "");
        return traces.entrySet().stream()
                .filter(key ->
                        key.getValue().stream().anyMatch(trace -> text.contains(trace) || unbroken.contains(trace)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** As the other, of a file. */
    Optional<String> findIn(Path file) throws IOException {
        return findIn(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    /** What stands in Base64 for some bytes wherever they begin; what depends on their neighbours is left out. */
    private static String base64(byte[] bytes, int before) {
        byte[] shifted = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, shifted, before, bytes.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        return text.substring(before == 0 ? 0 : 4, shifted.length / 3 * 4);
    }

    private static byte[] scalar(String pem) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            ECPrivateKey key =
                    (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            byte[] number = key.getS().toByteArray();
            byte[] scalar = new byte[32];
            int length = Math.min(number.length, scalar.length);
            System.arraycopy(number, number.length - length, scalar, scalar.length - length, length);
            return scalar;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no private key in PEM", e);
        }
    }
}
