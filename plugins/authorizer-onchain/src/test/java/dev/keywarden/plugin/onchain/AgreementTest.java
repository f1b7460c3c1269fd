package dev.keywarden.plugin.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who must say the same, at which block, and what a liar, a laggard and a sleeper can do. */
@Timeout(60)
final class AgreementTest {
    private final Nodes nodes = Nodes.of(3);

    @AfterEach
    void close() throws Exception {
        nodes.close();
    }

    private Decision decide() {
        return nodes.authorizer().authorize(Nodes.app());
    }

    private NodeDouble lie(int index, boolean allowed) {
        return nodes.get(index).call((data, to) -> Encoded.verdict(allowed, allowed ? "" : "so I say"));
    }

    @Test
    void oneLiarIsOutvotedByTwo() {
        lie(1, false);
        assertThat(Nodes.outcome(decide())).isEqualTo("allowed");
        nodes.all().forEach(node -> node.call((data, to) -> Encoded.verdict(false, "no")));
        lie(1, true);
        assertThat(Nodes.outcome(decide())).isEqualTo("onchain.denied");
    }

    @Test
    void oneLiarDeniesWhereAllMustAgreeAndIsNamed() {
        nodes.agree = 3;
        lie(1, false);
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.providers_disagree");
        assertThat(Nodes.message(decision))
                .contains(nodes.get(0).shown() + " allows")
                .contains(nodes.get(1).shown() + " denies (so I say)")
                .contains(nodes.get(2).shown() + " allows");
        assertThat(nodes.context().counted("disagreements_total")).isPositive();
    }

    @Test
    void twoLiarsOfThreeWin() {
        lie(0, false);
        lie(1, false);
        assertThat(Nodes.outcome(decide())).isEqualTo("onchain.denied");
    }

    @Test
    void aHangingProviderIsNotWaitedFor() {
        nodes.get(2).hang();
        OnchainAuthorizer authorizer = nodes.authorizer();
        long start = System.nanoTime();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(nodes.timeout);
    }

    @Test
    void aProviderThatHangsOnlyWhenAskedAboutTheContractIsNotWaitedForEither() {
        CompletableFuture<Object> never = new CompletableFuture<>();
        nodes.get(2).call((data, to) -> never.join());
        assertThat(Nodes.outcome(decide())).isEqualTo("allowed");
        never.complete("0x");
    }

    @Test
    void twoThatAreDownLeaveTooFewAndEachSaysWhy() {
        nodes.get(0).close();
        nodes.get(2).body(text -> "<html>");
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.too_few_answers");
        assertThat(((Decision.Deny) decision).reasons())
                .extracting(Decision.Reason::code)
                .contains("onchain.provider_unreachable", "onchain.provider_malformed");
    }

    @Test
    void halfThatAgreeAreSpoiltByAnyOtherAnswer() {
        nodes.agree = 1;
        lie(0, false);
        nodes.get(1).hang();
        nodes.get(2).hang();
        assertThat(Nodes.outcome(decide())).isEqualTo("onchain.denied");
    }

    @Test
    void decidesAtTheHighestBlockThatEnoughHave() {
        nodes.get(0).head(103);
        nodes.get(1).head(101);
        assertThat(((Decision.Allow) decide()).evidence()).containsEntry("block_number", "101");
    }

    @Test
    void oneProviderCanNeitherPushTheBlockAheadNorHoldItBack() {
        nodes.get(0).head(104);
        assertThat(((Decision.Allow) decide()).evidence()).containsEntry("block_number", "100");
        nodes.get(1).head(3);
        assertThat(((Decision.Allow) decide()).evidence()).containsEntry("block_number", "100");
    }

    @Test
    void twoStuckProvidersCannotKeepThePastAlive() {
        nodes.now(Instant.ofEpochSecond(NodeDouble.time(5000)));
        nodes.get(0).head(5000);
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.stale");
    }

