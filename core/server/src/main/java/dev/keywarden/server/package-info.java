/**
 * The listeners: TLS, HTTP, routing and limits. The only place that knows sockets; everything it serves comes to it through
 * the interfaces of {@link dev.keywarden.rpc} and as {@link dev.keywarden.server.Page}s.
 *
 * <p>A {@link dev.keywarden.server.KeywardenServer} owns the threads and the limits; it opens any number of {@link
 * dev.keywarden.server.Listener}s, plain or TLS, each for one {@link dev.keywarden.server.Site}. What happens to a connection
 * is a straight line, one class for each step:
 *
 * <ol>
 *   <li>{@code AlpnGate} reads the greeting and refuses clients that don't speak HTTP/1.1;
 *   <li>{@code TlsEngine} does the handshake; a client certificate is asked for, never required, and accepted whoever issued
 *       it: the decision rests on the evidence inside;
 *   <li>{@code RequestDecoder} takes requests apart, one at a time;
 *   <li>{@code ConnectionHandler} collects the body, keeps the deadlines, and answers in order;
 *   <li>{@code Router} finds what is meant;
 *   <li>{@code Workers} run it on a virtual thread, where it may block. Event loops never do.
 * </ol>
 *
 * <p>Netty is an implementation detail: no type of it shows outside this package.
 */
@NullMarked
package dev.keywarden.server;

import org.jspecify.annotations.NullMarked;
