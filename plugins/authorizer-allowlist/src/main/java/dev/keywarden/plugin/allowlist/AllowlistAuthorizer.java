package dev.keywarden.plugin.allowlist;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.BootInfo;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.PluginException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides by what is in the file at the time of each question. */
final class AllowlistAuthorizer implements Authorizer {
    static final String NAME = "allowlist";

    private static final Decision.Reason ALLOWED = new Decision.Reason("allowlist.allowed", "");

    private final AllowlistFile file;

    AllowlistAuthorizer(AllowlistFile file) {
        this.file = file;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decision authorize(AuthorizationRequest request) {
        try {
            AllowlistFile.Current now = file.current();
            Refusal refusal = check(now.list(), request);
            if (refusal != null) {
                Map<String, String> evidence = new HashMap<>(now.evidence());
                evidence.putAll(refusal.advice(request.bootInfo(), file.path().toString()));
                return new Decision.Deny(List.of(refusal.reason()), evidence);
            }
            String gatewayAppId = now.list().authority().gatewayAppId();
            boolean namesGateway = gatewayAppId != null && !gatewayAppId.isEmpty();
            return new Decision.Allow(namesGateway ? gatewayAppId : null, ALLOWED, now.evidence());
        } catch (NoAllowlistException e) {
            return new Decision.Deny(List.of(e.reason()), e.evidence());
        } catch (InterruptedException e) {
            throw notWaitedFor(e);
        }
    }

    /**
     * The first check that fails, or null.
     *
     * @implSpec the order of wire protocol, section 4.5. An empty list allows nothing, lists of devices included: there the
     *     reference lets any device in (section 14, defect 3), which takes {@code allowAnyDevice} here
     */
    private static @Nullable Refusal check(Allowlist list, AuthorizationRequest request) {
        BootInfo bootInfo = request.bootInfo();
        if (!list.tcbStatuses().contains(bootInfo.tcbStatus())) {
            return Refusal.TCB_STATUS;
        }
        if (!list.advisoryIds().containsAll(bootInfo.advisoryIds())) {
            return Refusal.ADVISORY;
        }
        if (!list.allowsOsImage(bootInfo.osImageHash())) {
            return Refusal.OS_IMAGE;
        }
        return request.subject().isKms() ? checkKms(list.kms(), bootInfo) : checkApp(list.apps(), bootInfo);
    }

    private static @Nullable Refusal checkKms(Allowlist.Kms kms, BootInfo bootInfo) {
        if (!kms.allowsMeasurement(bootInfo.mrAggregated())) {
            return Refusal.AGGREGATED_MR;
        }
        return kms.allowsDevice(bootInfo.deviceId()) ? null : Refusal.KMS_DEVICE;
    }

    private static @Nullable Refusal checkApp(Allowlist.Apps apps, BootInfo bootInfo) {
        Allowlist.App app = apps.find(bootInfo.appId());
        if (app == null) {
            return Refusal.APP;
        }
        if (!apps.allowsComposeHash(app, bootInfo.composeHash())) {
            return Refusal.COMPOSE_HASH;
        }
        return apps.allowsDevice(app, bootInfo.deviceId()) ? null : Refusal.APP_DEVICE;
    }

    @Override
    public AuthorityInfo authorityInfo() {
        try {
            return file.current().list().authority();
        } catch (NoAllowlistException e) {
            throw new PluginException(
                    PluginException.Kind.UNAVAILABLE, e.reason().message(), e);
        } catch (InterruptedException e) {
            throw notWaitedFor(e);
        }
    }

    private static PluginException notWaitedFor(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new PluginException(
                PluginException.Kind.UNAVAILABLE, "the allowlist was being read, and that was not waited for", e);
    }
}
