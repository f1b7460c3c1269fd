package dev.keywarden.plugin.tdx.attester;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connected stream to something outside this process. Closing it ends a read that waits, from any thread. */
interface Wire extends Closeable {
    InputStream in() throws IOException;

    OutputStream out() throws IOException;
}
