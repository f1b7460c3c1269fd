package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.AnswerReader;
import dev.keywarden.plugin.onchain.contract.CallResult;
import dev.keywarden.plugin.onchain.contract.MalformedAnswer;
import dev.keywarden.plugin.onchain.contract.Question;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What people ask of the chain, answered through the same providers and with the same rules as decisions.
 *
 * <p>The command line calls it with words that it checked; the answer is JSON, one object a line, on {@code out}, and one
 * sentence on {@code err} for each thing that went wrong. Exit codes are those of the command line.
 *
 * <ul>
 *   <li>{@code status}
 *   <li>{@code check app|kms MACHINE [NUMBER]}: a machine as JSON, and a block
 *   <li>{@code events FROM [ENTRY]}: from this block on, of this entry only
 *   <li>{@code simulate TRANSACTIONS MACHINES FROM}: JSON lists, and the block from which events are read
 * </ul>
 */
final class OperatorTool {
    static final int DONE = 0;
    static final int REFUSED = 1;
    private static final int WRONG_USAGE = 2;

    private final ChainReader reader;
    private final InstantSource clock;
    private final PrintWriter out;
    private final PrintWriter err;
    private final JsonMapper json = JsonMapper.builder().build();

    OperatorTool(ChainReader reader, InstantSource clock, PrintWriter out, PrintWriter err) {
        this.reader = reader;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    int run(List<String> words) {
        try {
            return dispatch(words);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refuse("interrupted");
        } catch (Undecided e) {
            e.reasons().forEach(reason -> refuse(reason.code() + ": " + reason.message()));
            return REFUSED;
        } catch (JacksonException e) {
            return refuse("what was given can't be read: it is not JSON, " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return refuse("what was given can't be read: " + e.getMessage());
        } finally {
            out.flush();
            err.flush();
        }
    }

    private int dispatch(List<String> words) throws Undecided, InterruptedException {
        String command = words.isEmpty() ? "" : words.get(0);
        int count = words.size();
        if (command.equals("status") && count == 1) {
            return status();
        }
        if (command.equals("check") && (count == 3 || count == 4)) {
            return check(
                    new Question(words.get(1).equals("kms"), MachineJson.read(json.readTree(words.get(2)))),
                    count == 4 ? Long.parseLong(words.get(3)) : null);
        }
        if (command.equals("events") && (count == 2 || count == 3)) {
            return events(Long.parseLong(words.get(1)), count == 3 ? words.get(2) : "");
        }
        if (command.equals("simulate") && count == 4) {
            return simulate(
                    Proposal.read(json.readTree(words.get(1))),
                    MachineJson.questions(json.readTree(words.get(2))),
                    Long.parseLong(words.get(3)));
        }
        refuse("no such question: " + command);
        return WRONG_USAGE;
    }

    private long deadline() {
        return Panel.deadline(reader.settings().timeLimit());
    }

    private int status() throws Undecided, InterruptedException {
        long deadline = deadline();
        for (HeadWatch watch : reader.heads().watches()) {
            print(sighted(watch, deadline));
        }
        ChainReader.Session session = reader.open(false, deadline);
        ContractFacts facts = reader.await(reader.facts(session), deadline);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("contract", reader.settings().contract().checksummed());
        line.put("chain_id", reader.settings().chainId());
        line.put("block", session.block().number());
        line.put("tag", reader.settings().tag().toString());
        line.put(
                "agree",
                reader.settings().quorum() + " of " + reader.heads().watches().size());
        line.put(
                "code_hash",
                facts.codeHash() == null ? "no code" : facts.codeHash().toHex());
        line.put(
                "implementation",
                facts.implementation() == null ? "" : facts.implementation().checksummed());
        line.put("gateway_app_id", text(facts.gatewayAppId()));
        print(line);
        return DONE;
    }

    private Map<String, Object> sighted(HeadWatch watch, long deadline) throws InterruptedException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("provider", watch.provider().name());
        HeadWatch.@Nullable Sighting sighting = wait(watch.read(), deadline);
        if (sighting == null || sighting.block() == null) {
            line.put("head", "");
            line.put("hash", "");
            line.put("age", "");
            line.put(
                    "state",
                    sighting == null || sighting.fault() == null
                            ? "did not answer in time"
                            : sighting.fault().getMessage());
        } else {
            line.put("head", sighting.block().number());
            line.put("hash", sighting.block().hash());
            line.put(
                    "age",
                    Duration.between(sighting.block().time(), clock.instant()).toSeconds() + " s");
            line.put("state", "ok");
        }
        return line;
    }

    private static HeadWatch.@Nullable Sighting wait(CompletableFuture<HeadWatch.Sighting> reading, long deadline)
            throws InterruptedException {
        try {
            return reading.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        }
    }

    private static String text(CallResult result) {
        try {
            return result instanceof CallResult.Returned returned ? AnswerReader.text(returned.data()) : result.words();
        } catch (MalformedAnswer e) {
            return e.getMessage();
        }
    }

    private int check(Question question, @Nullable Long number) throws Undecided, InterruptedException {
        long deadline = deadline();
        ChainReader.Session session = number == null ? reader.open(true, deadline) : reader.past(number, deadline);
        Decision decision = reader.await(reader.decide(session, question), deadline);
        Map<String, Object> line = new LinkedHashMap<>();
        switch (decision) {
            case Decision.Allow allow -> {
                line.put("outcome", "allow");
                line.put("code", allow.reason().code());
                line.put("reason", allow.reason().message());
                line.put("gateway_app_id", allow.gatewayAppId() == null ? "" : allow.gatewayAppId());
                line.putAll(allow.evidence());
            }
            case Decision.Deny deny -> {
                line.put("outcome", "deny");
                line.put("code", deny.reasons().get(0).code());
                line.put("reason", deny.reasons().get(0).message());
                line.putAll(deny.evidence());
            }
            case Decision.Abstain ignored -> throw new IllegalStateException("a contract does not abstain");
        }
        print(line);
        return decision instanceof Decision.Allow ? DONE : REFUSED;
    }

    private int events(long from, String entry) throws Undecided, InterruptedException {
        String wanted = entry.startsWith("0x") ? entry.substring(2) : entry;
        String digits = Bytes.fromHex(wanted).toHex();
        EventHistory history = EventHistory.read(reader, reader.open(false, deadline()), from);
        for (EventHistory.Happened happened : history.events()) {
            if (happened.event().entry().toHex().endsWith(digits)
                    || happened.contract().bytes().toHex().equals(digits)) {
                print(history.describe(happened));
            }
        }
        return DONE;
    }

    private int simulate(Proposal proposal, List<Question> known, long from) throws Undecided, InterruptedException {
        ChainReader.Session session = reader.open(false, deadline());
        Simulation simulation = new Simulation(reader, session, proposal);
        List<Simulation.Probe> probes = simulation.probes(EventHistory.read(reader, session, from), known);
        for (Simulation.Change change : simulation.run(probes)) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("subject", change.probe().subject());
            line.put("change", change.stops() ? "stops" : change.starts() ? "starts" : "differs");
            line.put("now", change.before());
            line.put("then", change.after());
            print(line);
        }
        return DONE;
    }

    private void print(Map<String, ?> line) {
        out.println(json.writeValueAsString(line));
    }

    private int refuse(String sentence) {
        err.println(sentence);
        return REFUSED;
    }
}
