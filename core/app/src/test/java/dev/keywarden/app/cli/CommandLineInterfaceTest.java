package dev.keywarden.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class CommandLineInterfaceTest {
    /** A command is described only when it is named, so the name by which it is found must be its own. */
    @Test
    void findsEachCommandByItsName() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        assertThat(CommandLineInterface.commands(new Console(nowhere, nowhere)))
                .isNotEmpty()
                .allSatisfy((name, command) -> assertThat(nameOf(command.get())).isEqualTo(name));
    }

    private static String nameOf(Object command) {
        return (command instanceof CommandLine known ? known : new CommandLine(command)).getCommandName();
    }
}
