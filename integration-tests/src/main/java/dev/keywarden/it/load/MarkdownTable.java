package dev.keywarden.it.load;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** A table that reads well in a terminal and in a document. */
final class MarkdownTable {
    private final List<List<String>> rows = new ArrayList<>();

    MarkdownTable(String... headings) {
        rows.add(List.of(headings));
    }

    void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells under "
                    + rows.getFirst().size() + " headings");
        }
        rows.add(List.of(cells));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append(line(rows.get(i))).append('\n');
            if (i == 0) {
                text.append(rule()).append('\n');
            }
        }
        return text.toString();
    }

    private String line(List<String> cells) {
        StringJoiner line = new StringJoiner(" | ", "| ", " |");
        for (int column = 0; column < cells.size(); column++) {
            line.add(("%-" + width(column) + "s").formatted(cells.get(column)));
        }
        return line.toString();
    }

    private String rule() {
        StringJoiner line = new StringJoiner(" | ", "| ", " |");
        for (int column = 0; column < rows.getFirst().size(); column++) {
            line.add("-".repeat(width(column)));
        }
        return line.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
    }
}
