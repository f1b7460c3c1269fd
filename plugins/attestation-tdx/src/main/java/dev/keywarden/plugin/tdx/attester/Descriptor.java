package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.ByteArrayOutputStream;

/** An open file of the kernel whose error numbers matter. Failures of {@link #close} count: some writes take effect there. */
final class Descriptor implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final LinuxCalls calls;
    private final String path;
    private final int number;
    private boolean open = true;

    private Descriptor(LinuxCalls calls, String path, int number) {
        this.calls = calls;
        this.path = path;
        this.number = number;
    }

    static Descriptor open(LinuxCalls calls, String path, int flags) {
        try {
            return new Descriptor(calls, path, calls.open(path, flags | LinuxCalls.O_CLOEXEC));
        } catch (LastErrorException e) {
            throw Errno.failure("opening " + path, e);
        }
    }

    /** Everything up to the end; what the kernel says of the size beforehand means nothing in such files. */
    byte[] readAll(int limit) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            while (true) {
                int count =
                        calls.read(number, chunk, new NativeLong(chunk.length)).intValue();
                if (count <= 0) {
                    return content.toByteArray();
                }
                content.write(chunk, 0, Math.min(count, chunk.length));
                if (content.size() > limit) {
                    throw new AttesterException(
                            AttesterCode.ATTESTER_FAILED, path + " holds more than " + limit + " bytes");
                }
            }
        } catch (LastErrorException e) {
            throw Errno.failure("reading " + path, e);
        }
    }

    /** All of it in one call, as an attribute of configfs wants it. */
    void writeAtOnce(byte[] content) {
        int count;
        try {
            count = calls.write(number, content, new NativeLong(content.length)).intValue();
        } catch (LastErrorException e) {
            throw Errno.failure("writing " + path, e);
        }
        if (count != content.length) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_FAILED, path + " took " + count + " of " + content.length + " bytes");
        }
    }

    /** @throws LastErrorException with the errno */
    void control(long request, Pointer argument) {
        calls.ioctl(number, new NativeLong(request, true), argument);
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        try {
            calls.close(number);
        } catch (LastErrorException e) {
            throw Errno.failure("closing " + path, e);
        }
    }
}
