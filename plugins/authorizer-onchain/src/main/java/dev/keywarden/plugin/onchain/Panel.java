package dev.keywarden.plugin.onchain;

import dev.keywarden.plugin.onchain.rpc.Provider;
import dev.keywarden.plugin.onchain.rpc.ProviderFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts one question to several providers side by side and counts equal answers.
 *
 * <p>It is over when enough agree: a provider that hangs costs nothing then. One that says something else later is counted
 * and logged all the same.
 */
final class Panel {
    private final Telemetry telemetry;
    private final int needed;
    private final int total;

    /**
     * @param needed how many equal answers make an agreement
     * @param total how many providers there are
     */
    Panel(Telemetry telemetry, int needed, int total) {
        this.telemetry = telemetry;
        this.needed = needed;
        this.total = total;
    }

    /** How one provider is asked. */
    interface Asking<T> {
        T ask(Provider provider) throws ProviderFault;
    }

    /**
     * An agreement.
     *
     * @param answer what was agreed
     * @param agreed names of the providers that said so
     * @param dissent what others said by then, by name
     * @param failed why others said nothing by then, by name
     */
    record Agreement<T>(
            T answer, List<String> agreed, Map<String, String> dissent, Map<String, ProviderFault> failed) {}

    /**
     * Asks.
     *
     * @param whom those that can know
     * @param others why the remaining providers are not asked, by name
     * @param deadline until when to wait, by {@link System#nanoTime()}
     * @param words how an answer is put into words
     * @throws Undecided if too few answered or they said different things
     */
    <T> Agreement<T> ask(
            List<Provider> whom,
            Map<String, ProviderFault> others,
            long deadline,
            Asking<T> asking,
            Function<T, String> words)
            throws Undecided, InterruptedException {
        Ballot<T> ballot = new Ballot<>(whom.size(), others, words);
        for (Provider provider : whom) {
            Thread.ofVirtual().name("onchain-" + provider.name()).start(() -> ballot.run(provider, asking));
        }
        return ballot.await(deadline, whom);
    }

    /** One vote under way. */
    private final class Ballot<T> {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Map<T, List<String>> answers = new LinkedHashMap<>();
        private final Map<String, ProviderFault> faults;
        private final int asked;
        private final Function<T, String> words;
        private int answered;
        private boolean closed;

        Ballot(int asked, Map<String, ProviderFault> others, Function<T, String> words) {
            this.asked = asked;
            this.faults = new TreeMap<>(others);
            this.words = words;
        }

        void run(Provider provider, Asking<T> asking) {
            long start = System.nanoTime();
            T answer = null;
            ProviderFault fault = null;
            try {
                answer = asking.ask(provider);
            } catch (ProviderFault e) {
                fault = e;
            } catch (RuntimeException e) {
                fault = new ProviderFault(ProviderFault.Kind.MALFORMED, "answered what broke the plugin: " + e);
            }
            telemetry.read(provider, Duration.ofNanos(System.nanoTime() - start), fault);
            lock.lock();
            try {
                answered++;
                if (answer != null) {
                    if (closed && !answers.containsKey(answer)) {
                        telemetry.disagreed(provider.name() + " " + words.apply(answer));
                    }
                    answers.computeIfAbsent(answer, any -> new ArrayList<>()).add(provider.name());
                } else if (fault != null) {
                    faults.put(provider.name(), fault);
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        Agreement<T> await(long deadline, List<Provider> whom) throws Undecided, InterruptedException {
            lock.lockInterruptibly();
            try {
                T agreed = winner();
                while (agreed == null && answered < asked) {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        break;
                    }
                    // Waits again for whatever is left, so how long this took does not matter.
                    long unused = changed.awaitNanos(left);
                    agreed = winner();
                }
                closed = true;
                whom.forEach(this::missing);
                if (agreed == null) {
                    throw answers.size() > 1 ? split() : Undecided.tooFew(needed, faults);
                }
                return agreement(agreed);
            } finally {
                lock.unlock();
            }
        }

        private void missing(Provider provider) {
            boolean said = answers.values().stream().anyMatch(names -> names.contains(provider.name()));
            if (!said) {
                faults.putIfAbsent(
                        provider.name(), new ProviderFault(ProviderFault.Kind.TIMEOUT, "has not answered yet"));
            }
        }

        /** With so few needed that two camps could both be enough, any other answer spoils it. */
        private @Nullable T winner() {
            for (Map.Entry<T, List<String>> entry : answers.entrySet()) {
                if (entry.getValue().size() >= needed && (2 * needed > total || answers.size() == 1)) {
                    return entry.getKey();
                }
            }
            return null;
        }

        private Undecided split() {
            Map<String, String> said = said();
            telemetry.disagreed(String.join("; ", said.keySet()));
            faults.forEach((name, fault) -> said.put(name, fault.getMessage()));
            return Undecided.disagreement(needed, said);
        }

        private Map<String, String> said() {
            Map<String, String> said = new TreeMap<>();
            answers.forEach((answer, names) -> names.forEach(name -> said.put(name, words.apply(answer))));
            return said;
        }

        private Agreement<T> agreement(T answer) {
            List<String> names = List.copyOf(answers.getOrDefault(answer, List.of()));
            Map<String, String> dissent = said();
            names.forEach(dissent::remove);
            if (!dissent.isEmpty()) {
                telemetry.disagreed(dissent.toString());
            }
            return new Agreement<>(answer, names, Map.copyOf(dissent), Map.copyOf(faults));
        }
    }

    /** The time at which a wait of this length ends. */
    static long deadline(Duration wait) {
        return System.nanoTime() + TimeUnit.NANOSECONDS.convert(wait);
    }
}
