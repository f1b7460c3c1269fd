package dev.keywarden.app.node;

import dev.keywarden.app.service.OnboardPage;
import dev.keywarden.app.service.OnboardService;
import dev.keywarden.server.Page;
import dev.keywarden.server.Site;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What a node without root keys serves, until somebody says that it is finished (wire protocol, section 10.1). */
final class OnboardingMode {
    private static final long POLL_MILLIS = 100;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Site site;

    /**
     * @param service makes the service, given what its method Finish does
     * @param health what probes get
     */
    OnboardingMode(Function<Runnable, OnboardService> service, Health health) {
        this.site = health.addTo(OnboardPage.addTo(Site.builder()))
                .prpc(service.apply(finished::countDown).methods())
                .page("/finish", () -> {
                    finished.countDown();
                    return Page.text("OK");
                })
                .build();
    }

    Site site() {
        return site;
    }

    void finish() {
        finished.countDown();
    }

    /** Waits until onboarding is finished, or the node is to stop. */
    void await(CountDownLatch stop) {
        try {
            while (!finished.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                if (stop.getCount() == 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
