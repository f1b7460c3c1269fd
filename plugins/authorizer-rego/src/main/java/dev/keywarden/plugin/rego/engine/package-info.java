/**
 * Evaluates policies. {@link dev.keywarden.plugin.rego.engine.PolicyEngine} is all that the rest of the plugin knows of it,
 * so that a better engine can replace the one behind it, which runs OPA's WebAssembly on the JVM.
 */
@NullMarked
package dev.keywarden.plugin.rego.engine;

import org.jspecify.annotations.NullMarked;
