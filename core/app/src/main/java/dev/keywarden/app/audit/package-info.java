/**
 * Decision records: what was asked, by whom, what each authorizer said, and what came out.
 *
 * <p>One JSON object per line, appended to one file and flushed to disk before the answer it describes is sent. Waiting
 * requests share a flush. A record that can't be made durable means that no answer leaves.
 */
@NullMarked
package dev.keywarden.app.audit;

import org.jspecify.annotations.NullMarked;
