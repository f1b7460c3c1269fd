package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What scenarios with a node under contracts have in common. */
abstract class GovernedByContracts {
    static final String COMPOSE = "0x" + Guest.COMPOSE_HASH.toHex();
    static final String REMOVE = "removeComposeHash(bytes32)";

    @TempDir
    Path home;

    /** Takes longest, and is done once for all. */
    @BeforeAll
    static void compileTheContracts() {
        assertThat(Foundry.creationCode("ReferenceKms")).startsWith("0x");
    }

    /** Reads heads within each decision, so that the next request after finality is the one that counts. */
    TestNode.Configuration governedBy(GovernedChain chain, String more, String... urls) {
        return governed(chain, false, more, urls);
    }

    /** @param self whether the node itself needs to be allowed for whatever it does */
    TestNode.Configuration governed(GovernedChain chain, boolean self, String more, String... urls) {
        String providers = Arrays.stream(urls).map(url -> "\"" + url + "\"").collect(Collectors.joining(", "));
        TestNode.Configuration configuration = new TestNode.Configuration(home)
                .core("enforce_self_authorization = " + self)
                .autoBootstrap()
                .onchain("""
                        kms_contract = "%s"
                        chain_id = 31337
                        providers = [%s]
                        poll_interval = "0s"
                        max_clock_skew = "10m"
                        %s
                        """.formatted(chain.kms(), providers, more));
        Recordings.copyKeys(configuration.certDir());
        return configuration;
    }

    static void takeKeys(TestNode node, GovernedChain chain) {
        assertThat(new Guest(chain.appId())
                        .takeKeys(node.url())
                        .getDiskCryptKey()
                        .size())
                .isEqualTo(32);
    }

    static void assertDenied(TestNode node, GovernedChain chain, String... words) {
        assertThatThrownBy(() -> new Guest(chain.appId()).takeKeys(node.url()))
                .hasMessageContainingAll(Arrays.copyOf(words, words.length, CharSequence[].class));
    }

    static JsonNode lastAnswer(TestNode.Configuration configuration) {
        try {
            List<String> lines = Files.readAllLines(configuration.records());
            JsonNode answers = Recordings.json(lines.getLast()).path("answers");
            return answers.get(answers.size() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode ask(TestNode.Configuration configuration, int expected, String... words) {
        KeywardenProcess run = command(configuration, words);
        assertThat(run.exitCode()).as(run.printed()).isEqualTo(expected);
        return Recordings.json("[" + run.out().lines().collect(Collectors.joining(",")) + "]");
    }

    KeywardenProcess command(TestNode.Configuration configuration, String... words) {
        List<String> all = new ArrayList<>(List.of("onchain"));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of(
                "--config",
                configuration.records().getParent().resolveSibling("kms.toml").toString(),
                "--json"));
        return KeywardenProcess.run(home, all.toArray(String[]::new));
    }
}
