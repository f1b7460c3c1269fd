/** The plugin {@code onchain}: asks smart contracts, at one block, through several providers that must agree. */
@NullMarked
package dev.keywarden.plugin.onchain;

import org.jspecify.annotations.NullMarked;
