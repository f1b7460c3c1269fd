package dev.keywarden.app.cli;

import dev.keywarden.app.policy.FactFiles;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The lists that nodes would look up for a question. */
final class FactOptions {
    @Option(
            names = "--facts",
            paramLabel = "NAME:KEY:FILE",
            description = "A list that nodes have as fact source; may be given several times.")
    @SuppressWarnings("NullAway.Init") // picocli leaves it as it is
    private List<String> facts = new ArrayList<>();

    /** @throws dev.keywarden.app.policy.PolicyFailure if one can't be read */
    FactFiles read() {
        return FactFiles.read(facts);
    }
}
