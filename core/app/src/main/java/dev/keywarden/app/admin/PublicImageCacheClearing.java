package dev.keywarden.app.admin;

import com.google.protobuf.Empty;
import dev.keywarden.rpc.RpcException;
import dev.keywarden.rpc.proto.ClearImageCacheRequest;

/** {@code KMS.ClearImageCache} of the reference's older revision, whose credential stands in the request (section 2.3). */
public final class PublicImageCacheClearing {
    private final ImageCache images;
    private final SecretDigest token;

    /** @param tokenSha256 64 hex digits */
    public PublicImageCacheClearing(ImageCache images, String tokenSha256) {
        this.images = images;
        this.token = SecretDigest.fromHex(tokenSha256);
    }

    /** Clears, if the token is right. */
    public Empty clear(ClearImageCacheRequest request) {
        if (!token.matches(request.getToken())) {
            throw new RpcException("Invalid token");
        }
        images.clear(request.getImageHash(), request.getConfigHash());
        return Empty.getDefaultInstance();
    }
}
