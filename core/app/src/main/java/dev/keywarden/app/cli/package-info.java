/**
 * The command line: people get plain sentences and tables, {@code --json} gives machines the same.
 *
 * <p>Exit codes: 0 done, 1 refused or failed (one line on standard error says why), 2 wrong usage.
 */
@NullMarked
package dev.keywarden.app.cli;

import org.jspecify.annotations.NullMarked;
