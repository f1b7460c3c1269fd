package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywarden.spi.PluginException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What the contracts of several parts have in common. */
final class Contracts {
    private static final String NAME = "[a-z][a-z0-9-]*";
    private static final int MAX_MESSAGE_CHARS = 2_000;

    private Contracts() {}

    static void assertIsName(String name) {
        assertThat(name).as("the short name").matches(NAME);
    }

    /** A failure's message reaches people, some of whom did not send what caused it. */
    static void assertIsForPeople(PluginException failure) {
        assertIsForPeople(failure.getMessage());
    }

    static void assertIsForPeople(String sentence) {
        assertThat(sentence).as("what people read").isNotBlank().hasSizeLessThan(MAX_MESSAGE_CHARS);
        assertThat(sentence.chars().filter(Character::isISOControl))
                .as("control characters in: %s", sentence)
                .isEmpty();
    }

    /** Runs calls on virtual threads, all at once, and gives their results in order. */
    static <T> List<T> atOnce(List<Callable<T>> calls) throws InterruptedException {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
        } catch (ExecutionException e) {
            throw new AssertionError("One of many concurrent calls failed: " + e.getCause(), e.getCause());
        }
        return results;
    }
}
