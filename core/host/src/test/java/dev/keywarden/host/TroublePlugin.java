package dev.keywarden.host;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import dev.keywarden.spi.PluginException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An authorizer that does to its process whatever the method of a request says; otherwise it allows one app. */
public final class TroublePlugin implements KeywardenPlugin, Authorizer {
    /** What it may be told. */
    public record TroubleSettings(
            @Nullable Boolean failAtStart, @Nullable Boolean exitAtStart, List<Map<String, Path>> tree) {}

    private @Nullable PluginContext context;

    /** For the loader. */
    public TroublePlugin() {}

    @Override
    public List<Authorizer> authorizers(PluginContext given) {
        context = given;
        TroubleSettings settings = given.settings(TroubleSettings.class);
        if (Boolean.TRUE.equals(settings.failAtStart())) {
            throw new PluginException(PluginException.Kind.MISCONFIGURED, "fail_at_start was set");
        }
        if (Boolean.TRUE.equals(settings.exitAtStart())) {
            System.exit(9);
        }
        return List.of(this);
    }

    @Override
    public String name() {
        return "trouble";
    }

    @Override
    public AuthorityInfo authorityInfo() {
        return new AuthorityInfo("gateway", null, 7L, null);
    }

    @Override
    @SuppressWarnings("NullAway") // null is one of the troubles
    public Decision authorize(AuthorizationRequest request) {
        switch (request.method()) {
            case "exit" -> System.exit(7);
            case "heap" -> fill();
            case "spin" -> spin();
            case "wait" -> pause();
            case "throw" -> throw new IllegalStateException("secret of a stranger");
            case "unable" -> throw new PluginException(PluginException.Kind.UNAVAILABLE, "the source is away");
            case "count" -> count();
            default -> {}
        }
        if (request.method().equals("null")) {
            return null;
        }
        Map<String, String> evidence = Map.of(
                "user", System.getProperty("user.name"),
                "networks", networks(),
                "pid", Long.toString(ProcessHandle.current().pid()),
                "environment", System.getenv().keySet().toString(),
                "text", request.bootInfo().tcbStatus(),
                "claims", request.claims().toString(),
                "time", request.time() + " " + request.deadline());
        return request.bootInfo().appId().toHex().startsWith("a4")
                ? new Decision.Allow("any", new Decision.Reason("trouble.ok", "fine"), evidence)
                : new Decision.Deny(List.of(new Decision.Reason("trouble.no", "not this one")), evidence);
    }

    private static String networks() {
        try {
            return java.net.NetworkInterface.networkInterfaces()
                    .map(java.net.NetworkInterface::getName)
                    .sorted()
                    .toList()
                    .toString();
        } catch (java.net.SocketException e) {
            return "[]";
        }
    }

    private void count() {
        if (context != null) {
            context.meter().count("questions_total", 2);
            context.meter().count("Not A Name", 1);
            context.logger().log(System.Logger.Level.WARNING, "asked {0}", "something");
        }
    }

    private static void fill() {
        List<byte[]> all = new ArrayList<>();
        while (!all.isEmpty() || all.add(new byte[1])) {
            all.add(new byte[1 << 20]);
        }
    }

    private static void spin() {
        while (System.nanoTime() != 0) {
            Thread.onSpinWait();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(PluginException.Kind.UNAVAILABLE, "interrupted", e);
        }
    }
}
