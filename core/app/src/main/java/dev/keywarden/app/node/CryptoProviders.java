package dev.keywarden.app.node;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.conscrypt.Conscrypt;

/**
 * Installs the fast provider of signatures and hashes for the whole process, plugins included: cryptography reaches them
 * through the JDK's provider interface.
 *
 * <p>Conscrypt is eight times as fast as the JDK on P-256. Where its library can't be loaded BouncyCastle serves, four
 * times as fast. Only signatures and the keys for them are taken from it: its certificate parser is ten times slower than
 * the JDK's, the JDK's hashes are compiled into the calling code, and the JDK's TLS, which the clients use, can't work with
 * its key agreement.
 */
public final class CryptoProviders {
    private static final List<String> TAKEN = List.of("Signature.", "KeyFactory.EC");

    private CryptoProviders() {}

    /**
     * Puts the fast provider in front. Safe to call more than once.
     *
     * @return one line that says what serves now, for the start's log
     */
    public static String install() {
        try {
            if (Security.getProvider("Conscrypt") == null) {
                Security.insertProviderAt(primitivesOnly(Conscrypt.newProvider()), 1);
            }
            Conscrypt.Version version = Conscrypt.version();
            return "Conscrypt " + version.major() + "." + version.minor() + "." + version.patch() + " (BoringSSL)";
        } catch (LinkageError | RuntimeException e) {
            if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
                Security.insertProviderAt(new BouncyCastleProvider(), 1);
            }
            return "BouncyCastle, because Conscrypt's native library can't be loaded (" + e.getMessage() + ")";
        }
    }

    private static Provider primitivesOnly(Provider provider) {
        for (Object key : List.copyOf(provider.keySet())) {
            String name = String.valueOf(key).replaceFirst("^Alg\\.Alias\\.", "");
            if (!name.startsWith("Provider.") && TAKEN.stream().noneMatch(name::startsWith)) {
                provider.remove(key);
            }
        }
        return provider;
    }
}
