/** Ethereum JSON-RPC over HTTP, with limits: what a provider is asked, what it answers, and every way to fail. */
@NullMarked
package dev.keywarden.plugin.onchain.rpc;

import org.jspecify.annotations.NullMarked;
