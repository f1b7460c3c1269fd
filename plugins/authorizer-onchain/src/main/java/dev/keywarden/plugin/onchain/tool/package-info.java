/** What people ask of the contracts: the commands of {@code keywarden onchain}. */
@NullMarked
package dev.keywarden.plugin.onchain.tool;

import org.jspecify.annotations.NullMarked;
