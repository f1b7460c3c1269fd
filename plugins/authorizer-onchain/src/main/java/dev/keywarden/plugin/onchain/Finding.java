package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.AnswerReader;
import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.MalformedAnswer;
import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.plugin.onchain.contract.Revert;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a decision of what enough providers agreed that the contract says. */
final class Finding {
    private final ChainReader reader;
    private final ChainReader.Session session;
    private final Question question;
    private final ContractFacts facts;
    private final Panel.Agreement<CallResult> result;

    Finding(
            ChainReader reader,
            ChainReader.Session session,
            Question question,
            ContractFacts facts,
            Panel.Agreement<CallResult> result) {
        this.reader = reader;
        this.session = session;
        this.question = question;
        this.facts = facts;
        this.result = result;
    }

    /** @throws Undecided if finding out why a contract failed needs more reading, and that fails */
    Decision decision() throws Undecided, InterruptedException {
        Decision.Reason unusable = unusable();
        if (unusable != null) {
            return deny(unusable);
        }
        return switch (result.answer()) {
            case CallResult.Returned returned -> returned(returned.data());
            case CallResult.Reverted reverted -> deny(reverted(reverted.data()));
            case CallResult.OutOfGas ignored -> deny(outOfGas(contract()));
        };
    }

    /** What is wrong with the contract whatever it says, or {@code null}. */
    private Decision.@Nullable Reason unusable() {
        Bytes codeHash = facts.codeHash();
        if (codeHash == null) {
            return reader.sawCode()
                    ? reason("contract_gone", "there is no code any more at " + contract() + " in " + session.block())
                    : reason(
                            "no_contract",
                            "there is no code at " + contract() + " in " + session.block()
                                    + ": another address is meant, or it was not deployed by then");
        }
        Bytes pinnedHash = reader.settings().codeHash();
        if (pinnedHash != null && !pinnedHash.equals(codeHash)) {
            return reason(
                    "code_changed",
                    "the code at " + contract() + " has the hash " + codeHash + ", not the one of code_hash");
        }
        Address pinned = reader.settings().pinnedImplementation();
        if (pinned != null && !pinned.equals(facts.implementation())) {
            return reason(
                    "implementation_changed",
                    "the contract " + contract() + " points to "
                            + (facts.implementation() == null ? "no implementation" : facts.implementation())
                            + ", not to the one of implementation; if that is right, write it there");
        }
        return null;
    }

    private Decision returned(Bytes data) throws Undecided, InterruptedException {
        AnswerReader.Verdict verdict;
        try {
            verdict = AnswerReader.verdict(data);
        } catch (MalformedAnswer e) {
            return deny(malformed(data, e));
        }
        if (!verdict.allowed()) {
            return denied(verdict.reason());
        }
        if (question.bootInfo().osImageHash().isEmpty()) {
            return deny(reason(
                    "os_image_missing",
                    "the machine names no OS image, and the contract allows the one of all zeros; it should not"));
        }
        return allow(verdict.reason());
    }

    private Decision denied(String words) {
        Map<String, String> evidence = evidence();
        evidence.putAll(MissingEntry.of(words).advice(question, contract()));
        return new Decision.Deny(List.of(reason("denied", words)), evidence);
    }

    private Decision allow(String reason) {
        if (facts.gatewayAppId() instanceof CallResult.Returned returned) {
            try {
                String gateway = AnswerReader.text(returned.data());
                return new Decision.Allow(gateway.isEmpty() ? null : gateway, reason("allowed", reason), evidence());
            } catch (MalformedAnswer e) {
                return deny(new Decision.Reason(e.code(), "gatewayAppId() of " + contract() + ": " + e.getMessage()));
            }
        }
        return deny(reason(
                "contract_reverted",
                "gatewayAppId() of " + contract() + " " + facts.gatewayAppId().words()));
    }

    private Decision.Reason malformed(Bytes data, MalformedAnswer e) throws Undecided, InterruptedException {
        Address implementation = facts.implementation();
        if (data.isEmpty() && implementation != null && !reader.hasCode(session, implementation)) {
            return reason(
                    "proxy_without_implementation",
                    "the contract " + contract() + " points to " + implementation + ", where there is no code");
        }
        return new Decision.Reason(e.code(), "the contract " + contract() + " gave no answer: " + e.getMessage());
    }

    /**
     * An app's contract that uses up its gas looks, from behind the KMS's contract, like one that reverts without a word. It
     * is asked itself to tell the two apart.
     */
    private Decision.Reason reverted(Bytes data) throws Undecided, InterruptedException {
        if (data.isEmpty() && !question.kms()) {
            Address app = new Address(question.bootInfo().appId());
            CallResult own = reader.call(session, app, question.calldata()).answer();
            if (own instanceof CallResult.OutOfGas) {
                return outOfGas(app);
            }
        }
        return reason("contract_reverted", "the contract " + contract() + " reverted " + Revert.words(data));
    }

    private Decision.Reason outOfGas(Address where) {
        return reason(
                "out_of_gas",
                "the contract " + where + " did not come to an end with "
                        + reader.settings().gasLimit() + " gas (gas)");
    }

    private Address contract() {
        return reader.settings().contract();
    }

    private static Decision.Reason reason(String code, String message) {
        return new Decision.Reason("onchain." + code, message);
    }

    private Decision deny(Decision.Reason reason) {
        return new Decision.Deny(List.of(reason), evidence());
    }

    private Map<String, String> evidence() {
        Map<String, String> evidence = new TreeMap<>(block(reader.settings(), session));
        evidence.put("providers_agreed", String.join(", ", result.agreed()));
        put(evidence, "providers_dissenting", result.dissent());
        put(
                evidence,
                "providers_failed",
                result.failed().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().getMessage())));
        Address implementation = facts.implementation();
        if (implementation != null) {
            evidence.put("implementation", implementation.checksummed());
        }
        return evidence;
    }

    /** What of the evidence is known as soon as the block is. */
    static Map<String, String> block(OnchainSettings settings, ChainReader.Session session) {
        return Map.of(
                "contract", settings.contract().checksummed(),
                "chain_id", Long.toString(settings.chainId()),
                "block_tag", settings.tag().toString(),
                "block_number", Long.toString(session.block().number()),
                "block_hash", session.block().hash(),
                "block_time", session.block().time().toString());
    }

    private static void put(Map<String, String> evidence, String key, Map<String, String> byProvider) {
        if (!byProvider.isEmpty()) {
            evidence.put(
                    key,
                    byProvider.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> entry.getKey() + " " + entry.getValue())
                            .collect(Collectors.joining("; ")));
        }
    }
}
