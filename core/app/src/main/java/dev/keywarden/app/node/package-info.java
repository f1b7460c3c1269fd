/**
 * A running node: wiring, start, the way from no root keys to serving, and stop.
 *
 * <p>{@link dev.keywarden.app.node.Node} is the order in which things happen; what each thing does is in the packages it
 * wires together.
 */
@NullMarked
package dev.keywarden.app.node;

import org.jspecify.annotations.NullMarked;
