package dev.keywarden.rpc;

/** What goes back: a status, a content type, and the body. */
public final class PrpcResponse {
    static final String JSON = "application/json";
    static final String PROTOBUF = "application/octet-stream";

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final int status;
    private final String contentType;
    private final byte[] body;

    private PrpcResponse(int status, boolean json, byte[] body) {
        this.status = status;
        this.contentType = json ? JSON : PROTOBUF;
        this.body = body;
    }

    static PrpcResponse success(boolean json, byte[] body) {
        return new PrpcResponse(OK, json, body);
    }

    /** A failure in the shape of wire-protocol.md section 1.4. */
    static PrpcResponse failure(boolean json, String text) {
        return new PrpcResponse(BAD_REQUEST, json, json ? JsonCodec.error(text) : ProtobufCodec.error(text));
    }

    /** 200 or 400; the protocol knows no other. */
    public int status() {
        return status;
    }

    /** {@code application/json} or {@code application/octet-stream}. */
    public String contentType() {
        return contentType;
    }

    /**
     * The body itself and not a copy. It may hold released keys and belongs to the taker, who overwrites it once it is
     * sent.
     */
    public byte[] body() {
        return body;
    }
}
