package dev.keywarden.app.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Makes a bundle of a folder.
 *
 * @param opa compiles
 * @param folder what is compiled
 */
public record PolicyBuild(OpaTool opa, PolicyFolder folder) {
    /**
     * Builds beside the output and puts it there in one step.
     *
     * @return SHA-256 of the bundle in hex
     * @throws PolicyFailure if the policy does not compile, or uses what the node's engine lacks
     */
    public String write(Path output, String revision) {
        Path parent = output.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new PolicyFailure(output + ": its folder does not exist");
        }
        Path part = parent.resolve(output.getFileName() + ".part");
        OpaTool.Run run = opa.run(folder.root(), "", folder.buildArguments(part, revision));
        if (!run.succeeded()) {
            throw new PolicyFailure(folder.root() + ": " + run.complaint());
        }
        try {
            Files.move(part, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PolicyFailure(output + ": can't be written (" + e + ")", e);
        }
        return sha256(output);
    }

    /** SHA-256 of a file in hex. */
    public static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new PolicyFailure(file + ": can't be read (" + e + ")", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
