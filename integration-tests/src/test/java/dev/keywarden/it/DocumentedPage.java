package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page of the project, as far as tests understand it.
 *
 * @param file where it is
 * @param text all of it
 */
record DocumentedPage(Path file, String text) {
    /** The source tree. */
    static final Path ROOT =
            Path.of(System.getProperty("keywarden.root")).toAbsolutePath().normalize();

    private static final Pattern FENCE =
            Pattern.compile("^```([a-z]*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HERE_DOCUMENT = Pattern.compile("<<'?([A-Z]+)'?");
    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);

    static DocumentedPage read(Path file) {
        try {
            return new DocumentedPage(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The README, and every page under {@code docs}. */
    static List<DocumentedPage> all() {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.filter(file -> file.toString()
                            .endsWith(".md")))
                    .map(DocumentedPage::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A command of a {@code sh} block.
     *
     * @param line as a person would type it
     * @param shown the {@code text} block that follows, if it is the last command of its block and there is one
     */
    record Command(String line, Optional<String> shown) {}

    /** All commands, in order. */
    List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        Matcher fence = FENCE.matcher(text);
        while (fence.find()) {
            String content = fence.group(2);
            if (fence.group(1).equals("sh")) {
                lines(content).forEach(line -> commands.add(new Command(line, Optional.empty())));
            } else if (fence.group(1).equals("text")) {
                assertThat(commands)
                        .as("a command before the output in %s", file)
                        .isNotEmpty();
                commands.add(new Command(commands.removeLast().line(), Optional.of(content)));
            }
        }
        return commands;
    }

    /** The commands of a block: a line each, or as many as it takes to the end of a here-document. */
    private static List<String> lines(String block) {
        List<String> commands = new ArrayList<>();
        String end = "";
        for (String line : block.replace("\\\n", "").lines().toList()) {
            if (!end.isEmpty()) {
                commands.add(commands.removeLast() + "\n" + line);
                end = line.equals(end) ? "" : end;
            } else if (!line.isBlank()) {
                commands.add(line);
                Matcher opening = HERE_DOCUMENT.matcher(line);
                end = opening.find() ? opening.group(1) : "";
            }
        }
        assertThat(end).as("here-document without an end").isEmpty();
        return commands;
    }

    /** The rows of all tables whose header begins with these cells. */
    List<List<String>> tableRows(String... header) {
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : text.lines().toList()) {
            List<String> cells = cells(line);
            if (cells.isEmpty()) {
                inside = false;
            } else if (startsWith(cells, header)) {
                inside = true;
            } else if (inside && !cells.getFirst().startsWith("---")) {
                rows.add(cells);
            }
        }
        return rows;
    }

    private static boolean startsWith(List<String> cells, String... header) {
        return cells.size() >= header.length && cells.subList(0, header.length).equals(Arrays.asList(header));
    }

    private static List<String> cells(String line) {
        if (!line.startsWith("|") || !line.endsWith("|")) {
            return List.of();
        }
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    /** What is between the back-ticks of a cell that has nothing else. */
    static String code(String cell) {
        assertThat(cell).startsWith("`").endsWith("`");
        return cell.substring(1, cell.length() - 1);
    }

    /** Where its links inside the project lead: files, each with the part after the hash sign, or empty. */
    List<String> links() {
        return LINK.matcher(FENCE.matcher(text).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .toList();
    }

    /** Whether there is a heading that a link with this fragment leads to. */
    boolean hasAnchor(String fragment) {
        return HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .anyMatch(fragment::equals);
    }
}
