package dev.keywarden.app.cli;

import dev.keywarden.app.audit.RecordReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden audit show}. */
@Command(name = "show", description = "Shows records, the oldest first. Ends with 1 if there are none.")
final class AuditShowCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private AuditCommand.LogOption log;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private RecordFilter filter;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many, the newest; 0 for all (default: ${DEFAULT-VALUE}).")
    private int last;

    @Option(names = "--json", description = "The records as they stand in the log.")
    private boolean json;

    AuditShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RecordPrinter printer = new RecordPrinter(console, json);
        Deque<RecordReader.Entry> newest = new ArrayDeque<>();
        long[] shown = {0};
        try {
            new RecordReader(log.file()).read(entry -> {
                if (filter.matches(entry)) {
                    shown[0]++;
                    if (last == 0) {
                        printer.print(entry);
                    } else {
                        newest.add(entry);
                    }
                    if (newest.size() > last) {
                        newest.remove();
                    }
                }
                return true;
            });
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
        newest.forEach(printer::print);
        if (shown[0] == 0) {
            console.warn("keywarden: no record is like this");
        }
        return shown[0] > 0 ? 0 : 1;
    }
}
