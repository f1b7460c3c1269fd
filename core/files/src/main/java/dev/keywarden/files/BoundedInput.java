package dev.keywarden.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends after so many bytes, however many more there are. */
public final class BoundedInput extends FilterInputStream {
    private long left;

    /** Reads at most so many bytes. */
    public BoundedInput(InputStream in, long mostBytes) {
        super(in);
        this.left = mostBytes;
    }

    @Override
    public int read() throws IOException {
        int one = left == 0 ? -1 : super.read();
        left -= one < 0 ? 0 : 1;
        return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = super.read(target, offset, (int) Math.min(length, left));
        left -= Math.max(read, 0);
        return read;
    }

    @Override
    public long skip(long bytes) {
        throw new UnsupportedOperationException("what is skipped is not counted");
    }
}
