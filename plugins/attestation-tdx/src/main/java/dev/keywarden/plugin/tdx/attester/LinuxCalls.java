package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/**
 * The system calls that the JDK does not have, or has without their error numbers. Each throws {@link LastErrorException}
 * with the errno where the call fails.
 */
interface LinuxCalls extends Library {
    int O_RDONLY = 0;
    int O_WRONLY = 1;
    int O_RDWR = 2;
    int O_CLOEXEC = 0x80000;

    /** As open(2). */
    int open(String path, int flags) throws LastErrorException;

    /** As close(2). */
    int close(int descriptor) throws LastErrorException;

    /** As read(2). */
    NativeLong read(int descriptor, byte[] buffer, NativeLong length) throws LastErrorException;

    /** As write(2). */
    NativeLong write(int descriptor, byte[] buffer, NativeLong length) throws LastErrorException;

    /** As mkdir(2). */
    int mkdir(String path, int mode) throws LastErrorException;

    /** As rmdir(2). */
    int rmdir(String path) throws LastErrorException;

    /** As ioctl(2). */
    int ioctl(int descriptor, NativeLong request, Pointer argument) throws LastErrorException;

    /** As socket(2). */
    int socket(int domain, int type, int protocol) throws LastErrorException;

    /** As connect(2). */
    int connect(int descriptor, byte[] address, int length) throws LastErrorException;

    /** As shutdown(2). */
    int shutdown(int descriptor, int how) throws LastErrorException;

    /**
     * Binds the calls.
     *
     * @param library the C library: {@code c}, or the path of a fake
     * @throws AttesterException if native code can't be loaded at all
     */
    static LinuxCalls of(String library) {
        try {
            return Native.load(library, LinuxCalls.class);
        } catch (LinkageError e) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_FAILED,
                    "native code can't be called (" + e.getMessage()
                            + "). The Java process must be able to run a library from its folder for temporary files;"
                            + " -Djna.tmpdir names another",
                    e);
        }
    }
}
