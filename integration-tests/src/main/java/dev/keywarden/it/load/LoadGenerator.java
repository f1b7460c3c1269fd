package dev.keywarden.it.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Plays guests against a node, and says what they saw and what it cost the node. */
public final class LoadGenerator {
    private final LoadOptions options;

    private LoadGenerator(LoadOptions options) {
        this.options = options;
    }

    /** Runs with the arguments that {@link LoadOptions#USAGE} names; ends with 1 if any request failed. */
    public static void main(String... arguments) throws Exception {
        LoadOptions options;
        try {
            options = LoadOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("load: " + e.getMessage() + System.lineSeparator() + LoadOptions.USAGE);
            System.exit(2);
            return;
        }
        LoadResult result = new LoadGenerator(options).run();
        print(result, options);
        System.exit(result.errors() == 0 ? 0 : 1);
    }

    private static void print(LoadResult result, LoadOptions options) throws JsonProcessingException {
        if (options.json()) {
            System.out.println(JsonMapper.builder().build().writeValueAsString(result));
            return;
        }
        if (options.rpc().needsEvidence()) {
            System.out.println("evidence and certificates or requests of " + LoadOptions.GUESTS
                    + " guests were made before the clock started; they take turns");
        }
        System.out.println(LoadResult.HEADINGS);
        System.out.println(result);
    }

    private LoadResult run() throws SSLException, InterruptedException, ExecutionException {
        List<SslContext> guests = options.rpc().attested()
                ? Guests.attested(
                        options.url().toString(),
                        options.seed(),
                        LoadOptions.GUESTS,
                        options.rpc().asPeer())
                : Guests.anonymous();
        List<String> bodies = options.rpc().attestedInBody()
                ? Guests.signingRequests(options.seed(), LoadOptions.GUESTS)
                : List.of(options.rpc().body());
        // One thread: the server has the rest of the machine.
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            return measure(loop, guests, bodies);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    private LoadResult measure(EventLoopGroup loop, List<SslContext> guests, List<String> bodies)
            throws InterruptedException, ExecutionException {
        ServerProcess server = new ServerProcess(options.serverPid());
        Measurement measurement = new Measurement();
        Iterator<SslContext> identities = endless(guests);
        Iterator<String> endlessBodies = endless(bodies);
        Bootstrap bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class);
        List<ClosedLoopClient> clients = IntStream.range(0, options.clients())
                .mapToObj(i -> new ClosedLoopClient(
                        bootstrap,
                        options.url(),
                        options.rpc(),
                        options.keepConnections(),
                        identities,
                        endlessBodies,
                        measurement))
                .toList();
        on(loop, () -> {
            clients.forEach(ClosedLoopClient::connect);
            return clients;
        });
        Thread.sleep(options.warmUp());
        Duration cpuBefore = server.cpu();
        long from = on(loop, () -> {
            measurement.restart();
            return System.nanoTime();
        });
        Thread.sleep(options.duration());
        return on(loop, () -> {
            Duration elapsed = Duration.ofNanos(System.nanoTime() - from);
            Duration cpu = server.cpu().minus(cpuBefore);
            clients.forEach(ClosedLoopClient::stop);
            return result(measurement, elapsed, cpu, server.residentMebibytes());
        });
    }

    private static <T> Iterator<T> endless(List<T> elements) {
        return Stream.generate(() -> elements).flatMap(List::stream).iterator();
    }

    /** Everything that clients touch is touched on their event loop. */
    private static <T> T on(EventLoopGroup loop, Callable<T> work) throws InterruptedException, ExecutionException {
        return loop.submit(work).get();
    }

    private LoadResult result(Measurement measured, Duration elapsed, Duration cpu, long residentMebibytes) {
        long requests = measured.requests();
        return new LoadResult(
                options.rpc().method(),
                options.keepConnections() ? "kept" : "new",
                options.clients(),
                requests,
                requests * 1e9 / elapsed.toNanos(),
                measured.millisAt(50),
                measured.millisAt(99),
                measured.millisAt(99.9),
                measured.errors(),
                measured.firstError(),
                (double) cpu.toMillis() / Math.max(1, requests + measured.errors()),
                residentMebibytes);
    }
}
