package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.AnswerReader;
import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.KmsInterface;
import dev.keywarden.plugin.onchain.contract.MalformedAnswer;
import dev.keywarden.plugin.onchain.contract.PolicyEvent;
import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.plugin.onchain.contract.Revert;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.plugin.onchain.rpc.Hex;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.plugin.onchain.rpc.RpcCall;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Tries a proposal out on the state of a block and tells what would be allowed then that is not now, and the other way round.
 *
 * <p>Everything happens in one call of {@code eth_simulateV1}: first each question, then the proposed transactions, then each
 * question again. Nothing is sent to the chain, and no node of one's own is needed.
 */
final class Simulation {
    /** Questions in one call; nodes bound the gas that one call may use. */
    private static final int PORTION = 40;

    /** Combinations of an app's entries that are tried. */
    private static final int MOST_COMBINATIONS = 400;

    private final ChainReader reader;
    private final ChainReader.Session session;
    private final Proposal proposal;

    Simulation(ChainReader reader, ChainReader.Session session, Proposal proposal) {
        this.reader = reader;
        this.session = session;
        this.proposal = proposal;
    }

    /**
     * One question to be put before and after.
     *
     * @param subject whom or what it is about, for people
     * @param flag whether the answer is one flag, else a flag and a reason
     */
    record Probe(String subject, Address to, String data, boolean flag) {}

    /** A question whose answer changes. */
    record Change(Probe probe, String before, String after) {
        boolean stops() {
            return before.startsWith("allowed") && !after.startsWith("allowed");
        }

        boolean starts() {
            return after.startsWith("allowed") && !before.startsWith("allowed");
        }
    }

    /** Whether a list has each entry that it ever had, and whether each machine that is known or can be put together may boot. */
    List<Probe> probes(EventHistory history, List<Question> known) {
        Set<Probe> probes = new LinkedHashSet<>();
        for (PolicyEvent.List list : PolicyEvent.List.values()) {
            history.entries(list).forEach(happened -> {
                Bytes entry = happened.event().entry();
                probes.add(new Probe(
                        named(list, entry, happened.contract()), happened.contract(), list.question(entry), true));
            });
        }
        known.forEach(question -> probes.add(probe(question)));
        combinations(history).forEach(question -> probes.add(probe(question)));
        touched(probes);
        return List.copyOf(probes);
    }

    /** Entries that were never there yet, but stand in the proposal itself: its argument may be one. */
    private void touched(Set<Probe> probes) {
        for (Proposal.Call call : proposal.calls()) {
            if (call.data().length() == 4 + 32) {
                Bytes word = call.data().slice(4, 32);
                for (PolicyEvent.List list : PolicyEvent.List.values()) {
                    boolean ownList =
                            list.ofApp() != call.to().equals(reader.settings().contract());
                    if (ownList && list != PolicyEvent.List.APP) {
                        probes.add(new Probe(named(list, word, call.to()), call.to(), list.question(word), true));
                    }
                }
            }
        }
    }

    private static String named(PolicyEvent.List list, Bytes entry, Address contract) {
        return list.words() + " " + PolicyEvent.words(list, entry)
                + (list.ofApp() ? " of app " + contract.checksummed() : "");
    }

    private Probe probe(Question question) {
        BootInfo machine = question.bootInfo();
        String subject = question.kms()
                ? "kms measurement 0x" + machine.mrAggregated().toHex() + " on device 0x"
                        + machine.deviceId().toHex() + ", os image 0x"
                        + machine.osImageHash().toHex()
                : "app " + new Address(machine.appId()).checksummed() + " with compose hash 0x"
                        + machine.composeHash().toHex() + ", os image 0x"
                        + machine.osImageHash().toHex();
        return new Probe(subject, reader.settings().contract(), question.calldata(), false);
    }

    /** Machines as the lists describe them, for apps and nodes that never asked here. */
    private static List<Question> combinations(EventHistory history) {
        List<Question> questions = new ArrayList<>();
        List<Bytes> images = history.entries(PolicyEvent.List.OS_IMAGE)
                .map(happened -> happened.event().entry())
                .toList();
        List<Bytes> devices = history.entries(PolicyEvent.List.KMS_DEVICE)
                .map(happened -> happened.event().entry())
                .toList();
        for (Bytes image : images) {
            history.entries(PolicyEvent.List.KMS_MEASUREMENT).forEach(measurement -> {
                for (Bytes device : devices) {
                    questions.add(new Question(
                            true,
                            machine(
                                    Bytes.of(new byte[20]),
                                    image,
                                    measurement.event().entry(),
                                    device)));
                }
            });
            history.entries(PolicyEvent.List.COMPOSE_HASH)
                    .forEach(compose -> questions.add(new Question(
                            false,
                            machine(
                                    compose.contract().bytes(),
                                    image,
                                    compose.event().entry(),
                                    device(history, compose.contract())))));
        }
        return questions.size() > MOST_COMBINATIONS ? questions.subList(0, MOST_COMBINATIONS) : questions;
    }

    private static Bytes device(EventHistory history, Address app) {
        return history.entries(PolicyEvent.List.DEVICE)
                .filter(happened -> happened.contract().equals(app))
                .reduce((earlier, later) -> later)
                .map(happened -> happened.event().entry())
                .orElse(Bytes.of(new byte[32]));
    }

