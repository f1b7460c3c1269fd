package dev.keywarden.host;

import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Signs archives, and shows what signatures are worth; for people, away from any node. */
public final class PluginSigner {
    private final Bytes publicKey;
    private final PrivateKey privateKey;

    /**
     * Of a key pair.
     *
     * @param publicKey raw, 32 bytes
     */
    public PluginSigner(Bytes publicKey, PrivateKey privateKey) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
    }

    /**
     * A statement about an archive, for people.
     *
     * @param file where it stands
     * @param plugin id in the archive's manifest
     * @param version of the plugin
     * @param sha256 of the archive, lower-case hex
     * @param role what the plugin may be used for
     * @param key name of the key if it is configured, or its id
     * @param expires from when on the statement does not count
     * @param flaw why it does not count now; empty if it does
     */
    public record Statement(
            Path file,
            String plugin,
            String version,
            String sha256,
            PluginRole role,
            String key,
            Instant expires,
            String flaw) {}

    /**
     * Adds a signature to the file beside an archive; one of the same key for the same role is replaced.
     *
     * @param expires from when on the signature does not count
     * @throws PluginLoadException if archive or file can't be used
     */
    public Statement sign(Path archive, PluginRole role, Instant expires) {
        try {
            PluginArchive read = new ArchiveReader().read(archive);
            PluginSignature made = PluginSignature.make(read, role, expires, publicKey, privateKey);
            List<PluginSignature> all = new ArrayList<>(SignatureFile.parse(archive, read.signatures()));
            all.removeIf(other -> other.role() == role && other.key().equals(made.key()));
            all.add(made);
            Path file = SignatureFile.of(archive);
            Path staged = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(staged, all.stream().map(PluginSignature::text).collect(Collectors.joining()));
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return statement(read, new SignatureCheck.Finding(made, made.key(), ""));
        } catch (ArchiveProblem e) {
            throw new PluginLoadException(List.of(e.getMessage()));
        } catch (IOException e) {
            throw new PluginLoadException(List.of(SignatureFile.of(archive) + ": the signature can't be written (" + e
                    + "). Sign a copy of the archive in a folder of your own"));
        }
    }

    /**
     * What the signatures of an archive are worth.
     *
     * @throws PluginLoadException if archive or signatures can't be read
     */
    public static List<Statement> statements(Path archive, SignaturePolicy policy, Instant now) {
        try {
            PluginArchive read = new ArchiveReader().read(archive);
            List<Statement> statements = new ArrayList<>();
            for (SignatureCheck.Finding finding : new SignatureCheck(policy, now).findings(read)) {
                statements.add(statement(read, finding));
            }
            return statements;
        } catch (ArchiveProblem e) {
            throw new PluginLoadException(List.of(e.getMessage()));
        }
    }

    /**
     * Refuses an archive that enough keys do not vouch for.
     *
     * @param uses what it is to be used for; if nothing, any use that is vouched for will do
     * @throws PluginLoadException with the reason
     */
    public static void require(Path archive, SignaturePolicy policy, Set<PluginRole> uses, Instant now) {
        try {
            PluginArchive read = new ArchiveReader().read(archive);
            if (policy.revoked().contains(read.sha256())) {
                throw new PluginLoadException(List.of(archive + ": its SHA-256, " + read.sha256() + ", is revoked"));
            }
            new SignatureCheck(policy, now).refusal(read, uses).ifPresent(problem -> {
                throw new PluginLoadException(List.of(problem));
            });
        } catch (ArchiveProblem e) {
            throw new PluginLoadException(List.of(e.getMessage()));
        }
    }

    private static Statement statement(PluginArchive archive, SignatureCheck.Finding finding) {
        return new Statement(
                SignatureFile.of(archive.file()),
                archive.id(),
                archive.version(),
                archive.sha256(),
                finding.signature().role(),
                finding.key(),
                finding.signature().expires(),
                finding.flaw());
    }
}
