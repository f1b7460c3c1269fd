/**
 * The application: the only module that knows everything, and the only one that prints.
 *
 * <p>{@code config} reads what the operator wrote, {@code gate} asks before anything happens, {@code audit} remembers what
 * was decided, {@code service} answers RPCs, {@code node} wires a process together, {@code cli} talks to people.
 */
@NullMarked
package dev.keywarden.app;

import org.jspecify.annotations.NullMarked;
