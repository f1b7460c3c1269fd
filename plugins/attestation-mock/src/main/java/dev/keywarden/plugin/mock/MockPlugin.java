package dev.keywarden.plugin.mock;

import dev.keywarden.dcap.ByteView;
import dev.keywarden.spi.AttestationBackend;
import dev.keywarden.spi.Bytes;
import dev.keywarden.spi.KeywardenPlugin;
import dev.keywarden.spi.PluginContext;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The entry point of the plugin {@code mock}. */
public final class MockPlugin implements KeywardenPlugin {
    /** For the loader. */
    public MockPlugin() {}

    @Override
    public List<AttestationBackend> attestationBackends(PluginContext context) {
        MockSettings settings = context.settings(MockSettings.class);
        List<ByteView> furtherRoots = RootFiles.publicKeys(settings.furtherRoots());
        context.logger()
                .log(
                        System.Logger.Level.WARNING,
                        "Mock attestation is on: its evidence proves nothing, and anyone who knows the seed can make it"
                                + " (further software roots trusted: {0})",
                        furtherRoots.size());
        return List.of(new MockBackend(seed(settings, context), furtherRoots, settings.claimedMachine()));
    }

    private static Supplier<Bytes> seed(MockSettings settings, PluginContext context) {
        Bytes configured = settings.seed();
        if (configured != null) {
            return () -> configured;
        }
        SeedFile file = new SeedFile(context.scratchDirectory(), new SecureRandom());
        // A damaged file stops the start; a missing one is made when the root is first needed.
        Optional<Bytes> kept = file.read();
        return kept.<Supplier<Bytes>>map(seed -> () -> seed).orElse(file::readOrCreate);
    }
}