    private static BootInfo machine(Bytes app, Bytes image, Bytes measured, Bytes device) {
        return new BootInfo(
                "", measured, measured, image, app, measured, Bytes.EMPTY, device, Bytes.EMPTY, "UpToDate", List.of());
    }

    /**
     * Tries it out.
     *
     * @return the questions whose answers change
     * @throws Undecided if too few providers can, or the proposal itself fails
     */
    List<Change> run(List<Probe> probes) throws Undecided, InterruptedException {
        List<Map<String, Object>> proposed = new ArrayList<>();
        for (Proposal.Call call : proposal.calls()) {
            proposed.add(Map.of("from", sender(call).hex(), "to", call.to().hex(), "data", Hex.of(call.data())));
        }
        List<Change> changes = new ArrayList<>();
        for (int at = 0; at == 0 || at < probes.size(); at += PORTION) {
            changes.addAll(run(probes.subList(at, Math.min(probes.size(), at + PORTION)), proposed));
        }
        return changes;
    }

    private List<Change> run(List<Probe> probes, List<Map<String, Object>> proposed)
            throws Undecided, InterruptedException {
        List<Map<String, Object>> calls = new ArrayList<>();
        List<Map<String, Object>> questions = probes.stream()
                .map(probe -> Map.<String, Object>of("to", probe.to().hex(), "data", probe.data()))
                .toList();
        calls.addAll(questions);
        calls.addAll(proposed);
        calls.addAll(questions);
        List<CallResult> results = simulate(calls);
        for (int i = 0; i < proposed.size(); i++) {
            if (results.get(probes.size() + i) instanceof CallResult.Reverted reverted) {
                throw Undecided.because(
                        "onchain.proposal_reverted",
                        "transaction " + (i + 1) + " of the proposal would fail: the contract reverted "
                                + Revert.words(reverted.data()));
            }
        }
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            String before = words(probes.get(i), results.get(i));
            String after = words(probes.get(i), results.get(probes.size() + proposed.size() + i));
            if (!before.equals(after)) {
                changes.add(new Change(probes.get(i), before, after));
            }
        }
        return changes;
    }

    private static String words(Probe probe, CallResult result) {
        try {
            if (result instanceof CallResult.Returned returned) {
                if (probe.flag()) {
                    return AnswerReader.flag(returned.data()) ? "allowed" : "not listed";
                }
                AnswerReader.Verdict verdict = AnswerReader.verdict(returned.data());
                return verdict.allowed() ? "allowed" : "denied: " + verdict.reason();
            }
            return result.words();
        } catch (MalformedAnswer e) {
            return "no answer: " + e.getMessage();
        }
    }

    /** Who sends it: whom the proposal names, else the owner of the contract. */
    private Address sender(Proposal.Call call) throws Undecided, InterruptedException {
        Address named = call.from();
        if (named != null) {
            return named;
        }
        CallResult owner = reader.call(fresh(), call.to(), KmsInterface.selector("owner()"))
                .answer();
        try {
            if (owner instanceof CallResult.Returned returned) {
                return AnswerReader.address(returned.data());
            }
        } catch (MalformedAnswer e) {
            // Said below.
        }
        throw Undecided.because(
                "onchain.sender_unknown",
                "the contract " + call.to() + " names no owner: say who would send it (--from)");
    }

    private ChainReader.Session fresh() {
        return new ChainReader.Session(
                session.chosen(),
                session.readings(),
                Panel.deadline(reader.settings().timeLimit()));
    }

    private List<CallResult> simulate(List<Map<String, Object>> calls) throws Undecided, InterruptedException {
        Map<String, Object> block = new LinkedHashMap<>();
        // A time just after the block's, because entries may expire; some nodes would take another.
        block.put("blockOverrides", Map.of("time", Hex.of(session.block().timestamp() + 1)));
        block.put("calls", calls);
        RpcCall question = new RpcCall(
                "eth_simulateV1",
                List.of(
                        Map.of("blockStateCalls", List.of(block), "validation", false),
                        Hex.of(session.block().number())));
        return reader.ask(
                        fresh(),
                        provider -> results(provider, question, calls.size()),
                        ignored -> "comes to another result")
                .answer();
    }

    private static List<CallResult> results(Provider provider, RpcCall question, int count) throws ProviderFault {
        JsonNode calls = provider.ask(question).require().path(0).path("calls");
        List<CallResult> results = new ArrayList<>();
        for (JsonNode call : calls) {
            Bytes data = Hex.bytes("returnData", call.path("returnData").asString("0x"));
            boolean succeeded = Hex.number(call, "status") == 1;
            String revert = call.path("error").path("data").asString("0x");
            results.add(
                    succeeded
                            ? new CallResult.Returned(data)
                            : new CallResult.Reverted(data.isEmpty() ? Hex.bytes("the error", revert) : data));
        }
        if (results.size() != count) {
            throw new ProviderFault(
                    ProviderFault.Kind.INCOMPLETE, "sent " + results.size() + " results for " + count + " calls");
        }
        return List.copyOf(results);
    }
}
