/** Lists too large for a policy's data: looked up here, and the hits go into the policy's input. */
@NullMarked
package dev.keywarden.plugin.rego.facts;

import org.jspecify.annotations.NullMarked;
