package dev.keywarden.server;

import dev.keywarden.rpc.PeerConnection;
import java.io.ByteArrayInputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.security.NoSuchProviderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The other end of one connection. Used by one request at a time; the hand-over between requests goes through the event loop,
 * which orders memory.
 */
final class Peer implements PeerConnection {
    private static final Logger LOG = System.getLogger(Peer.class.getName());

    private final SocketAddress address;
    private final Map<Class<?>, Object> memo = new HashMap<>();
    private @Nullable SSLSession session;
    private @Nullable X509Certificate certificate;
    private boolean certificateRead;

    Peer(SocketAddress address) {
        this.address = address;
    }

    /** The handshake is done. */
    void authenticated(SSLSession tls) {
        session = tls;
    }

    @Override
    public Optional<X509Certificate> certificate() {
        if (!certificateRead) {
            certificate = leaf();
            certificateRead = true;
        }
        return Optional.ofNullable(certificate);
    }

    @Override
    public String remoteAddress() {
        return address.toString();
    }

    @Override
    public <T> T remember(Class<T> key, Supplier<T> maker) {
        Object made = memo.get(key);
        if (made == null) {
            made = maker.get();
            memo.put(key, made);
        }
        return key.cast(made);
    }

    private @Nullable X509Certificate leaf() {
        if (session == null) {
            return null;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length == 0 ? null : parse(chain[0].getEncoded());
        } catch (SSLPeerUnverifiedException e) {
            return null;
        } catch (CertificateException e) {
            LOG.log(Level.DEBUG, () -> "Client certificate from %s can't be parsed and counts as none: %s"
                    .formatted(address, e.getMessage()));
            return null;
        }
    }

    /** By the JDK's parser, the fastest there is and the same whatever provider the process has put first. */
    private static X509Certificate parse(byte[] der) throws CertificateException {
        CertificateFactory factory;
        try {
            factory = CertificateFactory.getInstance("X.509", "SUN");
        } catch (NoSuchProviderException e) {
            factory = CertificateFactory.getInstance("X.509");
        }
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
    }
}
