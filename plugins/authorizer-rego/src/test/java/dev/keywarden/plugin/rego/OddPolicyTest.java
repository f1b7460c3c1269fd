package dev.keywarden.plugin.rego;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies that go wrong while they decide: each denies with a code of its own, and the next question is answered. */
final class OddPolicyTest {
    private final Path folder;

    OddPolicyTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Settings odd(String rule) {
        return Settings.bundle(TestBundles.put("odd", folder.resolve("odd.tar.gz")))
                .entrypoint("odd/" + rule);
    }

    @Test
    void deniesAPolicyThatLoopsAtTheDeadlineAndGoesOn() throws Exception {
        try (Rego rego = Rego.open(odd("loops").timeout(Duration.ofMillis(100)), folder)) {
            // More than there are evaluators and processors, from threads that never block by themselves.
            List<Thread> callers = IntStream.range(0, 6)
                    .mapToObj(i -> Thread.ofVirtual()
                            .start(() -> assertThat(rego.ask()).endsWith("(rego.policy_timeout)")))
                    .toList();
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(rego.ask()).isEqualTo("the policy did not decide within 100 ms (timeout) (rego.policy_timeout)");
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void deniesAPolicyThatAllocatesWithoutEnd() {
        try (Rego rego = Rego.open(odd("allocates").wasmMemory(16 << 20).timeout(Duration.ofSeconds(30)), folder)) {
            for (int i = 0; i < 4; i++) {
                assertThat(rego.ask())
                        .isEqualTo(
                                "the policy needs more memory than max_wasm_memory allows (rego.policy_out_of_memory)");
            }
        }
    }

    @Test
    void deniesAnAnswerThatIsTooLong() {
        try (Rego rego = Rego.open(odd("large").timeout(Duration.ofSeconds(50)), folder)) {
            assertThat(rego.ask())
                    .isEqualTo("the policy gave an answer of more than 262144 bytes (rego.policy_result_too_large)");
        }
    }

    /** It does not get so far: the memory or the time of a policy ends before that. */
    @Test
    void deniesAnAnswerOfAHundredMegabytes() {
        try (Rego rego = Rego.open(odd("huge").timeout(Duration.ofSeconds(5)), folder)) {
            assertThat(rego.ask()).matches("the policy .* \\(rego.policy_(out_of_memory|timeout|result_too_large)\\)");
        }
    }

    @Test
    void deniesAPolicyThatContradictsItself() {
        try (Rego rego = Rego.open(odd("contradicts"), folder)) {
            assertThat(rego.ask()).startsWith("the policy gave up: ").endsWith("(rego.policy_failed)");
            assertThat(rego.ask()).endsWith("(rego.policy_failed)");
        }
    }

    @Test
    void deniesWhatThePolicySaysNothingAbout() {
        try (Rego rego = Rego.open(odd("undefined"), folder)) {
            assertThat(rego.ask()).isEqualTo("the policy says nothing about this question (rego.undefined)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "true | is no object",
                "[] | is no object",
                "{} | has no allow that is true or false",
                "{\"allow\": \"true\"} | has no allow that is true or false",
                "{\"allow\": 1} | has no allow that is true or false",
                "{\"allow\": null} | has no allow that is true or false",
                "{\"allow\": true, \"abstain\": true} | allows and abstains at once",
                "{\"allow\": false, \"abstain\": 1} | has an abstain that is neither true nor false",
                "{\"allow\": true, \"gateway_app_id\": 1} | has a gateway_app_id that is no text",
                "{\"allow\": true, \"reasons\": {}} | has reasons that are no list",
                "{\"allow\": false, \"reasons\": [1]} | has a reason without a code and a message",
                "{\"allow\": false, \"reasons\": [{\"code\": \"a.b\"}]} | has a reason without a code and a message",
                "{\"allow\": false, \"reasons\": [{\"code\": \"A\", \"message\": \"\"}]} | whose code is not",
            })
    void deniesWhatIsNoAnswer(String answer, String problem) {
        try (Rego rego = Rego.open(odd("echo"), folder)) {
            assertThat(rego.ask(answer, Rego.LISTED_APP))
                    .startsWith("the policy gave an answer that ")
                    .contains(problem)
                    .endsWith("(rego.bad_result)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"allow\": true} | allow ~~",
                "{\"allow\": true, \"abstain\": false, \"more\": 1} | allow ~~",
                "{\"allow\": true, \"reasons\": [{\"code\": \"a.b\", \"message\": \"m\"}]} | allow m",
                "{\"allow\": false} | deny rego.denied",
                "{\"allow\": false, \"reasons\": []} | deny rego.denied",
                "{\"allow\": false, \"reasons\": [{\"code\": \"a.b_c\", \"message\": \"m\"}]} | deny a.b_c",
                "{\"abstain\": true} | abstain rego.abstained",
                "{\"allow\": false, \"abstain\": true} | abstain rego.abstained",
            })
    void takesWhatIsAnAnswer(String answer, String decision) {
        try (Rego rego = Rego.open(odd("echo"), folder)) {
            assertThat(rego.ask(answer, Rego.LISTED_APP).strip())
                    .isEqualTo(decision.replace("~", "").strip());
        }
    }

    /** {@code json.unmarshal} of what is no JSON is undefined, and so is the rule. */
    @Test
    void deniesWhatCantBeComputed() {
        try (Rego rego = Rego.open(odd("echo"), folder)) {
            assertThat(rego.ask("{", Rego.LISTED_APP)).endsWith("(rego.undefined)");
        }
    }
}
