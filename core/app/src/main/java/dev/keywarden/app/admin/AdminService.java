package dev.keywarden.app.admin;

import com.google.protobuf.Empty;
import dev.keywarden.app.audit.ShadowJournal;
import dev.keywarden.app.explain.ChainExplainer;
import dev.keywarden.host.AuthorizationChain;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.host.PluginGenerations;
import dev.keywarden.host.PluginListing;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AdminClearImageCacheRequest;
import dev.keywarden.rpc.proto.AdminPlugin;
import dev.keywarden.rpc.proto.ChainResponse;
import dev.keywarden.rpc.proto.ExplainRequest;
import dev.keywarden.rpc.proto.GenerationsResponse;
import dev.keywarden.rpc.proto.PluginGeneration;
import dev.keywarden.rpc.proto.PluginsResponse;
import dev.keywarden.rpc.proto.RecordsRequest;
import dev.keywarden.rpc.proto.ShadowResponse;
import dev.keywarden.rpc.proto.ShadowState;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The service of the admin listener. */
public final class AdminService {
    private final ImageCache images;
    private final PluginAdministration plugins;
    private final ShadowJournal shadows;
    private final AdministrativeActs acts;
    private final Inquiries inquiries;
    private final Supplier<String> requestIds;

    /**
     * @param acts where what administrators do is recorded
     * @param explainer of the chain that decides
     * @param records the log that they may read
     * @param requestIds an id for each request
     */
    public AdminService(
            ImageCache images,
            PluginAdministration plugins,
            ShadowJournal shadows,
            AdministrativeActs acts,
            ChainExplainer explainer,
            Path records,
            Supplier<String> requestIds) {
        this.images = images;
        this.plugins = plugins;
        this.shadows = shadows;
        this.acts = acts;
        this.inquiries = new Inquiries(explainer, records);
        this.requestIds = requestIds;
    }

    /** The methods by name, for the dispatcher. Whoever gets here has shown credentials. */
    public PrpcService<PeerConnection> methods() {
        Empty nothing = Empty.getDefaultInstance();
        return PrpcService.<PeerConnection>named("Admin")
                .requestIds(requestIds)
                .method("ClearImageCache", AdminClearImageCacheRequest.getDefaultInstance(), this::clearImageCache)
                .method("Generations", nothing, (request, call) -> generations())
                .method("Reload", nothing, (request, call) -> acts.record(call, "", () -> changed(plugins.reload())))
                .method(
                        "Rollback",
                        nothing,
                        (request, call) -> acts.record(call, "", () -> changed(plugins.rollback())))
                .method("Plugins", nothing, (request, call) -> plugins())
                .method("Chain", nothing, (request, call) -> chain())
                .method("Shadow", nothing, (request, call) -> shadow())
                .method(
                        "Explain",
                        ExplainRequest.getDefaultInstance(),
                        (request, call) ->
                                acts.record(call, Inquiries.subject(request), () -> inquiries.explain(request)))
                .method(
                        "Records",
                        RecordsRequest.getDefaultInstance(),
                        (request, call) -> acts.record(call, "", () -> inquiries.records(request)))
                .build(peer -> peer);
    }

    private GenerationsResponse generations() {
        return GenerationsResponse.newBuilder()
                .setCurrent(plugins.generation())
                .setOpen(plugins.open())
                .addAllAttempts(
                        plugins.reports().stream().map(AdminService::message).toList())
                .build();
    }

    /** An attempt that failed is an error, so that no script takes it for done. */
    private static PluginGeneration changed(GenerationReport report) {
        report.problem().ifPresent(problem -> {
            throw new RpcException("The plugins stay as they are: " + problem);
        });
        return message(report);
    }

    private static PluginGeneration message(GenerationReport report) {
        return PluginGeneration.newBuilder()
                .setNumber(report.number())
                .setTime(report.time().toString())
                .setCause(report.cause())
                .setPluginSet(report.pluginSet())
                .addAllChain(report.chain())
                .addAllProblems(report.problems())
                .build();
    }

    private PluginsResponse plugins() {
        try (PluginGenerations.Lease lease = plugins.plugins()) {
            return PluginsResponse.newBuilder()
                    .setGeneration(lease.generation())
                    .setPluginSet(lease.host().pluginSetDigest())
                    .addAllPlugins(lease.host().plugins().stream()
                            .map(AdminService::message)
                            .toList())
                    .build();
        }
    }

    private static AdminPlugin message(PluginListing plugin) {
        return AdminPlugin.newBuilder()
                .setId(plugin.id())
                .setVersion(plugin.version())
                .setRequires(plugin.requires())
                .setSha256(plugin.sha256())
                .setStatus(plugin.status())
                .setFile(plugin.file().toString())
                .build();
    }

    private ChainResponse chain() {
        try (PluginGenerations.Lease lease = plugins.plugins()) {
            AuthorizationChain chain = lease.host().chain();
            return ChainResponse.newBuilder()
                    .setGeneration(lease.generation())
                    .addAllChain(chain.authorizers())
                    .setCombine(chain.combine().toString())
                    .addAllShadow(chain.shadows())
                    .build();
        }
    }

    private ShadowResponse shadow() {
        ShadowResponse.Builder response = ShadowResponse.newBuilder();
        shadows.totals()
                .forEach((name, tally) -> response.addShadows(ShadowState.newBuilder()
                        .setName(name)
                        .setAgreed(tally.agreed())
                        .setDiffered(tally.differed())
                        .setDropped(tally.dropped())));
        return response.build();
    }

    private Empty clearImageCache(AdminClearImageCacheRequest request, RpcCall<PeerConnection> call) {
        String details =
                "image_hash \"" + request.getImageHash() + "\", config_hash \"" + request.getConfigHash() + "\"";
        return acts.record(call, details, () -> {
            images.clear(request.getImageHash(), request.getConfigHash());
            return Empty.getDefaultInstance();
        });
    }
}
