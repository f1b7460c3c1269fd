package dev.keywarden.plugin.mock;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.PluginException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the root certificates of other software TEEs that the configuration names. */
final class RootFiles {
    private static final int MAX_BYTES = 16 * 1024;

    private RootFiles() {}

    /**
     * The public keys of the roots, as DER SubjectPublicKeyInfo.
     *
     * @throws PluginException with {@link Kind#MISCONFIGURED}, naming the first file that is no root and what it is
     */
    static List<ByteView> publicKeys(List<Path> files) {
        List<ByteView> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(publicKey(file));
        }
        return keys;
    }

    private static ByteView publicKey(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw misconfigured(file, "has more than " + MAX_BYTES + " bytes", null);
            }
            return RootCertificate.ofPem(Files.readAllBytes(file)).publicKeyInfo();
        } catch (IOException e) {
            throw misconfigured(file, "can't be read (" + e + ")", e);
        } catch (DcapException e) {
            throw misconfigured(file, "is no root of a software TEE: " + e.detail(), e);
        }
    }

    private static PluginException misconfigured(Path file, String what, @Nullable Exception e) {
        return new PluginException(
                Kind.MISCONFIGURED,
                "core.attestation.mock.roots: %s %s. It must hold exactly one self-signed CA certificate in PEM, with a key"
                                .formatted(file, what)
                        + " on P-256 and no text around it",
                e);
    }
}
