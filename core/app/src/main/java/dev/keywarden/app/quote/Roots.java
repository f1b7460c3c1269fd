package dev.keywarden.app.quote;

import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.SoftwareRoots;
import dev.keywarden.dcap.TrustAnchor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The root that a command verifies under. */
public final class Roots {
    private static final int MAX_BYTES = 16 * 1024;
    private static final int DER_SEQUENCE = 0x30;

    private Roots() {}

    /**
     * The anchor.
     *
     * @param file a root certificate, PEM or DER; {@code null} for Intel's
     * @throws IllegalArgumentException if the file is no root
     */
    public static TrustAnchor anchor(@Nullable Path file) {
        if (file == null) {
            return PinnedRoot.intel();
        }
        try (InputStream in = Files.newInputStream(file)) {
            RootCertificate root = RootCertificate.ofPem(pem(in.readNBytes(MAX_BYTES)));
            return SoftwareRoots.of(List.of(root.publicKeyInfo()));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " can't be read (" + e + ")", e);
        } catch (DcapException e) {
            throw new IllegalArgumentException(
                    file + " must hold one self-signed CA certificate with a key on P-256: " + e.detail(), e);
        }
    }

    private static byte[] pem(byte[] content) {
        if (content.length == 0 || content[0] != DER_SEQUENCE) {
            return content;
        }
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return ("-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
