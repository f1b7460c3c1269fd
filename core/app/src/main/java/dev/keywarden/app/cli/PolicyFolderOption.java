package dev.keywarden.app.cli;

import dev.keywarden.app.policy.PolicyFolder;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The folder that a command of policy authors is about. */
final class PolicyFolderOption {
    @Parameters(paramLabel = "DIR", defaultValue = ".", description = "The policy's folder (default: this one).")
    @SuppressWarnings("NullAway.Init") // has a default
    private Path folder;

    Path path() {
        return folder;
    }

    /** @throws dev.keywarden.app.policy.PolicyFailure if there is no policy in it */
    PolicyFolder policy() {
        return new PolicyFolder(folder);
    }
}
