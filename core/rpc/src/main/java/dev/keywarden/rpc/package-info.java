/**
 * prpc, the protocol between a key management service and everyone who calls it (wire-protocol.md, sections 1, 2 and 16).
 *
 * <p>The messages are generated from {@code kms.proto} into {@link dev.keywarden.rpc.proto}. A {@link
 * dev.keywarden.rpc.PrpcService} is a table of methods over them; it takes a {@link dev.keywarden.rpc.PrpcRequest}, which
 * is what is left of an HTTP request once sockets and headers are gone, and answers with a {@link
 * dev.keywarden.rpc.PrpcResponse}. Who calls is found out before anything else, by a {@link
 * dev.keywarden.rpc.CallerIdentifier} that looks at the {@link dev.keywarden.rpc.PeerConnection}. Every failure that the
 * caller may read is an {@link dev.keywarden.rpc.RpcException}.
 *
 * <p>{@link dev.keywarden.rpc.JsonCodec} and {@link dev.keywarden.rpc.ProtobufCodec} turn messages into bytes and back;
 * both are driven by the descriptors, so that a new message needs no code here. {@link dev.keywarden.rpc.RaTlsClient} is
 * the other end of the line, and the only class of this module that opens a connection.
 */
@NullMarked
package dev.keywarden.rpc;

import org.jspecify.annotations.NullMarked;
