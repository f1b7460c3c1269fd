package dev.keywarden.server;

import dev.keywarden.rpc.JsseSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.internal.tcnative.SSL;
import java.security.Security;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/**
 * The two TLS implementations and the settings they share, none of them left to a default: TLS 1.2 and 1.3, suites with
 * forward secrecy and authenticated encryption only, HTTP/1.1 by ALPN.
 *
 * <p>A client certificate is requested and never checked beyond the possession of its key: guests send certificates under a
 * temporary authority whose private key is public, or signed by themselves. What counts is the evidence inside, and that is
 * checked where it is used.
 *
 * <p>No session is ever resumed. A TLS 1.3 ticket carries the client's certificate; between 33,000 and 64,000 bytes of
 * certificate it gets too long and the first write of the connection fails. Switching the session cache off does not stop
 * tickets, so they are switched off for each engine. And so every connection proves its evidence anew.
 */
enum TlsEngine {
    BORINGSSL {
        @Override
        String label() {
            return OpenSsl.versionString() + " (netty-tcnative)";
        }

        @Override
        SslContext context(TlsIdentity identity, ServerLimits limits) throws SSLException {
            SslContext context = common(new OpenSslCachingX509KeyManagerFactory(IdentityKeyManager.factory(identity)))
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, limits.certificateChainBytes())
                    .option(OpenSslContextOption.GROUPS, GROUPS.toArray(String[]::new))
                    .build();
            ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
            return context;
        }

        @Override
        void neverResume(SslHandler handler) {
            // The engine's own pointer: the context's, given to the method of the same name, ends the process.
            long engine = ((ReferenceCountedOpenSslEngine) handler.engine()).sslPointer();
            SSL.setOptions(engine, SSL.SSL_OP_NO_TICKET);
        }
    },
    SUNJSSE {
        @Override
        String label() {
            return "SunJSSE (JDK " + Runtime.version().feature() + ')';
        }

        @Override
        SslContext context(TlsIdentity identity, ServerLimits limits) throws SSLException {
            return common(IdentityKeyManager.factory(identity))
                    .sslProvider(SslProvider.JDK)
                    .sslContextProvider(Security.getProvider("SunJSSE"))
                    .build();
        }

        @Override
        void neverResume(SslHandler handler) {
            // JsseSettings switches tickets off for the process; what is left is the cache of TLS 1.2.
            handler.handshakeFuture()
                    .addListener(done -> handler.engine().getSession().invalidate());
        }
    };

    /** The only protocol spoken; the reference would prefer h2. */
    static final String HTTP_1_1 = "http/1.1";

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");
    private static final List<String> GROUPS = List.of("X25519", "P-256", "P-384");
    private static final List<String> SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    static TlsEngine choose(TlsProvider provider) {
        JsseSettings.apply();
        return provider == TlsProvider.NATIVE_IF_POSSIBLE && OpenSsl.isAvailable() ? BORINGSSL : SUNJSSE;
    }

    abstract String label();

    /** A context that shows {@code identity}; to be released by the caller. */
    abstract SslContext context(TlsIdentity identity, ServerLimits limits) throws SSLException;

    /** Takes care that nobody comes back with a session of this connection. */
    abstract void neverResume(SslHandler handler);

    /** The handler of one connection. Its deadlines are kept by {@link ConnectionHandler}, not by itself. */
    SslHandler handler(SslContext context, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeout(0, TimeUnit.MILLISECONDS);
        neverResume(handler);
        return handler;
    }

    private static SslContextBuilder common(KeyManagerFactory keys) {
        return SslContextBuilder.forServer(keys)
                .protocols(VERSIONS)
                .ciphers(SUITES)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        HTTP_1_1));
    }
}
