package dev.keywarden.app.service;

import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Decision;
import java.util.Map;

/** The authorizer that is part of the application: allows everything (wire protocol, section 4.3). */
public final class DevAuthorizer implements Authorizer {
    private final String gatewayAppId;

    /**
     * Settings of {@code [core.authorization.dev]} or the reference's {@code [core.auth_api.dev]}.
     *
     * @param gatewayAppId the gateway every app may trust; {@code any} by default
     */
    public record Settings(String gatewayAppId) {}

    public DevAuthorizer(Settings settings) {
        this.gatewayAppId = settings.gatewayAppId();
    }

    @Override
    public String name() {
        return "dev";
    }

    @Override
    public Decision authorize(AuthorizationRequest request) {
        return new Decision.Allow(gatewayAppId, new Decision.Reason("dev.always_allowed", ""), Map.of());
    }

    @Override
    public AuthorityInfo authorityInfo() {
        return new AuthorityInfo(gatewayAppId, null, null, null);
    }
}
