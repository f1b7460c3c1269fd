package dev.keywarden.app.cli;

import dev.keywarden.app.audit.RecordFollower;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keywarden audit follow}. */
@Command(name = "follow", description = "Shows records as they are written, until it is ended.")
final class AuditFollowCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;

    private final Console console;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private AuditCommand.LogOption log;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli makes it
    private RecordFilter filter;

    @Option(names = "--all", description = "Those that are there already too.")
    private boolean all;

    @Option(names = "--json", description = "The records as they stand in the log.")
    private boolean json;

    AuditFollowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        RecordPrinter printer = new RecordPrinter(console, json);
        try (RecordFollower follower = new RecordFollower(log.file())) {
            if (!all) {
                follower.skip();
            }
            while (true) {
                follower.poll(entry -> {
                    if (filter.matches(entry)) {
                        printer.print(entry);
                    }
                });
                Thread.sleep(POLL_MILLIS);
            }
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
