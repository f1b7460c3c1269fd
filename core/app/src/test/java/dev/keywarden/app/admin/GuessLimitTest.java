package dev.keywarden.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class GuessLimitTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final GuessLimit limit = new GuessLimit(() -> now);

    @Test
    void listensToAHundredGuessesAndThenToOneASecond() {
        for (int i = 0; i < GuessLimit.AT_ONCE; i++) {
            assertThat(limit.listensTo("a")).isTrue();
            limit.wrong("a");
        }
        assertThat(limit.listensTo("a")).isFalse();
        assertThat(limit.listensTo("b")).isTrue();

        now = now.plusMillis(1);
        assertThat(limit.listensTo("a")).isTrue();
        limit.wrong("a");
        assertThat(limit.listensTo("a")).isFalse();
        now = now.plusMillis(999);
        assertThat(limit.listensTo("a")).isFalse();
        now = now.plusMillis(2);
        assertThat(limit.listensTo("a")).isTrue();

        now = now.plusSeconds(200);
        for (int i = 0; i < GuessLimit.AT_ONCE; i++) {
            assertThat(limit.listensTo("a")).isTrue();
            limit.wrong("a");
        }
        assertThat(limit.listensTo("a")).isFalse();
    }

    /** Whoever comes from everywhere can't fill the memory, and can't make room for one who guesses from one place. */
    @Test
    void remembersThoseWhoGuessedLast() {
        for (int i = 0; i < GuessLimit.AT_ONCE; i++) {
            limit.wrong("a");
        }
        for (int i = 0; i < 10_000; i++) {
            limit.wrong("other " + i);
            assertThat(limit.listensTo("a")).isFalse();
        }
    }
}