    @Test
    void twoBranchesDisagree() {
        nodes.agree = 3;
        nodes.get(1).fork("other");
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.providers_disagree");
        assertThat(Nodes.message(decision)).contains(nodes.get(1).hash(100));
    }

    @Test
    void neverDecidesAtAnOlderBlockThanBefore() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        nodes.get(0).head(102);
        nodes.get(1).head(102);
        // The two that answer first decide, and one of them may be the one that lags.
        while (!((Decision.Allow) authorizer.authorize(Nodes.app())).evidence().containsValue("102")) {
            Thread.onSpinWait();
        }
        nodes.get(1).hang();
        nodes.timeout = Duration.ofMillis(500);
        Decision decision = authorizer.authorize(Nodes.app());
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.head_went_back");
    }

    @Test
    void readsAgainAtAnotherBlockWhenOneGoesAwayUnderTheReading() {
        nodes.polling = Duration.ofSeconds(30);
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(((Decision.Allow) authorizer.authorize(Nodes.app())).evidence())
                .containsEntry("block_hash", nodes.get(0).hash(100));
        nodes.all().forEach(node -> node.fork("other"));
        Decision decision =
                authorizer.authorize(dev.keywarden.testkit.Requests.app(dev.keywarden.testkit.BootInfoBuilder.machine()
                        .instanceId("01".repeat(20))
                        .build()));
        assertThat(((Decision.Allow) decision).evidence())
                .containsEntry("block_hash", nodes.get(0).hash(100));
    }

    @Test
    void deniesWhenTheBlockGoesAwayAgain() {
        nodes.all().forEach(node -> node.call((data, to) -> new NodeDouble.Failure(-32000, "header not found", null)));
        Decision decision = decide();
        assertThat(Nodes.outcome(decision)).isEqualTo("onchain.reorganized");
    }

    @Test
    void manyQuestionsAboutFewSubjectsCostOneReadEachPerBlockAndProvider() {
        nodes.polling = Duration.ofSeconds(30);
        OnchainAuthorizer authorizer = nodes.authorizer();
        List<CompletableFuture<Decision>> decisions = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            String instance = "%02x".formatted(i % 50).repeat(20);
            decisions.add(CompletableFuture.supplyAsync(
                    () -> authorizer.authorize(
                            dev.keywarden.testkit.Requests.app(dev.keywarden.testkit.BootInfoBuilder.machine()
                                    .instanceId(instance)
                                    .build())),
                    Thread::startVirtualThread));
        }
        assertThat(decisions).allSatisfy(decision -> assertThat(Nodes.outcome(decision.join()))
                .isEqualTo("allowed"));
        assertThat(nodes.all()).allSatisfy(node -> assertThat(node.questions()).isLessThanOrEqualTo(50));
        assertThat(nodes.context().counted("reused_reads_total")).isEqualTo(950);
    }

    @Test
    void aNewBlockIsReadAnew() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        assertThat(Nodes.outcome(authorizer.authorize(Nodes.app()))).isEqualTo("allowed");
        nodes.all().forEach(node -> node.head(101).call((data, to) -> Encoded.verdict(false, "removed")));
        Decision decision = authorizer.authorize(Nodes.app());
        assertThat(Nodes.message(decision)).isEqualTo("removed");
        assertThat(((Decision.Deny) decision).evidence()).containsEntry("block_number", "101");
    }

    /** The reference reads an app and its KMS by calls of which each sees the newest block, and joins what they say. */
    @Test
    void defect22EveryReadOfADecisionIsAtOneBlock() {
        OnchainAuthorizer authorizer = nodes.authorizer();
        nodes.all()
                .forEach(node -> node.call((data, to) -> {
                    // The chain goes on under the reading.
                    node.head(101);
                    return Encoded.verdict(true, "");
                }));
        Decision decision = authorizer.authorize(Nodes.app());

        String hash = nodes.get(0).hash(100);
        assertThat(((Decision.Allow) decision).evidence()).containsEntry("block_hash", hash);
        assertThat(nodes.all()).allSatisfy(node -> assertThat(node.readAt()).containsExactly(hash));
    }
}
