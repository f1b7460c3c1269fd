package dev.keywarden.plugin.rego.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function of the policy language that the host brings. */
interface Builtin {
    /**
     * Calls it.
     *
     * @param arguments as JSON, see {@link dev.keywarden.plugin.rego.json.Json}; sets come as lists
     * @return JSON, or null if the result is undefined
     */
    @Nullable Object apply(List<@Nullable Object> arguments);
}
