package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.contract.PolicyEvent;
import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.plugin.onchain.rpc.Block;
import dev.keywarden.plugin.onchain.rpc.Hex;
import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import dev.keywarden.plugin.onchain.rpc.RpcCall;
import dev.keywarden.spi.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What changed in the contract's lists and in those of its apps, as enough providers tell it alike. */
final class EventHistory {
    /** Providers bound what one question for logs may span. */
    private static final long SPAN = 10_000;

    private final ChainReader reader;
    private final ChainReader.Session session;
    private final List<LogEntry> logs = new ArrayList<>();
    private final Map<String, Block> blocks = new HashMap<>();

    private EventHistory(ChainReader reader, ChainReader.Session session) {
        this.reader = reader;
        this.session = session;
    }

    /** One entry of a log. */
    record LogEntry(
            Address contract,
            long block,
            String blockHash,
            long index,
            String transaction,
            List<String> topics,
            Bytes data) {}

    /** A change and where it is told. */
    record Happened(LogEntry log, PolicyEvent event) {
        Address contract() {
            return log.contract();
        }
    }

    /**
     * Reads up to the session's block.
     *
     * @param from the first block
     */
    static EventHistory read(ChainReader reader, ChainReader.Session session, long from)
            throws Undecided, InterruptedException {
        EventHistory history = new EventHistory(reader, session);
        history.append(List.of(reader.settings().contract()), from);
        List<Address> apps = history.apps();
        if (!apps.isEmpty()) {
            history.append(apps, from);
        }
        history.logs.sort(Comparator.comparingLong(LogEntry::block).thenComparingLong(LogEntry::index));
        return history;
    }

    /** Every change, oldest first. */
    List<Happened> events() {
        return logs.stream()
                .flatMap(
                        log -> PolicyEvent.of(log.topics(), log.data()).map(event -> new Happened(log, event)).stream())
                .toList();
    }

    /** Entries that ever were in a list, in order. */
    Stream<Happened> entries(PolicyEvent.List list) {
        Set<String> seen = new LinkedHashSet<>();
        return events().stream()
                .filter(happened -> happened.event().list() == list
                        && seen.add(happened.contract().hex()
                                + happened.event().entry().toHex()));
    }

    /** Every app that ever was registered. */
    List<Address> apps() {
        return entries(PolicyEvent.List.APP)
                .map(happened -> PolicyEvent.address(happened.event().entry()))
                .toList();
    }

    /** For people: what, which way, when, by whom, in which transaction. */
    Map<String, Object> describe(Happened happened) throws Undecided, InterruptedException {
        LogEntry log = happened.log();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", block(log).time().toString());
        line.put("block", log.block());
        line.put("contract", log.contract().checksummed());
        line.put("list", happened.event().list().words());
        line.put(
                "entry",
                PolicyEvent.words(happened.event().list(), happened.event().entry()));
        line.put("change", happened.event().added() ? "added" : "removed");
        line.put("by", happened.event().actor().checksummed());
        line.put("transaction", log.transaction());
        return line;
    }

    private Block block(LogEntry log) throws Undecided, InterruptedException {
        Block known = blocks.get(log.blockHash());
        if (known == null) {
            known = ask(provider ->
                    Block.of(provider.ask(RpcCall.blockByHash(log.blockHash())).require()));
            blocks.put(log.blockHash(), known);
        }
        return known;
    }

    private void append(List<Address> contracts, long from) throws Undecided, InterruptedException {
        long last = session.block().number();
        for (long first = from; first <= last; first += SPAN) {
            Map<String, Object> filter = Map.of(
                    "address", contracts.stream().map(Address::hex).toList(),
                    "fromBlock", Hex.of(first),
                    "toBlock", Hex.of(Math.min(last, first + SPAN - 1)));
            logs.addAll(ask(provider -> logs(provider, filter)));
        }
    }

    private static List<LogEntry> logs(Provider provider, Map<String, Object> filter) throws ProviderFault {
        JsonNode list =
                provider.ask(new RpcCall("eth_getLogs", List.of(filter))).require();
        if (!list.isArray()) {
            throw new ProviderFault(ProviderFault.Kind.INCOMPLETE, "sent logs that are no list");
        }
        List<LogEntry> logs = new ArrayList<>();
        for (JsonNode log : list) {
            List<String> topics = new ArrayList<>();
            for (JsonNode topic : log.path("topics")) {
                topics.add(Hex.of(Hex.bytes("a topic", topic.asString(""))));
            }
            logs.add(new LogEntry(
                    new Address(Hex.bytes(log, "address", Address.BYTES)),
                    Hex.number(log, "blockNumber"),
                    Hex.of(Hex.bytes(log, "blockHash", 32)),
                    Hex.number(log, "logIndex"),
                    Hex.of(Hex.bytes(log, "transactionHash", 32)),
                    List.copyOf(topics),
                    Hex.bytes("data", log.path("data").asString(""))));
        }
        return List.copyOf(logs);
    }

    private <T> T ask(Panel.Asking<T> asking) throws Undecided, InterruptedException {
        ChainReader.Session fresh = new ChainReader.Session(
                session.chosen(),
                session.readings(),
                Panel.deadline(reader.settings().timeLimit()));
        return reader.ask(fresh, asking, ignored -> "tells another history").answer();
    }
}
