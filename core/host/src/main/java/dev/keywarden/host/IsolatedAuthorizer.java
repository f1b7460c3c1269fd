package dev.keywarden.host;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An authorizer in a process of its own (design, section 7).
 *
 * <p>While its process is away it is unavailable, which the chain makes a denial of. A process that ended is started again
 * after a while that doubles each time, up to half a minute; one that is still at what nobody waits for any more is killed.
 */
final class IsolatedAuthorizer implements Authorizer {
    private static final System.Logger LOG = System.getLogger(IsolatedAuthorizer.class.getName());
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** A process that lived this long may be started again at once. */
    private static final Duration SETTLED = Duration.ofSeconds(60);

    private final String id;
    private final Isolation isolation;
    private final byte[] start;
    private final PluginContext.Meter meter;
    private final SecureRandom random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread keeper;

    // Written by the keeper alone once it runs.
    private volatile IsolatedSession session;

    private IsolatedAuthorizer(
            String id, Isolation isolation, byte[] start, PluginContext.Meter meter, SecureRandom random) {
        this.id = id;
        this.isolation = isolation;
        this.start = start;
        this.meter = meter;
        this.random = random;
        this.session = begin();
        this.keeper =
                Thread.ofPlatform().daemon().name("isolated-" + id + "-keeper").unstarted(this::keep);
    }

    /**
     * Starts the process and waits until the authorizer is there.
     *
     * @param archive as it was checked; its bytes are what the process loads
     * @throws PluginException as the plugin's factory throws it, or because the process does not come up
     */
    static IsolatedAuthorizer open(
            PluginArchive archive,
            Isolation isolation,
            Map<String, Object> settings,
            Path scratchRoot,
            PluginContext.Meter meter,
            SecureRandom random) {
        byte[] start = new SpiWriter()
                .text(archive.id())
                .text(scratchRoot.toAbsolutePath().toString())
                .tree(settings)
                .text(archive.entryPoint())
                .files(archive.entries())
                .toBytes();
        IsolatedAuthorizer authorizer = new IsolatedAuthorizer(archive.id(), isolation, start, meter, random);
        authorizer.keeper.start();
        return authorizer;
    }

    private IsolatedSession begin() {
        IsolatedProcess process = IsolatedProcess.start(id, isolation, random);
        IsolatedSession begun = new IsolatedSession(id, process, meter);
        try {
            begun.open(start);
            return begun;
        } catch (PluginException e) {
            process.kill();
            throw e;
        }
    }

    @Override
    public String name() {
        return id;
    }

    @Override
    public Decision authorize(AuthorizationRequest request) {
        byte[] question = new SpiWriter().request(request).toBytes();
        return understood(session.call(Frame.Type.AUTHORIZE, question), Frame.Type.DECISION, SpiReader::decision);
    }

    @Override
    public AuthorityInfo authorityInfo() {
        return understood(
                session.call(Frame.Type.AUTHORITY, new byte[0]), Frame.Type.AUTHORITY_INFO, SpiReader::authority);
    }

    private static <T> T understood(Frame frame, Frame.Type wanted, java.util.function.Function<SpiReader, T> read) {
        try {
            if (frame.type() == wanted) {
                return SpiReader.read(frame.payload(), read);
            }
        } catch (IllegalArgumentException e) {
            throw new PluginException(PluginException.Kind.INTERNAL, "its process answered what is no answer", e);
        }
        throw new PluginException(PluginException.Kind.INTERNAL, "its process answered something else");
    }

    private void keep() {
        Duration pause = FIRST_PAUSE;
        long begun = System.nanoTime();
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                if (session.killIfHanging()) {
                    LOG.log(System.Logger.Level.WARNING, "authorizer {0} hangs; its process was killed", id);
                }
                if (session.end() == null) {
                    continue;
                }
                if (System.nanoTime() - begun > SETTLED.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}; it is started again in {1}",
                        session.end(),
                        DurationText.format(pause));
                meter.count("restarts_total", 1);
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = longer(pause);
                begun = System.nanoTime();
                beginAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beginAgain() {
        try {
            session = begin();
        } catch (PluginException e) {
            LOG.log(System.Logger.Level.WARNING, "authorizer {0} does not come up again: {1}", id, e.getMessage());
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        @Nullable String end = session.end();
        if (end == null) {
            session.close();
        }
    }
}
