package dev.keywarden.host;

import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One life of the process of an isolated authorizer: the calls that are under way in it, and what it says meanwhile. */
final class IsolatedSession implements AutoCloseable {
    /** How long a process may take to give way once nobody waits for an answer any more. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private static final Pattern FIGURE = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final int MAX_FIGURES = 64;
    private static final int MAX_LINE_CHARS = 4_000;

    private final String id;
    private final IsolatedProcess process;
    private final PluginContext.Meter meter;
    private final System.Logger log;
    private final Set<String> figures = ConcurrentHashMap.newKeySet();
    private final Map<Long, Call> calls = new ConcurrentHashMap<>();
    private final AtomicLong next = new AtomicLong();
    private volatile @Nullable String end;

    private static final class Call {
        private final CompletableFuture<Frame> answer = new CompletableFuture<>();
        private volatile long givenUpNanos;
        private volatile boolean givenUp;
    }

    IsolatedSession(String id, IsolatedProcess process, PluginContext.Meter meter) {
        this.id = id;
        this.process = process;
        this.meter = meter;
        this.log = System.getLogger("dev.keywarden.plugin." + id);
    }

    /** Sends the archive, and waits until the authorizer is there. */
    void open(byte[] start) {
        Call opening = new Call();
        calls.put(0L, opening);
        Thread.ofPlatform().daemon().name("isolated-" + id + "-reader").start(this::read);
        send(new Frame(Frame.Type.START, 0, start));
        await(0, opening);
    }

    /** How it ended; {@code null} while it runs. */
    @Nullable String end() {
        return end;
    }

    /**
     * Asks the process.
     *
     * @throws PluginException what the authorizer threw, or that its process could not be asked
     */
    Frame call(Frame.Type type, byte[] payload) {
        long number = next.incrementAndGet();
        Call call = new Call();
        calls.put(number, call);
        String ended = end;
        if (ended != null) {
            calls.remove(number);
            throw unavailable(ended);
        }
        send(new Frame(type, number, payload));
        return await(number, call);
    }

    private void send(Frame frame) {
        if (!process.channel().offer(frame)) {
            calls.remove(frame.call());
            throw unavailable(process.subject() + " does not read what it is asked");
        }
    }

    private Frame await(long number, Call call) {
        try {
            return call.answer.get();
        } catch (InterruptedException e) {
            call.givenUpNanos = System.nanoTime();
            call.givenUp = true;
            process.channel().offer(new Frame(Frame.Type.CANCEL, number, new byte[0]));
            Thread.currentThread().interrupt();
            throw unavailable("the answer was not waited for");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginException failure) {
                // A new one, whose stack is that of whoever asked.
                throw new PluginException(failure.kind(), failure.getMessage(), failure);
            }
            throw new IllegalStateException("calls fail with the one exception of the interface", e);
        }
    }

    private static PluginException unavailable(String why) {
        return new PluginException(PluginException.Kind.UNAVAILABLE, why);
    }

    private void read() {
        try {
            while (true) {
                take(process.channel().read());
            }
        } catch (IOException e) {
            ended(process.ending());
        } catch (RuntimeException e) {
            // It is a stranger's process: what it sends must not end the thread that would notice.
            process.kill();
            ended(process.subject() + " sent what can't be understood, and was killed");
        }
    }

    private void take(Frame frame) {
        switch (frame.type()) {
            case STARTED, DECISION, AUTHORITY_INFO -> finish(frame.call(), frame, null);
            case FAILED -> finish(frame.call(), frame, SpiReader.read(frame.payload(), IsolatedSession::failure));
            case LOG -> SpiReader.read(frame.payload(), this::logged);
            case COUNT, TIME -> SpiReader.read(frame.payload(), reader -> measured(frame.type(), reader));
            default -> throw new IllegalArgumentException("a process does not send " + frame.type());
        }
    }

    private void finish(long number, Frame frame, @Nullable PluginException failure) {
        Call call = calls.remove(number);
        if (call != null && failure == null) {
            call.answer.complete(frame);
        } else if (call != null) {
            call.answer.completeExceptionally(failure);
        }
    }

    private static PluginException failure(SpiReader reader) {
        return new PluginException(PluginException.Kind.valueOf(reader.text()), reader.text());
    }

    private boolean logged(SpiReader reader) {
        System.Logger.Level level = System.Logger.Level.valueOf(reader.text());
        String text = reader.text();
        log.log(
                level == System.Logger.Level.OFF ? System.Logger.Level.INFO : level,
                "{0}",
                text.substring(0, Math.min(text.length(), MAX_LINE_CHARS)));
        return true;
    }

    /** A figure by a name that nobody could have chosen is left out, and so is one too many. */
    private boolean measured(Frame.Type type, SpiReader reader) {
        String name = reader.text();
        long value = reader.number();
        if (value < 0
                || !FIGURE.matcher(name).matches()
                || (figures.size() >= MAX_FIGURES && !figures.contains(name))) {
            return false;
        }
        figures.add(name);
        if (type == Frame.Type.COUNT) {
            meter.count(name, value);
        } else {
            meter.time(name, Duration.ofNanos(value));
        }
        return true;
    }

    private void ended(String why) {
        end = why;
        process.channel().close();
        calls.values().forEach(call -> call.answer.completeExceptionally(unavailable(why)));
        calls.clear();
    }

    /** Kills the process if it still is at what nobody waits for. */
    boolean killIfHanging() {
        long now = System.nanoTime();
        boolean hanging =
                calls.values().stream().anyMatch(call -> call.givenUp && now - call.givenUpNanos > GRACE.toNanos());
        if (hanging) {
            process.kill();
        }
        return hanging;
    }

    @Override
    public void close() {
        process.close();
    }
}
