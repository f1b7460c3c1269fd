/**
 * The only test dependency a plugin needs.
 *
 * <p><b>Contracts.</b> {@link dev.keywarden.testkit.AttestationVerifierContract}, {@link
 * dev.keywarden.testkit.AuthorizerContract} and {@link dev.keywarden.testkit.PluginArchiveContract} are JUnit classes to
 * extend: a plugin says how its parts are made and what good and bad input looks like, and inherits the tests of
 * everything the host relies upon. They test what every plugin must do, not what one is for; that stays the plugin's own
 * test.
 *
 * <p><b>Fakes.</b> {@link dev.keywarden.testkit.FakePluginContext} is the host's side of a plugin, {@link
 * dev.keywarden.testkit.LogCapture} its log, {@link dev.keywarden.testkit.ManualClock} its clock, and {@link
 * dev.keywarden.testkit.Requests} and {@link dev.keywarden.testkit.BootInfoBuilder} make the questions that authorizers are
 * asked. The software TEE ({@code dev.keywarden.softtee}) comes along with this module and makes evidence in genuine
 * formats.
 */
@NullMarked
package dev.keywarden.testkit;

import org.jspecify.annotations.NullMarked;
