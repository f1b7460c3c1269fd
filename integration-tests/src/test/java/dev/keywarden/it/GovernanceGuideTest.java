package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Types what the page for governance says, from the first command to the last, into one shell in the contracts' folder, with a
 * chain of its own; and compares what comes with what the page shows.
 */
@Tag("blackbox")
final class GovernanceGuideTest {
    private static final Path PAGE = DocumentedPage.ROOT.resolve("docs/governance/README.md");
    private static final String DOCUMENTED_PORT = ":8545";
    private static final String CHAIN = "tools/anvil";
    private static final Pattern END = Pattern.compile("(?m)^@@ended (\\d+)\\n");

    /** The tests installed the tools by the same command already. */
    private static final String INSTALLATION = "npm ci";

    @TempDir
    private Path folder;

    @Test
    void whatThePageSaysWorks() throws IOException {
        List<DocumentedPage.Command> commands = DocumentedPage.read(PAGE).commands().stream()
                .filter(command ->
                        !command.line().equals(CHAIN) && !command.line().equals(INSTALLATION))
                .toList();
        Foundry.artifact("AllowlistRegistry.sol", "AllowlistRegistry");
        List<String> outputs;
        try (Anvil anvil = Anvil.start()) {
            String port = anvil.url().substring(anvil.url().lastIndexOf(':'));
            outputs = type(commands.stream()
                    .map(command -> command.line().replace(DOCUMENTED_PORT, port))
                    .toList());
        }
        for (int i = 0; i < outputs.size(); i++) {
            ShownOutput shown = ShownOutput.of(commands.get(i).shown().orElse(""));
            assertThat(shown.missingFrom(outputs.get(i).lines().toList()))
                    .as("%s%n%s", commands.get(i).line(), outputs.get(i))
                    .isEmpty();
        }
        assertThat(outputs).hasSameSizeAs(commands);
    }

    /** What each command printed; fails at the first that fails. */
    private List<String> type(List<String> lines) throws IOException {
        StringBuilder script = new StringBuilder();
        for (String line : lines) {
            script.append(line).append("\nended=$?; printf '\\n@@ended %s\\n' $ended; test $ended = 0 || exit 1\n");
        }
        Path file = Files.writeString(folder.resolve("page.sh"), script);
        String printed = Foundry.run(Foundry.FOLDER, Map.of(), List.of("sh", file.toString()))
                .printed();
        List<String> outputs = new ArrayList<>();
        Matcher end = END.matcher(printed);
        int from = 0;
        while (end.find()) {
            String output = printed.substring(from, end.start());
            assertThat(end.group(1))
                    .as("%s%n%s", lines.get(outputs.size()), output)
                    .isEqualTo("0");
            outputs.add(output);
            from = end.end();
        }
        return outputs;
    }
}
