package dev.keywarden.app.cli;

import dev.keywarden.host.Ed25519;
import dev.keywarden.host.PluginSigner;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key that signs plugins, in a file only its owner may read: two blocks of PEM (RFC 7468), {@code PRIVATE KEY} in PKCS #8
 * and {@code PUBLIC KEY}. It never comes near a node.
 */
final class SigningKeyFile {
    private static final int LINE = 64;

    private SigningKeyFile() {}

    /**
     * Makes a key.
     *
     * @param file must not be there yet
     * @return the raw public key
     */
    static Bytes make(Path file, SecureRandom random) {
        if (Files.exists(file)) {
            throw new CommandFailure(file + ": this file is there already, and a key that is overwritten is gone. Name"
                    + " another file");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, random);
            KeyPair pair = generator.generateKeyPair();
            byte[] text = (block("PRIVATE KEY", pair.getPrivate().getEncoded())
                            + block("PUBLIC KEY", pair.getPublic().getEncoded()))
                    .getBytes(StandardCharsets.US_ASCII);
            PrivateFiles.write(file, text);
            Arrays.fill(text, (byte) 0);
            return Ed25519.raw(pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 15 up has Ed25519", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    file + ": the key can't be written (" + e + "). Name a file in a folder of yours", e);
        }
    }

    private static String block(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    /** Whoever signs with a file's key. */
    static PluginSigner signer(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            KeyFactory keys = KeyFactory.getInstance("Ed25519");
            PrivateKey key = keys.generatePrivate(new PKCS8EncodedKeySpec(content(file, text, "PRIVATE KEY")));
            Bytes publicKey =
                    Ed25519.raw(keys.generatePublic(new X509EncodedKeySpec(content(file, text, "PUBLIC KEY"))));
            return new PluginSigner(publicKey, key);
        } catch (IOException e) {
            throw new CommandFailure(
                    file + ": the key can't be read (" + e + "). Name the file that `keywarden plugins"
                            + " keygen` made",
                    e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CommandFailure(file + ": this is no Ed25519 key. Make one with `keywarden plugins keygen`", e);
        }
    }

    private static byte[] content(Path file, String text, String kind) {
        Matcher block = Pattern.compile("-----BEGIN " + kind + "-----\\R([A-Za-z0-9+/=\\s]+)-----END " + kind + "-----")
                .matcher(text);
        if (!block.find()) {
            throw new CommandFailure(file + ": the file has no block " + kind
                    + ". Name the file that `keywarden plugins" + " keygen` made");
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }
}
