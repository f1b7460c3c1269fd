package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** A stream of the socket family for virtual machines, which the JDK does not know. */
final class VsockWire implements Wire {
    private static final int AF_VSOCK = 40;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int BOTH_DIRECTIONS = 2;
    private static final int ADDRESS_BYTES = 16;

    private final LinuxCalls calls;
    private final int descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private VsockWire(LinuxCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    static VsockWire connect(LinuxCalls calls, long cid, long port) throws IOException {
        try {
            int descriptor = calls.socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
            VsockWire wire = new VsockWire(calls, descriptor);
            try {
                // struct sockaddr_vm: family u16, reserved u16, port u32, cid u32, flags u8, three zeros.
                byte[] address = ByteBuffer.allocate(ADDRESS_BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) AF_VSOCK)
                        .putShort((short) 0)
                        .putInt((int) port)
                        .putInt((int) cid)
                        .array();
                calls.connect(descriptor, address, address.length);
                return wire;
            } catch (LastErrorException e) {
                wire.close();
                throw e;
            }
        } catch (LastErrorException e) {
            throw new IOException(
                    "vsock://" + cid + ":" + port + " can't be reached (errno " + e.getErrorCode() + ")", e);
        }
    }

    @Override
    public InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, buffer.length);
                if (length == 0) {
                    return 0;
                }
                byte[] part = new byte[length];
                try {
                    int count =
                            calls.read(descriptor, part, new NativeLong(length)).intValue();
                    System.arraycopy(part, 0, buffer, offset, count);
                    return count == 0 ? -1 : count;
                } catch (LastErrorException e) {
                    throw new IOException("vsock read failed (errno " + e.getErrorCode() + ")", e);
                }
            }
        };
    }

    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                int done = 0;
                while (done < length) {
                    byte[] rest = Arrays.copyOfRange(buffer, offset + done, offset + length);
                    try {
                        done += calls.write(descriptor, rest, new NativeLong(rest.length))
                                .intValue();
                    } catch (LastErrorException e) {
                        throw new IOException("vsock write failed (errno " + e.getErrorCode() + ")", e);
                    }
                }
            }
        };
    }

    /** Ends both directions first, which wakes a thread that waits in a read. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            calls.shutdown(descriptor, BOTH_DIRECTIONS);
        } catch (LastErrorException e) {
            // It was never connected, or the other side is gone already.
        }
        try {
            calls.close(descriptor);
        } catch (LastErrorException e) {
            // The descriptor is gone all the same.
        }
    }
}
