package dev.keywarden.plugin.rego;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server on this machine with a certificate that nobody else vouches for.
 *
 * @param context the server's side
 * @param certificate PEM
 */
record TlsIdentity(SSLContext context, Path certificate) {
    private static final String PASSWORD = "password";

    /** Makes one with the JDK's {@code keytool}. */
    static TlsIdentity make(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        String command = "-genkeypair -alias server -keyalg EC -groupname secp256r1 -validity 2 -dname CN=server"
                + " -ext san=ip:127.0.0.1 -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + store;
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process keytool = new ProcessBuilder((tool + " " + command).split(" "))
                .redirectErrorStream(true)
                .start();
        String printed = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new AssertionError(printed);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("server").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        return new TlsIdentity(context, Files.writeString(folder.resolve("certificate.pem"), pem));
    }
}
