package dev.keywarden.host;

import dev.keywarden.spi.Attestation;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.AttestationVerifier;
import dev.keywarden.spi.AuthorizationRequest;
import dev.keywarden.spi.Authorizer;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.Decision;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Entry points that tests pack into archives; each stands alone, with the SPI and the JDK only. */
final class SamplePlugins {
    private SamplePlugins() {}

    /** Where parts that were closed leave their names; a system property is all that loaders share. */
    static final String CLOSED = "dev.keywarden.host.test.closed";

    /** An authorizer named by its settings, and a backend named {@code both}. */
    public static final class Both implements KeywardenPlugin, Authorizer, AttestationBackend {
        /** What it may be told. */
        public record BothSettings(
                @Nullable String name, @Nullable Boolean failOnClose) {}

        private String name = "both";
        private boolean failOnClose;

        @Override
        public List<AttestationBackend> attestationBackends(PluginContext context) {
            return List.of(this);
        }

        @Override
        public List<Authorizer> authorizers(PluginContext context) {
            BothSettings settings = context.settings(BothSettings.class);
            name = settings.name() == null ? "both" : settings.name();
            failOnClose = Boolean.TRUE.equals(settings.failOnClose());
            return List.of(this);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Decision authorize(AuthorizationRequest request) {
            return new Decision.Allow(null, new Decision.Reason("both.ok", "fine"), Map.of());
        }

        @Override
        public Set<String> formats() {
            return Set.of("test");
        }

        @Override
        public AttestationVerifier verifier() {
            return (evidence, now) -> new Attestation(
                    "test", Bytes.of(new byte[64]), Map.of(), "", List.of(), Bytes.EMPTY, List.of(), Instant.MAX);
        }

        @Override
        public void close() {
            System.setProperty(CLOSED, System.getProperty(CLOSED, "") + name + " ");
            if (failOnClose) {
                throw new IllegalStateException("can't close");
            }
        }
    }

    /** Reports, as evidence of an allow, which of the asked names its loader shows and what its resource says. */
    public static final class Curious implements KeywardenPlugin, Authorizer {
        /** Names of classes to look for. */
        public record CuriousSettings(List<String> look) {}

        private List<String> look = List.of();

        @Override
        public List<Authorizer> authorizers(PluginContext context) {
            look = context.settings(CuriousSettings.class).look();
            return List.of(this);
        }

        @Override
        public String name() {
            return "curious";
        }

        @Override
        public Decision authorize(AuthorizationRequest request) {
            ClassLoader own = Curious.class.getClassLoader();
            Map<String, String> seen = new TreeMap<>();
            for (String type : look) {
                try {
                    ClassLoader from = Class.forName(type, false, own).getClassLoader();
                    seen.put(type, from == own ? "own" : "shown");
                } catch (ClassNotFoundException e) {
                    seen.put(type, "hidden");
                }
            }
            seen.put("context", Thread.currentThread().getContextClassLoader() == own ? "own" : "other");
            seen.put(
                    "host resource",
                    own.getResource("dev/keywarden/host/PluginHost.class") == null ? "hidden" : "shown");
            seen.put("resource", read(own, "text/a note, 100%.txt"));
            seen.put("package", Curious.class.getPackage().getName());
            return new Decision.Allow(null, new Decision.Reason("curious.looked", ""), seen);
        }

        private static String read(ClassLoader loader, String name) {
            try (InputStream in = loader.getResourceAsStream(name)) {
                return in == null ? "absent" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Its constructor throws an exception. */
    public static final class Throwing implements KeywardenPlugin {
        public Throwing() {
            throw new IllegalStateException("no licence");
        }
    }

    /** Its constructor throws an exception whose text is a trap. */
    public static final class Spiteful implements KeywardenPlugin {
        /** Throws again when asked what it is. */
        public static final class Trap extends RuntimeException {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("even the text throws");
            }
        }

        public Spiteful() {
            throw new Trap();
        }
    }

    /** Its constructor needs a class that its archive lacks. */
    public static final class Unlinked implements KeywardenPlugin {
        public Unlinked() {
            Missing.touch();
        }
    }

    /** Left out of the archive of {@link Unlinked}. */
    static final class Missing {
        private Missing() {}

        static void touch() {}
    }

    /** Not a plugin at all. */
    public static final class Stranger {}

    /** Brings neither part. */
    public static final class Empty implements KeywardenPlugin {}

    /** Answers with what no interface allows. */
    public static final class Rude implements KeywardenPlugin {
        @Override
        @SuppressWarnings("NullAway") // that is the rudeness
        public List<AttestationBackend> attestationBackends(PluginContext context) {
            return null;
        }

        @Override
        public List<Authorizer> authorizers(PluginContext context) {
            throw new NoClassDefFoundError("com/example/Gone");
        }
    }
}
