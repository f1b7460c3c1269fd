package dev.keywarden.plugin.rego.bundle;

import dev.keywarden.plugin.rego.engine.PolicyException;
import dev.keywarden.plugin.rego.engine.PolicyException.Code;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of a bundle by their names, which have no leading slash. */
final class BundleFiles {
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private final BundleLimits limits;
    private long bytes;

    BundleFiles(BundleLimits limits) {
        this.limits = limits;
    }

    /** How many more bytes there may be. */
    long left() {
        return limits.unpackedBytes() - bytes;
    }

    /** Adds a file. */
    void add(String name, byte[] content) throws PolicyException {
        String clean = clean(name);
        bytes += content.length;
        if (left() < 0) {
            throw tooLarge();
        }
        if (files.putIfAbsent(clean, content) != null) {
            throw new PolicyException(Code.BUNDLE_BAD_PATH, "has " + shown(clean) + " twice");
        }
        if (files.size() > BundleLimits.MAX_FILES) {
            throw new PolicyException(Code.BUNDLE_TOO_LARGE, "has more than " + BundleLimits.MAX_FILES + " files");
        }
    }

    PolicyException tooLarge() {
        return new PolicyException(
                Code.BUNDLE_TOO_LARGE,
                "is more than " + limits.unpackedBytes() + " bytes unpacked (max_unpacked_bytes)");
    }

    /** The name without a leading slash or dot; one that leads anywhere but into the bundle is refused. */
    private static String clean(String name) throws PolicyException {
        String clean = name.startsWith("./") ? name.substring(2) : name.startsWith("/") ? name.substring(1) : name;
        boolean good = !clean.isEmpty() && clean.indexOf('\\') < 0 && clean.indexOf('\0') < 0;
        for (String step : clean.split("/", -1)) {
            good &= !step.isEmpty() && !step.equals(".") && !step.equals("..");
        }
        if (!good) {
            throw new PolicyException(
                    Code.BUNDLE_BAD_PATH, "has a file " + shown(name) + ", which is not inside the bundle");
        }
        return clean;
    }

    static String shown(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return "\"" + (printable.length() > 100 ? printable.substring(0, 100) + "..." : printable) + "\"";
    }

    byte @Nullable [] get(String name) {
        return files.get(name);
    }

    SortedMap<String, byte[]> all() {
        return Collections.unmodifiableSortedMap(files);
    }
}
