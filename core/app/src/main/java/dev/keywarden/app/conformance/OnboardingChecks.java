package dev.keywarden.app.conformance;

import dev.keywarden.rpc.proto.AttestationInfoResponse;
import java.util.List;

/** What any node without root keys should do, as far as it can be asked without giving it some (wire protocol, section 10). */
public final class OnboardingChecks {
    private OnboardingChecks() {}

    /** All of them. */
    public static List<Check> all() {
        return List.of(
                new Check("onboarding", "a page is there for people", "10.1", probe -> {
                    Check.require("status", 200, Call.get(probe, "/").status());
                    String type = Call.get(probe, "/").header("content-type");
                    Check.requireThat("content type", type.startsWith("text/html"), type);
                }),
                new Check("onboarding", "the node shows what it measures", "10.5", probe -> {
                    AttestationInfoResponse info = Call.answered(
                            Call.json(probe, "Onboard.GetAttestationInfo", "{}"),
                            AttestationInfoResponse.getDefaultInstance());
                    Check.require(
                            "length of mr_aggregated",
                            32,
                            info.getMrAggregated().size());
                    Check.require("length of device_id", 32, info.getDeviceId().size());
                }),
                new Check(
                        "onboarding",
                        "a domain that is none is refused",
                        "3.6",
                        probe -> Call.refused(
                                Call.json(probe, "Onboard.Bootstrap", "{\"domain\":\"a_b.example\"}"),
                                "domain contains an invalid DNS label")),
                new Check(
                        "onboarding",
                        "an empty domain is refused",
                        "3.6",
                        probe -> Call.refused(
                                Call.json(probe, "Onboard.Onboard", "{\"source_url\":\"https://127.0.0.1:1\"}"),
                                "domain must be a non-empty ASCII DNS name of at most 253 bytes")),
                new Check(
                        "onboarding",
                        "a source that does not answer is reported",
                        "10.3",
                        probe -> Call.refused(
                                Call.json(
                                        probe,
                                        "Onboard.Onboard",
                                        "{\"source_url\":\"https://127.0.0.1:1\",\"domain\":\"kms.test\"}"),
                                "Failed to onboard: Failed to send request: ")),
                new Check(
                        "onboarding",
                        "the RPC service is not there yet",
                        "1.1",
                        probe ->
                                Call.refused(Call.json(probe, "KMS.GetMeta", "{}"), "Service not found: KMS.GetMeta")));
    }
}
