package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.LastErrorException;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Quotes through configfs-tsm, Linux 6.7 and later (TDX fact sheet, section 5.2). Each quote has a directory of its own with
 * a name that nobody can guess, and the generation counter tells whether somebody else wrote all the same.
 */
final class ConfigfsSource implements QuoteSource {
    private static final int ATTEMPTS = 3;
    private static final int NAME_BYTES = 16;
    private static final int OWNER_ONLY = 0700;
    private static final int MAX_TEXT_BYTES = 4096;
    private static final Pattern OWN_NAME = Pattern.compile("keywarden-([0-9]{1,10})-[0-9a-f]{32}");

    private final Path root;
    private final Set<String> providers;
    private final Supplier<LinuxCalls> calls;
    private final SecureRandom random;
    private final long processId;

    /**
     * A source.
     *
     * @param root where the reports lie, {@code /sys/kernel/config/tsm/report} on a real machine
     * @param providers whose quotes are taken; {@code tdx_guest} on a real machine
     */
    ConfigfsSource(Path root, Set<String> providers, Supplier<LinuxCalls> calls, SecureRandom random, long processId) {
        this.root = root;
        this.providers = Set.copyOf(providers);
        this.calls = calls;
        this.random = random;
        this.processId = processId;
    }

    @Override
    public String name() {
        return "configfs";
    }

    @Override
    public Optional<String> absence() {
        return Files.isDirectory(root) ? Optional.empty() : Optional.of("there is no directory " + root);
    }

    @Override
    public byte[] quote(Bytes reportData) {
        removeLeftOvers();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<byte[]> quote = attempt(reportData.toArray());
            if (quote.isPresent()) {
                return quote.get();
            }
        }
        throw new AttesterException(
                AttesterCode.ATTESTER_RACE,
                "somebody else wrote to each of " + ATTEMPTS + " fresh directories of " + root);
    }

    private Optional<byte[]> attempt(byte[] reportData) {
        LinuxCalls linux = calls.get();
        String entry = makeEntry(linux);
        try {
            requireProvider(text(linux, entry + "/provider"));
            long before = generation(linux, entry);
            try (Descriptor inblob = Descriptor.open(linux, entry + "/inblob", LinuxCalls.O_WRONLY)) {
                inblob.writeAtOnce(reportData);
            }
            byte[] quote;
            try (Descriptor outblob = Descriptor.open(linux, entry + "/outblob", LinuxCalls.O_RDONLY)) {
                quote = outblob.readAll(MAX_QUOTE_BYTES);
            }
            if (generation(linux, entry) != before + 1) {
                return Optional.empty();
            }
            if (quote.length == 0) {
                throw new AttesterException(AttesterCode.ATTESTER_FAILED, entry + "/outblob is empty");
            }
            return Optional.of(quote);
        } finally {
            removeEntry(linux, entry);
        }
    }

    private String makeEntry(LinuxCalls linux) {
        while (true) {
            byte[] name = new byte[NAME_BYTES];
            random.nextBytes(name);
            String entry = root.resolve(
                            "keywarden-" + processId + "-" + HexFormat.of().formatHex(name))
                    .toString();
            try {
                linux.mkdir(entry, OWNER_ONLY);
                return entry;
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EEXIST) {
                    throw Errno.failure("making a directory in " + root, e);
                }
            }
        }
    }

    /** The files in it are virtual and go with it. */
    private static void removeEntry(LinuxCalls linux, String entry) {
        try {
            linux.rmdir(entry);
        } catch (LastErrorException e) {
            // The next start tries again; the answer at hand does not depend on it.
        }
    }

    /** What processes left that were killed in the middle. */
    private void removeLeftOvers() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "keywarden-*")) {
            for (Path entry : entries) {
                Matcher name = OWN_NAME.matcher(String.valueOf(entry.getFileName()));
                if (name.matches()) {
                    long owner = Long.parseLong(name.group(1));
                    if (owner != processId && ProcessHandle.of(owner).isEmpty()) {
                        removeEntry(calls.get(), entry.toString());
                    }
                }
            }
        } catch (IOException e) {
            // What can't be listed is not ours to tidy up.
        }
    }

    private void requireProvider(String provider) {
        if (!providers.contains(provider)) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_ABSENT,
                    root + " is served by the provider " + provider + ", and only " + String.join(", ", providers)
                            + " is taken");
        }
    }

    private static long generation(LinuxCalls linux, String entry) {
        String text = text(linux, entry + "/generation");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new AttesterException(AttesterCode.ATTESTER_FAILED, entry + "/generation is not a number", e);
        }
    }

    private static String text(LinuxCalls linux, String file) {
        try (Descriptor descriptor = Descriptor.open(linux, file, LinuxCalls.O_RDONLY)) {
            return new String(descriptor.readAll(MAX_TEXT_BYTES), StandardCharsets.US_ASCII).strip();
        }
    }
}
