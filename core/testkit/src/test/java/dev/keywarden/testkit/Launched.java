package dev.keywarden.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs single tests of a contract, as JUnit does, and tells how they ended. */
final class Launched {
    private Launched() {}

    /** The names of a contract's tests. */
    static Stream<String> testsOf(Class<?> contract) {
        return Arrays.stream(contract.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName);
    }

    static void assertPasses(Class<?> subclass, String test) {
        assertThat(failures(subclass, test)).as(test).isEmpty();
    }

    static void assertFails(Class<?> subclass, String test) {
        assertThat(failures(subclass, test)).as(test).hasSize(1);
    }

    private static List<Throwable> failures(Class<?> subclass, String test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(subclass, test))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getTestsStartedCount()).as("tests run").isEqualTo(1);
        return listener.getSummary().getFailures().stream()
                .map(TestExecutionSummary.Failure::getException)
                .toList();
    }
}
