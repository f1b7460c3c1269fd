package dev.keywarden.dcap;

import java.io.Serial;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider in front of the JDK's that counts P-256 verifications. */
final class CountingSignatures extends Provider {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient AtomicInteger verifications = new AtomicInteger();

    private CountingSignatures() {
        super("CountingSignatures", "1", "counts ECDSA verifications");
        putService(new Service(this, "Signature", "SHA256withECDSA", Counted.class.getName(), List.of(), null) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                return new Counted(verifications);
            }
        });
    }

    static CountingSignatures install() {
        CountingSignatures provider = new CountingSignatures();
        Security.insertProviderAt(provider, 1);
        return provider;
    }

    void uninstall() {
        Security.removeProvider(getName());
    }

    void reset() {
        verifications.set(0);
    }

    int count() {
        return verifications.get();
    }

    private static final class Counted extends SignatureSpi {
        private final AtomicInteger verifications;
        private final Signature real;

        Counted(AtomicInteger verifications) throws NoSuchAlgorithmException {
            this.verifications = verifications;
            this.real = Signature.getInstance("SHA256withECDSA", Security.getProvider("SunEC"));
        }

        @Override
        protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
            real.initVerify(publicKey);
        }

        @Override
        protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
            throw new InvalidKeyException("this one only verifies");
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            real.update(b);
        }

        @Override
        protected void engineUpdate(byte[] b, int off, int len) throws SignatureException {
            real.update(b, off, len);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            throw new SignatureException("this one only verifies");
        }

        @Override
        protected boolean engineVerify(byte[] sigBytes) throws SignatureException {
            verifications.incrementAndGet();
            return real.verify(sigBytes);
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String param, Object value) {
            throw new InvalidParameterException(param);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String param) {
            throw new InvalidParameterException(param);
        }
    }
}
