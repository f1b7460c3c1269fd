package dev.keywarden.app.cli;

import dev.keywarden.app.policy.PolicyAnswer;
import java.util.Locale;

/** Shows a policy's answer to people. */
record PolicyAnswerPrinter(Console console) {
    void show(PolicyAnswer answer) {
        String gateway = answer.gatewayAppId() == null ? "" : "  gateway " + answer.gatewayAppId();
        console.say(answer.verdict().name().toLowerCase(Locale.ROOT) + gateway);
        for (PolicyAnswer.Reason reason : answer.reasons()) {
            console.say(("  " + reason.code() + "  " + reason.sentence()).stripTrailing());
        }
    }
}
