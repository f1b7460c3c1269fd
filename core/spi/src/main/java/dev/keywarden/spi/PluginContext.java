package dev.keywarden.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** All that a plugin may ask of the host. Nothing global, no key material, and no way to reach any. */
public interface PluginContext {
    /**
     * The plugin's own configuration subtree, bound to a record.
     *
     * <p>Component names are matched in {@code snake_case} ({@code maxAnswerBytes} reads {@code max_answer_bytes}).
     * Component types may be {@code String}, {@code boolean}, {@code int}, {@code long}, {@link Duration} (text such as
     * {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 1d}), {@link Path}, {@link Bytes} (hex), an enum, a
     * {@code List} of these, another record for a nested table, or a {@code Map} from {@code String} to one of these for a
     * table whose keys the operator chooses; the map keeps their order. A key that is absent gives {@code null} for a
     * component annotated {@code @Nullable}, whose default the record's compact constructor may fill in; for any other
     * component it is an error. A key that no component reads is an error that names its nearest neighbour.
     *
     * @param type the record to bind; its compact constructor may refuse values with {@link IllegalArgumentException}
     * @return a new instance
     * @throws PluginException with {@link PluginException.Kind#MISCONFIGURED}, naming every problem found
     */
    <T extends Record> T settings(Class<T> type);

    /** The clock to use; never ask the system for the time. */
    InstantSource clock();

    /** A logger that carries the plugin's name. Evidence, tokens and anything secret never go into it. */
    System.Logger logger();

    /** Counters and timings under the plugin's name. */
    Meter meter();

    /** A directory for this plugin alone, created 0700, kept across restarts; empty on first use. */
    Path scratchDirectory();

    /** Counts and times what a plugin does; the host adds the plugin's name. */
    interface Meter {
        /**
         * Adds to a counter.
         *
         * @param name {@code snake_case}, for example {@code reloads_total}
         * @param amount zero or more
         */
        void count(String name, long amount);

        /**
         * Records how long something took.
         *
         * @param name {@code snake_case}, without a unit
         * @param elapsed zero or more
         */
        void time(String name, Duration elapsed);
    }
}
