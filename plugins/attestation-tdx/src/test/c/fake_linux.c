/*
 * The part of a TDX guest's kernel that the plugin talks to, with its faults: configfs-tsm, /dev/tdx_guest, and the
 * error numbers of both. Built by the tests and bound in place of the C library; it opens nothing itself.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum knob {
    MKDIR_ERRNO, MKDIR_TAKEN, PROVIDER, OPEN_ERRNO, WRITE_SHORT, WRITE_ERRNO, CLOSE_ERRNO, READ_ERRNO, READ_CHUNK,
    OTHER_WRITERS, HANG, REPORT_ERRNO, QUOTE_REQUEST, QUOTE_STATUS, QUOTE_LENGTH, QUOTE_ERRNO, GENERATION_TEXT, KNOBS
};

enum counter { ENTRIES_MADE, ENTRIES_REMOVED, FILES_OPEN, QUOTE_READS, COUNTERS };

enum file { NONE, PROVIDER_FILE, GENERATION_FILE, INBLOB, OUTBLOB, DEVICE };

static int64_t knobs[KNOBS];
static int64_t counters[COUNTERS];
static unsigned char quote[256 * 1024];
static size_t quote_length;
static unsigned char input[64];
static long generation;
static enum file files[64];
static size_t offsets[64];

void fake_reset(void) {
    memset(knobs, 0, sizeof knobs);
    memset(counters, 0, sizeof counters);
    memset(files, 0, sizeof files);
    memset(input, 0, sizeof input);
    quote_length = 0;
    generation = 0;
}

void fake_set(int knob, int64_t value) { knobs[knob] = value; }

int64_t fake_count(int counter) { return counters[counter]; }

void fake_quote(const unsigned char *bytes, int length) {
    memcpy(quote, bytes, length);
    quote_length = length;
}

void fake_input(unsigned char *bytes) { memcpy(bytes, input, sizeof input); }

static int fail(int64_t number) {
    errno = (int)number;
    return -1;
}

static int ends(const char *path, const char *name) {
    size_t path_length = strlen(path), name_length = strlen(name);
    return path_length >= name_length && strcmp(path + path_length - name_length, name) == 0;
}

int mkdir(const char *path, unsigned mode) {
    (void)path;
    (void)mode;
    if (knobs[MKDIR_TAKEN] > 0) {
        knobs[MKDIR_TAKEN]--;
        return fail(EEXIST);
    }
    if (knobs[MKDIR_ERRNO]) return fail(knobs[MKDIR_ERRNO]);
    counters[ENTRIES_MADE]++;
    generation = 41;
    return 0;
}

int rmdir(const char *path) {
    (void)path;
    counters[ENTRIES_REMOVED]++;
    return 0;
}

int open(const char *path, int flags, ...) {
    (void)flags;
    if (knobs[OPEN_ERRNO]) return fail(knobs[OPEN_ERRNO]);
    enum file file = ends(path, "/provider") ? PROVIDER_FILE
        : ends(path, "/generation") ? GENERATION_FILE
        : ends(path, "/inblob") ? INBLOB
        : ends(path, "/outblob") ? OUTBLOB
        : DEVICE;
    for (int i = 3; i < 64; i++) {
        if (files[i] == NONE) {
            files[i] = file;
            offsets[i] = 0;
            counters[FILES_OPEN]++;
            return i;
        }
    }
    return fail(EMFILE);
}

int close(int descriptor) {
    enum file file = files[descriptor];
    files[descriptor] = NONE;
    counters[FILES_OPEN]--;
    return file == INBLOB && knobs[CLOSE_ERRNO] ? fail(knobs[CLOSE_ERRNO]) : 0;
}

static ssize_t give(int descriptor, const void *content, size_t size, void *buffer, size_t length) {
    size_t left = size - offsets[descriptor];
    size_t count = left < length ? left : length;
    if (knobs[READ_CHUNK] > 0 && (int64_t)count > knobs[READ_CHUNK]) count = knobs[READ_CHUNK];
    memcpy(buffer, (const char *)content + offsets[descriptor], count);
    offsets[descriptor] += count;
    return count;
}

static ssize_t give_text(int descriptor, const char *text, void *buffer, size_t length) {
    return give(descriptor, text, strlen(text), buffer, length);
}

ssize_t read(int descriptor, void *buffer, size_t length) {
    char number[32];
    switch (files[descriptor]) {
    case PROVIDER_FILE:
        return give_text(descriptor, knobs[PROVIDER] ? "sev_guest\n" : "tdx_guest\n", buffer, length);
    case GENERATION_FILE: {
        if (knobs[GENERATION_TEXT]) return give_text(descriptor, "many\n", buffer, length);
        long value = generation;
        int at = 30;
        number[31] = 0;
        number[at] = '\n';
        do {
            number[--at] = (char)('0' + value % 10);
            value /= 10;
        } while (value);
        return give_text(descriptor, number + at, buffer, length);
    }
    case OUTBLOB:
        while (knobs[HANG]) usleep(1000);
        if (knobs[READ_ERRNO]) return fail(knobs[READ_ERRNO]);
        if (offsets[descriptor] == 0) {
            counters[QUOTE_READS]++;
            if (knobs[OTHER_WRITERS] > 0) {
                knobs[OTHER_WRITERS]--;
                generation++;
            }
        }
        return give(descriptor, quote, quote_length, buffer, length);
    default:
        return fail(EBADF);
    }
}

ssize_t write(int descriptor, const void *buffer, size_t length) {
    if (files[descriptor] != INBLOB) return fail(EBADF);
    if (knobs[WRITE_ERRNO]) return fail(knobs[WRITE_ERRNO]);
    if (length > sizeof input) return fail(EINVAL);
    memcpy(input, buffer, length);
    generation++;
    return knobs[WRITE_SHORT] ? (ssize_t)length / 2 : (ssize_t)length;
}

int ioctl(int descriptor, unsigned long request, void *argument) {
    unsigned char *bytes = argument;
    if (files[descriptor] != DEVICE) return fail(EBADF);
    if (request == 0xC4405401UL) {
        if (knobs[REPORT_ERRNO]) return fail(knobs[REPORT_ERRNO]);
        memcpy(input, bytes, sizeof input);
        memset(bytes + 64, 0, 1024);
        bytes[64] = 0x81;
        memcpy(bytes + 64 + 128, input, sizeof input);
        return 0;
    }
    if (knobs[QUOTE_REQUEST] == 0 || request != (unsigned long)knobs[QUOTE_REQUEST]) return fail(ENOTTY);
    if (knobs[QUOTE_ERRNO]) return fail(knobs[QUOTE_ERRNO]);
    unsigned char *buffer;
    uint32_t length = knobs[QUOTE_LENGTH] ? (uint32_t)knobs[QUOTE_LENGTH] : (uint32_t)quote_length;
    memcpy(&buffer, bytes, sizeof buffer);
    memcpy(buffer + 8, &knobs[QUOTE_STATUS], 8);
    memcpy(buffer + 20, &length, 4);
    memcpy(buffer + 24, quote, quote_length);
    return 0;
}

int socket(int domain, int type, int protocol) {
    (void)type;
    (void)protocol;
    return fail(domain == 40 ? EAFNOSUPPORT : EINVAL);
}

int connect(int descriptor, const void *address, int length) {
    (void)descriptor;
    (void)address;
    (void)length;
    return fail(ECONNREFUSED);
}

int shutdown(int descriptor, int how) {
    (void)descriptor;
    (void)how;
    return 0;
}
