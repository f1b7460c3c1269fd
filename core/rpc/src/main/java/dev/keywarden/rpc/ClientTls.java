package dev.keywarden.rpc;

import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.attestation.RaTlsExtensions;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS of a client: whom it trusts and what it shows. Always the JDK's own, whatever provider the process has put first. */
final class ClientTls {
    private static final String JSSE = "SunJSSE";
    private static final String REQUIRED_USAGE = "kms:rpc";

    private ClientTls() {}

    /** What a client shows of itself. */
    record Identity(List<X509Certificate> chain, PrivateKey key) {
        @Override
        public String toString() {
            return "Identity[" + chain.size() + " certificates]";
        }
    }

    /** A server that the trust rules refuse, with the text of the protocol. */
    static final class ServerRefused extends CertificateException {
        private static final long serialVersionUID = 1L;

        ServerRefused(String text) {
            super(text);
        }
    }

    /** Whom a client believes to be the right server. */
    sealed interface Trust {
        /** Whoever answers. */
        record Anyone() implements Trust {}

        /** Servers under one authority. */
        record Authority(X509Certificate certificate) implements Trust {}

        /** Whoever proves to own one key. */
        record Key(PublicKey key) implements Trust {}
    }

    static SSLContext context(Trust trust, @Nullable Identity identity) {
        JsseSettings.apply();
        try {
            SSLContext context = SSLContext.getInstance("TLS", JSSE);
            context.init(
                    identity == null ? null : new KeyManager[] {new OneIdentity(identity)},
                    new TrustManager[] {manager(trust)},
                    new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The JDK's TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager manager(Trust trust) throws GeneralSecurityException, IOException {
        return switch (trust) {
            case Trust.Anyone anyone -> new AnyServer();
            case Trust.Authority authority -> new OneAuthority(authority.certificate());
            case Trust.Key key -> new OneKey(key.key());
        };
    }

    static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return parameters;
    }

    /** A trust manager for clients, whose three ways of being asked come down to one. */
    private abstract static class ServerTrust extends X509ExtendedTrustManager {
        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not a server");
        }

        @Override
        public final void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a server can't be checked without its connection");
        }

        @Override
        public final void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a server can't be checked without its connection");
        }
    }

    /** Accepts everyone; the name is not looked at either, which the JDK leaves to a manager of this type. */
    private static final class AnyServer extends ServerTrust {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Accepts the server that was met before, recognized by its key; nothing else in its certificate is looked at. */
    private static final class OneKey extends ServerTrust {
        private final byte[] spki;

        OneKey(PublicKey key) {
            this.spki = key.getEncoded();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws ServerRefused {
            if (!MessageDigest.isEqual(spki, chain[0].getPublicKey().getEncoded())) {
                throw new ServerRefused("it shows another key than the server that was attested");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Accepts servers under one authority, for the name they were called by, and meant to serve this protocol. */
    private static final class OneAuthority extends ServerTrust {
        private final X509ExtendedTrustManager path;

        OneAuthority(X509Certificate authority) throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX", JSSE);
            factory.init(store);
            this.path = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            path.checkServerTrusted(chain, type, engine);
            X509Certificate leaf = chain[0];
            if (leaf.getSubjectAlternativeNames() == null) {
                // The JDK would fall back to the subject's name, which no other client of the protocol does.
                throw new ServerRefused("server certificate has no subject alternative name");
            }
            requireUsage(leaf);
        }

        private static void requireUsage(X509Certificate leaf) throws ServerRefused {
            String usage;
            try {
                usage = RaTlsExtensions.specialUsage(leaf)
                        .orElseThrow(() -> new EnvelopeException("Missing server cert usage"));
            } catch (EnvelopeException e) {
                throw new ServerRefused(String.valueOf(e.getMessage()));
            }
            if (!usage.equals(REQUIRED_USAGE)) {
                throw new ServerRefused("Invalid server cert usage: " + usage);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return path.getAcceptedIssuers();
        }
    }

    /**
     * Shows one certificate. The issuers that a server names don't matter: the reference names the temporary authority, newer
     * guests show certificates that nobody issued.
     */
    private static final class OneIdentity extends X509ExtendedKeyManager {
        private static final String ALIAS = "identity";

        private final Identity identity;

        OneIdentity(Identity identity) {
            this.identity = identity;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return identity.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.key();
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }
    }
}
