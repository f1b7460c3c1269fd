package dev.keywarden.app.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line takes for an answer, which must be what a node takes for one. */
final class PolicyAnswerTest {
    private static PolicyAnswer read(String decision) {
        return PolicyAnswer.of(Json.parse(decision, "test"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "true | the policy has no decision on this question",
                "[] | the policy has no decision on this question",
                "{} | has no allow that is true or false",
                "{\"allow\": \"true\"} | has no allow that is true or false",
                "{\"allow\": 1} | has no allow that is true or false",
                "{\"allow\": null, \"abstain\": true} | has no allow that is true or false",
                "{\"allow\": true, \"abstain\": \"no\"} | has an abstain that is neither true nor false",
                "{\"allow\": true, \"abstain\": true} | allows and abstains at once",
                "{\"allow\": true, \"gateway_app_id\": 7} | has a gateway_app_id that is no text",
                "{\"allow\": true, \"reasons\": {}} | has reasons that are no list",
                "{\"allow\": true, \"reasons\": [{\"code\": \"a.b\"}]} | has a reason without a code",
                "{\"allow\": true, \"reasons\": [{\"code\": \"Bad\", \"message\": \"\"}]} | has a reason without a code",
                "{\"allow\": true, \"reasons\": [{\"code\": \"a.b\", \"message\": \"\", \"solution\": 1}]} | has a reason without",
            })
    void whatIsNoAnswerForANodeIsNone(String decision, String problem) {
        PolicyAnswer answer = read(decision);
        assertThat(answer.verdict()).isEqualTo(PolicyAnswer.Verdict.UNAVAILABLE);
        assertThat(answer.allows()).isFalse();
        assertThat(answer.reasons().get(0).message()).contains(problem);
    }

    @Test
    void undefinedIsNoAnswer() {
        assertThat(PolicyAnswer.of(null).verdict()).isEqualTo(PolicyAnswer.Verdict.UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            nullValues = "none",
            value = {
                "{\"allow\": true, \"gateway_app_id\": \"gw\"} | ALLOW | gw",
                "{\"allow\": true, \"gateway_app_id\": \"\"} | ALLOW | none",
                "{\"allow\": true, \"abstain\": false} | ALLOW | none",
                "{\"allow\": false, \"gateway_app_id\": \"gw\"} | DENY | none",
                "{\"allow\": false, \"abstain\": true} | ABSTAIN | none",
                "{\"abstain\": true} | ABSTAIN | none",
            })
    void readsTheAnswer(String decision, PolicyAnswer.Verdict verdict, String gateway) {
        PolicyAnswer answer = read(decision);
        assertThat(answer.verdict()).isEqualTo(verdict);
        assertThat(answer.gatewayAppId()).isEqualTo(gateway);
    }

    @Test
    void keepsReasonsInOrderWithWhatToDo() {
        PolicyAnswer answer = read("""
                {"allow": false, "reasons": [{"code": "policy.one", "message": "no", "solution": "try again"},
                 {"code": "policy.two", "message": "never"}]}""");
        assertThat(answer.code()).isEqualTo("policy.one");
        assertThat(answer.reasons())
                .extracting(PolicyAnswer.Reason::sentence)
                .containsExactly("no; try again", "never");
    }
}
