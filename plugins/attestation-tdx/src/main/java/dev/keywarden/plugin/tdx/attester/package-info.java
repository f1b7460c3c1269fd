/**
 * Evidence of this machine, from whichever source a TDX guest has (TDX fact sheet, section 5).
 *
 * <p>{@link dev.keywarden.plugin.tdx.attester.TdxAttester} asks {@link
 * dev.keywarden.plugin.tdx.attester.SourceSelection} for a source, lets it work under a deadline, and checks that the quote
 * carries the report data that was asked for. The guest agent gives whole evidence; every other {@link
 * dev.keywarden.plugin.tdx.attester.QuoteSource} gives a bare quote, to which {@link
 * dev.keywarden.plugin.tdx.attester.LoggedQuotes} adds the event logs of the machine. What the kernel and libraries answer
 * is read as hostile: lengths are limited before anything is allocated for them.
 */
@NullMarked
package dev.keywarden.plugin.tdx.attester;

import org.jspecify.annotations.NullMarked;
