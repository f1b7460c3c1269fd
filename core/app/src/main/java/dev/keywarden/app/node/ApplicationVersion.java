package dev.keywarden.app.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What was built.
 *
 * @param version of the application, for example {@code 0.1.0}
 * @param revision 20 hex digits of the commit, with {@code -modified} where the tree was not clean, or {@code unknown}
 */
public record ApplicationVersion(String version, String revision) {

    /** The version in this archive. */
    public static ApplicationVersion current() {
        Properties properties = new Properties();
        try (InputStream in = ApplicationVersion.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is missing from the application's archive");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties can't be read", e);
        }
        return new ApplicationVersion(
                properties.getProperty("version").replace("-SNAPSHOT", ""), properties.getProperty("revision"));
    }

    /** The value of the header that every answer of the TLS listener carries (wire protocol, section 1.8). */
    public String header() {
        return revision.equals("unknown") ? "v" + version + " (unknown)" : "v" + version + " (git:" + revision + ")";
    }
}
