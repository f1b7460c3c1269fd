package dev.keywarden.app.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs bundles and checks their signatures, both through {@code opa}. */
public final class BundleSignatures {
    private static final String SIGNATURES = ".signatures.json";

    private final OpaTool opa;

    public BundleSignatures(OpaTool opa) {
        this.opa = opa;
    }

    /**
     * Writes a signed copy of a bundle.
     *
     * @param algorithm as OPA names it, for example {@code ES256}
     * @param scope what the signature is for, or null
     */
    public void sign(Path bundle, Path key, String algorithm, @Nullable String scope, Path output) {
        Map<String, byte[]> files =
                new LinkedHashMap<>(BundleArchive.read(bundle).files());
        files.keySet().removeIf(name -> name.endsWith(SIGNATURES));
        try {
            Path work = Files.createTempDirectory("keywarden-policy");
            try {
                Path unsigned = work.resolve("unsigned.tar.gz");
                new BundleArchive(files).write(unsigned);
                List<String> arguments = new ArrayList<>(List.of("sign", "--signing-key"));
                arguments.addAll(List.of(key.toAbsolutePath().toString(), "--signing-alg", algorithm));
                if (scope != null) {
                    Path claims = Files.writeString(
                            work.resolve("claims.json"),
                            Json.object().put("scope", scope).toString());
                    arguments.addAll(List.of("--claims-file", claims.toString()));
                }
                arguments.addAll(List.of("--output-file-path", work.toString(), "--bundle", unsigned.toString()));
                require(opa.run(work, "", arguments), bundle);
                files.put("/" + SIGNATURES, Files.readAllBytes(work.resolve(SIGNATURES)));
                new BundleArchive(files).write(output);
            } finally {
                Folders.delete(work);
            }
        } catch (IOException e) {
            throw new PolicyFailure(bundle + ": can't be signed (" + e + ")", e);
        }
    }

    /**
     * Checks a signature.
     *
     * @throws PolicyFailure if the bundle is not signed by that key for that scope, or was changed since
     */
    public void verify(Path bundle, Path key, String algorithm, @Nullable String scope) {
        try {
            Path work = Files.createTempDirectory("keywarden-policy");
            try {
                List<String> arguments = new ArrayList<>(List.of("build", "--verification-key"));
                arguments.addAll(List.of(key.toAbsolutePath().toString(), "--signing-alg", algorithm));
                if (scope != null) {
                    arguments.addAll(List.of("--scope", scope));
                }
                arguments.addAll(
                        List.of("--output", work.resolve("ignored.tar.gz").toString()));
                arguments.addAll(List.of("--bundle", bundle.toAbsolutePath().toString()));
                require(opa.run(work, "", arguments), bundle);
            } finally {
                Folders.delete(work);
            }
        } catch (IOException e) {
            throw new PolicyFailure(bundle + ": can't be verified (" + e + ")", e);
        }
    }

    private static void require(OpaTool.Run run, Path bundle) {
        if (!run.succeeded()) {
            throw new PolicyFailure(bundle + ": " + run.complaint());
        }
    }
}
