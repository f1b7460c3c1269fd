package dev.keywarden.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** What strangers send to a port: no TLS, half of it, or TLS with something wrong. */
final class Garbage {
    private Garbage() {}

    static List<byte[]> all() {
        List<byte[]> all = new ArrayList<>();
        all.add(new byte[0]);
        all.add("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        all.add("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
        for (String hex : List.of(
                "16",
                "1603",
                "160301",
                "16030100",
                "1603010000",
                "1603010001",
                "160301000101",
                "16030100040100ffff",
                "1603014000" + "01ffffff" + "00".repeat(100),
                "16030100050100000100",
                "1603010006" + "010000020303",
                "15030100020228",
                "1503010002",
                "17030300050000000000",
                "80670103010000",
                "ffffffffffffffffffffffffffff",
                "00".repeat(1000))) {
            all.add(HexFormat.of().parseHex(hex));
        }
        Random random = new Random(42);
        for (int i = 0; i < 20; i++) {
            byte[] record = new byte[5 + random.nextInt(600)];
            random.nextBytes(record);
            record[0] = 22;
            record[1] = 3;
            record[2] = 1;
            record[3] = (byte) ((record.length - 5) >> 8);
            record[4] = (byte) (record.length - 5);
            if (record.length > 8) {
                record[5] = 1;
                record[6] = 0;
                record[7] = (byte) ((record.length - 9) >> 8);
                record[8] = (byte) (record.length - 9);
            }
            all.add(record);
        }
        return all;
    }
}
