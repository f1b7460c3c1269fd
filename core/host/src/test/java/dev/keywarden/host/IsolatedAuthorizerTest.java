package dev.keywarden.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import dev.keywarden.spi.Subject;
import dev.keywarden.testkit.BootInfoBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an authorizer may do to its process, and that the node survives it. */
@Timeout(120)
final class IsolatedAuthorizerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final BootInfo MACHINE = BootInfoBuilder.machine().build();

    private final Path folder;
    private final IsolatedProcesses.Figures figures = new IsolatedProcesses.Figures();
    private IsolatedAuthorizer authorizer;

    IsolatedAuthorizerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void open() throws Exception {
        authorizer = IsolatedProcesses.open(folder, IsolatedProcesses.SMALL, IsolatedProcesses.SETTINGS, figures);
    }

    @AfterEach
    void close() {
        authorizer.close();
    }

    private Decision ask(String method) {
        return ask(authorizer, method);
    }

    private static Decision ask(Authorizer authorizer, String method) {
        return authorizer.authorize(IsolatedProcesses.question(method, Subject.APP, MACHINE));
    }

    private Map<String, String> evidence() {
        return ((Decision.Allow) ask("GetAppKey")).evidence();
    }

    private long pid() {
        return Long.parseLong(evidence().getOrDefault("pid", "0"));
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private boolean answers() {
        try {
            return ask("GetAppKey") instanceof Decision.Allow;
        } catch (PluginException e) {
            assertThat(e.kind()).isEqualTo(PluginException.Kind.UNAVAILABLE);
            return false;
        }
    }

    @Test
    void answersFromAnotherProcessThatKnowsNothingOfThisOnesEnvironment() {
        Map<String, String> evidence = evidence();
        assertThat(evidence.get("pid"))
                .isNotEqualTo(Long.toString(ProcessHandle.current().pid()));
        // What the JVM or the loader of the system sets themselves is no secret of the node's.
        assertThat(evidence.get("environment")).doesNotContain("PATH", "HOME", "TOKEN");
        assertThat(evidence.get("claims")).contains("fmspc", "HARDWARE");
        assertThat(evidence.get("time")).isEqualTo("1970-01-01T00:00:00Z " + java.time.Instant.MAX);
        assertThat(authorizer.authorityInfo().gatewayAppId()).isEqualTo("gateway");
        assertThat(authorizer.authorityInfo().chainId()).isEqualTo(7);
        assertThat(authorizer.authorityInfo().kmsContractAddress()).isNull();
    }

    /** Text that no encoding knows must meet the same policy on either side. */
    @Test
    void carriesWhateverAMachineSaysUnchanged() {
        String odd = "\u0000\n\ud800\u2028" + "x".repeat(70_000);
        Decision.Allow allow = (Decision.Allow) authorizer.authorize(IsolatedProcesses.question(
                "GetAppKey",
                Subject.APP,
                BootInfoBuilder.machine().tcbStatus(odd).build()));
        assertThat(allow.evidence().get("text")).isEqualTo(odd);
    }

    @Test
    void survivesExitAndStartsAgain() {
        long before = pid();
        assertThatThrownBy(() -> ask("exit"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.UNAVAILABLE))
                .hasMessageContaining("ended with exit code 7");
        await("a new process", this::answers);
        assertThat(pid()).isNotEqualTo(before);
        assertThat(figures.counted()).contains("restarts_total 1");
    }

    @Test
    void survivesAHeapThatIsFull() {
        assertThatThrownBy(() -> ask("heap")).hasMessageContaining("ended with exit code 3");
        await("a new process", this::answers);
    }

    /** Under the guard of the chain: the answer is there at the deadline, and what ignores its interrupt is killed. */
    @Test
    void killsAProcessThatHangsAndAnswersWithinTheDeadline() {
        long before = pid();
        GuardedCalls guard = new GuardedCalls(
                "authorizer trouble", IsolatedAuthorizerTest.class.getClassLoader(), Duration.ofMillis(300));
        long start = System.nanoTime();
        assertThatThrownBy(() -> guard.call(() -> ask("spin"))).hasMessageContaining("did not answer within 300 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        await("the end of the process", () -> !isAlive(before));
        await("a new process", this::answers);
    }

    @Test
    void lettingGoOfOneCallLeavesTheProcessAlone() throws InterruptedException {
        long before = pid();
        GuardedCalls guard = new GuardedCalls(
                "authorizer trouble", IsolatedAuthorizerTest.class.getClassLoader(), Duration.ofMillis(100));
        assertThatThrownBy(() -> guard.call(() -> ask("wait"))).hasMessageContaining("did not answer");
        Thread.sleep(IsolatedSession.GRACE.multipliedBy(2));
        assertThat(pid()).isEqualTo(before);
    }

    @Test
    void tellsWhoeverFailedAndNotWhatAStrangerSays() {
        assertThatThrownBy(() -> ask("throw"))
                .isInstanceOfSatisfying(
                        PluginException.class, e -> assertThat(e.kind()).isEqualTo(PluginException.Kind.INTERNAL))
                .hasMessage("failed with java.lang.IllegalStateException");
        assertThatThrownBy(() -> ask("null")).isInstanceOf(PluginException.class);
        assertThatThrownBy(() -> ask("unable")).hasMessage("the source is away");
        assertThat(answers()).isTrue();
    }

    @Test
    void carriesFiguresButNoNamesThatNobodyChose() {
        ask("count");
        await("the figure", () -> figures.counted().contains("questions_total 2"));
        assertThat(figures.counted()).noneMatch(figure -> figure.contains("Not A Name"));
    }

    @Test
    void pausesLongerEachTimeItEnds() {
        List<Duration> away = new ArrayList<>();
        for (int time = 0; time < 3; time++) {
            assertThatThrownBy(() -> ask("exit")).isInstanceOf(PluginException.class);
            long ended = System.nanoTime();
            await("a new process", this::answers);
            away.add(Duration.ofNanos(System.nanoTime() - ended));
        }
        assertThat(away.get(2)).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void endsItsProcessWhenClosed() {
        long process = pid();
        authorizer.close();
        assertThat(isAlive(process)).isFalse();
        assertThatThrownBy(() -> ask("GetAppKey")).isInstanceOf(PluginException.class);
    }

    @Test
    void saysWhyItCannotBegin() {
        Map<String, Object> failing = Map.of("tree", List.of(), "fail_at_start", true);
        assertThatThrownBy(() -> IsolatedProcesses.open(folder, IsolatedProcesses.SMALL, failing, figures))
                .hasMessage("fail_at_start was set");
        Map<String, Object> exiting = Map.of("tree", List.of(), "exit_at_start", true);
        assertThatThrownBy(() -> IsolatedProcesses.open(folder, IsolatedProcesses.SMALL, exiting, figures))
                .hasMessageContaining("exit code 9");
        Map<String, Object> unknown = Map.of("tree", List.of(), "fail_at_strat", true);
        assertThatThrownBy(() -> IsolatedProcesses.open(folder, IsolatedProcesses.SMALL, unknown, figures))
                .hasMessageContaining("core.authorization.trouble.fail_at_strat is not a known key");
    }

    /** The chain does not see the difference, and this process never loads a class of the plugin. */
    @Test
    void decidesInAChainWithoutBeingLoadedHere() {
        PluginHostSettings settings = PluginHostSettings.builder(folder, folder, InstantSource.system())
                .trust(TrustMode.ANY)
                .chain(List.of("trouble"))
                .authorizationSettings(Map.of("trouble", IsolatedProcesses.SETTINGS))
                .isolated(Map.of("trouble", IsolatedProcesses.SMALL), new SecureRandom())
                .build();
        try (PluginHost host = PluginHost.load(settings)) {
            assertThat(host.loaders()).isEmpty();
            assertThat(host.chain().decide(Questions.any()).answers().getFirst().authorizer())
                    .isEqualTo("trouble");
        }
    }

    /** What the system does not let a node do is refused when it starts, and never left out. */
    @Test
    void keepsItsProcessFromTheNetworkOrRefuses() throws Exception {
        Isolation offline = new Isolation(32, null, false);
        try (IsolatedAuthorizer fenced = IsolatedProcesses.open(folder, offline, IsolatedProcesses.SETTINGS, figures)) {
            Decision.Allow allow = (Decision.Allow) ask(fenced, "GetAppKey");
            assertThat(allow.evidence().get("networks")).isIn("[]", "[lo]");
        } catch (PluginException e) {
            assertThat(e).hasMessageContaining("its process can't be started");
        }
    }

    @Test
    void runsItsProcessAsAnotherUserOrRefuses() throws Exception {
        Isolation other = new Isolation(32, "nobody", true);
        try (IsolatedAuthorizer fenced = IsolatedProcesses.open(folder, other, IsolatedProcesses.SETTINGS, figures)) {
            Decision.Allow allow = (Decision.Allow) ask(fenced, "GetAppKey");
            assertThat(allow.evidence().get("user")).isEqualTo("nobody");
        } catch (PluginException e) {
            assertThat(e).hasMessageContaining("its process can't be started");
        }
    }

    @Test
    void refusesAnIsolationThatCannotBe() {
        assertThatThrownBy(() -> new Isolation(1, null, true)).hasMessageContaining("16 megabytes or more");
        assertThatThrownBy(() -> new Isolation(32, "x; rm", true)).hasMessageContaining("name of a user");
        Isolation nobodyThere = new Isolation(32, "no-such-user", true);
        assertThatThrownBy(() -> IsolatedProcesses.open(folder, nobodyThere, IsolatedProcesses.SETTINGS, figures))
                .hasMessageContaining("its process can't be started: it did not connect");
    }
}
