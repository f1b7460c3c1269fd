package dev.keywarden.app.admin;

import com.google.protobuf.Empty;
import dev.keywarden.host.GenerationReport;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.AdminClearImageCacheRequest;
import dev.keywarden.rpc.proto.GenerationsResponse;
import dev.keywarden.rpc.proto.PluginGeneration;

/** The service of the admin listener. */
public final class AdminService {
    private final ImageCache images;
    private final PluginAdministration plugins;

    public AdminService(ImageCache images, PluginAdministration plugins) {
        this.images = images;
        this.plugins = plugins;
    }

    /** The methods by name, for the dispatcher. Whoever gets here has shown credentials. */
    public PrpcService<PeerConnection> methods() {
        return PrpcService.<PeerConnection>named("Admin")
                .method("ClearImageCache", AdminClearImageCacheRequest.getDefaultInstance(), this::clearImageCache)
                .method("Generations", Empty.getDefaultInstance(), (request, call) -> generations())
                .method("Reload", Empty.getDefaultInstance(), (request, call) -> changed(plugins.reload()))
                .method("Rollback", Empty.getDefaultInstance(), (request, call) -> changed(plugins.rollback()))
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

    private Empty clearImageCache(AdminClearImageCacheRequest request, RpcCall<PeerConnection> call) {
        images.clear(request.getImageHash(), request.getConfigHash());
        return Empty.getDefaultInstance();
    }
}
