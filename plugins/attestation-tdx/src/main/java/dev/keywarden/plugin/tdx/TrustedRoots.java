package dev.keywarden.plugin.tdx;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.PinnedRoot;
import dev.keywarden.dcap.RootCertificate;
import dev.keywarden.dcap.SoftwareRoots;
import dev.keywarden.dcap.TrustAnchor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where trust ends: at Intel's root, unless the configuration says otherwise in so many words. */
final class TrustedRoots {
    private static final int MAX_PEM_BYTES = 16 * 1024;

    private TrustedRoots() {}

    /**
     * The anchor of the settings.
     *
     * @throws IllegalArgumentException naming the first file that is no root
     */
    static TrustAnchor of(TdxSettings settings) {
        if (settings.externalRoots().isEmpty()) {
            PinnedRoot intel = PinnedRoot.intel();
            return settings.rootMatchedByKey() ? intel.matchedByKey() : intel;
        }
        List<ByteView> keys = new ArrayList<>();
        for (Path file : settings.externalRoots()) {
            keys.add(root(file).publicKeyInfo());
        }
        return SoftwareRoots.of(keys);
    }

    private static RootCertificate root(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            return RootCertificate.ofPem(pem.readNBytes(MAX_PEM_BYTES));
        } catch (IOException e) {
            throw new IllegalArgumentException("roots: " + file + " can't be read (" + e + ")", e);
        } catch (DcapException e) {
            throw new IllegalArgumentException(
                    "roots: " + file + " must hold one self-signed CA certificate in PEM with a key on P-256: "
                            + e.detail(),
                    e);
        }
    }
}
