package dev.keywarden.it;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a page shows of a command's output: lines that come in this order, with others between them. An ellipsis stands for
 * any text of one line, and runs of spaces are as good as one.
 *
 * @param lines as shown
 */
record ShownOutput(List<String> lines) {
    private static final String REFUSAL = "keywarden: ";

    static ShownOutput of(String block) {
        return new ShownOutput(block.lines().filter(line -> !line.isBlank()).toList());
    }

    /** A command that shows what was refused ends with 1, every other one with 0. */
    int exitCode() {
        return lines.stream().anyMatch(line -> line.startsWith(REFUSAL)) ? 1 : 0;
    }

    /** The first line that is shown and does not come, or does not come after those before it. */
    Optional<String> missingFrom(List<String> printed) {
        Iterator<String> left = printed.iterator();
        for (String line : lines) {
            Pattern wanted = pattern(line);
            boolean found = false;
            while (!found && left.hasNext()) {
                found = wanted.matcher(normal(left.next())).matches();
            }
            if (!found) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    private static Pattern pattern(String line) {
        return Pattern.compile(Pattern.quote(normal(line)).replace("…", "\\E.*\\Q"));
    }

    private static String normal(String line) {
        return line.strip().replaceAll(" +", " ");
    }
}
