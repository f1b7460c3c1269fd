package dev.keywarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.rpc.PrpcRequest.Body;
import dev.keywarden.server.BodyCollector.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class BodyCollectorTest {
    private static final int KIB = 1024;

    private final BodyBudget budget = new BodyBudget(256 * KIB);

    @Test
    void collectsUpToItsLimitAndNotOneByteMore() {
        BodyCollector exact = new BodyCollector(10, 0, budget);
        assertThat(exact.add(bytes(4))).isEqualTo(Outcome.ADDED);
        assertThat(exact.add(bytes(6))).isEqualTo(Outcome.ADDED);
        assertThat(((Body.Complete) exact.complete()).bytes()).isEqualTo(new byte[] {0, 1, 2, 3, 0, 1, 2, 3, 4, 5});

        BodyCollector over = new BodyCollector(10, 0, budget);
        assertThat(over.add(bytes(4))).isEqualTo(Outcome.ADDED);
        assertThat(over.add(bytes(7))).isEqualTo(Outcome.TOO_LARGE);
        assertThat(((Body.Complete) over.complete()).bytes()).isEmpty();
    }

    @Test
    void takesSmallBodiesFromNobody() {
        new BodyCollector(1024 * KIB, 0, budget).add(bytes(4 * KIB));

        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void sharesTheBudgetAndGivesItBack() {
        BodyCollector first = new BodyCollector(1024 * KIB, 0, budget);
        BodyCollector second = new BodyCollector(1024 * KIB, 0, budget);

        assertThat(first.add(bytes(200 * KIB))).isEqualTo(Outcome.ADDED);
        assertThat(budget.usedBytes()).isEqualTo(196 * KIB);
        assertThat(second.add(bytes(200 * KIB))).isEqualTo(Outcome.NO_MEMORY);
        assertThat(budget.usedBytes()).isEqualTo(196 * KIB);

        first.drop();
        first.drop();
        assertThat(budget.usedBytes()).isZero();
        assertThat(second.add(bytes(200 * KIB))).isEqualTo(Outcome.ADDED);
    }

    @Test
    void growsWithWhatArrives() {
        BodyCollector collector = new BodyCollector(1024 * KIB, 0, budget);
        for (int i = 0; i < 100; i++) {
            assertThat(collector.add(bytes(KIB))).isEqualTo(Outcome.ADDED);
        }

        assertThat(((Body.Complete) collector.complete()).bytes()).hasSize(100 * KIB);
        assertThat(budget.usedBytes()).isLessThanOrEqualTo(128 * KIB);
    }

    @Test
    void takesNoMoreThanWasAnnouncedAndBelievesNoAnnouncement() {
        BodyCollector honest = new BodyCollector(1024 * KIB, 100 * KIB, budget);
        BodyCollector boaster = new BodyCollector(1024 * KIB, 1000L * 1024 * KIB, budget);
        for (int i = 0; i < 100; i++) {
            honest.add(bytes(KIB));
        }
        boaster.add(bytes(KIB));

        assertThat(budget.usedBytes()).isEqualTo(96 * KIB);
    }

    private static ByteBuf bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        return Unpooled.wrappedBuffer(bytes);
    }
}
