/** The contracts' interface: how questions are encoded, and how answers, reverts and events are understood. */
@NullMarked
package dev.keywarden.plugin.onchain.contract;

import org.jspecify.annotations.NullMarked;
