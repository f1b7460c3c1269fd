package dev.keywarden.app;

import dev.keywarden.app.cli.CommandLineInterface;

/** The entry point of the process. */
public final class Main {
    private Main() {}

    /** Runs the command line and ends with its exit code. */
    public static void main(String[] args) {
        System.exit(CommandLineInterface.run(args));
    }
}
