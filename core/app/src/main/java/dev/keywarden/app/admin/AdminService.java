package dev.keywarden.app.admin;

import com.google.protobuf.Empty;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.PrpcService;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.proto.AdminClearImageCacheRequest;

/** The service of the admin listener. */
public final class AdminService {
    private final ImageCache images;

    public AdminService(ImageCache images) {
        this.images = images;
    }

    /** The methods by name, for the dispatcher. Whoever gets here has shown credentials. */
    public PrpcService<PeerConnection> methods() {
        return PrpcService.<PeerConnection>named("Admin")
                .method("ClearImageCache", AdminClearImageCacheRequest.getDefaultInstance(), this::clearImageCache)
                .build(peer -> peer);
    }

    private Empty clearImageCache(AdminClearImageCacheRequest request, RpcCall<PeerConnection> call) {
        images.clear(request.getImageHash(), request.getConfigHash());
        return Empty.getDefaultInstance();
    }
}
